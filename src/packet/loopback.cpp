// SPDX-License-Identifier: Apache-2.0
#include "packet/loopback.h"

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

static constexpr std::uint32_t family_of(Fixed<Loopback::kSize> header) noexcept {
    const auto network_order = header.be<0, 4>();
    return network_order > 0xffff ? header.le<0, 4>() : network_order;
}

Loopback::Loopback(Fixed<kSize> header, Bytes rest) noexcept
    : family(family_of(header)), ethertype(ethertype_of(family)), payload(rest.rest()) {}

}  // namespace kwd::packet
