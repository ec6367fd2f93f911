// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// A UDP datagram (RFC 768).
struct Udp {
    static constexpr std::size_t kSize = 8;

    Udp(Fixed<kSize> header, Bytes rest) noexcept;

    std::uint16_t source_port;
    std::uint16_t destination_port;
    std::uint16_t length;    ///< bytes with this header; 0 in a jumbogram, or where the network card was to set it
    std::uint16_t checksum;  ///< 0 when the sender made none
    bool cut = false;        ///< fewer bytes follow than `length` says
    Defect defect = Defect::none;
    std::span<const std::byte> payload;
};

/// Reads a UDP header (8 bytes). nullopt when shorter.
[[nodiscard]] inline std::optional<Udp> dissect_udp(std::span<const std::byte> ip_payload) noexcept {
    return dissect_header<Udp>(ip_payload);
}

}  // namespace kwd::packet
