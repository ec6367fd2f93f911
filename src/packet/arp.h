// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/ethernet.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// An ARP packet (RFC 826) for IPv4 over Ethernet, the only kind on a node's network.
struct Arp {
    static constexpr std::uint16_t kRequest = 1;
    static constexpr std::uint16_t kReply = 2;

    /// IPv4 addresses as numbers.
    struct Addresses {
        MacAddress sender_mac;
        std::uint32_t sender_ip;
        MacAddress target_mac;
        std::uint32_t target_ip;
    };

    std::uint16_t operation;
    std::optional<Addresses> addresses;  ///< nullopt where it speaks of other hardware or another protocol
};

/// Reads an ARP packet: 8 bytes, and 20 more with IPv4 and Ethernet addresses. nullopt when shorter.
[[nodiscard]] std::optional<Arp> dissect_arp(std::span<const std::byte> packet) noexcept;

}  // namespace kwd::packet
