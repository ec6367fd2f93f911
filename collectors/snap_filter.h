// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <span>
#include <vector>

namespace kwd::collectors {

/// DNS, also through VXLAN, in packets that are longer than kShortSnap: what is to be kept whole. It reads no byte of
/// shorter ones, since a filter that reads beyond a packet's end refuses the packet. Source: pcap-filter(7).
inline constexpr const char* kWholePackets =
    "greater 257 and (port 53 or"
    " (udp[8] & 8 != 0 and udp[28:2] = 0x0800 and (udp[50:2] = 53 or udp[52:2] = 53)) or"
    " (udp[8] & 8 != 0 and udp[28:2] = 0x86dd and (udp[70:2] = 53 or udp[72:2] = 53)) or"
    " (ip6[6] = 17 and ip6[48] & 8 != 0 and ip6[68:2] = 0x0800 and (ip6[90:2] = 53 or ip6[92:2] = 53)) or"
    " (ip6[6] = 17 and ip6[48] & 8 != 0 and ip6[68:2] = 0x86dd and (ip6[110:2] = 53 or ip6[112:2] = 53)))";

/// Bytes of all other packets that a capture needs.
inline constexpr std::uint32_t kShortSnap = 256;

/// One filter program of two, so that the kernel copies no payload that nobody wants: packets that `filter` refuses are
/// refused, of those that `whole` takes too as many bytes are kept as it says, of all others `short_snap`. Empty when a
/// program returns anything but constants, or the result would be longer than a filter may be.
[[nodiscard]] std::vector<bpf_insn> snap_filter(std::span<const bpf_insn> filter, std::span<const bpf_insn> whole,
                                                std::uint32_t short_snap);

}  // namespace kwd::collectors
