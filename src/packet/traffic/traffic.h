// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/fragments.h"
#include "packet/traffic/address_table.h"
#include "packet/traffic/dns_lookups.h"
#include "packet/traffic/dns_streams.h"
#include "packet/traffic/flow_table.h"
#include "packet/traffic/holes.h"
#include "packet/traffic/icmp_errors.h"
#include "packet/traffic/neighbors.h"
#include "packet/traffic/packet_record.h"
#include "packet/traffic/protocols.h"
#include "packet/traffic/repeated_packets.h"
#include "packet/traffic/tcp_tracking.h"
#include "packet/traffic/tunnels.h"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace kwd::packet {

/// What was counted of one kind of traffic: that within VXLAN, or that outside of it. docs/packets-json.md says what
/// each counts.
struct TrafficCounts {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t malformed = 0;
    std::uint64_t truncated = 0;
    std::uint64_t tcp_headers_cut = 0;
    std::uint64_t dns_headers_cut = 0;
    std::map<std::uint32_t, std::uint64_t> by_vni;
    std::map<std::uint16_t, std::uint64_t> by_udp_port;
    std::uint64_t flows = 0;
    std::uint64_t tcp_flows = 0;
    std::uint64_t tcp_unanswered = 0;
    TcpCounts tcp;
    std::uint64_t dns_queries = 0;
    std::uint64_t dns_retries = 0;
    std::uint64_t dns_answers = 0;
    std::uint64_t dns_unanswered = 0;
    std::uint64_t icmp_frag_needed = 0;
    std::uint64_t oversized = 0;
    std::uint64_t fragments = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t neighbor_requests = 0;
    std::uint64_t neighbor_unanswered = 0;
    std::uint64_t address_conflicts = 0;
    std::uint64_t checksums_wrong = 0;
    std::uint64_t checksums_offloaded = 0;
    ProtocolCounts protocols;
};

/// What found no place any more, and therefore is missing in what is counted.
struct TrafficLimits {
    std::uint64_t packets_without_flow = 0;  ///< FlowTable::kMostFlows or AddressTable::kMost were reached
    std::uint64_t packets_without_vni = 0;   ///< kMostVnis were reached, or ProtocolCounts::kMostVnis
    std::uint64_t packets_without_tunnel = 0;
    std::uint64_t dns_queries_not_followed = 0;
    std::uint64_t icmp_errors_not_listed = 0;
    std::uint64_t neighbor_packets_not_kept = 0;
    std::uint64_t flow_incidents_not_kept = 0;  ///< FlowTable::kMostApart were reached
};

/// What the packets of one or several captures tell together: conversations, and what went wrong in them.
///
/// Packets are added in the order in which they were captured. Whether in one piece, batch by batch, or document by
/// document makes no difference.
class Traffic {
  public:
    static constexpr std::uint32_t kDefaultInnerMtu = 1450;
    static constexpr std::size_t kMostVnis = 65536;

    /// IP packets that are longer than `inner_mtu` count as oversized.
    explicit Traffic(std::uint32_t inner_mtu = kDefaultInnerMtu);

    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    /// `several_interfaces`: they were captured on more than one, so that a packet can be seen twice on its way.
    void add(std::span<const PacketRecord> records, bool several_interfaces = false);

    /// The same of captured packets and what describe() made of each. Where a tunnel's datagram came in fragments, and
    /// its headers are split over them, they are put together.
    void add(std::span<const CapturedPacket> packets, std::span<PacketRecord> records, bool several_interfaces);

    /// What was not encapsulated, and what was. Together they are all packets. Looks at all flows.
    struct Counts {
        TrafficCounts outer;
        TrafficCounts inner;
    };
    [[nodiscard]] Counts counts() const;
    [[nodiscard]] TrafficCounts inner() const { return counts().inner; }
    [[nodiscard]] TrafficCounts outer() const { return counts().outer; }

    [[nodiscard]] const FlowTable& flows() const noexcept { return flows_; }
    /// The address that stands for this in a flow's key.
    [[nodiscard]] IpAddress address(const FlowKey& key, std::uint32_t address) const noexcept;
    [[nodiscard]] const Neighbors& neighbors() const noexcept { return neighbors_; }
    [[nodiscard]] const Tunnels& tunnels() const noexcept { return tunnels_; }
    [[nodiscard]] const IcmpErrors& icmp_errors() const noexcept { return icmp_errors_; }
    [[nodiscard]] TrafficLimits limits() const noexcept;

  private:
    /// Counts that are kept packet by packet.
    struct Side {
        TrafficCounts counts;  ///< the maps stay empty
        std::vector<std::uint64_t> by_udp_port = std::vector<std::uint64_t>(65536);
        DnsLookups dns;
    };

    void add(const PacketRecord& record, bool several_interfaces, Flow* likely);
    void count_vni(std::uint32_t vni);
    void add_ipv6(PacketRecord record, Side& side, Flow* likely);
    void add_to_flow(const PacketRecord& record, Side& side, Flow* likely);
    [[nodiscard]] Flow* flow_of(const PacketRecord& record, unsigned direction, Flow* likely);
    void add_icmp_error(const PacketRecord& record, Side& side);
    [[nodiscard]] Flow* flow_of_quoted(const IcmpError& error);
    void dns_by_udp(const PacketRecord& record, Flow& flow, Side& side);
    void dns_by_tcp(const PacketRecord& record, const Flow& flow, unsigned direction, const NewBytes& fresh,
                    Side& side);
    void dns(const PacketRecord& record, const DnsSummary& message, Flow::Dns* sums, Side& side);
    /// But for tcp_unanswered.
    [[nodiscard]] TrafficCounts counts_of(std::size_t side) const;

    std::uint32_t inner_mtu_;
    AddressTable addresses_;
    FlowTable flows_{addresses_};
    Holes holes_;
    DnsStreams dns_streams_;
    std::array<Side, 2> sides_;  ///< what was not encapsulated, and what was
    std::unordered_map<std::uint32_t, std::uint64_t> by_vni_;
    std::uint32_t last_vni_ = 0;
    std::uint64_t* last_vni_count_ = nullptr;
    Tunnels tunnels_;
    IcmpErrors icmp_errors_;
    Neighbors neighbors_;
    RepeatedPackets repeated_;
    Fragments fragments_{VxlanPorts{}, [](const Fragments::Unsettled&) {}};
    TrafficLimits limits_;
};

}  // namespace kwd::packet
