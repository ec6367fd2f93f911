// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/dissect.h"

#include <cstdint>

namespace kwd::packet {

/// What a packet is for, as far as the numbers of its ports and what is at them tell.
enum class Application : std::uint8_t {
    unknown,
    dns,     ///< port 53
    dhcp,    ///< ports 67 and 68, with the magic cookie of RFC 2131 §3 where that was captured
    dhcpv6,  ///< ports 546 and 547 (RFC 8415)
    geneve,  ///< to port 6081, version 0 (RFC 8926); what is in the tunnel is not read
};

/// Names what the transport carries. VXLAN is told by Packet::vxlan instead.
[[nodiscard]] Application application_of(const Layers& layers) noexcept;

/// The name as people write it: `DNS`, `DHCP`, `DHCPv6`, `Geneve`; empty for unknown.
[[nodiscard]] const char* name_of(Application application) noexcept;

}  // namespace kwd::packet
