// SPDX-License-Identifier: Apache-2.0
#include "packet/quoted_packet.h"

#include "packet/bytes.h"

namespace kwd::packet {

static std::optional<QuotedPacket::Ports> read_ports(std::uint8_t protocol,
                                                     std::span<const std::byte> payload) noexcept {
    if (protocol != kProtocolTcp && protocol != kProtocolUdp) {
        return std::nullopt;
    }
    Bytes in{payload};
    const auto ports = in.take<4>();
    if (!ports) {
        return std::nullopt;
    }
    return QuotedPacket::Ports{.source = ports.be<0, 2>(), .destination = ports.be<2, 2>()};
}

std::optional<QuotedPacket> dissect_quoted_packet(std::span<const std::byte> body) noexcept {
    if (const auto ip = dissect_ipv4(body); ip && ip->defect != Defect::version) {
        return QuotedPacket{.ip = *ip,
                            .protocol = ip->protocol,
                            .ports = ip->fragment_offset == 0 ? read_ports(ip->protocol, ip->payload) : std::nullopt};
    }
    if (const auto ip = dissect_ipv6(body); ip && ip->defect != Defect::version) {
        const bool later_fragment = ip->fragment_header && ip->fragment_header->offset != 0;
        return QuotedPacket{.ip = *ip,
                            .protocol = ip->protocol,
                            .ports = later_fragment ? std::nullopt : read_ports(ip->protocol, ip->payload)};
    }
    return std::nullopt;
}

}  // namespace kwd::packet
