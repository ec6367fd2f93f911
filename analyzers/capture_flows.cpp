// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture_flows.h"

#include "analyzers/capture_interfaces.h"
#include "analyzers/capture_rows.h"
#include "packet/packet_text.h"
#include "snapshot/tables/packets.h"

#include <algorithm>
#include <utility>

namespace kwd::analyzers {
std::size_t Flows::Hash::operator()(const Key& key) const noexcept {
    std::size_t hash = 0;
    mix(hash, key.source);
    mix(hash, key.destination);
    mix(hash,
        static_cast<std::uint64_t>(key.protocol << 48 ^ key.source_port << 32 ^ key.destination_port << 16 ^ key.vni));
    return hash;
}

void Flows::add(const SeenPacket& packet) {
    const auto ip = ip_of(packet.layers);
    if (!ip) {
        return;
    }
    Key key{ip->source, ip->destination, ip->protocol, -1, -1, packet.vni.value_or(-1)};
    std::uint8_t flags = 0;
    if (const auto* tcp = std::get_if<packet::Tcp>(&packet.layers.transport)) {
        key.source_port = tcp->source_port;
        key.destination_port = tcp->destination_port;
        flags = tcp->flags;
    } else if (const auto* udp = std::get_if<packet::Udp>(&packet.layers.transport)) {
        key.source_port = udp->source_port;
        key.destination_port = udp->destination_port;
    }
    Counts* counts = flows_.at(key);
    if (counts == nullptr) {
        return;
    }
    const auto has = [&](std::uint8_t flag) { return (flags & flag) != 0 ? 1 : 0; };
    counts->times.add(packet.number, packet.time_ns);
    ++counts->packets;
    counts->bytes += ip->bytes;
    const int syn = has(packet::Tcp::kSyn);
    const int ack = has(packet::Tcp::kAck);
    counts->syn += syn & (ack ^ 1);
    counts->syn_ack += syn & ack;
    counts->rst += has(packet::Tcp::kRst);
    counts->fin += has(packet::Tcp::kFin);
}

void Flows::add_fragments(const IpPacket& ip, const packet::Fragments::Waited& fragments) {
    if (Counts* counts = flows_.at({ip.source, ip.destination, ip.protocol, -1, -1, -1})) {
        counts->times.add(fragments.first_packet, fragments.first_ns);
        counts->times.add(fragments.first_packet, fragments.last_ns);
        counts->packets += fragments.packets;
        counts->bytes += static_cast<std::int64_t>(fragments.bytes);
    }
}

void Flows::write(CaptureRows& out) const {
    out.cover_counted(snapshot::kFlows.name, flows_.left_out(), kMostFlows);
    for (const auto& [key, counts] : flows_.items()) {
        const bool tcp = key.protocol == packet::kProtocolTcp;
        const auto of_tcp = [&](std::int64_t count) { return tcp ? snapshot::Integer(count) : std::nullopt; };
        out.add(snapshot::kFlows,
                {.source = key.source.text(),
                 .destination = key.destination.text(),
                 .protocol = key.protocol,
                 .source_port = known(key.source_port),
                 .destination_port = known(key.destination_port),
                 .vni = known(key.vni),
                 .packets = counts.packets,
                 .bytes = counts.bytes,
                 .syn = of_tcp(counts.syn),
                 .syn_ack = of_tcp(counts.syn_ack),
                 .rst = of_tcp(counts.rst),
                 .fin = of_tcp(counts.fin),
                 .first_time_utc = time_text(counts.times.first_ns),
                 .last_time_utc = time_text(counts.times.last_ns)},
                counts.times.first_packet);
    }
}

std::size_t TunnelFlows::Hash::operator()(const Key& key) const noexcept {
    std::size_t hash = 0;
    mix(hash, key.source);
    mix(hash, key.destination);
    mix(hash, static_cast<std::uint64_t>(key.port << 32 ^ key.vni));
    return hash;
}

std::size_t TunnelFlows::MacHash::operator()(const MacKey& key) const noexcept {
    std::size_t hash = Hash{}(key.tunnel);
    for (std::size_t i = 0; i < key.source.size(); ++i) {
        mix(hash, static_cast<std::uint64_t>(key.source[i]) << 8U | key.destination[i]);
    }
    return hash;
}

std::size_t TunnelFlows::DatagramHash::operator()(const Datagram& datagram) const noexcept {
    std::size_t hash = datagram.identification;
    mix(hash, datagram.source);
    mix(hash, datagram.destination);
    return hash;
}

void TunnelFlows::add_outer(const Key& key, const SeenPacket& outer, const IpPacket& ip) {
    Counts* counts = outer.repeated ? nullptr : flows_.at(key);
    if (counts != nullptr) {
        counts->times.add(outer.number, outer.time_ns);
        ++counts->packets;
        counts->bytes += ip.bytes;
        counts->fragments += ip.fragment ? 1 : 0;
    }
}

void TunnelFlows::add_before(const Key& key, const TunnelPaths::Path& path, const packet::Fragments::Waited& before) {
    if (before.packets == 0) {
        return;
    }
    if (Counts* counts = flows_.at(key)) {
        counts->times.add(before.first_packet, before.first_ns);
        counts->times.add(before.first_packet, before.last_ns);
        counts->packets += before.packets;
        counts->bytes += static_cast<std::int64_t>(before.bytes);
        counts->fragments += before.packets;
    }
    paths_.add_before(path, before);
}

void TunnelFlows::add(const SeenPacket& outer, const packet::Vxlan& vxlan, const std::optional<packet::Layers>& inner,
                      const packet::Fragments::Waited& before) {
    const auto ip = ip_of(outer.layers);
    const auto* udp = std::get_if<packet::Udp>(&outer.layers.transport);
    if (!ip || udp == nullptr) {
        return;
    }
    const Key key{ip->source, ip->destination, udp->destination_port, vxlan.vni};
    add_outer(key, outer, *ip);
    if (Counts* counts = outer.repeated ? nullptr : flows_.at(key)) {
        counts->vni_valid = counts->vni_valid && vxlan.vni_valid;
        counts->zero_checksum += udp->checksum == 0 ? 1 : 0;
        const auto inner_ip = inner ? ip_of(*inner) : std::nullopt;
        counts->largest_inner = std::max(counts->largest_inner, inner_ip ? inner_ip->bytes : 0);
    }
    const auto path = paths_.add(outer, vxlan, inner);
    if (ip->fragment && path) {
        add_before(key, *path, before);
        if (ways_.size() == packet::Fragments::kMostDatagrams) {
            older_ways_ = std::exchange(ways_, {});
        }
        ways_.insert_or_assign({ip->source, ip->destination, ip->identification}, *path);
    }
    const auto* frame = inner ? std::get_if<packet::Ethernet>(&inner->link) : nullptr;
    if (frame != nullptr && !outer.repeated) {
        if (MacCounts* counts = macs_.at({key, frame->source, frame->destination})) {
            counts->times.add(outer.number, outer.time_ns);
            ++counts->packets;
        }
    }
}

void TunnelFlows::add_fragment(const SeenPacket& outer, const IpPacket& ip,
                               const packet::Fragments::Datagram& datagram) {
    const Datagram key{ip.source, ip.destination, ip.identification};
    auto found = ways_.find(key);
    if (found == ways_.end() && (found = older_ways_.find(key)) == older_ways_.end()) {
        return;
    }
    add_outer({ip.source, ip.destination, datagram.destination_port, found->second.vni}, outer, ip);
    paths_.add_fragment(found->second, outer, ip);
}

void TunnelFlows::write(const CaptureInterfaces& interfaces, CaptureRows& out) const {
    paths_.write(interfaces, out);
    out.cover_counted(snapshot::kVxlanFlows.name, flows_.left_out(), kMostTunnelFlows);
    for (const auto& [key, counts] : flows_.items()) {
        out.add(
            snapshot::kVxlanFlows,
            {.outer_source = key.source.text(),
             .outer_destination = key.destination.text(),
             .udp_port = key.port,
             .vni = key.vni,
             .vni_valid = counts.vni_valid,
             .packets = counts.packets,
             .bytes = counts.bytes,
             .largest_inner_bytes = counts.largest_inner == 0 ? std::nullopt : snapshot::Integer(counts.largest_inner),
             .outer_fragments = counts.fragments,
             .zero_checksum = counts.zero_checksum,
             .first_time_utc = time_text(counts.times.first_ns),
             .last_time_utc = time_text(counts.times.last_ns)},
            counts.times.first_packet);
    }
    out.cover_counted(snapshot::kVxlanInnerMacs.name, macs_.left_out(), kMostTunnelFlows);
    for (const auto& [key, counts] : macs_.items()) {
        out.add(snapshot::kVxlanInnerMacs,
                {.vni = key.tunnel.vni,
                 .outer_source = key.tunnel.source.text(),
                 .outer_destination = key.tunnel.destination.text(),
                 .source_mac = packet::mac_text(key.source),
                 .destination_mac = packet::mac_text(key.destination),
                 .packets = counts.packets},
                counts.times.first_packet);
    }
}

}  // namespace kwd::analyzers
