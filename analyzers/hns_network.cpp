// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/text_lines.h"
#include "snapshot/tables/hns.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::Flag;
using snapshot::HnsNetworksRow;
using snapshot::Integer;
using snapshot::Text;

// In the order of Microsoft's schema, where the place is the enum's value: NAT is 0.
constexpr std::array<std::string_view, 11> kTypes = {"NAT",      "ICS",        "Transparent",   "L2Bridge",
                                                     "L2Tunnel", "Overlay",    "Private",       "Internal",
                                                     "Mirrored", "Infiniband", "ConstrainedICS"};

constexpr std::array<NamedNumber, 11> kFlags = {{{"None", 0},
                                                 {"EnableDnsProxy", 1},
                                                 {"EnableDhcpServer", 2},
                                                 {"EnableMirroring", 4},
                                                 {"EnableNonPersistent", 8},
                                                 {"EnablePersistent", 16},
                                                 {"IsolateVSwitch", 32},
                                                 {"EnableFlowSteering", 64},
                                                 {"DisableSharing", 128},
                                                 {"EnableFirewall", 256},
                                                 {"DisableHostPort", 1024}}};

// The Azure VFP Switch Extension, and its successor of Windows 11 and Server 2025. Names are localised, ids are not.
constexpr std::array<std::string_view, 2> kVfpExtensions = {"E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017",
                                                            "F74F241B-440F-4433-BB28-00F89EAD20D8"};

void add_subnet(const JsonNode& subnet, const HnsNetworksRow& network, HnsPolicies& seen, Analysis& out) {
    const Text prefix = normal_prefix(subnet.any_of({"IpAddressPrefix", "AddressPrefix"}).text());
    if (!prefix) {
        return;
    }
    snapshot::HnsSubnetsRow row;
    row.network_id = network.id;
    row.prefix = *prefix;
    row.family = family_of(*prefix);
    row.gateway = normal_address(subnet["GatewayAddress"].text());
    if (!row.gateway) {
        row.gateway = hns_default_gateway(subnet["Routes"]);
    }
    HnsPolicies policies = read_hns_policies(subnet);
    for (const HnsPolicy& policy : policies.list) {
        if (policy.type == "VSID") {
            row.isolation_id = policy.node["IsolationId"].integer();
        } else if (policy.type == "VLAN") {
            row.vlan_id = policy.node["IsolationId"].integer();
        }
        add_hns_policy("subnet", network.id, policy, out);
    }
    seen.known = seen.known && policies.known;
    out.add(snapshot::kHnsSubnets, std::move(row), subnet.place());
}

void add_subnets(const JsonNode& object, const HnsNetworksRow& network, HnsPolicies& policies, Analysis& out) {
    policies.known = policies.known && !object["Subnets"].lost() && !object["Ipams"].lost();
    for (const JsonNode& subnet : object["Subnets"].items()) {
        add_subnet(subnet, network, policies, out);
    }
    for (const JsonNode& ipam : object["Ipams"].items()) {
        policies.known = policies.known && !ipam["Subnets"].lost();
        for (const JsonNode& subnet : ipam["Subnets"].items()) {
            add_subnet(subnet, network, policies, out);
        }
    }
}

void add_remote_subnet(const HnsPolicy& policy, const HnsNetworksRow& network, Analysis& out) {
    const Text destination = normal_prefix(policy.node["DestinationPrefix"].text());
    if (!destination) {
        return;
    }
    out.add(snapshot::kHnsRemoteSubnets,
            {.network_id = network.id,
             .destination_prefix = *destination,
             .isolation_id = policy.node["IsolationId"].integer(),
             .provider_address = normal_address(policy.node["ProviderAddress"].text()),
             .dr_mac = normal_mac_text(policy.node["DistributedRouterMacAddress"].text())},
            policy.place);
}

// What V2 keeps in policies, and V1 in members of the network.
void read_policy(const HnsPolicy& policy, HnsNetworksRow& row) {
    if (policy.type == "NetAdapterName") {
        row.adapter_name = policy.node["NetworkAdapterName"].text();
    } else if (policy.type == "ProviderAddress") {
        row.management_ip = normal_address(policy.node["ProviderAddress"].text());
    } else if (policy.type == "DrMacAddress") {
        row.dr_mac = normal_mac_text(policy.node["Address"].text());
    } else if (policy.type == "SourceMacAddress") {
        row.source_mac = normal_mac_text(policy.node["SourceMacAddress"].text());
    } else if (policy.type == "VxlanPort") {
        row.vxlan_port = policy.node["Port"].integer();
    }
}

void add_extensions(const JsonNode& object, HnsNetworksRow& row, Analysis& out) {
    const JsonNode extensions = object["Extensions"];
    if (!extensions || extensions.lost()) {
        return;
    }
    out.covers(snapshot::kHnsExtensions.name);
    for (const JsonNode& extension : extensions.items()) {
        const Text id = normal_id(extension["Id"].text());
        if (!id) {
            continue;
        }
        const Flag enabled = extension["IsEnabled"].flag();
        if (enabled && std::ranges::find(kVfpExtensions, *id) != kVfpExtensions.end()) {
            row.vfp_enabled = row.vfp_enabled.value_or(false) || *enabled;
        }
        out.add(snapshot::kHnsExtensions,
                {.network_id = row.id, .extension_id = *id, .name = extension["Name"].text(), .enabled = enabled},
                extension.place());
    }
}

// The vSwitch, where the network does not name it itself: the resources that HNS allocated for it do.
Text switch_of_allocators(const JsonNode& object) {
    for (const JsonNode& resources : {object["Resources"], object["Health"]["Extra"]["Resources"]}) {
        for (const JsonNode& allocator : resources["Allocators"].items()) {
            if (Text id = normal_id(allocator.any_of({"SwitchGuid", "SwitchId"}).text())) {
                return id;
            }
        }
    }
    return std::nullopt;
}

Text first_of(Text a, Text b) {
    return a ? std::move(a) : std::move(b);
}

}  // namespace

Text hns_network_type(const JsonNode& type) {
    if (!type) {
        return Text("NAT");
    }
    if (const Integer number = type.integer(); number && *number >= 0 && *number < std::ssize(kTypes)) {
        return Text(kTypes[static_cast<std::size_t>(*number)]);
    }
    return spelled_as(type.text(), kTypes);
}

void add_hns_network(const JsonNode& object, Analysis& out) {
    const Text id = hns_id(object, "a network", out);
    if (!id) {
        return;
    }
    const JsonNode extra = object["Health"]["Extra"];
    const JsonNode dns = object["Dns"];
    HnsNetworksRow row;
    row.id = *id;
    row.name = object["Name"].text();
    const bool selection = is_selection(HnsObject::network, object);
    row.schema = selection ? "list" : hns_schema(object);
    row.type = object.has("Type") || row.schema == "v2" ? hns_network_type(object["Type"]) : Text();
    row.flags = object["Flags"] || selection ? number_or_names(object["Flags"], kFlags) : Integer(0);
    row.state = object["State"].integer();
    row.management_ip = normal_address(object["ManagementIP"].text());
    row.adapter_name = object["NetworkAdapterName"].text();
    row.dr_mac = normal_mac_text(object["DrMacAddress"].text());
    row.source_mac = normal_mac_text(object.any_of({"SourceMac", "SourceMacAddress"}).text());
    row.layered_on = first_of(normal_id(object["LayeredOn"].text()), normal_id(extra["LayeredOn"].text()));
    row.switch_guid = first_of(first_of(normal_id(object["SwitchGuid"].text()), normal_id(extra["SwitchGuid"].text())),
                               switch_of_allocators(object));
    row.switch_name = object["SwitchName"].text();
    row.current_endpoint_count = object["CurrentEndpointCount"].integer();
    row.total_endpoints = object["TotalEndpoints"].integer();
    row.last_error_code = hns_last_error(object);
    row.dns_servers = comma_list((dns ? dns["ServerList"] : object["DNSServerList"]).words());
    row.dns_suffix = dns ? dns["Domain"].text() : object["DNSSuffix"].text();
    row.hns_version = hns_version(object);

    HnsPolicies policies = read_hns_policies(object);
    policies.known = policies.known && !selection;
    row.host_route = false;
    for (const HnsPolicy& policy : policies.list) {
        read_policy(policy, row);
        add_hns_policy("network", row.id, policy, out);
        if (policy.type == "RemoteSubnetRoute") {
            add_remote_subnet(policy, row, out);
        }
        row.host_route = *row.host_route || policy.type == "HostRoute";
    }
    add_subnets(object, row, policies, out);
    add_extensions(object, row, out);
    row.policies_known = policies.known;
    if (!policies.known && !*row.host_route) {
        row.host_route = std::nullopt;
    }
    if (selection) {
        out.add_in_outline(snapshot::kHnsNetworks, std::move(row), object.place());
    } else {
        out.add(snapshot::kHnsNetworks, std::move(row), object.place());
    }
}

}  // namespace kwd::analyzers
