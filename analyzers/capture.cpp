// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture.h"

#include "analyzers/capture_flows.h"
#include "analyzers/capture_packet.h"
#include "analyzers/capture_questions.h"
#include "packet/capture_reader.h"
#include "snapshot/place.h"
#include "snapshot/tables/packets.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

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
snapshot::Integer count_of(std::optional<std::uint64_t> counted) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return counted ? snapshot::Integer(static_cast<std::int64_t>(std::min(*counted, kMost))) : std::nullopt;
}

struct InterfaceCounts {
    SeenTimes times;
    packet::LinkType link_type = packet::LinkType::ethernet;
    std::int64_t packets = 0;
    std::int64_t bytes = 0;
    std::int64_t truncated = 0;
    std::int64_t malformed = 0;
    std::int64_t vxlan = 0;
};

class Capture {
  public:
    void add(const packet::CapturedPacket& captured, std::span<const packet::CaptureInterface> interfaces) {
        const packet::Packet dissected =
            packet::dissect(captured.link_type, captured.captured, captured.original_length, ports_);
        count(captured, dissected);
        const SeenPacket outer{captured.number, captured.time_ns_utc, dissected.outer, std::nullopt,
                               same_interface(captured.interface_id, interfaces)};
        const auto ip = ip_of(dissected.outer);
        if (dissected.vxlan) {
            interfaces_[captured.interface_id].vxlan += ip ? 1 : 0;
            tunnels_.add(outer, *dissected.vxlan, dissected.inner);
            if (dissected.inner) {
                add_layers(
                    {captured.number, captured.time_ns_utc, *dissected.inner, dissected.vxlan->vni, outer.interface});
            }
            return;
        }
        if (ip && ip->later_fragment && tunnels_.add_fragment(outer, *ip)) {
            ++interfaces_[captured.interface_id].vxlan;
            return;
        }
        pairs_.add(outer);
        add_layers(outer);
    }

    void write(const std::string& name, std::span<const packet::CaptureInterface> interfaces, Analysis& out) const {
        out.covers(snapshot::kCaptures.name);
        SeenTimes all;
        for (std::size_t id = 0; id < interfaces.size(); ++id) {
            const auto found = interfaces_.find(static_cast<std::uint32_t>(id));
            write_interface(name, interfaces[id], found == interfaces_.end() ? InterfaceCounts{} : found->second, out);
        }
        for (const auto& [id, counts] : interfaces_) {
            all.add(1, counts.times.last_ns);
        }
        tunnels_.write(interfaces, out);
        pairs_.write(interfaces, out);
        flows_.write(out);
        questions_.write(all.last_ns, out);
        errors_.write(out);
        exchanges_.write(out);
    }

  private:
    // Sections joined end to end describe their interfaces anew.
    std::uint32_t same_interface(std::uint32_t id, std::span<const packet::CaptureInterface> interfaces) {
        while (same_.size() < interfaces.size()) {
            const auto next = static_cast<std::uint32_t>(same_.size());
            same_.push_back(names_.try_emplace(interfaces[next].name, next).first->second);
        }
        return id < same_.size() ? same_[id] : id;
    }

    void count(const packet::CapturedPacket& captured, const packet::Packet& dissected) {
        InterfaceCounts& counts = interfaces_[captured.interface_id];
        const bool malformed = dissected.outer.outcome == packet::Outcome::malformed ||
                               (dissected.inner && dissected.inner->outcome == packet::Outcome::malformed);
        counts.times.add(captured.number, captured.time_ns_utc);
        counts.link_type = captured.link_type;
        ++counts.packets;
        counts.bytes += captured.original_length;
        counts.truncated += captured.captured.size() < captured.original_length ? 1 : 0;
        counts.malformed += malformed ? 1 : 0;
    }

    void add_layers(const SeenPacket& packet) {
        flows_.add(packet);
        questions_.add(packet);
        errors_.add(packet);
        exchanges_.add(packet);
    }

    static void write_interface(const std::string& name, const packet::CaptureInterface& interface,
                                const InterfaceCounts& counts, Analysis& out) {
        const packet::CaptureStatistics counted = interface.statistics.value_or(packet::CaptureStatistics{});
        out.add(snapshot::kCaptures,
                {.name = name,
                 .interface_name = interface.name.empty() ? std::nullopt : snapshot::Text(interface.name),
                 .link_type = link_type_name(interface.link_type),
                 .packets = counts.packets,
                 .bytes = counts.bytes,
                 .truncated_packets = counts.truncated,
                 .malformed_packets = counts.malformed,
                 .dropped_packets = count_of(counted.dropped_by_system),
                 .dropped_by_interface = count_of(counted.dropped_by_interface),
                 .first_time_utc = time_text(counts.times.first_ns),
                 .last_time_utc = time_text(counts.times.last_ns),
                 .filter = interface.filter.empty() ? std::nullopt : snapshot::Text(interface.filter),
                 .vxlan_packets = counts.vxlan},
                counts.times.first_packet == 0 ? std::string() : snapshot::packet_place(counts.times.first_packet));
    }

    packet::VxlanPorts ports_;
    std::map<std::uint32_t, InterfaceCounts> interfaces_;
    std::map<std::string, std::uint32_t> names_;
    std::vector<std::uint32_t> same_;  ///< for each interface the first one of its name
    TunnelFlows tunnels_;
    AddressPairs pairs_;
    Flows flows_;
    DnsQuestions questions_;
    IcmpErrors errors_;
    ArpExchanges exchanges_;
};

}  // namespace

void analyze_capture(const snapshot::Document& document, Analysis& out) {
    packet::CaptureReader reader(std::as_bytes(std::span(document.content)));
    Capture capture;
    while (const auto captured = reader.next()) {
        capture.add(*captured, reader.interfaces());
    }
    capture.write(document.info.name, reader.interfaces(), out);
    for (const packet::CaptureProblem& problem : reader.problems()) {
        const bool cut = problem.kind == packet::CaptureProblem::Kind::truncated;
        out.note("", cut ? "truncated" : "malformed", fmt::format("at byte {}: {}", problem.offset, problem.text));
        if (cut || problem.kind == packet::CaptureProblem::Kind::bad_length) {
            for (const std::string_view table :
                 {snapshot::kCaptures.name, snapshot::kVxlanFlows.name, snapshot::kVxlanInnerMacs.name,
                  snapshot::kVxlanPaths.name, snapshot::kVxlanSizes.name, snapshot::kAddressPairs.name,
                  snapshot::kFlows.name, snapshot::kDnsQueries.name, snapshot::kIcmpErrors.name,
                  snapshot::kArpExchanges.name}) {
                out.covers_partly(table, "a capture file breaks off");
            }
        }
    }
}

}  // namespace kwd::analyzers
