// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "cli/packets_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace kwd::cli {
namespace {

using packet::Flow;
using packet::FlowKind;
using packet::PacketRecord;

std::string protocol_of(const Flow& flow) {
    switch (flow.key.kind()) {
        case FlowKind::tcp: return "tcp";
        case FlowKind::udp: return "udp";
        case FlowKind::echo: return flow.key.ipv6() ? "icmpv6" : "icmp";
        case FlowKind::other: return fmt::format("ip-{}", flow.key.low_port);
    }
    return {};
}

struct Endpoint {
    std::string address;
    std::uint16_t port;
};

/// The one that the packets of this direction come from.
Endpoint sender(const packet::Traffic& traffic, const Flow& flow, unsigned direction) {
    return direction == 0 ? Endpoint{traffic.address(flow.key, flow.key.low_address).text(), flow.key.low_port}
                          : Endpoint{traffic.address(flow.key, flow.key.high_address).text(), flow.key.high_port};
}

std::string quoted_time(std::int64_t time_ns) {
    const auto text = packet_time(time_ns);
    return text ? fmt::format("\"{}\"", *text) : "null";
}

std::int64_t last_of(const Flow& flow) {
    return std::max(flow.last_ns[0], flow.last_ns[1]);
}

// What one direction tells; null when nothing came in it.
std::string direction_json(const packet::FlowTable& flows, const Flow& flow, unsigned direction) {
    if (flow.packets[direction] == 0) {
        return "null";
    }
    std::string json =
        fmt::format(R"({{"packets": {}, "bytes": {}, "first_utc": {}, "last_utc": {}, "ttl_min": {}, "ttl_max": {}, )"
                    R"("size_min": {}, "size_max": {})",
                    flow.packets[direction], flow.bytes[direction], quoted_time(flow.first_ns_of(direction)),
                    quoted_time(flow.last_ns[direction]), flow.ttl_min[direction], flow.ttl_max[direction],
                    flow.size_min[direction], flow.size_max[direction]);
    if (flow.key.kind() == FlowKind::tcp) {
        static constexpr packet::FlowIncidents kNone{};
        const auto* incidents = flows.incidents(flow);
        const auto& some = incidents == nullptr ? kNone : *incidents;
        fmt::format_to(std::back_inserter(json),
                       R"(, "retransmissions": {}, "syn_retransmissions": {}, "resets": {}, "zero_windows": {}, )"
                       R"("out_of_order": {})",
                       some.retransmissions[direction], some.syn_retransmissions[direction], some.resets[direction],
                       some.zero_windows[direction], some.out_of_order[direction]);
    }
    return json + "}";
}

}  // namespace

std::optional<std::string> packet_time(std::int64_t time_ns) {
    if (time_ns == PacketRecord::kNoTime) {
        return std::nullopt;
    }
    constexpr std::int64_t kSecond = 1'000'000'000;
    const auto fraction = (time_ns % kSecond + kSecond) % kSecond;
    const auto second = std::chrono::system_clock::time_point(std::chrono::seconds((time_ns - fraction) / kSecond));
    std::string text = iso_utc(second);
    text.insert(text.size() - 1, fmt::format(".{:09}", fraction));
    return text;
}

std::string flow_json(const packet::Traffic& traffic, const Flow& flow) {
    const unsigned to_server = flow.client_direction();
    const Endpoint client = sender(traffic, flow, to_server);
    const Endpoint server = sender(traffic, flow, 1 - to_server);
    const FlowKind kind = flow.key.kind();
    const bool ports = kind == FlowKind::tcp || kind == FlowKind::udp;
    std::string json = fmt::format(
        R"({{"vni": {}, "protocol": "{}", "client": "{}", "client_port": {}, "server": "{}", "server_port": {}, )",
        flow.key.encapsulated() ? fmt::format("{}", flow.key.vni()) : "null", protocol_of(flow), client.address,
        ports ? fmt::format("{}", client.port) : "null", server.address,
        ports ? fmt::format("{}", server.port) : "null");
    auto out = std::back_inserter(json);
    if (kind == FlowKind::echo) {
        fmt::format_to(out, R"("identifier": {}, )", client.port | server.port);
    }
    const auto* incidents = traffic.flows().incidents(flow);
    const std::uint64_t errors = incidents == nullptr ? 0 : incidents->icmp_errors;
    const std::uint64_t error_bytes = incidents == nullptr ? 0 : incidents->icmp_bytes;
    fmt::format_to(
        out,
        R"("packets": {}, "bytes": {}, "icmp_errors": {}, "first_utc": {}, "last_utc": {}, "answered": {}, "to_server": {}, )"
        R"("to_client": {})",
        errors + flow.packets[0] + flow.packets[1], error_bytes + flow.bytes[0] + flow.bytes[1], errors,
        quoted_time(flow.first_ns), quoted_time(last_of(flow)), flow.packets[1 - to_server] != 0,
        direction_json(traffic.flows(), flow, to_server), direction_json(traffic.flows(), flow, 1 - to_server));
    if (kind == FlowKind::tcp) {
        fmt::format_to(out, R"(, "handshake_us": {})",
                       flow.tcp.handshake_us != 0 ? fmt::format("{}", flow.tcp.handshake_us) : "null");
    } else if (kind == FlowKind::udp && (flow.dns.queries != 0 || flow.dns.answers != 0)) {
        fmt::format_to(out, R"(, "dns": {{"queries": {}, "retries": {}, "answers": {}, "code": {}, "latency_us": {}}})",
                       flow.dns.queries, flow.dns.retries, flow.dns.answers,
                       flow.dns.answers != 0 ? fmt::format("{}", flow.dns.response_code) : "null",
                       flow.dns.slowest_us != 0 ? fmt::format("{}", flow.dns.slowest_us) : "null");
    }
    return json + "}";
}

std::string flow_line(const packet::Traffic& traffic, const Flow& flow) {
    const unsigned to_server = flow.client_direction();
    const Endpoint client = sender(traffic, flow, to_server);
    const Endpoint server = sender(traffic, flow, 1 - to_server);
    const FlowKind kind = flow.key.kind();
    const bool ports = kind == FlowKind::tcp || kind == FlowKind::udp;
    const auto place = [&](const Endpoint& end) {
        return !ports            ? end.address
               : flow.key.ipv6() ? fmt::format("[{}]:{}", end.address, end.port)
                                 : fmt::format("{}:{}", end.address, end.port);
    };
    std::string line =
        fmt::format("{:>8}  {:<6} {:>21} -> {:<21} {:>8} {:>8} {:>12}",
                    flow.key.encapsulated() ? fmt::format("{}", flow.key.vni()) : "-", protocol_of(flow), place(client),
                    place(server), flow.packets[to_server], flow.packets[1 - to_server], flow.bytes[0] + flow.bytes[1]);
    auto out = std::back_inserter(line);
    if (flow.unanswered_attempt()) {
        line += "  no answer";
    }
    if (kind == FlowKind::tcp && flow.tcp.handshake_us != 0) {
        fmt::format_to(out, "  handshake {:.3f} ms", flow.tcp.handshake_us / 1000.0);
    }
    if (kind == FlowKind::udp && flow.dns.queries != 0) {
        flow.dns.answers == 0 ? void(line += "  DNS without answer")
                              : void(fmt::format_to(out, "  DNS code {}, {:.3f} ms", flow.dns.response_code,
                                                    flow.dns.slowest_us / 1000.0));
    }
    if (const auto* incidents = traffic.flows().incidents(flow)) {
        const auto tell = [&](const char* what, const std::array<std::uint32_t, 2>& counts) {
            if (counts[0] + counts[1] != 0) {
                fmt::format_to(out, "  {} {}", what, counts[0] + counts[1]);
            }
        };
        tell("retransmitted", incidents->retransmissions);
        tell("SYN again", incidents->syn_retransmissions);
        tell("reset", incidents->resets);
        tell("zero window", incidents->zero_windows);
        tell("ICMP error", {incidents->icmp_errors, 0});
    }
    return line;
}

}  // namespace kwd::cli
