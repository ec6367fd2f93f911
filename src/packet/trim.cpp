// SPDX-License-Identifier: Apache-2.0
#include "packet/trim.h"

#include "packet/bytes.h"
#include "packet/dissect.h"

#include <algorithm>
#include <optional>

namespace kwd::packet {

static constexpr std::uint16_t kDnsPort = 53;

static bool is_fragment(const Layers& layers) noexcept {
    const auto* v4 = std::get_if<Ipv4>(&layers.network);
    const auto* v6 = std::get_if<Ipv6>(&layers.network);
    return (v4 != nullptr && v4->fragment()) || (v6 != nullptr && v6->fragment());
}

namespace {

constexpr std::size_t kEthernetAndIpv4 = 34;
constexpr std::size_t kTunnel = 50;  // to the inner frame: Ethernet, IPv4, UDP, VXLAN

// A frame with IPv4 that has no options, is no fragment and is exactly as long as it says.
bool is_plain_ipv4(Fixed<kEthernetAndIpv4> frame, std::size_t frame_length) noexcept {
    return frame.be<12, 2>() == kEthertypeIpv4 && frame.be<14, 1>() == 0x45 && (frame.be<20, 2>() & 0x3fff) == 0 &&
           frame.be<16, 2>() + std::size_t{14} == frame_length;
}

// The answer for most packets of a node, found without reading all that their headers say; nullopt for all others, of
// which nothing is known then.
std::optional<std::size_t> quickly_trimmed_length(std::span<const std::byte> captured,
                                                  std::size_t original_length) noexcept {
    Bytes in{captured};
    const auto outer = in.take<kEthernetAndIpv4>();
    if (!outer || !is_plain_ipv4(outer, original_length)) {
        return std::nullopt;
    }
    auto frame = outer;
    std::size_t begin = 0;  // of the innermost frame
    if (outer.be<23, 1>() == kProtocolUdp) {
        const auto tunnel = in.take<kTunnel - kEthernetAndIpv4>();
        if (!tunnel || (tunnel.be<2, 2>() != kVxlanPortIana && tunnel.be<2, 2>() != kVxlanPortLinux) ||
            tunnel.be<4, 2>() + kEthernetAndIpv4 != original_length || tunnel.be<8, 1>() != 0x08) {
            return std::nullopt;
        }
        frame = in.take<kEthernetAndIpv4>();
        begin = kTunnel;
        if (!frame || !is_plain_ipv4(frame, original_length - kTunnel)) {
            return std::nullopt;
        }
    }
    const std::size_t header = begin + kEthernetAndIpv4;
    const auto is_dns = [](auto ports) {
        return ports.template be<0, 2>() == kDnsPort || ports.template be<2, 2>() == kDnsPort;
    };
    if (frame.be<23, 1>() == kProtocolTcp) {
        const auto tcp = in.take<20>();
        const std::size_t length = tcp ? tcp.be<12, 1>() / 16U * 4U : 0U;
        if (length < 20 || header + length > std::min(captured.size(), original_length)) {
            return std::nullopt;
        }
        return is_dns(tcp) ? captured.size() : header + length;
    }
    if (frame.be<23, 1>() == kProtocolUdp && begin != 0) {
        const auto udp = in.take<8>();
        if (!udp || udp.be<4, 2>() < 8 || udp.be<4, 2>() + header != original_length) {
            return std::nullopt;
        }
        return is_dns(udp) ? captured.size() : header + 8;
    }
    return std::nullopt;
}

}  // namespace

std::size_t trimmed_length(LinkType link_type, std::span<const std::byte> captured,
                           std::size_t original_length) noexcept {
    if (link_type == LinkType::ethernet) {
        if (const auto length = quickly_trimmed_length(captured, original_length)) {
            return *length;
        }
    }
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
