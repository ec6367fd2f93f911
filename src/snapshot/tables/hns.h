// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// The Host Networking Service's objects, whichever version and form told of them.

namespace kwd::snapshot {

struct HnsNetworksRow {
    std::string id = {};
    Text name = {};
    Text type = {};
    Text schema = {};
    Integer flags = {};
    Integer state = {};
    Text management_ip = {};
    Text adapter_name = {};
    Text dr_mac = {};
    Text source_mac = {};
    Text layered_on = {};
    Text switch_guid = {};
    Text switch_name = {};
    Integer current_endpoint_count = {};
    Integer total_endpoints = {};
    Integer last_error_code = {};
    Flag host_route = {};
    Integer vxlan_port = {};
    Flag vfp_enabled = {};
    Text dns_servers = {};
    Text dns_suffix = {};
    Text hns_version = {};
    Flag policies_known = {};
};

inline constexpr auto kHnsNetworks = table(
    "hns_networks",
    "HNS networks, one row each: what V1, V2 and list forms tell of one network is merged, V2 first; `schema` names "
    "the forms.",
    column("id", &HnsNetworksRow::id, "GUID in upper case"), column("name", &HnsNetworksRow::name, "network name"),
    column("type", &HnsNetworksRow::type, "Overlay, L2Bridge, L2Tunnel, NAT, ICS, Transparent, Internal, Private"),
    column("schema", &HnsNetworksRow::schema, "v1, v2, v1+v2, or list (names and ids only)"),
    column("flags", &HnsNetworksRow::flags, "V2 flags; 8 is non-persistent"),
    column("state", &HnsNetworksRow::state, "V1 number"),
    column("management_ip", &HnsNetworksRow::management_ip, "V1 ManagementIP, V2 policy ProviderAddress"),
    column("adapter_name", &HnsNetworksRow::adapter_name,
           "physical adapter: V1 NetworkAdapterName, V2 policy NetAdapterName"),
    column("dr_mac", &HnsNetworksRow::dr_mac, "distributed router MAC, lower case with colons"),
    column("source_mac", &HnsNetworksRow::source_mac, "lower case with colons"),
    column("layered_on", &HnsNetworksRow::layered_on, "GUID of the layer; networks on one vSwitch share it"),
    column("switch_guid", &HnsNetworksRow::switch_guid, "GUID of the vSwitch"),
    column("switch_name", &HnsNetworksRow::switch_name, "name of the vSwitch"),
    column("current_endpoint_count", &HnsNetworksRow::current_endpoint_count, "V1"),
    column("total_endpoints", &HnsNetworksRow::total_endpoints, "V1: endpoints ever made"),
    column("last_error_code", &HnsNetworksRow::last_error_code, "Health.LastErrorCode"),
    column("host_route", &HnsNetworksRow::host_route, "has the HostRoute policy"),
    column("vxlan_port", &HnsNetworksRow::vxlan_port,
           "policy VxlanPort; NULL where the policy is absent, which means 4789"),
    column("vfp_enabled", &HnsNetworksRow::vfp_enabled, "the Azure VFP switch extension is enabled"),
    column("dns_servers", &HnsNetworksRow::dns_servers, "comma separated"),
    column("dns_suffix", &HnsNetworksRow::dns_suffix, "domain"),
    column("hns_version", &HnsNetworksRow::hns_version, "MAJOR.MINOR of the object's Version"),
    column("policies_known", &HnsNetworksRow::policies_known,
           "0 when the source lost the policies (truncated list form)"));

struct HnsSubnetsRow {
    std::string network_id = {};
    std::string prefix = {};
    Text gateway = {};
    Integer isolation_id = {};
    Integer vlan_id = {};
    Integer family = {};
};

inline constexpr auto kHnsSubnets =
    table("hns_subnets", "Subnets of HNS networks.",
          column("network_id", &HnsSubnetsRow::network_id, "joins hns_networks.id"),
          column("prefix", &HnsSubnetsRow::prefix, "in CIDR form"),
          column("gateway", &HnsSubnetsRow::gateway, "V1 GatewayAddress, V2 next hop of the default route"),
          column("isolation_id", &HnsSubnetsRow::isolation_id, "VSID: the VNI"),
          column("vlan_id", &HnsSubnetsRow::vlan_id, "VLAN"), column("family", &HnsSubnetsRow::family, "4 or 6"));

struct HnsRemoteSubnetsRow {
    std::string network_id = {};
    std::string destination_prefix = {};
    Integer isolation_id = {};
    Text provider_address = {};
    Text dr_mac = {};
};

inline constexpr auto kHnsRemoteSubnets =
    table("hns_remote_subnets", "RemoteSubnetRoute policies: which node carries which pod subnet.",
          column("network_id", &HnsRemoteSubnetsRow::network_id, "joins hns_networks.id"),
          column("destination_prefix", &HnsRemoteSubnetsRow::destination_prefix, "pod subnet of the remote node"),
          column("isolation_id", &HnsRemoteSubnetsRow::isolation_id, "VNI"),
          column("provider_address", &HnsRemoteSubnetsRow::provider_address, "the remote node's address"),
          column("dr_mac", &HnsRemoteSubnetsRow::dr_mac, "lower case with colons; NULL when empty"));

struct HnsPoliciesRow {
    std::string owner_kind = {};
    std::string owner_id = {};
    std::string type = {};
    Text destination_prefix = {};
    Text next_hop = {};
    Flag need_encap = {};
    Text exceptions = {};
    Text host_port = {};
    Text settings = {};
};

inline constexpr auto kHnsPolicies =
    table("hns_policies", "Policies of networks, subnets and endpoints, named as V2 names them whatever the source.",
          column("owner_kind", &HnsPoliciesRow::owner_kind, "network, subnet, endpoint"),
          column("owner_id", &HnsPoliciesRow::owner_id, "id of the owner; a subnet's policies carry the network's id"),
          column("type", &HnsPoliciesRow::type,
                 "OutBoundNAT, SDNRoute, ProviderAddress, ACL, PortMapping, L2Driver, EncapOverhead, L4Proxy, …"),
          column("destination_prefix", &HnsPoliciesRow::destination_prefix, "SDNRoute"),
          column("next_hop", &HnsPoliciesRow::next_hop, "SDNRoute"),
          column("need_encap", &HnsPoliciesRow::need_encap, "SDNRoute"),
          column("exceptions", &HnsPoliciesRow::exceptions, "OutBoundNAT: comma separated"),
          column("host_port", &HnsPoliciesRow::host_port,
                 "PortMapping: port of the node and protocol, 8080/TCP, as in k8s_pods.host_ports"),
          column("settings", &HnsPoliciesRow::settings, "the raw settings as JSON"));

struct HnsNatExceptionsRow {
    std::string endpoint_id = {};
    std::string prefix = {};
};

inline constexpr auto kHnsNatExceptions =
    table("hns_nat_exceptions", "One row for each exception of an OutBoundNAT policy.",
          column("endpoint_id", &HnsNatExceptionsRow::endpoint_id, "joins hns_endpoints.id"),
          column("prefix", &HnsNatExceptionsRow::prefix, "as written"));

struct HnsEndpointsRow {
    std::string id = {};
    Text name = {};
    Text network_id = {};
    Text network_name = {};
    Text namespace_id = {};
    Text schema = {};
    Text mac = {};
    Text ip_address = {};
    Text ipv6_address = {};
    Integer prefix_length = {};
    Text gateway = {};
    Flag is_remote = {};
    Integer state = {};
    Integer flags = {};
    Text dns_servers = {};
    Text dns_suffix = {};
    Text dns_search = {};
    Text provider_address = {};
    Integer encap_overhead_bytes = {};
    Flag outbound_nat = {};
    Integer last_error_code = {};
    Text shared_containers = {};
    Flag policies_known = {};
};

inline constexpr auto kHnsEndpoints = table(
    "hns_endpoints", "HNS endpoints; one row each, merged like hns_networks.",
    column("id", &HnsEndpointsRow::id, "GUID in upper case"), column("name", &HnsEndpointsRow::name, "endpoint name"),
    column("network_id", &HnsEndpointsRow::network_id, "joins hns_networks.id"),
    column("network_name", &HnsEndpointsRow::network_name, "name as the endpoint tells it"),
    column("namespace_id", &HnsEndpointsRow::namespace_id, "joins hns_namespaces.id; NULL when not attached"),
    column("schema", &HnsEndpointsRow::schema, "v1, v2, v1+v2, or list"),
    column("mac", &HnsEndpointsRow::mac, "lower case with colons"),
    column("ip_address", &HnsEndpointsRow::ip_address, "IPv4, or the only address"),
    column("ipv6_address", &HnsEndpointsRow::ipv6_address, "IPv6"),
    column("prefix_length", &HnsEndpointsRow::prefix_length, "of ip_address"),
    column("gateway", &HnsEndpointsRow::gateway, "next hop of its default route"),
    column("is_remote", &HnsEndpointsRow::is_remote, "a remote endpoint"),
    column("state", &HnsEndpointsRow::state,
           "0 Uninitialized 1 Created 2 Attached 3 AttachedSharing 4 Detached 5 Degraded 6 Destroyed"),
    column("flags", &HnsEndpointsRow::flags, "V2"),
    column("dns_servers", &HnsEndpointsRow::dns_servers, "comma separated"),
    column("dns_suffix", &HnsEndpointsRow::dns_suffix, "domain"),
    column("dns_search", &HnsEndpointsRow::dns_search, "search list, comma separated"),
    column("provider_address", &HnsEndpointsRow::provider_address, "policy ProviderAddress"),
    column("encap_overhead_bytes", &HnsEndpointsRow::encap_overhead_bytes, "policy EncapOverhead or V1 EncapOverhead"),
    column("outbound_nat", &HnsEndpointsRow::outbound_nat,
           "has an OutBoundNAT policy; NULL when policies are not known"),
    column("last_error_code", &HnsEndpointsRow::last_error_code, "Health.LastErrorCode"),
    column("shared_containers", &HnsEndpointsRow::shared_containers, "container ids, comma separated"),
    column("policies_known", &HnsEndpointsRow::policies_known, "0 when the source lost the policies"));

struct HnsLoadBalancersRow {
    std::string id = {};
    Text network_id = {};
    Text schema = {};
    Text source_vip = {};
    Flag is_dsr = {};
    Flag is_ipv6 = {};
    Integer state = {};
    Integer flags = {};
};

inline constexpr auto kHnsLoadBalancers =
    table("hns_load_balancers", "HNS load balancers (V2) and policy lists of type ELB (V1).",
          column("id", &HnsLoadBalancersRow::id, "GUID in upper case"),
          column("network_id", &HnsLoadBalancersRow::network_id, "joins hns_networks.id"),
          column("schema", &HnsLoadBalancersRow::schema, "v1, v2, v1+v2, or list"),
          column("source_vip", &HnsLoadBalancersRow::source_vip, "source VIP"),
          column("is_dsr", &HnsLoadBalancersRow::is_dsr, "direct server return"),
          column("is_ipv6", &HnsLoadBalancersRow::is_ipv6, "IPv6"),
          column("state", &HnsLoadBalancersRow::state, "V1: 2 is applied"),
          column("flags", &HnsLoadBalancersRow::flags, "V2"));

struct HnsLoadBalancerVipsRow {
    std::string load_balancer_id = {};
    std::string vip = {};
};

inline constexpr auto kHnsLoadBalancerVips =
    table("hns_load_balancer_vips", "Frontend VIPs; none for a NodePort.",
          column("load_balancer_id", &HnsLoadBalancerVipsRow::load_balancer_id, "joins hns_load_balancers.id"),
          column("vip", &HnsLoadBalancerVipsRow::vip, "address"));

struct HnsLoadBalancerPortsRow {
    std::string load_balancer_id = {};
    Integer protocol = {};
    Integer internal_port = {};
    Integer external_port = {};
    Flag ilb = {};
    Flag local_routed_vip = {};
    Flag preserve_dip = {};
    Integer distribution_type = {};
};

inline constexpr auto kHnsLoadBalancerPorts =
    table("hns_load_balancer_ports", "Port mappings.",
          column("load_balancer_id", &HnsLoadBalancerPortsRow::load_balancer_id, "joins hns_load_balancers.id"),
          column("protocol", &HnsLoadBalancerPortsRow::protocol, "6 TCP, 17 UDP, 132 SCTP"),
          column("internal_port", &HnsLoadBalancerPortsRow::internal_port, "target port"),
          column("external_port", &HnsLoadBalancerPortsRow::external_port, "service port or node port"),
          column("ilb", &HnsLoadBalancerPortsRow::ilb, "internal load balancer"),
          column("local_routed_vip", &HnsLoadBalancerPortsRow::local_routed_vip, "local routed VIP"),
          column("preserve_dip", &HnsLoadBalancerPortsRow::preserve_dip, "preserve destination"),
          column("distribution_type", &HnsLoadBalancerPortsRow::distribution_type,
                 "0 per connection, 1 source IP and protocol, 2 source IP"));

struct HnsLoadBalancerEndpointsRow {
    std::string load_balancer_id = {};
    std::string endpoint_id = {};
};

inline constexpr auto kHnsLoadBalancerEndpoints =
    table("hns_load_balancer_endpoints", "Backends.",
          column("load_balancer_id", &HnsLoadBalancerEndpointsRow::load_balancer_id, "joins hns_load_balancers.id"),
          column("endpoint_id", &HnsLoadBalancerEndpointsRow::endpoint_id, "joins hns_endpoints.id"));

struct HnsNamespacesRow {
    std::string id = {};
    Integer compartment_id = {};
    Text type = {};
    Flag is_default = {};
};

inline constexpr auto kHnsNamespaces =
    table("hns_namespaces", "HNS namespaces.", column("id", &HnsNamespacesRow::id, "GUID in upper case"),
          column("compartment_id", &HnsNamespacesRow::compartment_id, "network compartment"),
          column("type", &HnsNamespacesRow::type, "Host, HostDefault, Guest, GuestDefault"),
          column("is_default", &HnsNamespacesRow::is_default, "default namespace"));

struct HnsNamespaceResourcesRow {
    std::string namespace_id = {};
    std::string type = {};
    std::string resource_id = {};
};

inline constexpr auto kHnsNamespaceResources =
    table("hns_namespace_resources", "What a namespace holds.",
          column("namespace_id", &HnsNamespaceResourcesRow::namespace_id, "joins hns_namespaces.id"),
          column("type", &HnsNamespaceResourcesRow::type, "Endpoint or Container"),
          column("resource_id", &HnsNamespaceResourcesRow::resource_id, "endpoint id or container id"));

struct HnsExtensionsRow {
    std::string network_id = {};
    std::string extension_id = {};
    Text name = {};
    Flag enabled = {};
};

inline constexpr auto kHnsExtensions = table(
    "hns_extensions", "vSwitch extensions of networks.",
    column("network_id", &HnsExtensionsRow::network_id, "joins hns_networks.id"),
    column("extension_id", &HnsExtensionsRow::extension_id, "GUID in upper case"),
    column("name", &HnsExtensionsRow::name, "localised"), column("enabled", &HnsExtensionsRow::enabled, "as set"));

struct HnsPortPoolsRow {
    std::int64_t position = {};
    Flag reserves_host_ports = {};
    Integer range_count = {};
};

inline constexpr auto kHnsPortPools =
    table("hns_port_pools", "Pools of ports that HNS gives load balancers and NAT from.",
          column("position", &HnsPortPoolsRow::position, "order in the answer, from 0"),
          column("reserves_host_ports", &HnsPortPoolsRow::reserves_host_ports,
                 "its ranges are taken from the host's dynamic ports"),
          column("range_count", &HnsPortPoolsRow::range_count, "how many ranges it holds; the document has the rest"));

struct HnsCallsRow {
    std::string api = {};
    std::string function = {};
    Text object_id = {};
    std::int64_t calls = {};
    Real total_ms = {};
    Real slowest_ms = {};
    Text result = {};
    Text error = {};
};

inline constexpr auto kHnsCalls = table(
    "hns_calls",
    "What asking HNS took and gave: a row for each call that failed, and one for all others of a function.",
    column("api", &HnsCallsRow::api, "HCN (computenetwork.dll) or HNSCall (vmcompute.dll)"),
    column("function", &HnsCallsRow::function, "HcnEnumerateNetworks; GET /networks/"),
    column("object_id", &HnsCallsRow::object_id, "GUID, where a call for one object failed"),
    column("calls", &HnsCallsRow::calls, "how many"),
    column("total_ms", &HnsCallsRow::total_ms, "milliseconds of all of them"),
    column("slowest_ms", &HnsCallsRow::slowest_ms, "milliseconds of the slowest"),
    column("result", &HnsCallsRow::result,
           "HRESULT as 0x803b0001 (of HNSCall the one that its answer holds); `not returned`: the call was given up"),
    column("error", &HnsCallsRow::error,
           "error record as HNS gave it, its text is localised; else what is wrong with the answer"));

}  // namespace kwd::snapshot
