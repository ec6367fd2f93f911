// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

using Ipv6Address = std::array<std::uint8_t, 16>;

/// An IPv6 packet (RFC 8200), its extension headers read.
struct Ipv6 {
    static constexpr std::size_t kSize = 40;

    Ipv6(Fixed<kSize> header, Bytes rest) noexcept;

    /// Whether a header of which only the beginning is there cannot be right.
    [[nodiscard]] static bool contradicts(Bytes beginning) noexcept {
        const auto first = beginning.be(1);
        return first && *first >> 4 != 6;
    }

    /// The fragment header (RFC 8200 §4.5).
    struct Fragment {
        std::uint32_t identification;
        std::uint16_t offset;  ///< bytes
        bool more;
    };

    Ipv6Address source;
    Ipv6Address destination;
    std::uint32_t flow_label;
    std::uint16_t
        payload_length;  ///< bytes after the fixed header; 0 in a jumbogram, or where the card was to cut (LSO)
    std::uint8_t traffic_class;
    std::uint8_t hop_limit;
    std::uint8_t protocol;               ///< of the payload: the last next-header field that was read
    std::uint8_t extension_headers = 0;  ///< how many were read
    std::optional<Fragment> fragment_header;
    bool cut = false;  ///< fewer bytes follow than payload_length or an extension header says
    Defect defect = Defect::none;
    std::span<const std::byte> payload;  ///< after the extension headers

    /// Whether this is one of several parts of a datagram. An atomic fragment (RFC 6946) is whole.
    [[nodiscard]] constexpr bool fragment() const noexcept {
        return fragment_header && (fragment_header->more || fragment_header->offset != 0);
    }
};

/// Reads an IPv6 header (40 bytes) and the extension headers in front of the transport: hop-by-hop, routing, fragment,
/// authentication, destination options, mobility, HIP, Shim6. ESP ends the chain, as nothing after it can be read.
/// nullopt when shorter than 40.
[[nodiscard]] inline std::optional<Ipv6> dissect_ipv6(std::span<const std::byte> packet) noexcept {
    return dissect_header<Ipv6>(packet);
}

}  // namespace kwd::packet
