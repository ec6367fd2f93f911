// SPDX-License-Identifier: Apache-2.0
#include "cli/packets_flows.h"
#include "cli/packets_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <ostream>
#include <span>
#include <string_view>
#include <utility>

namespace kwd::cli {
namespace {

template <class Key>
std::string listed(const std::map<Key, std::uint64_t>& counts) {
    std::vector<std::string> parts;
    for (const auto& [key, count] : counts) {
        if (parts.size() == 10) {
            parts.emplace_back(fmt::format("and {} more", counts.size() - parts.size()));
            break;
        }
        parts.push_back(fmt::format("{} ({})", key, count));
    }
    return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

template <class Enum, std::size_t kCount>
std::string named(const std::array<std::uint64_t, kCount>& counts) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < kCount; ++i) {
        const std::string_view name = name_of(static_cast<Enum>(i));
        if (counts[i] != 0 && !name.empty()) {
            parts.push_back(fmt::format("{} {}", counts[i], name));
        }
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string protocols_text(const packet::ProtocolCounts& counts) {
    using Kind = packet::PacketRecord::Kind;
    std::string text =
        fmt::format("{} TCP, {} UDP, {} ICMP, {} ICMPv6, {} ARP, {} other", counts.of(Kind::tcp), counts.of(Kind::udp),
                    counts.of(Kind::icmp), counts.of(Kind::icmpv6), counts.of(Kind::arp), counts.of(Kind::none));
    const auto applications = named<packet::Application>(counts.by_application);
    return applications.empty() ? text : fmt::format("{}; {}", text, applications);
}

// The largest; JSON has all.
void write_tunnels(std::ostream& out, const packet::Tunnels& tunnels) {
    constexpr std::size_t kMost = 10;
    std::vector<const std::pair<const packet::Tunnels::Key, packet::Tunnels::Tunnel>*> largest;
    for (const auto& each : tunnels.all()) {
        largest.push_back(&each);
    }
    std::ranges::stable_sort(largest, std::greater{}, [](const auto* each) { return each->second.packets; });
    if (largest.empty()) {
        return;
    }
    out << fmt::format("\n{:>8}  {:<39}    {:<39} {:>10} {:>14}\n", "VNI", "tunnel from", "to", "packets", "bytes");
    for (const auto* each : std::span(largest).first(std::min(kMost, largest.size()))) {
        out << fmt::format("{:>8}  {:<39} -> {:<39} {:>10} {:>14}\n", each->first.vni, each->first.source.text(),
                           each->first.destination.text(), each->second.packets, each->second.bytes);
    }
    if (largest.size() > kMost) {
        out << fmt::format("          and {} more; --format json lists them\n", largest.size() - kMost);
    }
}

void write_counts(std::ostream& out, const packet::TrafficCounts& counts, const char* long_ones) {
    const auto line = [&](const char* what, const std::string& text) {
        out << fmt::format("  {:<14} {}\n", what, text);
    };
    line("packets", protocols_text(counts.protocols));
    if (const auto dhcp = named<packet::DhcpMessage>(counts.protocols.dhcp_messages); !dhcp.empty()) {
        line("DHCP", dhcp);
    }
    if (!counts.protocols.geneve_vnis.empty()) {
        line("Geneve", fmt::format("VNI {}", listed(counts.protocols.geneve_vnis)));
    }
    line("conversations", fmt::format("{}, {} of them TCP", counts.flows, counts.tcp_flows));
    line("TCP", fmt::format("{} connections without answer, {} SYNs and {} segments sent again, {} out of order, "
                            "{} resets, {} zero windows",
                            counts.tcp_unanswered, counts.tcp.syn_retransmissions, counts.tcp.retransmitted_segments,
                            counts.tcp.out_of_order_segments, counts.tcp.resets, counts.tcp.zero_windows));
    line("DNS", fmt::format("{} queries ({} of them again), {} answers, {} queries without answer", counts.dns_queries,
                            counts.dns_retries, counts.dns_answers, counts.dns_unanswered));
    line("sizes", fmt::format("{} {}, {} times fragmentation needed, {} fragments", counts.oversized, long_ones,
                              counts.icmp_frag_needed, counts.fragments));
    line("neighbors", fmt::format("{} requests by ARP and ND, {} without answer, {} addresses claimed by several MACs",
                                  counts.neighbor_requests, counts.neighbor_unanswered, counts.address_conflicts));
    line("copies", fmt::format("{} packets seen on another interface before", counts.duplicates));
    line("checksums",
         fmt::format("{} wrong, {} left to the network card", counts.checksums_wrong, counts.checksums_offloaded));
}

void write_truncated(std::ostream& out, const packet::TrafficCounts& inner, const packet::TrafficCounts& outer) {
    if (const auto truncated = inner.truncated + outer.truncated; truncated != 0) {
        out << fmt::format("{} packets were cut off by the capture", truncated);
        const auto tcp = inner.tcp_headers_cut + outer.tcp_headers_cut;
        const auto dns = inner.dns_headers_cut + outer.dns_headers_cut;
        if (tcp + dns != 0) {
            out << fmt::format(", so early that {} TCP segments and {} DNS messages are missing in the counts below",
                               tcp, dns);
        }
        out << "\n";
    }
}

void write_limits(std::ostream& out, const packet::TrafficLimits& limits) {
    const auto tell = [&](std::uint64_t count, const char* what) {
        if (count != 0) {
            out << fmt::format("not everything was kept: {} {}\n", count, what);
        }
    };
    tell(limits.packets_without_flow, "packets belong to no listed conversation");
    tell(limits.packets_without_vni, "packets are not in the counts by VNI");
    tell(limits.packets_without_tunnel, "packets belong to no listed tunnel");
    tell(limits.dns_queries_not_followed, "DNS queries were not followed up");
    tell(limits.icmp_errors_not_listed, "ICMP errors are not listed");
    tell(limits.neighbor_packets_not_kept, "packets of ARP and ND were not followed up");
    tell(limits.flow_incidents_not_kept, "times something went wrong is not in the conversation's own counts");
}

}  // namespace

void write_packets_text(std::ostream& out, const PacketsAnswer& answer) {
    const auto [outer, inner] = answer.traffic.counts();
    out << fmt::format("{} packets, {} bytes, {} malformed\n", inner.packets + outer.packets, inner.bytes + outer.bytes,
                       inner.malformed + outer.malformed);
    write_truncated(out, inner, outer);
    out << "\n";
    out << fmt::format("within VXLAN: {} packets\n  {:<14} {}\n  {:<14} {}\n", inner.packets, "VNI",
                       listed(inner.by_vni), "UDP port", listed(inner.by_udp_port));
    const std::string long_ones = fmt::format("IP packets over {} bytes", answer.inner_mtu);
    write_counts(out, inner, long_ones.c_str());
    out << fmt::format("\noutside of it: {} packets\n", outer.packets);
    write_counts(out, outer, long_ones.c_str());
    write_tunnels(out, answer.traffic.tunnels());
    const auto& errors = answer.traffic.icmp_errors().all();
    if (!errors.empty()) {
        out << fmt::format("\n{} different ICMP errors; --format json lists them\n", errors.size());
    }
    write_limits(out, answer.traffic.limits());
    if (answer.captures_read_apart != 0) {
        out << fmt::format(
            "captures of the same time were too many or too large to be read together, {} of them came "
            "later: packets that several have may count more than once\n",
            answer.captures_read_apart);
    }
    if (!answer.flows) {
        return;
    }
    out << fmt::format("\n{:>8}  {:<6} {:>21}    {:<21} {:>8} {:>8} {:>12}\n", "VNI", "", "client", "server", "packets",
                       "back", "bytes");
    const auto& flows = answer.traffic.flows();
    FlowWriter writer(out, answer.traffic);
    for (std::uint32_t i = 0; i < flows.size(); ++i) {
        writer.line(flows[i], "\n");
    }
}

}  // namespace kwd::cli
