// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// An ICMP message (RFC 792).
struct Icmpv4 {
    static constexpr std::size_t kSize = 8;
    static constexpr std::uint8_t kDestinationUnreachable = 3;
    static constexpr std::uint8_t kCodeFragmentationNeeded = 4;  ///< of destination unreachable

    constexpr Icmpv4(Fixed<kSize> header, Bytes rest) noexcept
        : type(header.be<0, 1>()),
          code(header.be<1, 1>()),
          checksum(header.be<2, 2>()),
          rest_of_header(header.be<4, 4>()),
          body(rest.rest()) {}

    /// Whether a message of which fewer than 8 bytes are there may be one of a type that nobody knows, or of one that
    /// says nothing more (10), which need not have more than 4.
    [[nodiscard]] static constexpr bool contradicts(Bytes beginning) noexcept {
        const auto kind = beginning.be(1);
        return kind && beginning.rest().size() >= 3 &&
               (*kind == 1 || *kind == 2 || *kind == 6 || *kind == 7 || *kind == 10 || *kind > 18);
    }

    std::uint8_t type;
    std::uint8_t code;
    std::uint16_t checksum;
    std::uint32_t rest_of_header;  ///< what it means depends on the type; of an echo, identifier and sequence number
    std::span<const std::byte> body;

    /// Whether it reports what happened to a packet, whose beginning is then its body.
    [[nodiscard]] constexpr bool is_error() const noexcept {
        // Unreachable, source quench, redirect, time exceeded, parameter problem.
        return type == kDestinationUnreachable || type == 4 || type == 5 || type == 11 || type == 12;
    }
    /// The MTU that fragmentation-needed (type 3, code 4) asks for (RFC 1191 §4). 0 from a router older than that RFC;
    /// nullopt for any other message.
    [[nodiscard]] constexpr std::optional<std::uint16_t> next_hop_mtu() const noexcept {
        if (type != kDestinationUnreachable || code != kCodeFragmentationNeeded) {
            return std::nullopt;
        }
        return static_cast<std::uint16_t>(rest_of_header);
    }
};

/// An ICMPv6 message (RFC 4443, and RFC 4861 for neighbor discovery).
struct Icmpv6 {
    static constexpr std::size_t kSize = 8;
    static constexpr std::uint8_t kPacketTooBig = 2;
    static constexpr std::uint8_t kNeighborSolicitation = 135;
    static constexpr std::uint8_t kNeighborAdvertisement = 136;

    constexpr Icmpv6(Fixed<kSize> header, Bytes rest) noexcept
        : type(header.be<0, 1>()),
          code(header.be<1, 1>()),
          checksum(header.be<2, 2>()),
          rest_of_header(header.be<4, 4>()),
          body(rest.rest()) {}

    /// The same as for ICMP: known are those that RFC 4443, 4861, 2710, 3810 and others of their time gave a form.
    [[nodiscard]] static constexpr bool contradicts(Bytes beginning) noexcept {
        const auto kind = beginning.be(1).value_or(1);
        const bool known = (kind >= 1 && kind <= 4) || (kind >= 128 && kind <= 151) || kind == 154 ||
                           (kind >= 156 && kind <= 158) || kind == 160 || kind == 161;
        return !known && beginning.rest().size() >= 3;
    }

    std::uint8_t type;
    std::uint8_t code;
    std::uint16_t checksum;
    std::uint32_t rest_of_header;
    std::span<const std::byte> body;

    /// Whether it reports what happened to a packet, whose beginning is then its body.
    [[nodiscard]] constexpr bool is_error() const noexcept { return type < 128; }
    /// The MTU that packet-too-big asks for; nullopt for any other message.
    [[nodiscard]] constexpr std::optional<std::uint32_t> next_hop_mtu() const noexcept {
        return type == kPacketTooBig ? std::optional{rest_of_header} : std::nullopt;
    }
};

/// Reads an ICMP or ICMPv6 header (8 bytes). nullopt when shorter.
[[nodiscard]] constexpr std::optional<Icmpv4> dissect_icmpv4(std::span<const std::byte> ip_payload) noexcept {
    return dissect_header<Icmpv4>(ip_payload);
}
[[nodiscard]] constexpr std::optional<Icmpv6> dissect_icmpv6(std::span<const std::byte> ip_payload) noexcept {
    return dissect_header<Icmpv6>(ip_payload);
}

}  // namespace kwd::packet
