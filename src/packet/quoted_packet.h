// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/ipv4.h"
#include "packet/ipv6.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace kwd::packet {

/// The beginning of the packet that an ICMP error speaks of. RFC 792 promises its header and 8 bytes, so that it is
/// nearly always `cut`.
struct QuotedPacket {
    struct Ports {
        std::uint16_t source;
        std::uint16_t destination;
    };

    std::variant<Ipv4, Ipv6> ip;
    std::uint8_t protocol;
    std::optional<Ports> ports;  ///< of TCP and UDP, if it is a first fragment and they are there
};

/// Reads the body of an ICMP or ICMPv6 error. nullopt when it is too short for an IP header, or of neither version.
[[nodiscard]] std::optional<QuotedPacket> dissect_quoted_packet(std::span<const std::byte> body) noexcept;

}  // namespace kwd::packet
