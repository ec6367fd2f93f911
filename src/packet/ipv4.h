// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// What IPv4's protocol field and IPv6's last next-header field say, as IANA assigns the numbers.
inline constexpr std::uint8_t kProtocolIcmpv4 = 1;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kProtocolIcmpv6 = 58;

/// An IPv4 packet (RFC 791). Addresses are numbers: 10.0.0.1 is 0x0a000001.
struct Ipv4 {
    static constexpr std::size_t kSize = 20;

    Ipv4(Fixed<kSize> header, Bytes rest) noexcept;

    /// Whether a header of which only the beginning is there cannot be right.
    [[nodiscard]] static bool contradicts(Bytes beginning) noexcept;

    std::uint32_t source;
    std::uint32_t destination;
    std::uint16_t total_length;  ///< bytes with this header; 0 where the network card was to cut the packet up (LSO)
    std::uint16_t identification;
    std::uint16_t fragment_offset;  ///< bytes
    std::uint16_t header_checksum;
    std::uint8_t header_length;  ///< bytes with options: 20 to 60
    std::uint8_t traffic_class;  ///< DSCP (RFC 2474) and ECN (RFC 3168)
    std::uint8_t ttl;
    std::uint8_t protocol;
    bool dont_fragment;
    bool more_fragments;
    bool cut = false;  ///< fewer bytes follow than total_length says
    Defect defect = Defect::none;
    std::span<const std::byte> payload;  ///< never with the padding of a short Ethernet frame

    /// Whether this is one of several parts of a datagram.
    [[nodiscard]] constexpr bool fragment() const noexcept { return more_fragments || fragment_offset != 0; }
};

/// Reads an IPv4 header with its options (20 to 60 bytes). nullopt when shorter than 20.
[[nodiscard]] inline std::optional<Ipv4> dissect_ipv4(std::span<const std::byte> packet) noexcept {
    return dissect_header<Ipv4>(packet);
}

}  // namespace kwd::packet
