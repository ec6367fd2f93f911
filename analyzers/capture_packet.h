// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "packet/capture.h"
#include "packet/dissect.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace kwd::analyzers {

/// One set of headers of a captured packet, and what is known of the packet as a whole.
struct SeenPacket {
    std::uint64_t number;                 ///< in the capture, from 1
    std::optional<std::int64_t> time_ns;  ///< since 1970
    const packet::Layers& layers;
    std::optional<std::int64_t> vni;  ///< of the tunnel that these headers came through
    std::uint32_t interface = 0;      ///< of CaptureInterfaces
    bool repeated = false;            ///< it was seen on another interface before
};

/// The addresses and size of an IP packet, of either version.
struct IpPacket {
    IpAddress source;
    IpAddress destination;
    std::int64_t protocol;
    std::int64_t bytes;            ///< with its header, as it says itself
    std::uint32_t identification;  ///< the same for all fragments of a datagram
    bool fragment;
};
/// nullopt when the layers hold no IP.
[[nodiscard]] std::optional<IpPacket> ip_of(const packet::Layers& layers);

/// A packet's time in ISO 8601.
[[nodiscard]] std::optional<std::string> time_text(std::optional<std::int64_t> time_ns);

/// The span of time in which something was seen, and its first packet.
struct SeenTimes {
    std::uint64_t first_packet = 0;
    std::optional<std::int64_t> first_ns;
    std::optional<std::int64_t> last_ns;

    void add(std::uint64_t number, std::optional<std::int64_t> time_ns) {
        first_packet = first_packet == 0 ? number : std::min(first_packet, number);
        if (time_ns) {
            first_ns = !first_ns || *time_ns < *first_ns ? time_ns : first_ns;
            last_ns = !last_ns || *time_ns > *last_ns ? time_ns : last_ns;
        }
    }
};

/// A number that -1 stands for where it is not known.
[[nodiscard]] inline std::optional<std::int64_t> known(std::int64_t value) noexcept {
    return value < 0 ? std::nullopt : std::optional(value);
}

/// Mixes a number into a hash.
inline void mix(std::size_t& hash, std::uint64_t value) noexcept {
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6U) + (hash >> 2U);
    hash *= 0xff51afd7ed558ccdULL;
}
inline void mix(std::size_t& hash, const IpAddress& address) noexcept {
    mix(hash, address.bits().high);
    mix(hash, address.bits().low);
}

}  // namespace kwd::analyzers
