// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/ethernet.h"
#include "packet/header.h"
#include "packet/icmp.h"
#include "packet/ipv6.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace kwd::packet {

/// A neighbor solicitation or advertisement (RFC 4861 §4.3, §4.4): ARP's request and reply for IPv6.
struct NeighborMessage {
    static constexpr std::size_t kSize = 16;

    NeighborMessage(Fixed<kSize> target_address, Bytes options) noexcept;

    Ipv6Address target;  ///< whose hardware address is asked for, or told
    std::optional<MacAddress> source_mac;
    std::optional<MacAddress> target_mac;
    bool solicitation = false;  ///< else an advertisement
    bool router = false;        ///< of an advertisement: it comes from a router
    bool solicited = false;     ///< of an advertisement: it answers a solicitation
    bool override_old = false;  ///< of an advertisement: what was known before is to be forgotten
    bool cut = false;           ///< the options are not all there, or one leaves them
};

/// Reads what an ICMPv6 message of these two types carries. nullopt for any other, and when the target is not all
/// there.
[[nodiscard]] std::optional<NeighborMessage> dissect_neighbor(const Icmpv6& icmp) noexcept;

}  // namespace kwd::packet
