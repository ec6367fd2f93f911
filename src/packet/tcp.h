// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// A TCP segment (RFC 9293).
struct Tcp {
    static constexpr std::size_t kSize = 20;

    static constexpr std::uint8_t kFin = 0x01;
    static constexpr std::uint8_t kSyn = 0x02;
    static constexpr std::uint8_t kRst = 0x04;
    static constexpr std::uint8_t kPsh = 0x08;
    static constexpr std::uint8_t kAck = 0x10;
    static constexpr std::uint8_t kUrg = 0x20;
    static constexpr std::uint8_t kEce = 0x40;
    static constexpr std::uint8_t kCwr = 0x80;

    Tcp(Fixed<kSize> header, Bytes rest) noexcept;

    /// Whether a header of which only the beginning is there cannot be right.
    [[nodiscard]] static bool contradicts(Bytes beginning) noexcept;

    std::uint16_t source_port;
    std::uint16_t destination_port;
    std::uint32_t sequence;
    std::uint32_t acknowledgment;
    std::uint16_t window;  ///< as it stands; the window scale of the handshake is not applied
    std::uint16_t checksum;
    std::uint8_t flags;
    std::uint8_t header_length;  ///< bytes with options: 20 to 60
    /// The options that only a SYN may carry, and are looked for in one.
    std::optional<std::uint16_t> max_segment_size;
    std::optional<std::uint8_t>
        window_scale;  ///< by how many bits later windows are shifted; 14 is the most (RFC 7323)
    bool sack_permitted = false;
    bool options_broken = false;  ///< an option leaves the options: it and those after it were not read
    bool cut = false;             ///< the options are not all there
    Defect defect = Defect::none;
    std::span<const std::byte> payload;

    [[nodiscard]] constexpr bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }
};

/// Reads a TCP header (20 to 60 bytes). nullopt when shorter than 20.
[[nodiscard]] inline std::optional<Tcp> dissect_tcp(std::span<const std::byte> ip_payload) noexcept {
    return dissect_header<Tcp>(ip_payload);
}

}  // namespace kwd::packet
