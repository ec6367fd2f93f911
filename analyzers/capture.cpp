// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture.h"

#include "analyzers/capture_flows.h"
#include "analyzers/capture_interfaces.h"
#include "analyzers/capture_packet.h"
#include "analyzers/capture_questions.h"
#include "analyzers/capture_rows.h"
#include "packet/capture_reader.h"
#include "packet/fragments.h"
#include "packet/traffic/packet_record.h"
#include "packet/traffic/repeated_packets.h"
#include "snapshot/tables/packets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kwd::analyzers {
namespace {

constexpr auto kTables = std::to_array<std::string_view>(
    {snapshot::kCaptures.name, snapshot::kVxlanFlows.name, snapshot::kVxlanInnerMacs.name, snapshot::kVxlanPaths.name,
     snapshot::kVxlanSizes.name, snapshot::kAddressPairs.name, snapshot::kFlows.name, snapshot::kDnsQueries.name,
     snapshot::kIcmpErrors.name, snapshot::kArpExchanges.name});

class Capture final : public PartsAnalysis {
  public:
    void add(const snapshot::Document& part) override {
        name_ = name_.empty() ? part.info.name : name_;
        rows_.begin_part();
        packet::CaptureReader reader(std::as_bytes(std::span(part.content)));
        while (const auto captured = reader.next()) {
            add(*captured, reader.interfaces());
        }
        interfaces_.end_part(reader.interfaces());
        note_problems(reader.problems());
    }

    [[nodiscard]] std::vector<Analysis> finish() override {
        fragments_.settle();
        interfaces_.write(name_, rows_);
        tunnels_.write(interfaces_, rows_);
        pairs_.write(interfaces_, rows_);
        flows_.write(rows_);
        questions_.write(last_ns_, rows_);
        errors_.write(rows_);
        exchanges_.write(rows_);
        return rows_.take();
    }

  private:
    void add(const packet::CapturedPacket& captured, std::span<const packet::CaptureInterface> described) {
        packet::Packet dissected =
            packet::dissect(captured.link_type, captured.captured, captured.original_length, packet::VxlanPorts{});
        SeenPacket outer{.number = rows_.next_packet(),
                         .time_ns = captured.time_ns_utc,
                         .layers = dissected.outer,
                         .vni = {},
                         .interface = interfaces_.number(captured.interface_id, described)};
        const auto ip = ip_of(dissected.outer);
        const auto part =
            fragments_.add(dissected, outer.number, outer.time_ns, ip ? static_cast<std::uint64_t>(ip->bytes) : 0);
        count(captured, dissected, outer);
        packet::CapturedPacket numbered = captured;
        numbered.interface_id = outer.interface;
        const packet::PacketRecord record = packet::describe_dissected(numbered, dissected);
        outer.repeated = repeated_.seen_elsewhere(record);
        using Role = packet::Fragments::Role;
        if (part.role == Role::waiting) {
            return;
        }
        if (!outer.repeated) {
            errors_.add(record, outer.number);
        }
        if (part.role == Role::later && part.datagram.vni) {
            interfaces_.counts(outer.interface).vxlan += 1;
            return tunnels_.add_fragment(outer, *ip, part.datagram);
        }
        if (dissected.vxlan) {
            interfaces_.counts(outer.interface).vxlan += ip ? 1 + part.before.packets : 0;
            tunnels_.add(outer, *dissected.vxlan, dissected.inner, part.before);
            if (dissected.inner) {
                SeenPacket inner{.number = outer.number,
                                 .time_ns = outer.time_ns,
                                 .layers = *dissected.inner,
                                 .vni = dissected.vxlan->vni,
                                 .interface = outer.interface,
                                 .repeated = outer.repeated};
                add_layers(inner);
            }
            return;
        }
        pairs_.add(outer);
        add_layers(outer);
        if (ip && part.before.packets != 0) {
            pairs_.add(*ip, outer.interface, part.before);
            flows_.add_fragments(*ip, part.before);
        }
    }

    void count(const packet::CapturedPacket& captured, const packet::Packet& dissected, const SeenPacket& outer) {
        auto& counts = interfaces_.counts(outer.interface);
        const bool malformed = dissected.outer.outcome == packet::Outcome::malformed ||
                               (dissected.inner && dissected.inner->outcome == packet::Outcome::malformed);
        counts.times.add(outer.number, outer.time_ns);
        ++counts.packets;
        counts.bytes += captured.original_length;
        counts.truncated += captured.captured.size() < captured.original_length ? 1 : 0;
        counts.malformed += malformed ? 1 : 0;
        if (outer.time_ns) {
            last_ns_ = std::max(last_ns_.value_or(*outer.time_ns), *outer.time_ns);
        }
    }

    void add_layers(const SeenPacket& packet) {
        if (packet.repeated) {
            return;
        }
        flows_.add(packet);
        questions_.add(packet);
        exchanges_.add(packet);
    }

    void note_problems(std::span<const packet::CaptureProblem> problems) {
        for (const packet::CaptureProblem& problem : problems) {
            const bool cut = problem.kind == packet::CaptureProblem::Kind::truncated;
            rows_.part().note("", cut ? "truncated" : "malformed",
                              fmt::format("at byte {}: {}", problem.offset, problem.text));
            if (cut || problem.kind == packet::CaptureProblem::Kind::bad_length) {
                for (const std::string_view table : kTables) {
                    rows_.part().covers_partly(table, "a capture file breaks off");
                }
            }
        }
    }

    // Fragments of which the first never came: nobody knows whether they are a tunnel's, nor by now their interface.
    void unsettled(const packet::Fragments::Unsettled& lost) {
        const auto v4 = [](const packet::Ipv6Address& bytes) {
            return IpAddress::v4(std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                                 std::uint32_t{bytes[2]} << 8 | bytes[3]);
        };
        const IpPacket ip{.source = lost.ipv6 ? IpAddress::v6(lost.source) : v4(lost.source),
                          .destination = lost.ipv6 ? IpAddress::v6(lost.destination) : v4(lost.destination),
                          .protocol = packet::kProtocolUdp,
                          .bytes = 0,
                          .identification = 0,
                          .fragment = true};
        flows_.add_fragments(ip, lost.waited);
    }

    std::string name_;
    CaptureRows rows_;
    CaptureInterfaces interfaces_;
    packet::Fragments fragments_{packet::VxlanPorts{},
                                 [this](const packet::Fragments::Unsettled& lost) { unsettled(lost); }};
    packet::RepeatedPackets repeated_;
    TunnelFlows tunnels_;
    AddressPairs pairs_;
    Flows flows_;
    DnsQuestions questions_;
    IcmpErrors errors_;
    ArpExchanges exchanges_;
    std::optional<std::int64_t> last_ns_;
};

}  // namespace

std::unique_ptr<PartsAnalysis> begin_capture() {
    return std::make_unique<Capture>();
}

void analyze_capture(const snapshot::Document& document, Analysis& out) {
    Capture capture;
    capture.add(document);
    out = std::move(capture.finish().front());
}

}  // namespace kwd::analyzers
