// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/ethernet.h"
#include "packet/header.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// An ARP packet (RFC 826) for IPv4 over Ethernet, the only kind on a node's network.
struct Arp {
    static constexpr std::size_t kSize = 8;
    static constexpr std::uint16_t kRequest = 1;
    static constexpr std::uint16_t kReply = 2;

    /// IPv4 addresses as numbers.
    struct Addresses {
        MacAddress sender_mac;
        std::uint32_t sender_ip;
        MacAddress target_mac;
        std::uint32_t target_ip;
    };

    Arp(Fixed<kSize> header, Bytes rest) noexcept;

    std::uint16_t operation;
    bool cut = false;                    ///< the addresses are not all there
    std::optional<Addresses> addresses;  ///< nullopt when cut, or when it is about other hardware or another protocol
};

/// Reads an ARP packet: 8 bytes, and 20 more with IPv4 and Ethernet addresses. nullopt when shorter than 8.
[[nodiscard]] inline std::optional<Arp> dissect_arp(std::span<const std::byte> packet) noexcept {
    return dissect_header<Arp>(packet);
}

}  // namespace kwd::packet
