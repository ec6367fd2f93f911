// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/traffic.h"

#include "packet/dns.h"
#include "packet/ipv4.h"
#include "packet/tcp.h"
#include "packet/time_between.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace kwd::packet {
namespace {

// By the time a packet's turn comes its place in the index and its flow have been asked for, one step after the other.
constexpr std::size_t kIndexAhead = 24;
constexpr std::size_t kFlowAhead = 12;

std::uint16_t source_port(const PacketRecord& record) noexcept {
    return record.from_low ? record.key.low_port : record.key.high_port;
}

std::uint16_t destination_port(const PacketRecord& record) noexcept {
    return record.from_low ? record.key.high_port : record.key.low_port;
}

std::uint32_t microseconds(std::int64_t from_ns, std::int64_t to_ns) noexcept {
    if (from_ns == PacketRecord::kNoTime || to_ns == PacketRecord::kNoTime || to_ns <= from_ns) {
        return 0;
    }
    return static_cast<std::uint32_t>(
        std::min<std::int64_t>(ns_between(from_ns, to_ns) / 1000, std::numeric_limits<std::uint32_t>::max()));
}

Ipv6Address bytes_of(const IpAddress& address) noexcept {
    Ipv6Address bytes{};
    const auto bits = address.bits();
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(bits.high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<std::uint8_t>(bits.low >> (56 - 8 * i));
    }
    return bytes;
}

void update(Flow& flow, const PacketRecord& record, unsigned direction) noexcept {
    if (flow.packets[0] == 0 && flow.packets[1] == 0) {
        flow.first_ns = record.time_ns;
        flow.state |= direction == 0 ? 0 : Flow::kFirstFromHigh;
    } else if (flow.packets[direction] == 0) {
        flow.other_first_ns = record.time_ns;
    }
    const auto size = static_cast<std::uint16_t>(std::min<std::uint32_t>(record.ip_length, 0xffff));
    if (flow.packets[direction] == 0) {
        flow.size_min[direction] = flow.size_max[direction] = size;
        flow.ttl_min[direction] = flow.ttl_max[direction] = record.ttl;
    } else {
        flow.size_min[direction] = std::min(flow.size_min[direction], size);
        flow.size_max[direction] = std::max(flow.size_max[direction], size);
        flow.ttl_min[direction] = std::min(flow.ttl_min[direction], record.ttl);
        flow.ttl_max[direction] = std::max(flow.ttl_max[direction], record.ttl);
    }
    flow.last_ns[direction] = record.time_ns;
    flow.bytes[direction] += record.frame_length;
    ++flow.packets[direction];
}

// Whether the bytes are the packet's own, and not put together from several.
bool holds(const CapturedPacket& packet, std::span<const std::byte> bytes) noexcept {
    const auto* begin = packet.captured.data();
    return !std::less{}(bytes.data(), begin) && !std::less{}(begin + packet.captured.size(), bytes.data());
}

}  // namespace

Traffic::Traffic(std::uint32_t inner_mtu) : inner_mtu_(inner_mtu) {}

void Traffic::add(std::span<const PacketRecord> records, bool several_interfaces) {
    const auto ahead = [&](std::size_t i, std::size_t distance) {
        return i + distance < records.size() && records[i + distance].has_flow ? &records[i + distance] : nullptr;
    };
    for (std::size_t i = 0; i < std::min(records.size(), kIndexAhead); ++i) {
        flows_.prefetch_index(records[i].hash);
    }
    std::array<Flow*, kFlowAhead> likely{};
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (const auto* later = ahead(i, kIndexAhead)) {
            flows_.prefetch_index(later->hash);
        }
        const auto* later = ahead(i, kFlowAhead);
        auto* flow =
            std::exchange(likely[i % kFlowAhead], later == nullptr ? nullptr : flows_.prefetch_flow(later->hash));
        add(records[i], several_interfaces, flow);
    }
}

void Traffic::add(std::span<const CapturedPacket> packets, std::span<PacketRecord> records, bool several_interfaces) {
    std::size_t added = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!records[i].outer_fragment && (records[i].encapsulated || !records[i].fragment)) {
            continue;
        }
        const auto& captured = packets[i];
        auto packet = dissect(captured.link_type, captured.captured, captured.original_length, VxlanPorts{});
        const auto answer = fragments_.add(packet, captured.number, captured.time_ns_utc, captured.original_length);
        if (answer.role == Fragments::Role::waiting && packet.vxlan) {
            // A tunnel's headers begin here, and end in a fragment to come, with which it counts.
            packet.vxlan.reset();
            packet.inner.reset();
            const auto alone = std::exchange(records[i], describe_dissected(captured, packet));
            records[i].checksum_wrong = alone.encapsulated ? alone.tunnel_checksum_wrong : alone.checksum_wrong;
            records[i].checksum_offloaded =
                alone.encapsulated ? alone.tunnel_checksum_offloaded : alone.checksum_offloaded;
            continue;
        }
        if (answer.role != Fragments::Role::beginning || !packet.inner || holds(captured, packet.vxlan->inner_frame)) {
            continue;
        }
        records[i] = describe_put_together(captured, packet);
        // What it points to is there until the next fragment.
        add(std::span<const PacketRecord>{records.subspan(added, i + 1 - added)}, several_interfaces);
        added = i + 1;
    }
    add(std::span<const PacketRecord>{records.subspan(added)}, several_interfaces);
}

void Traffic::add(const PacketRecord& record, bool several_interfaces, Flow* likely) {
    auto& side = sides_[record.encapsulated ? 1 : 0];
    auto& counts = side.counts;
    ++counts.packets;
    counts.bytes += record.wire_length;
    counts.malformed += record.malformed ? 1 : 0;
    counts.truncated += record.truncated ? 1 : 0;
    if (record.udp_port != 0) {
        ++side.by_udp_port[record.udp_port];
    }
    if (record.encapsulated) {
        count_vni(record.key.vni());
    }
    if (several_interfaces && repeated_.seen_elsewhere(record)) {
        ++counts.duplicates;
        return;
    }
    sides_[0].counts.fragments += record.outer_fragment ? 1 : 0;
    counts.fragments += record.fragment ? 1 : 0;
    counts.tcp_headers_cut += record.tcp_cut ? 1 : 0;
    counts.oversized += record.ip_length > inner_mtu_ ? 1 : 0;
    counts.checksums_wrong += record.checksum_wrong ? 1 : 0;
    counts.checksums_offloaded += record.checksum_offloaded ? 1 : 0;
    sides_[0].counts.checksums_wrong += record.tunnel_checksum_wrong ? 1 : 0;
    sides_[0].counts.checksums_offloaded += record.tunnel_checksum_offloaded ? 1 : 0;
    counts.protocols.add(record);
    if (record.encapsulated) {
        tunnels_.add(record);
    }
    if (record.has_flow) {
        return record.ipv6 ? add_ipv6(record, side, likely) : add_to_flow(record, side, likely);
    }
    neighbors_.add(record);
    if (record.kind == PacketRecord::Kind::icmp || record.kind == PacketRecord::Kind::icmpv6) {
        add_icmp_error(record, side);
    }
}

void Traffic::count_vni(std::uint32_t vni) {
    if (last_vni_count_ == nullptr || vni != last_vni_) {
        if (by_vni_.size() == kMostVnis && !by_vni_.contains(vni)) {
            ++limits_.packets_without_vni;
            return;
        }
        last_vni_ = vni;
        last_vni_count_ = &by_vni_[vni];
    }
    ++*last_vni_count_;
}

Flow* Traffic::flow_of(const PacketRecord& record, unsigned direction, Flow* likely) {
    auto* flow = flows_.find(record.hash, record.key, likely);
    if (flow == nullptr ||
        (record.kind == PacketRecord::Kind::tcp && begins_another_connection(*flow, record, direction))) {
        flow = flows_.add(record.hash, record.key);
    }
    return flow;
}

void Traffic::add_ipv6(PacketRecord record, Side& side, Flow* likely) {
    const auto source = addresses_.number(source_address(record));
    const auto destination = addresses_.number(destination_address(record));
    if (!source || !destination) {
        ++limits_.packets_without_flow;
        return;
    }
    record.key.low_address = record.from_low ? *source : *destination;
    record.key.high_address = record.from_low ? *destination : *source;
    add_to_flow(record, side, likely);
}

void Traffic::add_to_flow(const PacketRecord& record, Side& side, Flow* likely) {
    const unsigned direction = record.from_low ? 0 : 1;
    auto* flow = flow_of(record, direction, likely);
    if (flow == nullptr) {
        ++limits_.packets_without_flow;
        return;
    }
    if (flow->packets[0] + flow->packets[1] == 0) {
        ++side.counts.flows;
        side.counts.tcp_flows += record.key.kind() == FlowKind::tcp ? 1 : 0;
    }
    update(*flow, record, direction);
    const bool dns_port = record.key.low_port == kDnsPort || record.key.high_port == kDnsPort;
    if (record.kind == PacketRecord::Kind::tcp) {
        const auto fresh = track_tcp(*flow, record, direction, flows_, holes_, side.counts.tcp);
        if (dns_port && fresh.place != NewBytes::Place::none) {
            dns_by_tcp(record, *flow, direction, fresh, side);
        }
    } else if (dns_port && record.kind == PacketRecord::Kind::udp) {
        if (record.payload_length >= Dns::kSize) {
            dns_by_udp(record, *flow, side);
        }
    } else if (dns_port && record.key.kind() == FlowKind::udp && record.truncated) {
        ++side.counts.dns_headers_cut;
    }
}

void Traffic::add_icmp_error(const PacketRecord& record, Side& side) {
    const auto error = read_icmp_error(record);
    if (!error) {
        return;
    }
    side.counts.icmp_frag_needed += error->too_big ? 1 : 0;
    icmp_errors_.add(*error, record.time_ns);
    if (auto* flow = flow_of_quoted(*error)) {
        if (auto* incidents = flows_.incidents_apart(*flow)) {
            ++incidents->icmp_errors;
            incidents->icmp_bytes += record.frame_length;
        }
    }
}

// The conversation that an error is about; nullptr when it quotes too little, or nothing that was seen.
Flow* Traffic::flow_of_quoted(const IcmpError& error) {
    if (!error.quoted || !error.quoted->source_port || !error.quoted->destination_port) {
        return nullptr;
    }
    const auto& quoted = *error.quoted;
    const bool v6 = quoted.source.family() == IpFamily::v6;
    const bool source_is_low = quoted.source < quoted.destination ||
                               (quoted.source == quoted.destination && *quoted.source_port <= *quoted.destination_port);
    const auto& low = source_is_low ? quoted.source : quoted.destination;
    const auto& high = source_is_low ? quoted.destination : quoted.source;
    FlowKey key;
    key.low_port = source_is_low ? *quoted.source_port : *quoted.destination_port;
    key.high_port = source_is_low ? *quoted.destination_port : *quoted.source_port;
    key.network = error.vni | (error.encapsulated ? FlowKey::kEncapsulated : 0) | (v6 ? FlowKey::kIpv6 : 0) |
                  static_cast<std::uint32_t>(quoted.protocol == kProtocolTcp ? FlowKind::tcp : FlowKind::udp)
                      << FlowKey::kKindShift;
    if (!v6) {
        key.low_address = static_cast<std::uint32_t>(low.bits().low);
        key.high_address = static_cast<std::uint32_t>(high.bits().low);
        return flows_.find(hash_of_ipv4(key), key);
    }
    const auto low_bytes = bytes_of(low);
    const auto high_bytes = bytes_of(high);
    const auto hash = hash_of_ipv6(key, low_bytes.data(), high_bytes.data());
    const auto low_number = addresses_.find(std::as_bytes(std::span{low_bytes}));
    const auto high_number = addresses_.find(std::as_bytes(std::span{high_bytes}));
    if (!low_number || !high_number) {
        return nullptr;
    }
    key.low_address = *low_number;
    key.high_address = *high_number;
    return flows_.find(hash, key);
}

void Traffic::dns_by_udp(const PacketRecord& record, Flow& flow, Side& side) {
    if (const auto message = summarise_dns({record.payload, record.payload_captured})) {
        dns(record, *message, &flow.dns, side);
    } else {
        ++side.counts.dns_headers_cut;
    }
}

void Traffic::dns_by_tcp(const PacketRecord& record, const Flow& flow, unsigned direction, const NewBytes& fresh,
                         Side& side) {
    DnsStreams::Piece piece{.sequence = record.sequence + ((record.tcp_flags & Tcp::kSyn) != 0 ? 1U : 0U),
                            .captured = {record.payload, record.payload_captured},
                            .on_wire = record.payload_length,
                            .queries = destination_port(record) == kDnsPort,
                            .answers = source_port(record) == kDnsPort};
    piece.pass(fresh.skipped);
    const auto messages = fresh.place == NewBytes::Place::ahead ? dns_streams_.ahead(flow, direction, piece)
                                                                : dns_streams_.in_hole(piece);
    for (const auto& message : messages) {
        dns(record, message, nullptr, side);
    }
}

// `sums` are those of a conversation by UDP.
void Traffic::dns(const PacketRecord& record, const DnsSummary& message, Flow::Dns* sums, Side& side) {
    auto& counts = side.counts;
    const bool from_low_client = record.from_low != message.response;
    const auto& key = record.key;
    const DnsLookups::Key lookup{.client = from_low_client ? key.low_address : key.high_address,
                                 .server = from_low_client ? key.high_address : key.low_address,
                                 .network = key.network & FlowKey::kIpv6,
                                 .id = message.id,
                                 .client_port = from_low_client ? key.low_port : key.high_port};
    if (!message.response && destination_port(record) == kDnsPort) {
        ++counts.dns_queries;
        const auto asked = side.dns.query(lookup, message.names, record.time_ns);
        limits_.dns_queries_not_followed += asked == DnsLookups::Asked::not_kept ? 1 : 0;
        const bool again = asked == DnsLookups::Asked::again;
        counts.dns_retries += again ? 1 : 0;
        if (sums != nullptr) {
            ++sums->queries;
            sums->retries += again ? 1 : 0;
        }
    } else if (message.response && source_port(record) == kDnsPort) {
        ++counts.dns_answers;
        const auto answered = side.dns.answer(lookup, message.names);
        if (sums != nullptr) {
            ++sums->answers;
            sums->response_code = message.response_code;
            if (answered) {
                sums->slowest_us = std::max(sums->slowest_us, microseconds(answered->asked_ns, record.time_ns));
            }
        }
    }
}

TrafficCounts Traffic::counts_of(std::size_t side) const {
    auto counts = sides_[side].counts;
    counts.dns_unanswered = sides_[side].dns.waiting();
    for (std::uint32_t port = 0; port < 65536; ++port) {
        if (sides_[side].by_udp_port[port] != 0) {
            counts.by_udp_port.emplace(static_cast<std::uint16_t>(port), sides_[side].by_udp_port[port]);
        }
    }
    if (side == 1) {
        counts.by_vni.insert(by_vni_.begin(), by_vni_.end());
    }
    for (const auto& [key, neighbor] : neighbors_.all()) {
        if (key.encapsulated == (side == 1)) {
            counts.neighbor_requests += neighbor.asked;
            counts.neighbor_unanswered += neighbor.waiting;
            counts.address_conflicts += neighbor.macs.size() > 1 ? 1 : 0;
        }
    }
    return counts;
}

Traffic::Counts Traffic::counts() const {
    Counts counts{.outer = counts_of(0), .inner = counts_of(1)};
    for (std::uint32_t i = 0; i < flows_.size(); ++i) {
        const auto& flow = flows_[i];
        (flow.key.encapsulated() ? counts.inner : counts.outer).tcp_unanswered += flow.unanswered_attempt() ? 1 : 0;
    }
    return counts;
}

IpAddress Traffic::address(const FlowKey& key, std::uint32_t address) const noexcept {
    return key.ipv6() ? IpAddress::v6(addresses_.address(address)) : IpAddress::v4(address);
}

TrafficLimits Traffic::limits() const noexcept {
    auto limits = limits_;
    limits.packets_without_vni +=
        sides_[0].counts.protocols.geneve_not_kept + sides_[1].counts.protocols.geneve_not_kept;
    limits.packets_without_tunnel = tunnels_.not_kept();
    limits.icmp_errors_not_listed = icmp_errors_.not_kept();
    limits.neighbor_packets_not_kept = neighbors_.not_kept();
    limits.flow_incidents_not_kept = flows_.incidents_not_kept();
    return limits;
}

}  // namespace kwd::packet
