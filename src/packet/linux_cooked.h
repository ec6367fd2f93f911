// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/ethernet.h"
#include "packet/header.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// The header that libpcap puts in front of a packet captured on Linux's `any` device, or where there is no link layer
/// header of its own: SLL, and SLL2 since libpcap 1.10.
/// Source: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and LINKTYPE_LINUX_SLL2.html.
struct LinuxCooked {
    static constexpr std::size_t kSizeV1 = 16;
    static constexpr std::size_t kSizeV2 = 20;

    LinuxCooked(Fixed<kSizeV1> header, Bytes rest) noexcept;
    LinuxCooked(Fixed<kSizeV2> header, Bytes rest) noexcept;

    std::uint16_t packet_type;                     ///< 0 to us, 1 broadcast, 2 multicast, 3 to another, 4 from us
    std::uint16_t hardware_type;                   ///< ARPHRD_ of the device: 1 Ethernet, 772 loopback
    std::optional<std::uint32_t> interface_index;  ///< known in SLL2 alone
    std::array<std::uint8_t, 8> address;           ///< the sender's link address, then zeros
    std::uint8_t address_length;                   ///< octets of `address` in use, at most 8
    VlanTags vlans;
    std::uint16_t ethertype;  ///< of the payload; below 0x0600 a Linux frame type
    bool cut = false;         ///< the VLAN tags are not all there
    std::span<const std::byte> payload;
};

/// Reads an SLL header (16 bytes). nullopt when shorter.
[[nodiscard]] inline std::optional<LinuxCooked> dissect_linux_cooked(std::span<const std::byte> packet) noexcept {
    return dissect_header<LinuxCooked, LinuxCooked::kSizeV1>(packet);
}

/// Reads an SLL2 header (20 bytes). nullopt when shorter.
[[nodiscard]] inline std::optional<LinuxCooked> dissect_linux_cooked_v2(std::span<const std::byte> packet) noexcept {
    return dissect_header<LinuxCooked, LinuxCooked::kSizeV2>(packet);
}

}  // namespace kwd::packet
