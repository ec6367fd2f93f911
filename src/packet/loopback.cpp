// SPDX-License-Identifier: Apache-2.0
#include "packet/loopback.h"

#include "packet/bytes.h"
#include "packet/ethernet.h"

namespace kwd::packet {

static constexpr std::uint16_t ethertype_of(std::uint32_t family) noexcept {
    switch (family) {
        case 2: return kEthertypeIpv4;
        case 10:
        case 23:
        case 24:
        case 28:
        case 30: return kEthertypeIpv6;
        default: return 0;
    }
}

std::optional<Loopback> dissect_loopback(std::span<const std::byte> packet) noexcept {
    Bytes in{packet};
    const auto header = in.take<4>();
    if (!header) {
        return std::nullopt;
    }
    const auto network_order = header->be<0, 4>();
    const auto family = network_order > 0xffff ? header->le<0, 4>() : network_order;
    return Loopback{.family = family, .ethertype = ethertype_of(family), .payload = in.rest()};
}

}  // namespace kwd::packet
