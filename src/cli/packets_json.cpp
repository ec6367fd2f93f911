// SPDX-License-Identifier: Apache-2.0
#include "cli/packets_flows.h"
#include "cli/packets_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <ostream>
#include <string>

namespace kwd::cli {
namespace {

using Json = nlohmann::ordered_json;

template <class Key>
Json numbered(const std::map<Key, std::uint64_t>& counts) {
    Json json = Json::object();
    for (const auto& [key, count] : counts) {
        json[fmt::format("{}", key)] = count;
    }
    return json;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Those of the names that something was counted for.
template <class Enum, std::size_t kCount>
Json named(const std::array<std::uint64_t, kCount>& counts) {
    Json json = Json::object();
    for (std::size_t i = 0; i < kCount; ++i) {
        const std::string name = lower(name_of(static_cast<Enum>(i)));
        if (counts[i] != 0 && !name.empty()) {
            json[name] = counts[i];
        }
    }
    return json;
}

void add_protocols(Json& json, const packet::ProtocolCounts& counts) {
    using Kind = packet::PacketRecord::Kind;
    json["by_protocol"] = {{"tcp", counts.of(Kind::tcp)},   {"udp", counts.of(Kind::udp)},
                           {"icmp", counts.of(Kind::icmp)}, {"icmpv6", counts.of(Kind::icmpv6)},
                           {"arp", counts.of(Kind::arp)},   {"other", counts.of(Kind::none)}};
    json["by_application"] = named<packet::Application>(counts.by_application);
    json["dhcp_messages"] = named<packet::DhcpMessage>(counts.dhcp_messages);
    json["geneve_by_vni"] = numbered(counts.geneve_vnis);
}

void add_counts(Json& json, const packet::TrafficCounts& counts, std::uint64_t vxlan_packets) {
    json["vxlan_packets"] = vxlan_packets;
    json["by_vni"] = numbered(counts.by_vni);
    json["by_udp_port"] = numbered(counts.by_udp_port);
    json["tcp_headers_cut"] = counts.tcp_headers_cut;
    json["dns_headers_cut"] = counts.dns_headers_cut;
    json["inner_flows"] = counts.flows;
    json["tcp_flows"] = counts.tcp_flows;
    json["tcp_retransmitted_segments"] = counts.tcp.retransmitted_segments;
    json["syn_retransmissions"] = counts.tcp.syn_retransmissions;
    json["syn_ack_retransmissions"] = counts.tcp.syn_ack_retransmissions;
    json["tcp_out_of_order_segments"] = counts.tcp.out_of_order_segments;
    json["tcp_keep_alives"] = counts.tcp.keep_alives;
    json["tcp_zero_windows"] = counts.tcp.zero_windows;
    json["tcp_resets"] = counts.tcp.resets;
    json["tcp_unanswered"] = counts.tcp_unanswered;
    json["dns_queries"] = counts.dns_queries;
    json["dns_retries"] = counts.dns_retries;
    json["dns_answers"] = counts.dns_answers;
    json["dns_unanswered"] = counts.dns_unanswered;
    json["icmp_frag_needed"] = counts.icmp_frag_needed;
    json["oversized_inner"] = counts.oversized;
    json["fragments"] = counts.fragments;
    json["duplicates"] = counts.duplicates;
    json["neighbor_requests"] = counts.neighbor_requests;
    json["neighbor_unanswered"] = counts.neighbor_unanswered;
    json["address_conflicts"] = counts.address_conflicts;
    json["checksums_wrong"] = counts.checksums_wrong;
    json["checksums_offloaded"] = counts.checksums_offloaded;
    add_protocols(json, counts.protocols);
}

Json problems_of(const PacketsAnswer& answer) {
    Json all = Json::array();
    for (const PacketProblem& each : answer.problems) {
        Json problem = {{"offset", each.problem.offset}, {"text", each.problem.text}};
        if (each.document) {
            problem["document"] = *each.document;
        }
        all.push_back(std::move(problem));
    }
    return all;
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json tunnels_of(const packet::Traffic& traffic) {
    Json all = Json::array();
    for (const auto& [key, tunnel] : traffic.tunnels().all()) {
        all.push_back({{"vni", key.vni},
                       {"source", key.source.text()},
                       {"destination", key.destination.text()},
                       {"packets", tunnel.packets},
                       {"bytes", tunnel.bytes},
                       {"first_utc", or_null(packet_time(tunnel.times.first_ns))},
                       {"last_utc", or_null(packet_time(tunnel.times.last_ns))}});
    }
    return all;
}

Json icmp_errors_of(const packet::Traffic& traffic) {
    Json all = Json::array();
    for (const auto& [error, seen] : traffic.icmp_errors().all()) {
        // Member by member: a list of them in braces is copied several times, and there may be thousands.
        Json& json = all.emplace_back(Json::object());
        json["vni"] = error.encapsulated ? Json(error.vni) : Json(nullptr);
        json["source"] = error.source.text();
        json["destination"] = error.destination.text();
        json["type"] = error.type;
        json["code"] = error.code;
        json["mtu"] = or_null(error.mtu);
        json["packets"] = seen.count;
        json["first_utc"] = or_null(packet_time(seen.times.first_ns));
        json["last_utc"] = or_null(packet_time(seen.times.last_ns));
        Json& answers = json["answers"];
        if (error.quoted) {
            answers["source"] = error.quoted->source.text();
            answers["source_port"] = or_null(error.quoted->source_port);
            answers["destination"] = error.quoted->destination.text();
            answers["destination_port"] = or_null(error.quoted->destination_port);
            answers["protocol"] = error.quoted->protocol;
        }
    }
    return all;
}

// Those that tell something: nobody answers for them, or several do.
Json neighbors_of(const packet::Traffic& traffic) {
    Json all = Json::array();
    for (const auto& [key, neighbor] : traffic.neighbors().all()) {
        if (neighbor.waiting == 0 && neighbor.macs.size() < 2) {
            continue;
        }
        Json macs = Json::array();
        for (const auto& mac : neighbor.macs) {
            macs.push_back(fmt::format("{:02x}", fmt::join(mac, ":")));
        }
        all.push_back({{"vni", key.encapsulated ? Json(key.vni) : Json(nullptr)},
                       {"address", key.address.text()},
                       {"macs", std::move(macs)},
                       {"requests", neighbor.asked},
                       {"unanswered", neighbor.waiting},
                       {"unanswered_since_utc",
                        neighbor.waiting == 0 ? Json(nullptr) : or_null(packet_time(neighbor.waiting_since_ns))}});
    }
    return all;
}

void write_flows(std::ostream& out, const packet::Traffic& traffic) {
    FlowWriter writer(out, traffic);
    const auto& flows = traffic.flows();
    for (std::uint32_t i = 0; i < flows.size(); ++i) {
        writer.json(flows[i], i == 0 ? "\n  " : ",\n  ");
    }
}

}  // namespace

void write_packets_json(std::ostream& out, const PacketsAnswer& answer) {
    const auto [outer, inner] = answer.traffic.counts();
    const auto limits = answer.traffic.limits();
    Json json;
    json["packets"] = inner.packets + outer.packets;
    json["bytes"] = inner.bytes + outer.bytes;
    json["malformed"] = inner.malformed + outer.malformed;
    json["truncated"] = inner.truncated + outer.truncated;
    add_counts(json, inner, inner.packets);
    json["inner_mtu"] = answer.inner_mtu;
    Json& apart = json["outer"];
    apart["packets"] = outer.packets;
    apart["bytes"] = outer.bytes;
    apart["malformed"] = outer.malformed;
    apart["truncated"] = outer.truncated;
    add_counts(apart, outer, 0);
    json["tunnels"] = tunnels_of(answer.traffic);
    json["icmp_errors"] = icmp_errors_of(answer.traffic);
    json["neighbors"] = neighbors_of(answer.traffic);
    json["problems"] = problems_of(answer);
    json["limits"] = {{"packets_without_flow", limits.packets_without_flow},
                      {"packets_without_vni", limits.packets_without_vni},
                      {"packets_without_tunnel", limits.packets_without_tunnel},
                      {"dns_queries_not_followed", limits.dns_queries_not_followed},
                      {"icmp_errors_not_listed", limits.icmp_errors_not_listed},
                      {"neighbor_packets_not_kept", limits.neighbor_packets_not_kept},
                      {"flow_incidents_not_kept", limits.flow_incidents_not_kept},
                      {"captures_read_apart", answer.captures_read_apart}};
    std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace);
    if (answer.flows) {
        text.resize(text.rfind('\n'));
        out << text << ",\n \"flows\": [";
        write_flows(out, answer.traffic);
        text = "\n ]\n}";
    }
    out << text << "\n";
}

}  // namespace kwd::cli
