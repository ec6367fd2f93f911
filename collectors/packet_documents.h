// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "packet/capture.h"
#include "packet/pcapng_writer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// Puts captured packets as pcapng documents of at most about 4 MiB, `packets-1.pcapng` and on. Each is a file of its
/// own, so that what was captured before a crash can be read.
class PacketDocuments {
  public:
    /// `budget`: bytes of all documents together.
    PacketDocuments(DocumentSink& out, packet::CaptureInterface source, std::uint64_t budget, std::string_view note);

    /// Errors: too_large when the budget is used up: the packet was left out, and so must be all others; those of
    /// put().
    [[nodiscard]] Result<void> add(std::int64_t time_ns_utc, std::span<const std::byte> captured,
                                   std::uint32_t original_length);

    /// Puts what is left, with `note` beside the other; a capture without a packet is a document too: it says so.
    [[nodiscard]] Result<void> finish(std::string_view note);

    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

  private:
    [[nodiscard]] Result<void> put(std::string_view note);

    DocumentSink& out_;
    packet::PcapngWriter writer_;
    std::uint64_t left_;
    std::string note_;
    std::uint64_t packets_ = 0;
    std::uint64_t packets_in_section_ = 0;
    int documents_ = 0;
    bool full_ = false;
};

/// The link type (LINKTYPE_) that capture files use for what libpcap calls `dlt` on this machine.
/// Source: https://www.tcpdump.org/linktypes.html
[[nodiscard]] packet::LinkType link_type_of_dlt(int dlt) noexcept;

/// What is captured when nobody asks for anything else: VXLAN on its usual ports, DNS, ICMP, ARP, and the beginnings
/// and resets of TCP connections.
inline constexpr const char* kDefaultPacketFilter =
    "udp port 4789 or udp port 8472 or port 53 or icmp or icmp6 or arp or tcp[tcpflags] & (tcp-syn|tcp-rst) != 0 or "
    "(ip6 and ip6[6] = 6 and ip6[53] & 6 != 0)";

/// The filter that was asked for, or kDefaultPacketFilter.
[[nodiscard]] std::string packet_filter_of(const CollectOptions& options);

/// How much of each packet is kept, in bytes: what was asked for, as far as it makes sense.
[[nodiscard]] std::uint32_t snap_length_of(const CollectOptions& options) noexcept;

/// What a capturing library counted, told in the note of the last document.
struct CaptureCounts {
    std::uint64_t matched;               ///< passed the filter
    std::uint64_t dropped;               ///< of these, for want of buffer
    std::uint64_t dropped_by_interface;  ///< before anybody could look
};
[[nodiscard]] std::string describe(const CaptureCounts& counts, const PacketDocuments& documents);

}  // namespace kwd::collectors
