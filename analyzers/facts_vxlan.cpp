// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "analyzers/vxlan_expectation.h"
#include "analyzers/vxlan_tables.h"
#include "analyzers/vxlan_times.h"
#include "packet/ethernet.h"
#include "snapshot/tables/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::VxlanVerdictsRow;

constexpr auto kStateTables =
    std::to_array<std::string_view>({"interfaces", "addresses", "routes", "neighbors", "fdb_entries", "hns_networks",
                                     "hns_subnets", "hns_remote_subnets", "hns_endpoints", "hns_load_balancer_vips"});

VxlanTables read_tables(const Database& database) {
    VxlanTables tables{.interfaces = rows_of(database, snapshot::kInterfaces),
                       .offloads = rows_of(database, snapshot::kInterfaceOffloads),
                       .addresses = rows_of(database, snapshot::kAddresses),
                       .routes = rows_of(database, snapshot::kRoutes),
                       .routing_rules = rows_of(database, snapshot::kRoutingRules),
                       .neighbors = rows_of(database, snapshot::kNeighbors),
                       .fdb = rows_of(database, snapshot::kFdbEntries),
                       .icmp_errors = rows_of(database, snapshot::kIcmpErrors),
                       .hns_networks = rows_of(database, snapshot::kHnsNetworks),
                       .hns_subnets = rows_of(database, snapshot::kHnsSubnets),
                       .hns_remote_subnets = rows_of(database, snapshot::kHnsRemoteSubnets),
                       .hns_endpoints = rows_of(database, snapshot::kHnsEndpoints),
                       .hns_vips = rows_of(database, snapshot::kHnsLoadBalancerVips),
                       .ip_plan = rows_of(database, snapshot::kIpPlan),
                       .not_whole = {}};
    for (const std::string_view each : kStateTables) {
        if (covered(database, each) != Covered::ok) {
            const std::array<snapshot::Value, 1> name = {std::string(each)};
            tables.not_whole.emplace(each,
                                     database.text("SELECT reason FROM table_coverage WHERE table_name = ?", name)
                                         .value_or(has_rows(database, each) ? "names and ids only" : "not collected"));
        }
    }
    return tables;
}

VxlanState state_of(const Database& database, const VxlanTables& tables) {
    const auto system = os_family(database);
    if (system == "windows") {
        return vxlan_state_of_hns(tables);
    }
    if (system == "linux") {
        return vxlan_state_of_linux(tables);
    }
    VxlanState nothing;
    nothing.unknown = "nothing tells what the node does with VXLAN";
    return nothing;
}

// What the node's state called for, and when it was read.
struct Reading {
    explicit Reading(const Database& database)
        : tables(read_tables(database)), state(state_of(database, tables)), times(database, tables) {}

    VxlanTables tables;
    VxlanState state;
    StateTimes times;
};

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<std::string> known_text(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// `at` is "DOCUMENT#PLACE".
RowOrigin origin_of(const std::string& at) {
    const std::size_t hash = at.find('#');
    std::int64_t document = 0;
    if (hash == std::string::npos || std::from_chars(at.data(), at.data() + hash, document).ec != std::errc{}) {
        return {};
    }
    return {document, at.substr(hash + 1)};
}

std::optional<std::int64_t> packet_of(const RowOrigin& origin) {
    constexpr std::string_view packet = "packet:";
    std::int64_t number = 0;
    if (!origin.place || !origin.place->starts_with(packet)) {
        return std::nullopt;
    }
    const char* begin = origin.place->data() + packet.size();
    return std::from_chars(begin, origin.place->data() + origin.place->size(), number).ec == std::errc{}
               ? std::optional(number)
               : std::nullopt;
}

// The rows of `vxlan_verdicts`: what the same thing decided, seen at the same place between the same nodes, is one.
class Verdicts {
  public:
    explicit Verdicts(Database& database) : database_(database) {}

    void add(VxlanVerdictsRow row, const std::string& at) {
        const auto key = std::make_tuple(!row.exclusive, row.verdict, row.direction, row.interface_name,
                                         row.outer_source, row.outer_destination, row.udp_port, row.vni, row.expected,
                                         row.seen, row.decided_by, capture_of(at));
        const auto [found, fresh] = index_.try_emplace(key, rows_.size());
        if (fresh) {
            rows_.push_back({std::move(row), at});
            return;
        }
        auto& [whole, first_at] = rows_[found->second];
        whole.packets += row.packets;
        whole.bytes += row.bytes;
        ++whole.paths;
        if (row.first_time_utc && (!whole.first_time_utc || *row.first_time_utc < *whole.first_time_utc)) {
            whole.first_time_utc = row.first_time_utc;
            whole.inner_source = row.inner_source;
            whole.inner_destination = row.inner_destination;
            first_at = at;
        }
        if (row.last_time_utc && (!whole.last_time_utc || *row.last_time_utc > *whole.last_time_utc)) {
            whole.last_time_utc = row.last_time_utc;
        }
    }

    void write() {
        DerivedRows out(database_, snapshot::kVxlanVerdicts);
        for (auto& [row, at] : rows_) {
            const RowOrigin origin = origin_of(at);
            row.first_packet = packet_of(origin);
            if (origin.document_id) {
                const std::array<snapshot::Value, 1> id = {*origin.document_id};
                row.capture = database_.text("SELECT name FROM documents WHERE id = ?", id);
            }
            out.add(row, origin);
        }
    }

  private:
    using Key =
        std::tuple<bool, std::string, std::string, snapshot::Text, snapshot::Text, snapshot::Text, snapshot::Integer,
                   snapshot::Integer, snapshot::Text, snapshot::Text, std::string, std::string>;

    // The chunks of a live capture are one; imported files are captures each.
    const std::string& capture_of(const std::string& at) {
        const std::int64_t document = origin_of(at).document_id.value_or(0);
        const auto [found, fresh] = captures_.try_emplace(document);
        if (fresh) {
            const std::array<snapshot::Value, 1> id = {document};
            found->second =
                database_.text("SELECT coalesce(nullif(collector, 'import'), id) FROM documents WHERE id = ?", id)
                    .value_or("");
        }
        return found->second;
    }

    Database& database_;
    std::map<std::int64_t, std::string> captures_;
    std::map<Key, std::size_t> index_;
    std::vector<TableRow<VxlanVerdictsRow>> rows_;
};

template <class Row>
VxlanVerdictsRow seen_between(const Row& row, std::string verdict, VxlanDirection direction) {
    return {.verdict = std::move(verdict),
            .direction = std::string(name_of(direction)),
            .packets = row.packets.value_or(0),
            .paths = 1,
            .interface_name = row.interface_name,
            .first_time_utc = row.first_time_utc,
            .last_time_utc = row.last_time_utc};
}

// What is wrong by a state that may not be that of the packets' time is not known. `captures` are times of the snapshot
// that holds them, `state` those of the state.
void doubt(const StateTimes& captures, const StateTimes& state, const snapshot::VxlanPathsRow& row,
           const std::string& at, Judgement& judgement) {
    if (judgement.verdict == VxlanVerdict::unknown || judgement.verdict == VxlanVerdict::of_others) {
        return;
    }
    std::string why = captures.apart(at);
    if (why.empty() && judgement.verdict != VxlanVerdict::right && captures.is_live(at)) {
        why = state.may_have_changed(row.first_time_utc, row.last_time_utc);
        why = why.empty() ? why : fmt::format("{} by what was read, but {}", name_of(judgement.verdict), why);
    }
    if (!why.empty()) {
        judgement = {VxlanVerdict::unknown, judgement.direction, {}, {}, {std::move(why), {}}};
    }
}

struct JudgedBy {
    const Reading* reading;
    Judgement plain;
    Judgement doubted;
};

// The last before the packets, the first after them, and all between. Newest first, never empty.
std::vector<const Reading*> readings_around(const std::vector<Reading>& readings, const snapshot::VxlanPathsRow& row) {
    std::vector<const Reading*> around;
    for (std::size_t i = readings.size(); i-- > 0;) {
        const bool too_old = i + 1 < readings.size() && readings[i + 1].times.is_before(row.first_time_utc);
        const bool too_new = i > 0 && readings[i - 1].times.is_after(row.first_time_utc, row.last_time_utc);
        if (!too_old && !too_new) {
            around.push_back(&readings[i]);
        }
    }
    if (around.empty()) {
        around.push_back(&readings.back());
    }
    return around;
}

// By the state that was read last and, where that does not call it right, by those before: something may have come or
// gone meanwhile. What two in a row call wrong in the same way was wrong between them too. `readings`: oldest first.
Judgement judge_by(const std::vector<Reading>& readings, const SeenPath& path, const snapshot::VxlanPathsRow& row,
                   const std::string& at) {
    const StateTimes& captures = readings.back().times;
    std::vector<JudgedBy> judged;
    for (const Reading* reading : readings_around(readings, row)) {
        JudgedBy by{.reading = reading, .plain = judge(reading->state, path), .doubted = {}};
        by.doubted = by.plain;
        doubt(captures, reading->times, row, at, by.doubted);
        const VxlanVerdict newest = judged.empty() ? by.plain.verdict : by.doubted.verdict;
        if (newest == VxlanVerdict::right || (judged.empty() && newest == VxlanVerdict::of_others)) {
            return by.doubted;
        }
        judged.push_back(std::move(by));
    }
    const auto known =
        std::ranges::find_if(judged, [](const JudgedBy& by) { return by.doubted.verdict != VxlanVerdict::unknown; });
    if (known != judged.end()) {
        return known->doubted;
    }
    for (std::size_t i = 1; i < judged.size() && captures.is_live(at); ++i) {
        const JudgedBy& later = judged[i - 1];
        const JudgedBy& earlier = judged[i];
        if (earlier.plain.verdict == later.plain.verdict && earlier.plain.expected == later.plain.expected &&
            earlier.reading->times.holds_until(later.reading->times, row.first_time_utc, row.last_time_utc)) {
            return later.plain;
        }
    }
    return judged.front().doubted;
}

// Interfaces that this node's own tunnels were seen on; and, of those that its state does not name as such, the pairs
// of addresses within.
struct SeenInTunnels {
    std::set<std::string, std::less<>> interfaces;
    std::set<std::tuple<std::string, std::string, std::string>> pairs;
};

bool is_among(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& each) { return same_ignoring_case(each, name); });
}

void add_seen(const VxlanState& state, const snapshot::VxlanPathsRow& row, const IpAddress& source,
              const IpAddress& destination, SeenInTunnels& seen) {
    if (!row.interface_name || (!state.own.contains(source) && !state.own.contains(destination))) {
        return;
    }
    seen.interfaces.insert(*row.interface_name);
    if (!is_among(state.underlay, *row.interface_name)) {
        seen.pairs.emplace(*row.interface_name, row.inner_source.value_or(""), row.inner_destination.value_or(""));
    }
}

void judge_paths(const Database& database, const std::vector<Reading>& readings, Verdicts& verdicts,
                 SeenInTunnels& seen) {
    for (const auto& [row, at] : rows_of(database, snapshot::kVxlanPaths)) {
        const auto source = IpAddress::parse(row.outer_source);
        const auto destination = IpAddress::parse(row.outer_destination);
        if (!source || !destination) {
            continue;
        }
        add_seen(readings.back().state, row, *source, *destination, seen);
        const bool is_ip =
            row.inner_ethertype == packet::kEthertypeIpv4 || row.inner_ethertype == packet::kEthertypeIpv6;
        const Judgement judgement = judge_by(readings,
                                             {.outer_source = *source,
                                              .outer_destination = *destination,
                                              .port = row.udp_port,
                                              .vni = row.vni,
                                              .vni_valid = row.vni_valid.value_or(true),
                                              .destination_mac = row.inner_destination_mac,
                                              .inner_source = parsed(row.inner_source),
                                              .inner_destination = parsed(row.inner_destination),
                                              .addresses_lost = is_ip && !row.inner_source},
                                             row, at);
        VxlanVerdictsRow verdict = seen_between(row, std::string(name_of(judgement.verdict)), judgement.direction);
        verdict.exclusive = true;
        verdict.bytes = row.bytes.value_or(0);
        verdict.outer_source = row.outer_source;
        verdict.outer_destination = row.outer_destination;
        verdict.udp_port = row.udp_port;
        verdict.vni = row.vni;
        verdict.inner_source = row.inner_source;
        verdict.inner_destination = row.inner_destination;
        verdict.expected = known_text(judgement.expected);
        verdict.seen = known_text(judgement.seen);
        verdict.decided_by = judgement.by.words;
        verdict.decided_at = known_text(judgement.by.at);
        verdicts.add(std::move(verdict), at);
    }
}

// What a state that was read before calls right is no wrong: the way or its MTU changed meanwhile.
void judge_sizes(const Database& database, const std::vector<Reading>& readings, Verdicts& verdicts) {
    const VxlanState& state = readings.back().state;
    for (const auto& [row, at] : rows_of(database, snapshot::kVxlanSizes)) {
        const auto source = IpAddress::parse(row.outer_source);
        const auto destination = IpAddress::parse(row.outer_destination);
        if (!source || !destination) {
            continue;
        }
        const auto beside = [&size = row](std::string verdict_name, VxlanDirection direction) {
            VxlanVerdictsRow verdict = seen_between(size, std::move(verdict_name), direction);
            verdict.bytes = size.outer_bytes * size.packets.value_or(0);
            verdict.outer_source = size.outer_source;
            verdict.outer_destination = size.outer_destination;
            verdict.udp_port = size.udp_port;
            verdict.vni = size.vni;
            return verdict;
        };
        if (row.fragment == true) {
            VxlanVerdictsRow verdict = beside("fragmented", direction_of(state, *source, *destination));
            verdict.expected = "whole packets";
            verdict.seen = "fragments of outer IP";
            verdict.decided_by = "RFC 7348 section 4.3: VTEPs must not fragment VXLAN packets";
            verdicts.add(std::move(verdict), at);
        }
        const SeenSize size{.outer_source = *source,
                            .outer_destination = *destination,
                            .bytes = row.outer_bytes,
                            .inner_protocol = row.inner_protocol};
        const auto is_longer = [&size](const Reading& each) { return judge_size(each.state, size).has_value(); };
        if (const auto longer = judge_size(state, size); longer && std::ranges::all_of(readings, is_longer)) {
            VxlanVerdictsRow verdict = beside(longer->maybe ? "maybe-over-mtu" : "over-mtu", longer->direction);
            verdict.expected = fmt::format("at most {} bytes", longer->mtu);
            verdict.seen = "more";
            verdict.decided_by = longer->by.words;
            verdict.decided_at = known_text(longer->by.at);
            verdicts.add(std::move(verdict), at);
        }
    }
}

// Whether tunnels are known to leave where this was captured. "any" and "pktmon" are all interfaces at once.
bool on_underlay(const VxlanState& state, const StateTimes& times, const SeenInTunnels& seen,
                 const snapshot::Text& name, const std::string& at) {
    return name && name != "any" && name != "pktmon" && !state.underlay.empty() && times.apart(at).empty() &&
           (is_among(state.underlay, *name) || seen.interfaces.contains(*name));
}

// Whether it is known that none do.
bool off_underlay(const VxlanState& state, const StateTimes& times, const snapshot::Text& name, const std::string& at) {
    return name && !state.underlay.empty() && times.apart(at).empty() && is_among(state.not_underlay, *name);
}

// A capture that none of these packets could have been seen in says nothing of them.
void mark_underlay(Database& database, const VxlanState& state, const StateTimes& times, const SeenInTunnels& seen) {
    snapshot::Statement update =
        database.prepare("UPDATE captures SET on_underlay = ? WHERE interface_name IS ? AND at = ?");
    for (const auto& [row, at] : rows_of(database, snapshot::kCaptures)) {
        const bool on = on_underlay(state, times, seen, row.interface_name, at);
        const bool known = on || off_underlay(state, times, row.interface_name, at);
        update.bind(1, known ? snapshot::Integer(on ? 1 : 0) : snapshot::Integer());
        update.bind(2, row.interface_name);
        update.bind(3, std::string_view(at));
        update.run();
    }
}

// Only where it cannot be anything else: on a wire under the tunnels. A capture of a bridge or a vSwitch shows the same
// packets before they are encapsulated.
void judge_pairs(const Database& database, const std::vector<Reading>& readings, const SeenInTunnels& seen,
                 Verdicts& verdicts) {
    const Reading& now = readings.back();
    for (const auto& [row, at] : rows_of(database, snapshot::kAddressPairs)) {
        const auto source = IpAddress::parse(row.source);
        const auto destination = IpAddress::parse(row.destination);
        if (!source || !destination || !on_underlay(now.state, now.times, seen, row.interface_name, at)) {
            continue;
        }
        // Where the node's state does not name the interface, packets may be seen on their way into the tunnel as well.
        if (seen.pairs.contains({*row.interface_name, row.source, row.destination})) {
            continue;
        }
        const auto goes_past = [&](const Reading& each) {
            return judge_not_encapsulated(each.state, *source, *destination).has_value();
        };
        if (const auto judgement = judge_not_encapsulated(now.state, *source, *destination);
            judgement && std::ranges::all_of(readings, goes_past)) {
            VxlanVerdictsRow verdict = seen_between(row, "not-encapsulated", judgement->direction);
            verdict.bytes = row.bytes.value_or(0);
            verdict.inner_source = row.source;
            verdict.inner_destination = row.destination;
            verdict.expected = judgement->expected;
            verdict.seen = judgement->seen;
            verdict.decided_by = judgement->by.words;
            verdict.decided_at = known_text(judgement->by.at);
            verdicts.add(std::move(verdict), at);
        }
    }
}

// What found no room in `vxlan_paths` is counted in `captures` even so.
void add_left_out(const Database& database, Verdicts& verdicts) {
    const auto left_out = database.integer(
        "SELECT (SELECT total(vxlan_packets) FROM captures) - (SELECT total(packets) FROM vxlan_paths)");
    if (left_out.value_or(0) > 0) {
        VxlanVerdictsRow verdict{};
        verdict.verdict = name_of(VxlanVerdict::unknown);
        verdict.exclusive = true;
        verdict.direction = name_of(VxlanDirection::other);
        verdict.packets = *left_out;
        verdict.decided_by = "there was no room in vxlan_paths to tell them apart";
        verdicts.add(std::move(verdict), {});
    }
}

}  // namespace

void derive_vxlan_verdicts(Database& database, std::span<const Database> before) {
    Covered state = Covered::ok;
    std::string why;
    for (const std::string_view table : {"vxlan_paths", "vxlan_sizes", "address_pairs"}) {
        const Covered one = covered(database, table);
        if (one != Covered::ok) {
            const std::array<snapshot::Value, 1> name = {std::string(table)};
            state = std::min(state, one);
            why = database.text("SELECT reason FROM table_coverage WHERE table_name = ?", name).value_or("not known");
        }
    }
    if (state == Covered::missing) {
        return;
    }
    std::vector<Reading> readings;
    readings.reserve(before.size() + 1);
    for (const Database& each : before) {
        readings.emplace_back(each);
    }
    const Reading& now = readings.emplace_back(database);
    Verdicts verdicts(database);
    SeenInTunnels seen;
    judge_paths(database, readings, verdicts, seen);
    mark_underlay(database, now.state, now.times, seen);
    judge_sizes(database, readings, verdicts);
    judge_pairs(database, readings, seen, verdicts);
    add_left_out(database, verdicts);
    verdicts.write();
    cover(database, snapshot::kVxlanVerdicts.name, state, why);
}

}  // namespace kwd::analyzers
