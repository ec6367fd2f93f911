// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"
#include "packet/link_type.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>

namespace kwd::packet {

inline constexpr std::uint16_t kVxlanPortIana = 4789;   ///< RFC 7348; what HNS uses unless a VxlanPort policy says else
inline constexpr std::uint16_t kVxlanPortLinux = 8472;  ///< what Linux and flannel use unless told else

/// The UDP destination ports on which everything is taken for VXLAN: whatever the node is configured for.
class VxlanPorts {
  public:
    static constexpr std::size_t kMost = 16;

    constexpr VxlanPorts() noexcept : VxlanPorts({kVxlanPortIana, kVxlanPortLinux}) {}
    /// Ports beyond the first kMost are left out.
    constexpr VxlanPorts(std::initializer_list<std::uint16_t> ports) noexcept {
        for (const auto port : ports) {
            static_cast<void>(add(port));
        }
    }

    /// False when there is no room: kMost are there already.
    [[nodiscard]] constexpr bool add(std::uint16_t port) noexcept {
        if (contains(port)) {
            return true;
        }
        if (count_ == kMost) {
            return false;
        }
        ports_[count_++] = port;
        return true;
    }

    [[nodiscard]] constexpr bool contains(std::uint16_t port) const noexcept {
        for (std::size_t i = 0; i < count_; ++i) {
            if (ports_[i] == port) {
                return true;
            }
        }
        return false;
    }

  private:
    std::array<std::uint16_t, kMost> ports_{};
    std::size_t count_ = 0;
};

/// A VXLAN header (RFC 7348 §5) and the Ethernet frame within. Two extensions use bits that the RFC reserves, and are
/// told apart by them: Group Based Policy (draft-smith-vxlan-group-policy-05, the G bit) and the Generic Protocol
/// Extension (draft-ietf-nvo3-vxlan-gpe-13, the P bit).
struct Vxlan {
    static constexpr std::size_t kSize = 8;
    enum class Extension : std::uint8_t { none, group_policy, generic_protocol };

    constexpr Vxlan(Fixed<kSize> header, Bytes rest) noexcept
        : vni(header.be<4, 3>()),
          flags(header.be<0, 1>()),
          vni_valid((flags & 0x08) != 0),
          extension((flags & 0x80) != 0   ? Extension::group_policy
                    : (flags & 0x04) != 0 ? Extension::generic_protocol
                                          : Extension::none),
          inner_frame(rest.rest()) {
        const auto second = header.be<1, 1>();
        const auto lower_half = header.be<2, 2>();
        const bool last_zero = header.be<7, 1>() == 0;
        switch (extension) {
            case Extension::none:
                reserved_zero = (flags & ~0x08) == 0 && second == 0 && lower_half == 0 && last_zero;
                break;
            case Extension::group_policy:
                group_policy_id = lower_half;
                dont_learn = (second & 0x40) != 0;
                policy_applied = (second & 0x08) != 0;
                reserved_zero = (flags & ~0x88) == 0 && (second & ~0x48) == 0 && last_zero;
                break;
            case Extension::generic_protocol:
                next_protocol = static_cast<std::uint8_t>(lower_half);
                version = flags >> 4 & 0x03;
                reserved_zero = (flags & 0xc0) == 0 && second == 0 && lower_half >> 8 == 0 && last_zero;
                break;
        }
    }

    std::uint32_t vni;   ///< VXLAN network identifier, 24 bits
    std::uint8_t flags;  ///< the whole first byte
    bool vni_valid;      ///< the I flag; a receiver drops a packet without it
    Extension extension;
    bool reserved_zero = false;  ///< all bits that the RFC and the extension reserve are 0; a receiver may want it so
    std::uint16_t group_policy_id = 0;  ///< of group_policy: the source's group
    bool dont_learn = false;            ///< of group_policy: nobody is to learn where the inner source is
    bool policy_applied = false;        ///< of group_policy: somebody has judged the packet already
    std::uint8_t next_protocol = 0;     ///< of generic_protocol: 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH, …
    std::uint8_t version = 0;           ///< of generic_protocol: only 0 is known
    std::span<const std::byte> inner_frame;

    /// What inner_frame begins with. nullopt where the extension says that it is something else, or has a version that
    /// nobody knows.
    [[nodiscard]] constexpr std::optional<LinkType> inner_link_type() const noexcept {
        if (extension != Extension::generic_protocol) {
            return LinkType::ethernet;
        }
        switch (version == 0 ? next_protocol : 0) {
            case 1: return LinkType::ipv4;
            case 2: return LinkType::ipv6;
            case 3: return LinkType::ethernet;
            default: return std::nullopt;
        }
    }
};

/// Reads a VXLAN header (8 bytes). nullopt when shorter.
[[nodiscard]] constexpr std::optional<Vxlan> dissect_vxlan(std::span<const std::byte> udp_payload) noexcept {
    return dissect_header<Vxlan>(udp_payload);
}

/// Whether a datagram to a port that nobody named holds VXLAN beyond reasonable doubt: the I flag is set and no other
/// bit but those of Group Based Policy, and within is an Ethernet frame from one station with ARP for IPv4, or with an
/// IP packet that has room in the datagram. Each datagram is judged alone, so that it is judged alike wherever it
/// stands in a capture.
///
/// `udp_length` is the UDP header's length field, 0 where it says nothing.
[[nodiscard]] bool is_surely_vxlan(std::span<const std::byte> udp_payload, std::uint16_t udp_length) noexcept;

}  // namespace kwd::packet
