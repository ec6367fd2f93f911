// SPDX-License-Identifier: Apache-2.0
#include "packet/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace kwd::packet {
namespace {

struct Ip {
    IpAddress source;
    IpAddress destination;
    std::uint32_t identification;
    bool fragment;
    bool later;
};

std::optional<Ip> ip_of(const Layers& layers) {
    if (const auto* v4 = std::get_if<Ipv4>(&layers.network)) {
        return Ip{IpAddress::v4(v4->source), IpAddress::v4(v4->destination), v4->identification, v4->fragment(),
                  v4->fragment_offset != 0};
    }
    if (const auto* v6 = std::get_if<Ipv6>(&layers.network)) {
        return Ip{IpAddress::v6(v6->source), IpAddress::v6(v6->destination),
                  v6->fragment_header ? v6->fragment_header->identification : 0, v6->fragment(),
                  v6->fragment_header && v6->fragment_header->offset != 0};
    }
    return std::nullopt;
}

struct Ports {
    std::optional<std::uint16_t> source;
    std::optional<std::uint16_t> destination;
};

Ports ports_of(const Layers& layers) {
    if (const auto* tcp = std::get_if<Tcp>(&layers.transport)) {
        return {tcp->source_port, tcp->destination_port};
    }
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        return {udp->source_port, udp->destination_port};
    }
    return {};
}

bool is(const FlowEnds::End& end, const IpAddress& address, std::optional<std::uint16_t> port) {
    return end.address == address && (!end.port || end.port == port);
}

bool is_between(const FlowEnds& flow, const Layers& layers) {
    const auto ip = ip_of(layers);
    const Ports ports = ports_of(layers);
    return ip && ((is(flow.one, ip->source, ports.source) && is(flow.other, ip->destination, ports.destination)) ||
                  (is(flow.other, ip->source, ports.source) && is(flow.one, ip->destination, ports.destination)));
}

std::optional<FlowEnds::End> parse_end(std::string_view text) {
    std::string_view address = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        address = text.substr(1, close - 1);
        port = text.substr(close + 1);
    } else if (std::ranges::count(text, ':') == 1) {
        address = text.substr(0, text.find(':'));
        port = text.substr(address.size());
    }
    const auto parsed = IpAddress::parse(address);
    if (!parsed) {
        return std::nullopt;
    }
    FlowEnds::End end{*parsed, std::nullopt};
    if (port.empty()) {
        return end;
    }
    std::uint16_t number = 0;
    const char* const last = port.data() + port.size();
    const auto read = std::from_chars(port.data() + 1, last, number);
    if (port[0] != ':' || read.ec != std::errc() || read.ptr != last) {
        return std::nullopt;
    }
    end.port = number;
    return end;
}

}  // namespace

Result<FlowEnds> parse_flow_ends(std::string_view text) {
    const auto dash = text.find('-');
    const auto one = parse_end(text.substr(0, dash));
    const auto other = dash == std::string_view::npos ? std::nullopt : parse_end(text.substr(dash + 1));
    if (!one || !other) {
        return Error{Errc::invalid_input,
                     fmt::format("read the flow '{}': it takes two ends, as 10.244.1.7:50000-10.244.2.9:53 or "
                                 "[fd00::7]:50000-[fd00::9]:53",
                                 text)};
    }
    return FlowEnds{*one, *other};
}

bool Selection::takes(const CapturedPacket& captured) {
    if (!vni && !flow) {
        return true;
    }
    const Packet packet = dissect(captured.link_type, captured.captured, captured.original_length, VxlanPorts{});
    if (meets(packet)) {
        remember(packet.outer);
        if (packet.inner) {
            remember(*packet.inner);
        }
        return true;
    }
    return follows(packet.outer) || (packet.inner && follows(*packet.inner) && (!vni || packet.vxlan->vni == *vni));
}

bool Selection::meets(const Packet& packet) const {
    if (vni && (!packet.vxlan || !packet.vxlan->vni_valid || packet.vxlan->vni != *vni)) {
        return false;
    }
    return !flow || is_between(*flow, packet.outer) || (packet.inner && is_between(*flow, *packet.inner));
}

bool Selection::follows(const Layers& layers) const {
    const auto ip = ip_of(layers);
    return ip && ip->later && std::ranges::any_of(fragmented_, [&](const Fragmented& each) {
               return each.source == ip->source && each.destination == ip->destination &&
                      each.identification == ip->identification;
           });
}

void Selection::remember(const Layers& layers) {
    if (const auto ip = ip_of(layers); ip && ip->fragment && !ip->later) {
        fragmented_[next_] = {ip->source, ip->destination, ip->identification};
        next_ = (next_ + 1) % fragmented_.size();
    }
}

}  // namespace kwd::packet
