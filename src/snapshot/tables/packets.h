// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// What was on the wire.

namespace kwd::snapshot {

struct CapturesRow {
    std::string name = {};
    Text interface_name = {};
    Text link_type = {};
    Integer packets = {};
    Integer bytes = {};
    Integer truncated_packets = {};
    Integer malformed_packets = {};
    Integer dropped_packets = {};
    Integer dropped_by_interface = {};
    Text first_time_utc = {};
    Text last_time_utc = {};
    Text filter = {};
    Flag on_underlay = {};
    Integer vxlan_packets = {};
};

inline constexpr auto kCaptures = table(
    "captures", "Packet captures in the snapshot.", column("name", &CapturesRow::name, "capture file or interface"),
    column("interface_name", &CapturesRow::interface_name, "where known"),
    column("link_type", &CapturesRow::link_type, "DLT name"), column("packets", &CapturesRow::packets, "packets in it"),
    column("bytes", &CapturesRow::bytes, "bytes on the wire"),
    column("truncated_packets", &CapturesRow::truncated_packets, "packets shorter than on the wire"),
    column("malformed_packets", &CapturesRow::malformed_packets, "packets that could not be dissected"),
    column("dropped_packets", &CapturesRow::dropped_packets,
           "packets that were not captured for want of buffer; NULL where nobody counted"),
    column("dropped_by_interface", &CapturesRow::dropped_by_interface,
           "packets that the interface dropped before anybody could look; NULL where nobody counted"),
    column("first_time_utc", &CapturesRow::first_time_utc, "ISO 8601"),
    column("last_time_utc", &CapturesRow::last_time_utc, "ISO 8601"),
    column("filter", &CapturesRow::filter, "capture filter"),
    column(
        "on_underlay", &CapturesRow::on_underlay,
        "1: taken where this node's tunnels leave, so that packets that should be in one show; 0: elsewhere; NULL: not "
        "known, or the node's state is of another day"),
    column("vxlan_packets", &CapturesRow::vxlan_packets, "packets of VXLAN tunnels in it, fragments counted"));

struct VxlanFlowsRow {
    std::string outer_source = {};
    std::string outer_destination = {};
    std::int64_t udp_port = {};
    std::int64_t vni = {};
    Flag vni_valid = {};
    Integer packets = {};
    Integer bytes = {};
    Integer largest_inner_bytes = {};
    Integer outer_fragments = {};
    Integer zero_checksum = {};
    Text first_time_utc = {};
    Text last_time_utc = {};
};

inline constexpr auto kVxlanFlows =
    table("vxlan_flows", "VXLAN traffic by outer addresses, port and VNI.",
          column("outer_source", &VxlanFlowsRow::outer_source, "address"),
          column("outer_destination", &VxlanFlowsRow::outer_destination, "address"),
          column("udp_port", &VxlanFlowsRow::udp_port, "destination port"),
          column("vni", &VxlanFlowsRow::vni, "VXLAN network identifier"),
          column("vni_valid", &VxlanFlowsRow::vni_valid, "the I flag is set in every packet"),
          column("packets", &VxlanFlowsRow::packets, "packets"), column("bytes", &VxlanFlowsRow::bytes, "outer bytes"),
          column("largest_inner_bytes", &VxlanFlowsRow::largest_inner_bytes, "largest inner IP packet"),
          column("outer_fragments", &VxlanFlowsRow::outer_fragments, "packets that were fragments of outer IP"),
          column("zero_checksum", &VxlanFlowsRow::zero_checksum, "outer UDP checksum 0"),
          column("first_time_utc", &VxlanFlowsRow::first_time_utc, "ISO 8601"),
          column("last_time_utc", &VxlanFlowsRow::last_time_utc, "ISO 8601"));

struct VxlanInnerMacsRow {
    std::int64_t vni = {};
    Text outer_source = {};
    Text outer_destination = {};
    std::string source_mac = {};
    std::string destination_mac = {};
    Integer packets = {};
};

inline constexpr auto kVxlanInnerMacs =
    table("vxlan_inner_macs", "Inner MAC pairs of VXLAN traffic.", column("vni", &VxlanInnerMacsRow::vni, "VNI"),
          column("outer_source", &VxlanInnerMacsRow::outer_source, "address"),
          column("outer_destination", &VxlanInnerMacsRow::outer_destination, "address"),
          column("source_mac", &VxlanInnerMacsRow::source_mac, "lower case with colons"),
          column("destination_mac", &VxlanInnerMacsRow::destination_mac, "lower case with colons"),
          column("packets", &VxlanInnerMacsRow::packets, "packets"));

struct VxlanPathsRow {
    Text interface_name = {};
    std::string outer_source = {};
    std::string outer_destination = {};
    std::int64_t udp_port = {};
    std::int64_t vni = {};
    Flag vni_valid = {};
    Text inner_source_mac = {};
    Text inner_destination_mac = {};
    Integer inner_ethertype = {};
    Text inner_source = {};
    Text inner_destination = {};
    Integer packets = {};
    Integer bytes = {};
    Integer largest_outer_bytes = {};
    Integer outer_fragments = {};
    Text first_time_utc = {};
    Text last_time_utc = {};
};

inline constexpr auto kVxlanPaths = table(
    "vxlan_paths",
    "VXLAN traffic by the interface it was seen on and both pairs of addresses; what `vxlan_verdicts` judges.",
    column("interface_name", &VxlanPathsRow::interface_name, "where the capture says"),
    column("outer_source", &VxlanPathsRow::outer_source, "address"),
    column("outer_destination", &VxlanPathsRow::outer_destination, "address"),
    column("udp_port", &VxlanPathsRow::udp_port, "destination port"),
    column("vni", &VxlanPathsRow::vni, "VXLAN network identifier"),
    column("vni_valid", &VxlanPathsRow::vni_valid, "the I flag is set"),
    column("inner_source_mac", &VxlanPathsRow::inner_source_mac,
           "lower case with colons; NULL where the capture kept too little"),
    column("inner_destination_mac", &VxlanPathsRow::inner_destination_mac, "lower case with colons"),
    column("inner_ethertype", &VxlanPathsRow::inner_ethertype, "2048 IPv4, 2054 ARP, 34525 IPv6"),
    column("inner_source", &VxlanPathsRow::inner_source, "address; NULL where there is no IP, or no room for more"),
    column("inner_destination", &VxlanPathsRow::inner_destination, "address"),
    column("packets", &VxlanPathsRow::packets, "packets; later fragments count for the path of the first"),
    column("bytes", &VxlanPathsRow::bytes, "outer IP bytes"),
    column("largest_outer_bytes", &VxlanPathsRow::largest_outer_bytes, "largest outer IP packet"),
    column("outer_fragments", &VxlanPathsRow::outer_fragments, "packets that were fragments of outer IP"),
    column("first_time_utc", &VxlanPathsRow::first_time_utc, "ISO 8601"),
    column("last_time_utc", &VxlanPathsRow::last_time_utc, "ISO 8601"));

struct VxlanSizesRow {
    Text interface_name = {};
    std::string outer_source = {};
    std::string outer_destination = {};
    std::int64_t udp_port = {};
    std::int64_t vni = {};
    Flag fragment = {};
    Integer inner_protocol = {};
    std::int64_t outer_bytes = {};
    Integer packets = {};
    Text first_time_utc = {};
    Text last_time_utc = {};
};

inline constexpr auto kVxlanSizes = table(
    "vxlan_sizes", "VXLAN packets that are longer than 1400 bytes or fragments, by their exact length.",
    column("interface_name", &VxlanSizesRow::interface_name, "where the capture says"),
    column("outer_source", &VxlanSizesRow::outer_source, "address"),
    column("outer_destination", &VxlanSizesRow::outer_destination, "address"),
    column("udp_port", &VxlanSizesRow::udp_port, "destination port"),
    column("vni", &VxlanSizesRow::vni, "VXLAN network identifier"),
    column("fragment", &VxlanSizesRow::fragment, "they are fragments of outer IP"),
    column("inner_protocol", &VxlanSizesRow::inner_protocol, "IP protocol number within; NULL where it is not known"),
    column("outer_bytes", &VxlanSizesRow::outer_bytes, "length of the outer IP packet"),
    column("packets", &VxlanSizesRow::packets, "packets of this length"),
    column("first_time_utc", &VxlanSizesRow::first_time_utc, "ISO 8601"),
    column("last_time_utc", &VxlanSizesRow::last_time_utc, "ISO 8601"));

struct AddressPairsRow {
    Text interface_name = {};
    std::string source = {};
    std::string destination = {};
    Integer packets = {};
    Integer bytes = {};
    Text first_time_utc = {};
    Text last_time_utc = {};
};

inline constexpr auto kAddressPairs =
    table("address_pairs", "Who sent IP packets to whom outside of tunnels, by the interface they were seen on.",
          column("interface_name", &AddressPairsRow::interface_name, "where the capture says"),
          column("source", &AddressPairsRow::source, "address"),
          column("destination", &AddressPairsRow::destination, "address"),
          column("packets", &AddressPairsRow::packets, "packets"), column("bytes", &AddressPairsRow::bytes, "IP bytes"),
          column("first_time_utc", &AddressPairsRow::first_time_utc, "ISO 8601"),
          column("last_time_utc", &AddressPairsRow::last_time_utc, "ISO 8601"));

struct FlowsRow {
    std::string source = {};
    std::string destination = {};
    std::int64_t protocol = {};
    Integer source_port = {};
    Integer destination_port = {};
    Integer vni = {};
    Integer packets = {};
    Integer bytes = {};
    Integer syn = {};
    Integer syn_ack = {};
    Integer rst = {};
    Integer fin = {};
    Text first_time_utc = {};
    Text last_time_utc = {};
};

inline constexpr auto kFlows = table(
    "flows",
    "IP flows, inner ones of VXLAN traffic with their VNI. A packet that was seen on several interfaces or in captures "
    "of the same time counts once.",
    column("source", &FlowsRow::source, "address"), column("destination", &FlowsRow::destination, "address"),
    column("protocol", &FlowsRow::protocol, "IP protocol number"),
    column("source_port", &FlowsRow::source_port, "port"),
    column("destination_port", &FlowsRow::destination_port, "port"),
    column("vni", &FlowsRow::vni, "NULL when not encapsulated"), column("packets", &FlowsRow::packets, "packets"),
    column("bytes", &FlowsRow::bytes, "IP bytes"), column("syn", &FlowsRow::syn, "TCP segments with SYN and no ACK"),
    column("syn_ack", &FlowsRow::syn_ack, "TCP segments with SYN and ACK"),
    column("rst", &FlowsRow::rst, "TCP segments with RST"), column("fin", &FlowsRow::fin, "TCP segments with FIN"),
    column("first_time_utc", &FlowsRow::first_time_utc, "ISO 8601"),
    column("last_time_utc", &FlowsRow::last_time_utc, "ISO 8601"));

struct DnsQueriesRow {
    Text time_utc = {};
    std::string client = {};
    std::string server = {};
    std::string name = {};
    Integer query_type = {};
    Flag answered = {};
    Text answered_by = {};
    Integer rcode = {};
    Real latency_ms = {};
};

inline constexpr auto kDnsQueries =
    table("dns_queries", "DNS questions seen.", column("time_utc", &DnsQueriesRow::time_utc, "ISO 8601"),
          column("client", &DnsQueriesRow::client, "address"),
          column("server", &DnsQueriesRow::server, "address the question went to"),
          column("name", &DnsQueriesRow::name, "question name; ends in … where the capture has not all of it"),
          column("query_type", &DnsQueriesRow::query_type, "1 A, 28 AAAA"),
          column("answered", &DnsQueriesRow::answered, "an answer with the same id came back"),
          column("answered_by", &DnsQueriesRow::answered_by, "address it came from"),
          column("rcode", &DnsQueriesRow::rcode, "of the answer"),
          column("latency_ms", &DnsQueriesRow::latency_ms, "from question to answer"));

struct IcmpErrorsRow {
    Text time_utc = {};
    std::string source = {};
    std::string destination = {};
    std::int64_t type = {};
    std::int64_t code = {};
    Integer next_hop_mtu_bytes = {};
    Text original_destination = {};
    Integer original_protocol = {};
    Integer original_destination_port = {};
    Integer count = {};
};

inline constexpr auto kIcmpErrors = table(
    "icmp_errors", "ICMP destination unreachable, time exceeded and packet too big.",
    column("time_utc", &IcmpErrorsRow::time_utc, "ISO 8601"), column("source", &IcmpErrorsRow::source, "who said it"),
    column("destination", &IcmpErrorsRow::destination, "to whom"), column("type", &IcmpErrorsRow::type, "ICMP type"),
    column("code", &IcmpErrorsRow::code, "ICMP code"),
    column("next_hop_mtu_bytes", &IcmpErrorsRow::next_hop_mtu_bytes, "of fragmentation needed"),
    column("original_destination", &IcmpErrorsRow::original_destination, "address in the packet complained about"),
    column("original_protocol", &IcmpErrorsRow::original_protocol, "its protocol"),
    column("original_destination_port", &IcmpErrorsRow::original_destination_port, "its port"),
    column("count", &IcmpErrorsRow::count, "how often"));

struct ArpExchangesRow {
    std::string sender = {};
    std::string target = {};
    Integer requests = {};
    Integer replies = {};
    Text replier_mac = {};
};

inline constexpr auto kArpExchanges =
    table("arp_exchanges", "ARP questions and whether they were answered.",
          column("sender", &ArpExchangesRow::sender, "address"), column("target", &ArpExchangesRow::target, "address"),
          column("requests", &ArpExchangesRow::requests, "times asked"),
          column("replies", &ArpExchangesRow::replies, "times answered"),
          column("replier_mac", &ArpExchangesRow::replier_mac, "last answer's MAC"));

}  // namespace kwd::snapshot
