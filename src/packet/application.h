// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/dissect.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace kwd::packet {

/// What a packet is for, as far as the numbers of its ports and what is at them tell.
enum class Application : std::uint8_t {
    unknown,
    dns,     ///< port 53
    dhcp,    ///< ports 67 and 68, with the magic cookie of RFC 2131 §3 where that was captured
    dhcpv6,  ///< ports 546 and 547 (RFC 8415)
    geneve,  ///< to port 6081, version 0 (RFC 8926); what is in the tunnel is not read
};

inline constexpr std::size_t kApplications = 5;

/// Names what a UDP datagram or a TCP segment carries. VXLAN is told by Packet::vxlan instead.
[[nodiscard]] Application application_of_udp(std::uint16_t source_port, std::uint16_t destination_port,
                                             std::span<const std::byte> payload) noexcept;
[[nodiscard]] Application application_of_tcp(std::uint16_t source_port, std::uint16_t destination_port) noexcept;
/// The same of a packet's layers; unknown where there is neither.
[[nodiscard]] Application application_of(const Layers& layers) noexcept;

/// The name as people write it: `DNS`, `DHCP`, `DHCPv6`, `Geneve`; empty for unknown.
[[nodiscard]] const char* name_of(Application application) noexcept;

/// What a DHCP message is, by the number in its option 53 (RFC 2132 §9.6).
enum class DhcpMessage : std::uint8_t { other, discover, offer, request, decline, ack, nak, release, inform };
inline constexpr std::size_t kDhcpMessages = 9;

/// The kind of the DHCP message in a datagram; `other` for newer ones, and where the option is not there or was not
/// captured.
[[nodiscard]] DhcpMessage dhcp_message(std::span<const std::byte> payload) noexcept;
/// `DISCOVER`, `OFFER` and so on as RFC 2131 writes them; `other`.
[[nodiscard]] const char* name_of(DhcpMessage message) noexcept;

/// The virtual network identifier (24 bits) of a datagram that is Geneve. Precondition: application_of_udp() says so.
[[nodiscard]] std::uint32_t geneve_vni(std::span<const std::byte> payload) noexcept;

}  // namespace kwd::packet
