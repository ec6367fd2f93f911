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
    /// is malformed and not merely truncated. They are where the whole frame was kept, whatever lengths a header
    /// claims, and where a header claims no more than was kept; but not in a fragment.
    [[nodiscard]] bool complete() const noexcept { return complete_ && !fragment_; }

    void frame(LinkType link_type, std::span<const std::byte> bytes) noexcept {
        switch (link_type) {
            case LinkType::ethernet: return link<Ethernet, Ethernet::kSize>(bytes);
            case LinkType::linux_sll: return link<LinuxCooked, LinuxCooked::kSizeV1>(bytes);
            case LinkType::linux_sll2: return link<LinuxCooked, LinuxCooked::kSizeV2>(bytes);
            case LinkType::null:
            case LinkType::loop: return link<Loopback, Loopback::kSize>(bytes);
            case LinkType::raw:
            case LinkType::raw_bsd:
            case LinkType::raw_openbsd: return raw(bytes);
            case LinkType::ipv4: return ipv4(bytes);
            case LinkType::ipv6: return ipv6(bytes);
        }
        worsen(Outcome::unsupported);
    }

    void udp(std::span<const std::byte> payload) noexcept {
        const auto* udp = read<Udp>(layers_.transport, payload);
        if (udp != nullptr && udp->length != 0) {
            complete_ = complete_ || !udp->cut;
        }
    }

  private:
    /// Whether what there is of a header says already that it is none. tshark stops there, and misses nothing; nor does
    /// it where there is nothing at all.
    template <class Header>
    [[nodiscard]] static bool contradicts(std::span<const std::byte> beginning) noexcept {
        if constexpr (requires { Header::contradicts(Bytes{beginning}); }) {
            return Header::contradicts(Bytes{beginning});
        }
        return false;
    }

    void worsen(Outcome outcome) noexcept { layers_.outcome = std::max(layers_.outcome, outcome); }

    /// Bytes are missing that a header consists of, or that it announces.
    void missing(Outcome if_never_there) noexcept {
        if (!fragment_) {
            worsen(complete_ ? if_never_there : Outcome::truncated);
        }
    }

    /// Reads a header into its layer, and judges it. nullptr when it is not there.
    template <class Header, std::size_t kSize = Header::kSize, class Layer>
    Header* read(Layer& layer, std::span<const std::byte> bytes) noexcept {
        Bytes in{bytes};
        const auto fixed = in.take<kSize>();
        if (!fixed) {
            missing(bytes.empty() || contradicts<Header>(bytes) ? Outcome::contradictory : Outcome::malformed);
            return nullptr;
        }
        auto& header = layer.template emplace<Header>(fixed, in);
        if constexpr (requires { header.defect; }) {
            if (header.defect != Defect::none) {
                worsen(Outcome::contradictory);
            }
        }
        if constexpr (requires { header.cut; }) {
            if (header.cut) {
                missing(Outcome::contradictory);
            }
        }
        return &header;
    }

    template <class Header, std::size_t kSize>
    void link(std::span<const std::byte> bytes) noexcept {
        const auto* header = read<Header, kSize>(layers_.link, bytes);
        if (header == nullptr) {
            return;
        }
        switch (header->ethertype) {
            case kEthertypeIpv4: return ipv4(header->payload);
            case kEthertypeIpv6: return ipv6(header->payload);
            case kEthertypeArp: read<Arp>(layers_.network, header->payload); return;
            default: worsen(Outcome::unsupported);
        }
    }

    void raw(std::span<const std::byte> bytes) noexcept {
        const auto first = Bytes{bytes}.be(1);
        if (!first) {
            return missing(Outcome::malformed);
        }
        switch (*first >> 4) {
            case 4: return ipv4(bytes);
            case 6: return ipv6(bytes);
            default: worsen(Outcome::unsupported);
        }
    }

    void ipv4(std::span<const std::byte> bytes) noexcept {
        if (const auto* ip = read<Ipv4>(layers_.network, bytes)) {
            network(*ip, ip->total_length != 0, ip->fragment_offset != 0);
        }
    }

    void ipv6(std::span<const std::byte> bytes) noexcept {
        if (const auto* ip = read<Ipv6>(layers_.network, bytes)) {
            network(*ip, ip->payload_length != 0, ip->fragment_header && ip->fragment_header->offset != 0);
        }
    }

    template <class Ip>
    void network(const Ip& ip, bool length_known, bool later_fragment) noexcept {
        if (ip.defect != Defect::none) {
            return;
        }
        if (length_known) {
            complete_ = complete_ || !ip.cut;
        }
        if (ip.fragment()) {
            fragment_ = true;
            worsen(Outcome::fragment);
        }
        if (!later_fragment) {
            transport(ip.protocol, ip.payload);
        }
    }

    void transport(std::uint8_t protocol, std::span<const std::byte> payload) noexcept {
        switch (protocol) {
            case kProtocolUdp: return udp(payload);
            case kProtocolTcp: read<Tcp>(layers_.transport, payload); return;
            case kProtocolIcmpv4: read<Icmpv4>(layers_.transport, payload); return;
            case kProtocolIcmpv6: read<Icmpv6>(layers_.transport, payload); return;
            default: worsen(Outcome::unsupported);
        }
    }

    Layers& layers_;
    bool complete_;
    bool fragment_ = false;  ///< what is missing of its payload may be in the others
};

void open_tunnel(Packet& packet, const VxlanPorts& vxlan_ports, bool complete) noexcept {
    const auto* udp = std::get_if<Udp>(&packet.outer.transport);
    if (udp == nullptr ||
        (!vxlan_ports.contains(udp->destination_port) && !is_surely_vxlan(udp->payload, udp->length))) {
        return;
    }
    Bytes in{udp->payload};
    const auto header = in.take<Vxlan::kSize>();
    if (!header || !packet.vxlan.emplace(header, in).vni_valid) {
        return;
    }
    if (const auto link_type = packet.vxlan->inner_link_type()) {
        Walk{packet.inner.emplace(), complete}.frame(*link_type, packet.vxlan->inner_frame);
    }
}

}  // namespace

Packet dissect(LinkType link_type, std::span<const std::byte> captured, std::size_t original_length,
               const VxlanPorts& vxlan_ports) noexcept {
    Packet packet;
    Walk outer{packet.outer, captured.size() >= original_length};
    outer.frame(link_type, captured);
    open_tunnel(packet, vxlan_ports, outer.complete());
    return packet;
}

void dissect_datagram(std::span<const std::byte> beginning, const VxlanPorts& vxlan_ports, Packet& packet) noexcept {
    packet.vxlan.reset();
    packet.inner.reset();
    Walk{packet.outer, false}.udp(beginning);
    packet.outer.outcome = Outcome::fragment;
    open_tunnel(packet, vxlan_ports, false);
}

}  // namespace kwd::packet
