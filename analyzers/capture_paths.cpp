// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture_paths.h"

#include "analyzers/capture_interfaces.h"
#include "analyzers/capture_rows.h"
#include "packet/packet_text.h"
#include "snapshot/tables/packets.h"

#include <algorithm>
#include <tuple>

namespace kwd::analyzers {
namespace {

// Everything that makes two packets' ways the same.
auto key_of(const TunnelPaths::Path& path) {
    return std::tie(path.interface, path.source, path.destination, path.port, path.vni, path.vni_valid, path.source_mac,
                    path.destination_mac, path.ethertype, path.inner_source, path.inner_destination);
}

void mix_mac(std::size_t& hash, const std::optional<packet::MacAddress>& mac) {
    std::uint64_t bits = 0;
    for (const std::uint8_t byte : mac.value_or(packet::MacAddress{})) {
        bits = bits << 8U | byte;
    }
    mix(hash, bits);
}

snapshot::Text name_of(const CaptureInterfaces& interfaces, std::uint32_t number) {
    const std::string& name = interfaces.name(number);
    return name.empty() ? std::nullopt : snapshot::Text(name);
}

snapshot::Text mac_or_null(const std::optional<packet::MacAddress>& mac) {
    return mac ? snapshot::Text(packet::mac_text(*mac)) : std::nullopt;
}

snapshot::Text text_or_null(const std::optional<IpAddress>& address) {
    return address ? snapshot::Text(address->text()) : std::nullopt;
}

}  // namespace

bool TunnelPaths::Same::operator()(const Path& a, const Path& b) const noexcept {
    return key_of(a) == key_of(b);
}

std::size_t TunnelPaths::Hash::operator()(const Path& path) const noexcept {
    std::size_t hash = path.interface;
    mix(hash, path.source);
    mix(hash, path.destination);
    mix(hash, static_cast<std::uint64_t>(path.port << 32 ^ path.vni << 1 ^ (path.vni_valid ? 1 : 0)));
    mix_mac(hash, path.source_mac);
    mix_mac(hash, path.destination_mac);
    mix(hash, static_cast<std::uint64_t>(path.ethertype));
    if (path.inner_source) {
        mix(hash, *path.inner_source);
    }
    if (path.inner_destination) {
        mix(hash, *path.inner_destination);
    }
    return hash;
}

std::size_t TunnelPaths::SizeHash::operator()(const Size& size) const noexcept {
    std::size_t hash = size.interface;
    mix(hash, size.source);
    mix(hash, size.destination);
    mix(hash, static_cast<std::uint64_t>(size.port << 32 ^ size.vni));
    mix(hash, static_cast<std::uint64_t>(size.bytes << 16 ^ size.inner_protocol << 1 ^ (size.fragment ? 1 : 0)));
    return hash;
}

std::optional<TunnelPaths::Path> TunnelPaths::add(const SeenPacket& outer, const packet::Vxlan& vxlan,
                                                  const std::optional<packet::Layers>& inner) {
    const auto ip = ip_of(outer.layers);
    const auto* udp = std::get_if<packet::Udp>(&outer.layers.transport);
    if (!ip || udp == nullptr) {
        return std::nullopt;
    }
    Path path{outer.interface,
              ip->source,
              ip->destination,
              udp->destination_port,
              vxlan.vni,
              vxlan.vni_valid,
              {},
              {},
              -1,
              {},
              {},
              -1};
    if (const auto* frame = inner ? std::get_if<packet::Ethernet>(&inner->link) : nullptr) {
        path.source_mac = frame->source;
        path.destination_mac = frame->destination;
        path.ethertype = frame->ethertype;
    }
    if (const auto inner_ip = inner ? ip_of(*inner) : std::nullopt) {
        path.inner_source = inner_ip->source;
        path.inner_destination = inner_ip->destination;
        path.inner_protocol = inner_ip->protocol;
    }
    count(path, outer, *ip);
    return path;
}

void TunnelPaths::add_fragment(const Path& path, const SeenPacket& outer, const IpPacket& ip) {
    Path same = path;
    same.interface = outer.interface;
    count(same, outer, ip);
}

TunnelPaths::Counts* TunnelPaths::counts_of(const Path& path) {
    if (Counts* counts = paths_.at(path)) {
        return counts;
    }
    Path rest = path;
    rest.inner_source.reset();
    rest.inner_destination.reset();
    return without_addresses_.at(rest);
}

// Of their lengths nothing is known but the sum, so that `vxlan_sizes` tells of them as fragments of the length that
// they have on average.
void TunnelPaths::add_before(const Path& path, const packet::Fragments::Waited& before) {
    const auto bytes = static_cast<std::int64_t>(before.bytes);
    if (Counts* counts = counts_of(path)) {
        counts->times.add(before.first_packet, before.first_ns);
        counts->times.add(before.first_packet, before.last_ns);
        counts->packets += before.packets;
        counts->bytes += bytes;
        counts->largest = std::max(counts->largest, bytes / before.packets);
        counts->fragments += before.packets;
    }
    if (SizeCounts* of_size = sizes_.at({path.interface, path.source, path.destination, path.port, path.vni, true,
                                         path.inner_protocol, bytes / before.packets})) {
        of_size->times.add(before.first_packet, before.first_ns);
        of_size->times.add(before.first_packet, before.last_ns);
        of_size->packets += before.packets;
    }
}

void TunnelPaths::count(const Path& path, const SeenPacket& outer, const IpPacket& ip) {
    if (Counts* counts = counts_of(path)) {
        counts->times.add(outer.number, outer.time_ns);
        ++counts->packets;
        counts->bytes += ip.bytes;
        counts->largest = std::max(counts->largest, ip.bytes);
        counts->fragments += ip.fragment ? 1 : 0;
    }
    if (ip.fragment || ip.bytes > kEveryPathCarries) {
        if (SizeCounts* of_size = sizes_.at({path.interface, path.source, path.destination, path.port, path.vni,
                                             ip.fragment, path.inner_protocol, ip.bytes})) {
            of_size->times.add(outer.number, outer.time_ns);
            ++of_size->packets;
        }
    }
}

void TunnelPaths::write_paths(const Paths& paths, const CaptureInterfaces& interfaces, CaptureRows& out) {
    for (const auto& [path, counts] : paths.items()) {
        out.add(snapshot::kVxlanPaths,
                {.interface_name = name_of(interfaces, path.interface),
                 .outer_source = path.source.text(),
                 .outer_destination = path.destination.text(),
                 .udp_port = path.port,
                 .vni = path.vni,
                 .vni_valid = path.vni_valid,
                 .inner_source_mac = mac_or_null(path.source_mac),
                 .inner_destination_mac = mac_or_null(path.destination_mac),
                 .inner_ethertype = known(path.ethertype),
                 .inner_source = text_or_null(path.inner_source),
                 .inner_destination = text_or_null(path.inner_destination),
                 .packets = counts.packets,
                 .bytes = counts.bytes,
                 .largest_outer_bytes = counts.largest,
                 .outer_fragments = counts.fragments,
                 .first_time_utc = time_text(counts.times.first_ns),
                 .last_time_utc = time_text(counts.times.last_ns)},
                counts.times.first_packet);
    }
}

void TunnelPaths::write(const CaptureInterfaces& interfaces, CaptureRows& out) const {
    out.cover_counted(snapshot::kVxlanPaths.name, paths_.left_out(), kMostPaths);
    write_paths(paths_, interfaces, out);
    write_paths(without_addresses_, interfaces, out);
    out.cover_counted(snapshot::kVxlanSizes.name, sizes_.left_out(), kMostOthers);
    for (const auto& [size, counts] : sizes_.items()) {
        out.add(snapshot::kVxlanSizes,
                {.interface_name = name_of(interfaces, size.interface),
                 .outer_source = size.source.text(),
                 .outer_destination = size.destination.text(),
                 .udp_port = size.port,
                 .vni = size.vni,
                 .fragment = size.fragment,
                 .inner_protocol = known(size.inner_protocol),
                 .outer_bytes = size.bytes,
                 .packets = counts.packets,
                 .first_time_utc = time_text(counts.times.first_ns),
                 .last_time_utc = time_text(counts.times.last_ns)},
                counts.times.first_packet);
    }
}

std::size_t AddressPairs::Hash::operator()(const Key& key) const noexcept {
    std::size_t hash = key.interface;
    mix(hash, key.source);
    mix(hash, key.destination);
    return hash;
}

void AddressPairs::add(const SeenPacket& packet) {
    const auto ip = ip_of(packet.layers);
    if (!ip) {
        return;
    }
    if (Counts* counts = pairs_.at({packet.interface, ip->source, ip->destination})) {
        counts->times.add(packet.number, packet.time_ns);
        ++counts->packets;
        counts->bytes += ip->bytes;
    }
}

void AddressPairs::add(const IpPacket& ip, std::uint32_t interface, const packet::Fragments::Waited& fragments) {
    if (Counts* counts = pairs_.at({interface, ip.source, ip.destination})) {
        counts->times.add(fragments.first_packet, fragments.first_ns);
        counts->times.add(fragments.first_packet, fragments.last_ns);
        counts->packets += fragments.packets;
        counts->bytes += static_cast<std::int64_t>(fragments.bytes);
    }
}

void AddressPairs::write(const CaptureInterfaces& interfaces, CaptureRows& out) const {
    out.cover_counted(snapshot::kAddressPairs.name, pairs_.left_out(), kMostPaths);
    for (const auto& [key, counts] : pairs_.items()) {
        out.add(snapshot::kAddressPairs,
                {.interface_name = name_of(interfaces, key.interface),
                 .source = key.source.text(),
                 .destination = key.destination.text(),
                 .packets = counts.packets,
                 .bytes = counts.bytes,
                 .first_time_utc = time_text(counts.times.first_ns),
                 .last_time_utc = time_text(counts.times.last_ns)},
                counts.times.first_packet);
    }
}

}  // namespace kwd::analyzers
