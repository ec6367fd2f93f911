// SPDX-License-Identifier: Apache-2.0
#include "packet/arp.h"

#include "packet/bytes.h"

namespace kwd::packet {

std::optional<Arp> dissect_arp(std::span<const std::byte> packet) noexcept {
    Bytes in{packet};
    const auto header = in.take<8>();
    if (!header) {
        return std::nullopt;
    }
    Arp arp{.operation = header->be<6, 2>(), .addresses = std::nullopt};
    const bool ipv4_over_ethernet = header->be<0, 2>() == 1 && header->be<2, 2>() == kEthertypeIpv4 &&
                                    header->be<4, 1>() == 6 && header->be<5, 1>() == 4;
    if (ipv4_over_ethernet) {
        const auto body = in.take<20>();
        if (!body) {
            return std::nullopt;
        }
        arp.addresses = {.sender_mac = body->octets<0, 6>(),
                         .sender_ip = body->be<6, 4>(),
                         .target_mac = body->octets<10, 6>(),
                         .target_ip = body->be<16, 4>()};
    }
    return arp;
}

}  // namespace kwd::packet
