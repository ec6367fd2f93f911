// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

using MacAddress = std::array<std::uint8_t, 6>;

/// What a frame carries, as the IEEE assigns the numbers.
inline constexpr std::uint16_t kEthertypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEthertypeArp = 0x0806;
inline constexpr std::uint16_t kEthertypeIpv6 = 0x86dd;

/// Tags of IEEE 802.1Q, outermost first; two of them are QinQ (802.1ad).
struct VlanTags {
    struct Tag {
        std::uint16_t id;       ///< VLAN identifier, 0 to 4095; 0 means priority only
        std::uint8_t priority;  ///< 0 to 7
        bool drop_eligible;
    };
    static constexpr std::size_t kMost = 2;

    std::array<Tag, kMost> tags{};
    std::size_t count = 0;
};

/// Reads the tags that `ethertype` announces and leaves in it what follows them. A third tag is left unread, its
/// ethertype in place. False when the bytes end within a tag.
bool read_vlan_tags(Bytes& in, std::uint16_t& ethertype, VlanTags& vlans) noexcept;

/// An Ethernet frame without preamble. A frame check sequence, where a capture has one, stays in the payload.
struct Ethernet {
    static constexpr std::size_t kSize = 14;

    Ethernet(Fixed<kSize> header, Bytes rest) noexcept;

    MacAddress destination;
    MacAddress source;
    VlanTags vlans;
    std::uint16_t ethertype;  ///< of the payload; below 0x0600 it is the length of an IEEE 802.3 frame
    bool cut = false;         ///< the VLAN tags are not all there
    std::span<const std::byte> payload;
};

/// Reads an Ethernet II header (14 bytes) with its VLAN tags. nullopt when shorter than 14.
[[nodiscard]] inline std::optional<Ethernet> dissect_ethernet(std::span<const std::byte> frame) noexcept {
    return dissect_header<Ethernet>(frame);
}

}  // namespace kwd::packet
