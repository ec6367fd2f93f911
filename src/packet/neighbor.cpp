// SPDX-License-Identifier: Apache-2.0
#include "packet/neighbor.h"

namespace kwd::packet {

static constexpr std::uint8_t kSourceLinkLayerAddress = 1;
static constexpr std::uint8_t kTargetLinkLayerAddress = 2;

NeighborMessage::NeighborMessage(Fixed<kSize> target_address, Bytes options) noexcept
    : target(target_address.octets<0, 16>()) {
    while (!options.rest().empty()) {
        const auto header = options.take<2>();
        // Lengths are in units of 8 bytes, of which the header is part; 0 would never end (RFC 4861 §4.6).
        const auto length = header ? header.be<1, 1>() * std::size_t{8} : 0;
        const auto data = length != 0 ? options.take(length - 2) : std::nullopt;
        if (!data) {
            cut = true;
            return;
        }
        const auto address = Bytes{*data}.take<6>();
        if (header.be<0, 1>() == kSourceLinkLayerAddress && length == 8) {
            source_mac = address.octets<0, 6>();
        } else if (header.be<0, 1>() == kTargetLinkLayerAddress && length == 8) {
            target_mac = address.octets<0, 6>();
        }
    }
}

std::optional<NeighborMessage> dissect_neighbor(const Icmpv6& icmp) noexcept {
    if (icmp.type != Icmpv6::kNeighborSolicitation && icmp.type != Icmpv6::kNeighborAdvertisement) {
        return std::nullopt;
    }
    auto message = dissect_header<NeighborMessage>(icmp.body);
    if (message) {
        message->solicitation = icmp.type == Icmpv6::kNeighborSolicitation;
        if (!message->solicitation) {
            message->router = (icmp.rest_of_header & 0x80000000U) != 0;
            message->solicited = (icmp.rest_of_header & 0x40000000U) != 0;
            message->override_old = (icmp.rest_of_header & 0x20000000U) != 0;
        }
    }
    return message;
}

}  // namespace kwd::packet
