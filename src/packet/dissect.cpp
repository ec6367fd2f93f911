// SPDX-License-Identifier: Apache-2.0
#include "packet/dissect.h"

#include <algorithm>

namespace kwd::packet {

namespace {

/// Walks through the layers of one frame.
class Walk {
  public:
    Walk(Layers& layers, bool complete) noexcept : layers_(layers), complete_(complete) {}

    /// Whether the bytes of the layer that was reached are all that were on the wire, so that a header which wants more
    /// is malformed and not merely truncated.
    [[nodiscard]] bool complete() const noexcept { return complete_; }

    void frame(LinkType link_type, std::span<const std::byte> bytes) noexcept {
        switch (link_type) {
            case LinkType::ethernet: return linked<Ethernet>(dissect_ethernet(bytes));
            case LinkType::linux_sll: return linked<LinuxCooked>(dissect_linux_cooked(bytes));
            case LinkType::linux_sll2: return linked<LinuxCooked>(dissect_linux_cooked_v2(bytes));
            case LinkType::null:
            case LinkType::loop: return linked<Loopback>(dissect_loopback(bytes));
            case LinkType::raw:
            case LinkType::raw_bsd:
            case LinkType::raw_openbsd: return raw(bytes);
            case LinkType::ipv4: return ipv4(bytes);
            case LinkType::ipv6: return ipv6(bytes);
        }
        worsen(Outcome::unsupported);
    }

  private:
    void worsen(Outcome outcome) noexcept { layers_.outcome = std::max(layers_.outcome, outcome); }

    /// Bytes are missing that a header needs or announces.
    void missing() noexcept {
        if (layers_.outcome != Outcome::fragment) {
            worsen(complete_ ? Outcome::malformed : Outcome::truncated);
        }
    }

    template <class Header>
    void linked(const std::optional<Header>& header) noexcept {
        if (!header) {
            return missing();
        }
        layers_.link = *header;
        switch (header->ethertype) {
            case kEthertypeIpv4: return ipv4(header->payload);
            case kEthertypeIpv6: return ipv6(header->payload);
            case kEthertypeArp: return arp(header->payload);
            default: worsen(Outcome::unsupported);
        }
    }

    void raw(std::span<const std::byte> bytes) noexcept {
        const auto first = Bytes{bytes}.be(1);
        if (!first) {
            return missing();
        }
        switch (*first >> 4) {
            case 4: return ipv4(bytes);
            case 6: return ipv6(bytes);
            default: worsen(Outcome::malformed);
        }
    }

    void arp(std::span<const std::byte> bytes) noexcept {
        const auto arp = dissect_arp(bytes);
        if (!arp) {
            return missing();
        }
        layers_.network = *arp;
    }

    void ipv4(std::span<const std::byte> bytes) noexcept {
        if (const auto ip = dissect_ipv4(bytes); !ip) {
            missing();
        } else {
            layers_.network = *ip;
            network(*ip, ip->total_length != 0, ip->fragment_offset != 0);
        }
    }

    void ipv6(std::span<const std::byte> bytes) noexcept {
        if (const auto ip = dissect_ipv6(bytes); !ip) {
            missing();
        } else {
            layers_.network = *ip;
            network(*ip, ip->payload_length != 0, ip->fragment_header && ip->fragment_header->offset != 0);
        }
    }

    template <class Ip>
    void network(const Ip& ip, bool length_known, bool later_fragment) noexcept {
        if (ip.defect != Defect::none) {
            return worsen(Outcome::malformed);
        }
        if (ip.cut) {
            missing();
        }
        if (length_known) {
            complete_ = !ip.cut;
        }
        if (ip.fragment()) {
            worsen(Outcome::fragment);
        }
        if (!later_fragment) {
            transport(ip.protocol, ip.payload);
        }
    }

    void transport(std::uint8_t protocol, std::span<const std::byte> payload) noexcept {
        switch (protocol) {
            case kProtocolUdp: return udp(payload);
            case kProtocolTcp: return segment(dissect_tcp(payload));
            case kProtocolIcmpv4: return message(dissect_icmpv4(payload));
            case kProtocolIcmpv6: return message(dissect_icmpv6(payload));
            default: worsen(Outcome::unsupported);
        }
    }

    void udp(std::span<const std::byte> payload) noexcept {
        const auto udp = dissect_udp(payload);
        segment(udp);
        if (udp && udp->length != 0) {
            complete_ = !udp->cut;
        }
    }

    template <class Header>
    void segment(const std::optional<Header>& header) noexcept {
        if (!header) {
            return missing();
        }
        layers_.transport = *header;
        if (header->defect != Defect::none) {
            worsen(Outcome::malformed);
        } else if (header->cut) {
            missing();
        }
    }

    template <class Header>
    void message(const std::optional<Header>& header) noexcept {
        if (!header) {
            return missing();
        }
        layers_.transport = *header;
    }

    Layers& layers_;
    bool complete_;
};

}  // namespace

Packet dissect(LinkType link_type, std::span<const std::byte> captured, std::size_t original_length,
               const VxlanPorts& vxlan_ports) noexcept {
    Packet packet;
    Walk outer{packet.outer, captured.size() >= original_length};
    outer.frame(link_type, captured);

    const auto* udp = std::get_if<Udp>(&packet.outer.transport);
    if (udp == nullptr || !vxlan_ports.contains(udp->destination_port)) {
        return packet;
    }
    packet.vxlan = dissect_vxlan(udp->payload);
    if (packet.vxlan && packet.vxlan->vni_valid) {
        Walk{packet.inner.emplace(), outer.complete()}.frame(LinkType::ethernet, packet.vxlan->inner_frame);
    }
    return packet;
}

}  // namespace kwd::packet
