// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/text_lines.h"
#include "snapshot/tables/hns.h"

#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::Flag;
using snapshot::HnsEndpointsRow;
using snapshot::Integer;
using snapshot::Text;

constexpr std::array<NamedNumber, 7> kStates = {{{"Uninitialized", 0},
                                                 {"Created", 1},
                                                 {"Attached", 2},
                                                 {"AttachedSharing", 3},
                                                 {"Detached", 4},
                                                 {"Degraded", 5},
                                                 {"Destroyed", 6}}};

constexpr std::int64_t kRemoteEndpoint = 1;
constexpr std::array<NamedNumber, 7> kFlags = {{{"None", 0},
                                                {"RemoteEndpoint", kRemoteEndpoint},
                                                {"DisableInterComputeCommunication", 2},
                                                {"EnableMirroring", 4},
                                                {"EnableLowInterfaceMetric", 8},
                                                {"OverrideDNSServerOrder", 16},
                                                {"EnableDhcp", 32}}};

void read_address(const Text& written, const Integer& prefix_length, HnsEndpointsRow& row) {
    const Text address = normal_address(written);
    if (!address) {
        return;
    }
    if (family_of(*address) == 6) {
        row.ipv6_address = row.ipv6_address ? row.ipv6_address : address;
        return;
    }
    if (!row.ip_address) {
        row.ip_address = address;
        row.prefix_length = prefix_length;
    }
}

void read_addresses(const JsonNode& object, HnsEndpointsRow& row) {
    Integer ipv6_prefix_length = object["IPv6PrefixLength"].integer();
    for (const JsonNode& each : object["IpConfigurations"].items()) {
        const Text address = each["IpAddress"].text();
        const Integer prefix_length = each["PrefixLength"].integer();
        if (address && family_of(*address) == 6 && !ipv6_prefix_length) {
            ipv6_prefix_length = prefix_length;
        }
        read_address(address, prefix_length, row);
    }
    read_address(object["IPAddress"].text(), object["PrefixLength"].integer(), row);
    read_address(object["IPv6Address"].text(), std::nullopt, row);
    if (!row.ip_address) {
        row.ip_address = row.ipv6_address;
        row.prefix_length = ipv6_prefix_length;
    }
}

void read_dns(const JsonNode& object, HnsEndpointsRow& row) {
    if (const JsonNode dns = object["Dns"]) {
        row.dns_servers = comma_list(dns["ServerList"].words());
        row.dns_suffix = dns["Domain"].text();
        row.dns_search = comma_list(dns["Search"].words());
        return;
    }
    row.dns_servers = comma_list(object["DNSServerList"].words());
    row.dns_suffix = object["DNSDomain"].text();
    row.dns_search = comma_list(object["DNSSuffix"].words());  // CNI plugins put the search list there
}

// HNS leaves zeros and false out, so that an absent flag is a known one.
Flag is_remote(const JsonNode& object, const Integer& flags) {
    if (const JsonNode remote = object["IsRemoteEndpoint"]) {
        return remote.flag().value_or(false);
    }
    return flags ? Flag((*flags & kRemoteEndpoint) != 0) : std::nullopt;
}

void read_policies(const JsonNode& object, HnsEndpointsRow& row, Analysis& out) {
    const HnsPolicies policies = read_hns_policies(object);
    for (const HnsPolicy& policy : policies.list) {
        if (policy.type == "ProviderAddress") {
            row.provider_address = normal_address(policy.node["ProviderAddress"].text());
        } else if (policy.type == "EncapOverhead") {
            row.encap_overhead_bytes = policy.node["Overhead"].integer();
        } else if (policy.type == "OutBoundNAT") {
            row.outbound_nat = true;
            for (const std::string& prefix : policy.node["Exceptions"].words()) {
                out.add(snapshot::kHnsNatExceptions, {.endpoint_id = row.id, .prefix = prefix}, policy.place);
            }
        }
        add_hns_policy("endpoint", row.id, policy, out);
    }
    row.policies_known = policies.known;
    if (policies.known && !row.outbound_nat) {
        row.outbound_nat = false;
    }
}

}  // namespace

void add_hns_endpoint(const JsonNode& object, const HnsEndpointStates& states, Analysis& out) {
    const Text id = hns_id(object, "an endpoint", out);
    if (!id) {
        return;
    }
    HnsEndpointsRow row;
    row.id = *id;
    row.name = object["Name"].text();
    row.network_id = normal_id(object.any_of({"HostComputeNetwork", "VirtualNetwork"}).text());
    row.network_name = object["VirtualNetworkName"].text();
    const JsonNode name_space = object["Namespace"];
    row.namespace_id = normal_id(
        (name_space.is_object() ? name_space["ID"] : object.any_of({"HostComputeNamespace", "Namespace"})).text());
    const bool selection = is_selection(HnsObject::endpoint, object);
    row.schema = selection ? "list" : hns_schema(object);
    row.mac = normal_mac_text(object["MacAddress"].text());
    read_addresses(object, row);
    row.gateway = normal_address(object.any_of({"GatewayAddress", "GatewayAddressV6"}).text());
    if (!row.gateway) {
        row.gateway = hns_default_gateway(object["Routes"]);
    }
    row.flags = object["Flags"] || selection ? number_or_names(object["Flags"], kFlags) : Integer(0);
    row.is_remote = is_remote(object, row.flags);
    row.state = number_or_names(object["State"], kStates);
    if (!row.state) {
        if (const auto told = states.find({row.mac.value_or(""), row.ip_address.value_or("")}); told != states.end()) {
            row.state = told->second;
        }
    }
    read_dns(object, row);
    row.encap_overhead_bytes = object["EncapOverhead"].integer();
    row.last_error_code = hns_last_error(object);
    row.shared_containers = comma_list(
        (object.has("SharedContainers") ? object["SharedContainers"] : object["Health"]["Extra"]["SharedContainers"])
            .words());
    if (selection) {
        row.policies_known = false;
        out.add_in_outline(snapshot::kHnsEndpoints, std::move(row), object.place());
        return;
    }
    read_policies(object, row, out);
    out.add(snapshot::kHnsEndpoints, std::move(row), object.place());
}

}  // namespace kwd::analyzers
