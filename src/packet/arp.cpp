// SPDX-License-Identifier: Apache-2.0
#include "packet/arp.h"

namespace kwd::packet {

static constexpr bool is_ipv4_over_ethernet(Fixed<Arp::kSize> header) noexcept {
    return header.be<0, 2>() == 1 && header.be<2, 2>() == kEthertypeIpv4 && header.be<4, 1>() == 6 &&
           header.be<5, 1>() == 4;
}

Arp::Arp(Fixed<kSize> header, Bytes rest) noexcept : operation(header.be<6, 2>()) {
    if (!is_ipv4_over_ethernet(header)) {
        return;
    }
    const auto body = rest.take<20>();
    if (!body) {
        cut = true;
        return;
    }
    addresses = Addresses{.sender_mac = body.octets<0, 6>(),
                          .sender_ip = body.be<6, 4>(),
                          .target_mac = body.octets<10, 6>(),
                          .target_ip = body.be<16, 4>()};
}

}  // namespace kwd::packet
