// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/defect.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// A UDP datagram (RFC 768).
struct Udp {
    std::uint16_t source_port;
    std::uint16_t destination_port;
    std::uint16_t length;    ///< bytes with this header; 0 in a jumbogram, or where the network card was to set it
    std::uint16_t checksum;  ///< 0 when the sender made none
    bool cut;                ///< fewer bytes follow than `length` says
    Defect defect;
    std::span<const std::byte> payload;
};

/// Reads a UDP header (8 bytes). nullopt when shorter.
[[nodiscard]] std::optional<Udp> dissect_udp(std::span<const std::byte> ip_payload) noexcept;

}  // namespace kwd::packet
