// SPDX-License-Identifier: Apache-2.0
#include "packet/trim.h"

#include "packet/dissect.h"

#include <algorithm>

namespace kwd::packet {

static constexpr std::uint16_t kDnsPort = 53;

static bool is_fragment(const Layers& layers) noexcept {
    const auto* v4 = std::get_if<Ipv4>(&layers.network);
    const auto* v6 = std::get_if<Ipv6>(&layers.network);
    return (v4 != nullptr && v4->fragment()) || (v6 != nullptr && v6->fragment());
}

std::size_t trimmed_length(LinkType link_type, std::span<const std::byte> captured,
                           std::size_t original_length) noexcept {
    static constexpr VxlanPorts kUsualPorts;
    const std::size_t most = std::min(captured.size(), kMostHeaderBytes);
    const Packet packet = dissect(link_type, captured, original_length, kUsualPorts);
    const Layers& layers = packet.inner ? *packet.inner : packet.outer;
    if (is_fragment(packet.outer) || is_fragment(layers) || layers.outcome >= Outcome::contradictory) {
        return most;
    }
    const auto end_of_header = [&](std::span<const std::byte> payload) {
        return std::min(static_cast<std::size_t>(payload.data() - captured.data()), captured.size());
    };
    const auto is_dns = [](const auto& transport) {
        return transport.source_port == kDnsPort || transport.destination_port == kDnsPort;
    };
    if (const auto* tcp = std::get_if<Tcp>(&layers.transport)) {
        return is_dns(*tcp) ? captured.size() : end_of_header(tcp->payload);
    }
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        if (is_dns(*udp)) {
            return captured.size();
        }
        return packet.inner ? end_of_header(udp->payload) : most;
    }
    return most;
}

}  // namespace kwd::packet
