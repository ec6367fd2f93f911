// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/keyed_hash.h"

#include <cstdint>

namespace kwd::packet {

/// What a conversation is, as far as its key tells protocols apart.
enum class FlowKind : std::uint8_t {
    tcp,
    udp,
    echo,   ///< ICMP or ICMPv6 echo: the asker's port is the identifier, the answerer's is 0
    other,  ///< any other protocol above IP: both ports are its number
};

/// A conversation's key: both endpoints, the lower one first, so that both directions have the same.
///
/// 16 bytes whatever the IP version: IPv6 addresses stand here by their number in an AddressTable.
struct FlowKey {
    std::uint32_t low_address = 0;
    std::uint32_t high_address = 0;
    std::uint16_t low_port = 0;
    std::uint16_t high_port = 0;
    std::uint32_t network = 0;  ///< VNI (24 bits, 0 outside a tunnel), then the bits below

    static constexpr std::uint32_t kEncapsulated = 1U << 24;
    static constexpr std::uint32_t kIpv6 = 1U << 25;
    static constexpr unsigned kKindShift = 26;

    [[nodiscard]] constexpr std::uint32_t vni() const noexcept { return network & 0xffffff; }
    [[nodiscard]] constexpr bool encapsulated() const noexcept { return (network & kEncapsulated) != 0; }
    [[nodiscard]] constexpr bool ipv6() const noexcept { return (network & kIpv6) != 0; }
    [[nodiscard]] constexpr FlowKind kind() const noexcept { return static_cast<FlowKind>(network >> kKindShift & 3); }

    friend constexpr bool operator==(const FlowKey&, const FlowKey&) noexcept = default;
};

/// The hash of an IPv4 conversation's key. It is another one in each process.
[[nodiscard]] std::uint64_t hash_of_ipv4(const FlowKey& key) noexcept;

/// The hash of an IPv6 conversation's key: of its addresses (16 bytes each) and not of their numbers, so that it is
/// known before these are.
[[nodiscard]] std::uint64_t hash_of_ipv6(const FlowKey& key, const void* low_address,
                                         const void* high_address) noexcept;

/// The hash of an IPv6 address (16 bytes).
[[nodiscard]] std::uint64_t hash_of_address(const void* address) noexcept;

}  // namespace kwd::packet
