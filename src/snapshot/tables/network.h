// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// The operating system's own view of the network.

namespace kwd::snapshot {

struct InterfacesRow {
    Integer compartment_id = {};
    Integer interface_index = {};
    std::string name = {};
    Text description = {};
    Text kind = {};
    Text mac = {};
    Integer mtu_bytes = {};
    Text state = {};
    Flag hidden = {};
    Text guid = {};
    Text parent_name = {};
    Text master_name = {};
    Integer vni = {};
    Integer vxlan_port = {};
    Text vxlan_local = {};
    Flag vxlan_learning = {};
    Flag dhcp = {};
    Text dns_suffix = {};
    Integer link_speed_bps = {};
};

inline constexpr auto kInterfaces =
    table("interfaces", "Network interfaces: NICs, vNICs, bridges, tunnels.",
          column("compartment_id", &InterfacesRow::compartment_id,
                 "Windows network compartment, 1 is the host; NULL where the source does not say"),
          column("interface_index", &InterfacesRow::interface_index, "as the operating system numbers it"),
          column("name", &InterfacesRow::name, "alias on Windows, device name on Linux"),
          column("description", &InterfacesRow::description, "driver description"),
          column("kind", &InterfacesRow::kind,
                 "ethernet, vxlan, bridge, veth, loopback, tunnel, vlan, dummy, bond, wireless, other"),
          column("mac", &InterfacesRow::mac, "lower case with colons"),
          column("mtu_bytes", &InterfacesRow::mtu_bytes, "link MTU; on Windows of IPv4 where both are known"),
          column("state", &InterfacesRow::state,
                 "up, down, disconnected, disabled, not present (a device left over), unknown"),
          column("hidden", &InterfacesRow::hidden, "hidden adapter (Windows)"),
          column("guid", &InterfacesRow::guid, "interface GUID in upper case without braces"),
          column("parent_name", &InterfacesRow::parent_name, "lower device of a vlan, vxlan or veth peer"),
          column("master_name", &InterfacesRow::master_name, "bridge or bond it is a port of"),
          column("vni", &InterfacesRow::vni, "VXLAN network identifier"),
          column("vxlan_port", &InterfacesRow::vxlan_port, "VXLAN UDP destination port"),
          column("vxlan_local", &InterfacesRow::vxlan_local, "VXLAN source address"),
          column("vxlan_learning", &InterfacesRow::vxlan_learning, "whether the VXLAN device learns from traffic"),
          column("dhcp", &InterfacesRow::dhcp, "DHCP enabled"),
          column("dns_suffix", &InterfacesRow::dns_suffix, "connection specific suffix"),
          column("link_speed_bps", &InterfacesRow::link_speed_bps, "bits per second"));

struct InterfaceOffloadsRow {
    std::string interface_name = {};
    std::string feature = {};
    Flag enabled = {};
};

inline constexpr auto kInterfaceOffloads =
    table("interface_offloads", "Offload settings of interfaces.",
          column("interface_name", &InterfaceOffloadsRow::interface_name, "joins interfaces.name"),
          column("feature", &InterfaceOffloadsRow::feature,
                 "tx-checksumming, rx-checksumming, tso, gso, gro, tx-udp_tnl-segmentation, rsc"),
          column("enabled", &InterfaceOffloadsRow::enabled, "as set"));

struct AddressesRow {
    Integer compartment_id = {};
    Integer interface_index = {};
    Text interface_name = {};
    std::string address = {};
    Integer prefix_length = {};
    Text prefix = {};
    Integer family = {};
    Text origin = {};
    Text state = {};
};

inline constexpr auto kAddresses =
    table("addresses", "Addresses of the node's own interfaces.",
          column("compartment_id", &AddressesRow::compartment_id, "as in interfaces"),
          column("interface_index", &AddressesRow::interface_index, "joins interfaces"),
          column("interface_name", &AddressesRow::interface_name, "joins interfaces.name"),
          column("address", &AddressesRow::address, "canonical text without zone"),
          column("prefix_length", &AddressesRow::prefix_length, "bits"),
          column("prefix", &AddressesRow::prefix, "on-link network in CIDR form"),
          column("family", &AddressesRow::family, "4 or 6"),
          column("origin", &AddressesRow::origin, "dhcp, manual, link-local, router-advertisement, other"),
          column("state", &AddressesRow::state, "preferred, deprecated, tentative, duplicate"));

struct IpInterfacesRow {
    Integer compartment_id = {};
    Integer interface_index = {};
    Text interface_name = {};
    Integer family = {};
    Integer mtu_bytes = {};
    Flag forwarding = {};
    Flag weak_host_send = {};
    Flag weak_host_receive = {};
    Integer metric = {};
    Flag dhcp = {};
    Text state = {};
};

inline constexpr auto kIpInterfaces =
    table("ip_interfaces", "Per protocol settings of interfaces.",
          column("compartment_id", &IpInterfacesRow::compartment_id, "as in interfaces"),
          column("interface_index", &IpInterfacesRow::interface_index, "joins interfaces"),
          column("interface_name", &IpInterfacesRow::interface_name, "joins interfaces.name"),
          column("family", &IpInterfacesRow::family, "4 or 6"),
          column("mtu_bytes", &IpInterfacesRow::mtu_bytes, "MTU of this protocol"),
          column("forwarding", &IpInterfacesRow::forwarding, "forwards packets that are not for the node"),
          column("weak_host_send", &IpInterfacesRow::weak_host_send, "weak host model when sending"),
          column("weak_host_receive", &IpInterfacesRow::weak_host_receive, "weak host model when receiving"),
          column("metric", &IpInterfacesRow::metric, "interface metric"),
          column("dhcp", &IpInterfacesRow::dhcp, "DHCP enabled"),
          column("state", &IpInterfacesRow::state, "connected or disconnected"));

struct RoutesRow {
    Integer compartment_id = {};
    Text routing_table = {};
    std::string destination = {};
    Integer family = {};
    Text next_hop = {};
    Integer interface_index = {};
    Text interface_name = {};
    Text interface_address = {};
    Integer metric = {};
    Flag metric_includes_interface = {};
    Text protocol = {};
    Text type = {};
    Text preferred_source = {};
    Flag persistent = {};
};

inline constexpr auto kRoutes = table(
    "routes", "Routing tables.", column("compartment_id", &RoutesRow::compartment_id, "as in interfaces"),
    column("routing_table", &RoutesRow::routing_table, "main, local, or the table's number or name; NULL on Windows"),
    column("destination", &RoutesRow::destination, "prefix in CIDR form; 0.0.0.0/0 for the default route"),
    column("family", &RoutesRow::family, "4 or 6"),
    column("next_hop", &RoutesRow::next_hop, "address; NULL when the prefix is on-link"),
    column("interface_index", &RoutesRow::interface_index, "joins interfaces"),
    column("interface_name", &RoutesRow::interface_name, "joins interfaces.name"),
    column("interface_address", &RoutesRow::interface_address,
           "address of the interface where the source names it so (route print)"),
    column("metric", &RoutesRow::metric,
           "route metric; with the interface metric added where `metric_includes_interface` is 1"),
    column("metric_includes_interface", &RoutesRow::metric_includes_interface,
           "1 for route print, which shows the sum"),
    column("protocol", &RoutesRow::protocol, "kernel, static, bgp, netmgmt, …"),
    column("type", &RoutesRow::type, "unicast, local, blackhole, unreachable, multicast, broadcast"),
    column("preferred_source", &RoutesRow::preferred_source, "source address hint"),
    column("persistent", &RoutesRow::persistent, "1: from the persistent store; 0: active now"));

struct RoutingRulesRow {
    std::int64_t priority = {};
    Text selector = {};
    Text routing_table = {};
    Text action = {};
    Integer family = {};
};

inline constexpr auto kRoutingRules = table(
    "routing_rules", "Linux policy routing rules.", column("priority", &RoutingRulesRow::priority, "lower is earlier"),
    column("selector", &RoutingRulesRow::selector, "from, to, iif, fwmark as text"),
    column("routing_table", &RoutingRulesRow::routing_table, "table looked up; NULL where `action` is all"),
    column("action", &RoutingRulesRow::action,
           "blackhole, unreachable, prohibit, goto 100, l3mdev, suppress_prefixlength 0; NULL for a plain lookup"),
    column("family", &RoutingRulesRow::family, "4 or 6"));

struct NeighborsRow {
    Integer compartment_id = {};
    Text interface_name = {};
    Integer interface_index = {};
    std::string address = {};
    Text mac = {};
    Text state = {};
    Integer family = {};
};

inline constexpr auto kNeighbors = table(
    "neighbors", "ARP and ND caches.", column("compartment_id", &NeighborsRow::compartment_id, "as in interfaces"),
    column("interface_name", &NeighborsRow::interface_name, "joins interfaces.name"),
    column("interface_index", &NeighborsRow::interface_index, "joins interfaces"),
    column("address", &NeighborsRow::address, "of the neighbor"),
    column("mac", &NeighborsRow::mac, "lower case with colons; NULL while unresolved"),
    column("state", &NeighborsRow::state,
           "reachable, stale, permanent, incomplete, failed, unreachable, delay, probe, noarp"),
    column("family", &NeighborsRow::family, "4 or 6"));

struct FdbEntriesRow {
    std::string interface_name = {};
    std::string mac = {};
    Text destination = {};
    Integer nexthop_id = {};
    Integer vni = {};
    Integer port = {};
    Text state = {};
    Text master_name = {};
};

inline constexpr auto kFdbEntries =
    table("fdb_entries", "Linux forwarding database of bridges and VXLAN devices.",
          column("interface_name", &FdbEntriesRow::interface_name, "joins interfaces.name"),
          column("mac", &FdbEntriesRow::mac, "lower case with colons"),
          column("destination", &FdbEntriesRow::destination, "remote VTEP of a VXLAN entry"),
          column("nexthop_id", &FdbEntriesRow::nexthop_id, "next hop object that names the remote VTEPs instead"),
          column("vni", &FdbEntriesRow::vni, "where it differs from the device"),
          column("port", &FdbEntriesRow::port, "where it differs from the device"),
          column("state", &FdbEntriesRow::state, "permanent, static, NULL for learned"),
          column("master_name", &FdbEntriesRow::master_name, "bridge"));

struct DnsServersRow {
    Text interface_name = {};
    std::int64_t position = {};
    std::string address = {};
};

inline constexpr auto kDnsServers =
    table("dns_servers", "DNS servers per interface or for the whole node.",
          column("interface_name", &DnsServersRow::interface_name, "NULL for the whole node"),
          column("position", &DnsServersRow::position, "order of use, from 0"),
          column("address", &DnsServersRow::address, "of the server"));

struct SocketsRow {
    Integer compartment_id = {};
    std::string protocol = {};
    Text local_address = {};
    Integer local_port = {};
    Text remote_address = {};
    Integer remote_port = {};
    Text state = {};
    Integer process_id = {};
    Text process_name = {};
};

inline constexpr auto kSockets =
    table("sockets", "Listening and connected sockets.",
          column("compartment_id", &SocketsRow::compartment_id,
                 "as in interfaces: what a pod listens on is not reached at the node's addresses"),
          column("protocol", &SocketsRow::protocol, "tcp, udp"),
          column("local_address", &SocketsRow::local_address, "0.0.0.0 and :: for any"),
          column("local_port", &SocketsRow::local_port, "port"),
          column("remote_address", &SocketsRow::remote_address, "NULL when listening"),
          column("remote_port", &SocketsRow::remote_port, "port"),
          column("state", &SocketsRow::state, "listen, established, time_wait, …"),
          column("process_id", &SocketsRow::process_id, "owner"),
          column("process_name", &SocketsRow::process_name, "owner's image name"));

struct PortRangesRow {
    std::string protocol = {};
    Integer family = {};
    std::string kind = {};
    std::int64_t first_port = {};
    std::int64_t last_port = {};
    Flag administered = {};
};

inline constexpr auto kPortRanges = table(
    "port_ranges", "Dynamic and excluded port ranges.", column("protocol", &PortRangesRow::protocol, "tcp, udp"),
    column("family", &PortRangesRow::family, "4 or 6"), column("kind", &PortRangesRow::kind, "dynamic or excluded"),
    column("first_port", &PortRangesRow::first_port, "first"), column("last_port", &PortRangesRow::last_port, "last"),
    column("administered", &PortRangesRow::administered, "excluded by an administrator, not by a service at run time"));

struct FirewallProfilesRow {
    std::string name = {};
    Flag enabled = {};
    Text default_inbound = {};
    Text default_outbound = {};
    Flag local_rules = {};
    Flag active = {};
};

inline constexpr auto kFirewallProfiles = table(
    "firewall_profiles", "Windows Firewall profiles.",
    column("name", &FirewallProfilesRow::name, "domain, private, public"),
    column("enabled", &FirewallProfilesRow::enabled, "as set"),
    column("default_inbound", &FirewallProfilesRow::default_inbound, "allow, block, or notconfigured, which blocks"),
    column("default_outbound", &FirewallProfilesRow::default_outbound, "allow, block, or notconfigured, which allows"),
    column("local_rules", &FirewallProfilesRow::local_rules, "false: group policy has the node's own rules ignored"),
    column("active", &FirewallProfilesRow::active,
           "of a network that the node is in now; several may be; NULL where the source does not say"));

struct FirewallRulesRow {
    std::string name = {};
    Text display_name = {};
    Flag enabled = {};
    Text direction = {};
    Text action = {};
    Text protocol = {};
    Text local_ports = {};
    Text remote_addresses = {};
    Text profiles = {};
    Text origin = {};
    Text program = {};
    Text conditions = {};
};

inline constexpr auto kFirewallRules =
    table("firewall_rules", "Windows Firewall rules.", column("name", &FirewallRulesRow::name, "rule name"),
          column("display_name", &FirewallRulesRow::display_name, "localised"),
          column("enabled", &FirewallRulesRow::enabled, "as set"),
          column("direction", &FirewallRulesRow::direction, "in or out"),
          column("action", &FirewallRulesRow::action, "allow or block"),
          column("protocol", &FirewallRulesRow::protocol, "tcp, udp, any, number"),
          column("local_ports", &FirewallRulesRow::local_ports, "as written"),
          column("remote_addresses", &FirewallRulesRow::remote_addresses, "as written"),
          column("profiles", &FirewallRulesRow::profiles, "comma separated"),
          column("origin", &FirewallRulesRow::origin, "local, group-policy, or the store's name"),
          column("program", &FirewallRulesRow::program, "path of the only program that it is for"),
          column("conditions", &FirewallRulesRow::conditions,
                 "what else narrows it, as written, with | between: Svc=, IFType=, RPort=, AppPkgId=, …"));

struct PacketFilterRulesRow {
    Text family = {};
    std::string table_name = {};
    std::string chain = {};
    Integer position = {};
    std::string rule = {};
    Text verdict = {};
    Integer packets = {};
    Integer bytes = {};
};

inline constexpr auto kPacketFilterRules =
    table("packet_filter_rules", "nftables and iptables rules with their counters.",
          column("family", &PacketFilterRulesRow::family, "ip, ip6, inet, bridge"),
          column("table_name", &PacketFilterRulesRow::table_name, "filter, nat, or a table's own name"),
          column("chain", &PacketFilterRulesRow::chain, "chain name"),
          column("position", &PacketFilterRulesRow::position, "from 0 within the chain"),
          column("rule", &PacketFilterRulesRow::rule, "the rule as nftables JSON or iptables-save text"),
          column("verdict", &PacketFilterRulesRow::verdict, "accept, drop, reject, jump TARGET, masquerade, …"),
          column("packets", &PacketFilterRulesRow::packets, "counter"),
          column("bytes", &PacketFilterRulesRow::bytes, "counter"));

struct PacketFilterChainsRow {
    Text family = {};
    std::string table_name = {};
    std::string chain = {};
    Text hook = {};
    Text policy = {};
};

inline constexpr auto kPacketFilterChains =
    table("packet_filter_chains", "Base chains with their policies.",
          column("family", &PacketFilterChainsRow::family, "as in packet_filter_rules"),
          column("table_name", &PacketFilterChainsRow::table_name, "as in packet_filter_rules"),
          column("chain", &PacketFilterChainsRow::chain, "chain name"),
          column("hook", &PacketFilterChainsRow::hook, "input, forward, output, prerouting, postrouting"),
          column("policy", &PacketFilterChainsRow::policy, "accept or drop"));

struct VfpPortsRow {
    std::string port_name = {};
    Text friendly_name = {};
    Text switch_name = {};
    Text switch_friendly_name = {};
    Integer port_id = {};
    Text port_type = {};
    Text mac = {};
    Integer mtu_bytes = {};
    Text nic_state = {};
    Flag enabled = {};
    Flag blocked = {};
};

inline constexpr auto kVfpPorts = table(
    "vfp_ports", "Ports of Hyper-V virtual switches as vfpctrl lists them.",
    column("port_name", &VfpPortsRow::port_name, "GUID in upper case"),
    column("friendly_name", &VfpPortsRow::friendly_name, "ExternalPort, Container NIC …"),
    column("switch_name", &VfpPortsRow::switch_name, "GUID"),
    column("switch_friendly_name", &VfpPortsRow::switch_friendly_name, "name"),
    column("port_id", &VfpPortsRow::port_id, "number"),
    column("port_type", &VfpPortsRow::port_type, "Synthetic, External, Internal"),
    column("mac", &VfpPortsRow::mac, "lower case with colons"), column("mtu_bytes", &VfpPortsRow::mtu_bytes, "MTU"),
    column("nic_state", &VfpPortsRow::nic_state, "Connected, Disconnected"),
    column("enabled", &VfpPortsRow::enabled, "from port state"),
    column("blocked", &VfpPortsRow::blocked, "from port state"));

}  // namespace kwd::snapshot
