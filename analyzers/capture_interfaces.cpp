// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture_interfaces.h"

#include "analyzers/capture_rows.h"
#include "snapshot/tables/packets.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace kwd::analyzers {
namespace {

// As libpcap names them, without DLT_ in front.
std::string link_type_name(packet::LinkType type) {
    switch (type) {
        case packet::LinkType::null: return "NULL";
        case packet::LinkType::ethernet: return "EN10MB";
        case packet::LinkType::raw_bsd:
        case packet::LinkType::raw_openbsd:
        case packet::LinkType::raw: return "RAW";
        case packet::LinkType::loop: return "LOOP";
        case packet::LinkType::linux_sll: return "LINUX_SLL";
        case packet::LinkType::ipv4: return "IPV4";
        case packet::LinkType::ipv6: return "IPV6";
        case packet::LinkType::linux_sll2: return "LINUX_SLL2";
    }
    return fmt::format("LINKTYPE {}", static_cast<unsigned>(type));
}

// What a file says may be any number; a table holds signed ones.
void add_count(std::optional<std::int64_t>& sum, std::optional<std::uint64_t> counted) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (counted) {
        const auto more = static_cast<std::int64_t>(std::min(*counted, static_cast<std::uint64_t>(kMost)));
        const std::int64_t before = sum.value_or(0);
        sum = more > kMost - before ? kMost : before + more;
    }
}

}  // namespace

std::uint32_t CaptureInterfaces::number_of(const packet::CaptureInterface& described) {
    const auto next = static_cast<std::uint32_t>(all_.size());
    const auto [found, fresh] = numbers_.try_emplace({described.name, described.link_type}, next);
    if (fresh) {
        all_.push_back({.name = described.name, .link_type = described.link_type});
    }
    return found->second;
}

std::uint32_t CaptureInterfaces::number(std::uint32_t in_part, std::span<const packet::CaptureInterface> described) {
    while (in_part_.size() < described.size()) {
        in_part_.push_back(number_of(described[in_part_.size()]));
    }
    return in_part < in_part_.size() ? in_part_[in_part] : number_of({.name = {}, .description = {}});
}

void CaptureInterfaces::end_part(std::span<const packet::CaptureInterface> described) {
    for (const packet::CaptureInterface& each : described) {
        Interface& known = all_[number_of(each)];
        known.filter = known.filter.empty() ? each.filter : known.filter;
        if (each.statistics) {
            add_count(known.dropped_by_system, each.statistics->dropped_by_system);
            add_count(known.dropped_by_interface, each.statistics->dropped_by_interface);
        }
    }
    in_part_.clear();
}

void CaptureInterfaces::write(const std::string& capture, CaptureRows& out) const {
    out.cover_counted(snapshot::kCaptures.name, 0, 0);
    for (const Interface& each : all_) {
        out.add(snapshot::kCaptures,
                {.name = capture,
                 .interface_name = each.name.empty() ? std::nullopt : snapshot::Text(each.name),
                 .link_type = link_type_name(each.link_type),
                 .packets = each.counts.packets,
                 .bytes = each.counts.bytes,
                 .truncated_packets = each.counts.truncated,
                 .malformed_packets = each.counts.malformed,
                 .dropped_packets = each.dropped_by_system,
                 .dropped_by_interface = each.dropped_by_interface,
                 .first_time_utc = time_text(each.counts.times.first_ns),
                 .last_time_utc = time_text(each.counts.times.last_ns),
                 .filter = each.filter.empty() ? std::nullopt : snapshot::Text(each.filter),
                 .vxlan_packets = each.counts.vxlan},
                each.counts.times.first_packet);
    }
}

}  // namespace kwd::analyzers
