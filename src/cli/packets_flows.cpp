// SPDX-License-Identifier: Apache-2.0
#include "cli/packets_flows.h"

#include "base/clock.h"

#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ostream>

namespace kwd::cli {
namespace {

using packet::Flow;
using packet::FlowKey;
using packet::FlowKind;
using packet::Incident;
using packet::PacketRecord;

constexpr std::size_t kFull = std::size_t{64} << 10U;
constexpr std::int64_t kSecond = 1'000'000'000;

struct Moment {
    explicit Moment(std::int64_t time_ns) noexcept
        : fraction((time_ns % kSecond + kSecond) % kSecond), second((time_ns - fraction) / kSecond) {}
    std::int64_t fraction;  ///< nanoseconds
    std::int64_t second;
};

/// `2024-01-31T10:11:12`
std::string text_of_second(std::int64_t second) {
    auto text = iso_utc(std::chrono::system_clock::time_point(std::chrono::seconds(second)));
    text.pop_back();
    return text;
}

bool has_ports(const Flow& flow) noexcept {
    return flow.key.kind() == FlowKind::tcp || flow.key.kind() == FlowKind::udp;
}

std::uint16_t port_of(const Flow& flow, unsigned direction) noexcept {
    return direction == 0 ? flow.key.low_port : flow.key.high_port;
}

}  // namespace

std::optional<std::string> packet_time(std::int64_t time_ns) {
    if (time_ns == PacketRecord::kNoTime) {
        return std::nullopt;
    }
    const Moment moment(time_ns);
    return fmt::format("{}.{:09}Z", text_of_second(moment.second), moment.fraction);
}

FlowWriter::~FlowWriter() {
    out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
}

void FlowWriter::write_if_full() {
    if (buffer_.size() >= kFull) {
        out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        buffer_.clear();
    }
}

void FlowWriter::add_address(const FlowKey& key, std::uint32_t address) {
    if (key.ipv6()) {
        return add(traffic_.address(key, address).text());
    }
    fmt::format_to(fmt::appender(buffer_), FMT_COMPILE("{}.{}.{}.{}"), address >> 24, address >> 16 & 0xff,
                   address >> 8 & 0xff, address & 0xff);
}

// The one that the packets of this direction come from.
void FlowWriter::add_sender(const Flow& flow, unsigned direction) {
    add_address(flow.key, direction == 0 ? flow.key.low_address : flow.key.high_address);
}

void FlowWriter::add_protocol(const Flow& flow) {
    switch (flow.key.kind()) {
        case FlowKind::tcp: return add("tcp");
        case FlowKind::udp: return add("udp");
        case FlowKind::echo: return add(flow.key.ipv6() ? "icmpv6" : "icmp");
        case FlowKind::other: fmt::format_to(fmt::appender(buffer_), FMT_COMPILE("ip-{}"), flow.key.low_port); return;
    }
}

void FlowWriter::add_time(std::int64_t time_ns) {
    if (time_ns == PacketRecord::kNoTime) {
        return add("null");
    }
    const Moment moment(time_ns);
    if (second_ != moment.second) {
        second_ = moment.second;
        second_text_ = text_of_second(second_);
    }
    fmt::format_to(fmt::appender(buffer_), FMT_COMPILE("\"{}.{:09}Z\""), second_text_, moment.fraction);
}

// What one direction tells; null when nothing came in it.
void FlowWriter::add_direction(const Flow& flow, unsigned direction) {
    if (flow.packets[direction] == 0) {
        return add("null");
    }
    const fmt::appender out(buffer_);
    fmt::format_to(out, FMT_COMPILE(R"({{"packets": {}, "bytes": {}, "first_utc": )"), flow.packets[direction],
                   flow.bytes[direction]);
    add_time(flow.first_ns_of(direction));
    add(R"(, "last_utc": )");
    add_time(flow.last_ns[direction]);
    fmt::format_to(out, FMT_COMPILE(R"(, "ttl_min": {}, "ttl_max": {}, "size_min": {}, "size_max": {})"),
                   flow.ttl_min[direction], flow.ttl_max[direction], flow.size_min[direction],
                   flow.size_max[direction]);
    if (flow.key.kind() == FlowKind::tcp) {
        const auto incidents = traffic_.flows().incidents(flow);
        const auto count = [&](Incident kind) { return incidents.of(kind, direction); };
        fmt::format_to(out,
                       FMT_COMPILE(R"(, "retransmissions": {}, "syn_retransmissions": {}, "resets": {}, )"
                                   R"("zero_windows": {}, "out_of_order": {})"),
                       count(Incident::retransmission), count(Incident::syn_retransmission), count(Incident::reset),
                       count(Incident::zero_window), count(Incident::out_of_order));
    }
    add("}");
}

void FlowWriter::json(const Flow& flow, std::string_view before) {
    const unsigned to_server = flow.client_direction();
    const FlowKind kind = flow.key.kind();
    const fmt::appender out(buffer_);
    const auto add_port = [&](unsigned direction) {
        has_ports(flow) ? void(fmt::format_to(out, FMT_COMPILE("{}"), port_of(flow, direction))) : add("null");
    };
    add(before);
    add(R"({"vni": )");
    flow.key.encapsulated() ? void(fmt::format_to(out, FMT_COMPILE("{}"), flow.key.vni())) : add("null");
    add(R"(, "protocol": ")");
    add_protocol(flow);
    add(R"(", "client": ")");
    add_sender(flow, to_server);
    add(R"(", "client_port": )");
    add_port(to_server);
    add(R"(, "server": ")");
    add_sender(flow, 1 - to_server);
    add(R"(", "server_port": )");
    add_port(1 - to_server);
    if (kind == FlowKind::echo) {
        fmt::format_to(out, FMT_COMPILE(R"(, "identifier": {})"), flow.key.low_port | flow.key.high_port);
    }
    const auto incidents = traffic_.flows().incidents(flow);
    const std::uint64_t errors = incidents.icmp_errors;
    const std::uint64_t error_bytes = incidents.icmp_bytes;
    fmt::format_to(out, FMT_COMPILE(R"(, "packets": {}, "bytes": {}, "icmp_errors": {}, "first_utc": )"),
                   errors + flow.packets[0] + flow.packets[1], error_bytes + flow.bytes[0] + flow.bytes[1], errors);
    add_time(flow.first_ns);
    add(R"(, "last_utc": )");
    add_time(std::max(flow.last_ns[0], flow.last_ns[1]));
    fmt::format_to(out, FMT_COMPILE(R"(, "answered": {}, "to_server": )"), flow.packets[1 - to_server] != 0);
    add_direction(flow, to_server);
    add(R"(, "to_client": )");
    add_direction(flow, 1 - to_server);
    const auto or_null = [&](const char* name, std::uint32_t value, bool known) {
        add(name);
        known ? void(fmt::format_to(out, FMT_COMPILE("{}"), value)) : add("null");
    };
    if (kind == FlowKind::tcp) {
        or_null(R"(, "handshake_us": )", flow.tcp.handshake_us, flow.tcp.handshake_us != 0);
    } else if (kind == FlowKind::udp && (flow.dns.queries != 0 || flow.dns.answers != 0)) {
        fmt::format_to(out, FMT_COMPILE(R"(, "dns": {{"queries": {}, "retries": {}, "answers": {})"), flow.dns.queries,
                       flow.dns.retries, flow.dns.answers);
        or_null(R"(, "code": )", flow.dns.response_code, flow.dns.answers != 0);
        or_null(R"(, "latency_us": )", flow.dns.slowest_us, flow.dns.slowest_us != 0);
        add("}");
    }
    add("}");
    write_if_full();
}

void FlowWriter::line(const Flow& flow, std::string_view behind) {
    const unsigned to_server = flow.client_direction();
    const FlowKind kind = flow.key.kind();
    const fmt::appender out(buffer_);
    // Fills up what was added since `begin` with blanks, in front of it or behind.
    const auto align = [&](std::size_t begin, std::size_t width, bool right) {
        const auto size = buffer_.size() - begin;
        const auto blanks = size < width ? width - size : 0;
        buffer_.resize(buffer_.size() + blanks);
        auto* text = buffer_.data() + begin;
        if (right) {
            std::copy_backward(text, text + size, text + size + blanks);
        }
        std::fill_n(right ? text : text + size, blanks, ' ');
    };
    const auto add_end = [&](unsigned direction, bool right) {
        const auto begin = buffer_.size();
        const bool brackets = flow.key.ipv6() && has_ports(flow);
        add(brackets ? "[" : "");
        add_sender(flow, direction);
        add(brackets ? "]" : "");
        if (has_ports(flow)) {
            fmt::format_to(out, FMT_COMPILE(":{}"), port_of(flow, direction));
        }
        align(begin, 21, right);
    };
    flow.key.encapsulated() ? void(fmt::format_to(out, FMT_COMPILE("{:>8}  "), flow.key.vni())) : add("       -  ");
    const auto protocol = buffer_.size();
    add_protocol(flow);
    align(protocol, 6, false);
    add(" ");
    add_end(to_server, true);
    add(" -> ");
    add_end(1 - to_server, false);
    fmt::format_to(out, FMT_COMPILE(" {:>8} {:>8} {:>12}"), flow.packets[to_server], flow.packets[1 - to_server],
                   flow.bytes[0] + flow.bytes[1]);
    if (flow.unanswered_attempt()) {
        add("  no answer");
    }
    if (kind == FlowKind::tcp && flow.tcp.handshake_us != 0) {
        fmt::format_to(out, FMT_COMPILE("  handshake {:.3f} ms"), flow.tcp.handshake_us / 1000.0);
    }
    if (kind == FlowKind::udp && flow.dns.queries != 0) {
        flow.dns.answers == 0 ? add("  DNS without answer")
                              : void(fmt::format_to(out, FMT_COMPILE("  DNS code {}, {:.3f} ms"),
                                                    flow.dns.response_code, flow.dns.slowest_us / 1000.0));
    }
    if (flow.incidents != 0) {
        const auto incidents = traffic_.flows().incidents(flow);
        const auto tell = [&](std::string_view name, std::uint64_t count) {
            if (count != 0) {
                fmt::format_to(out, FMT_COMPILE("  {} {}"), name, count);
            }
        };
        const auto both = [&](Incident what) { return std::uint64_t{incidents.of(what, 0)} + incidents.of(what, 1); };
        tell("retransmitted", both(Incident::retransmission));
        tell("SYN again", both(Incident::syn_retransmission));
        tell("reset", both(Incident::reset));
        tell("zero window", both(Incident::zero_window));
        tell("ICMP error", incidents.icmp_errors);
    }
    add(behind);
    write_if_full();
}

}  // namespace kwd::cli
