// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>

namespace kwd::packet {

inline constexpr std::uint16_t kVxlanPortIana = 4789;   ///< RFC 7348; what HNS uses unless a VxlanPort policy says else
inline constexpr std::uint16_t kVxlanPortLinux = 8472;  ///< what Linux and flannel use unless told else

/// The UDP destination ports on which to look for VXLAN: whatever the node is configured for.
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

/// A VXLAN header (RFC 7348 §5) and the Ethernet frame within.
struct Vxlan {
    static constexpr std::size_t kSize = 8;

    constexpr Vxlan(Fixed<kSize> header, Bytes rest) noexcept
        : vni(header.be<4, 3>()),
          flags(header.be<0, 1>()),
          vni_valid((flags & 0x08) != 0),
          reserved_zero((flags & ~0x08) == 0 && header.be<1, 3>() == 0 && header.be<7, 1>() == 0),
          inner_frame(rest.rest()) {}

    std::uint32_t vni;   ///< VXLAN network identifier, 24 bits
    std::uint8_t flags;  ///< the whole first byte
    bool vni_valid;      ///< the I flag; a receiver drops a packet without it
    bool reserved_zero;  ///< all reserved bits are 0, as the RFC wants; extensions such as GBP and GPE use some of them
    std::span<const std::byte> inner_frame;
};

/// Reads a VXLAN header (8 bytes). nullopt when shorter.
[[nodiscard]] constexpr std::optional<Vxlan> dissect_vxlan(std::span<const std::byte> udp_payload) noexcept {
    return dissect_header<Vxlan>(udp_payload);
}

}  // namespace kwd::packet
