// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/text_lines.h"
#include "snapshot/tables/hns.h"

#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::Flag;
using snapshot::HnsLoadBalancerPortsRow;
using snapshot::HnsLoadBalancersRow;
using snapshot::Integer;
using snapshot::Text;

constexpr std::array<NamedNumber, 4> kFlags = {
    {{"None", 0}, {"EnableDirectServerReturn", 1}, {"DSR", 1}, {"EnableIPv6", 2}}};
constexpr std::array<NamedNumber, 6> kPortFlags = {{{"None", 0},
                                                    {"EnableInternalLoadBalancer", 1},
                                                    {"ILB", 1},
                                                    {"LocalRoutedVip", 2},
                                                    {"UseMux", 4},
                                                    {"PreserveDIP", 8}}};
constexpr std::array<NamedNumber, 4> kDistributions = {
    {{"None", 0}, {"PerConnection", 0}, {"SourceIPProtocol", 1}, {"SourceIP", 2}}};

Flag bit(const Integer& flags, std::int64_t mask) {
    return flags ? Flag((*flags & mask) != 0) : std::nullopt;
}

void add_vips(const std::string& id, const JsonNode& vips, Analysis& out) {
    for (const JsonNode& each : vips.items()) {
        for (const std::string& vip : each.words()) {
            out.add(snapshot::kHnsLoadBalancerVips, {.load_balancer_id = id, .vip = normal_address(vip).value_or(vip)},
                    each.place());
        }
    }
}

// `/endpoints/<guid>` of V1 or a bare GUID of V2.
void add_backends(const std::string& id, const JsonNode& endpoints, Analysis& out) {
    for (const JsonNode& each : endpoints.items()) {
        for (const std::string& word : each.words()) {
            if (const Text endpoint = normal_id(word)) {
                out.add(snapshot::kHnsLoadBalancerEndpoints, {.load_balancer_id = id, .endpoint_id = *endpoint},
                        each.place());
            }
        }
    }
}

void add_port_of_v2(const std::string& id, const JsonNode& mapping, Analysis& out) {
    const Integer flags = mapping["Flags"] ? number_or_names(mapping["Flags"], kPortFlags) : Integer(0);
    const JsonNode distribution = mapping["DistributionType"];
    out.add(snapshot::kHnsLoadBalancerPorts,
            {.load_balancer_id = id,
             .protocol = protocol_number(mapping["Protocol"]),
             .internal_port = mapping["InternalPort"].integer(),
             .external_port = mapping["ExternalPort"].integer(),
             .ilb = bit(flags, 1),
             .local_routed_vip = bit(flags, 2),
             .preserve_dip = bit(flags, 8),
             .distribution_type = distribution ? number_or_names(distribution, kDistributions) : Integer(0)},
            mapping.place());
}

void add_policy_of_v1(const JsonNode& policy, HnsLoadBalancersRow& row, Analysis& out) {
    const JsonNode distribution = policy["DistributionType"];
    out.add(snapshot::kHnsLoadBalancerPorts,
            {.load_balancer_id = row.id,
             .protocol = protocol_number(policy.any_of({"Protocol", "Protocols"})),
             .internal_port = policy["InternalPort"].integer(),
             .external_port = policy["ExternalPort"].integer(),
             .ilb = policy["ILB"].flag().value_or(false),
             .local_routed_vip = policy["LocalRoutedVip"].flag().value_or(false),
             .preserve_dip = policy["PreserveDip"].flag().value_or(false),
             .distribution_type = distribution ? number_or_names(distribution, kDistributions) : Integer(0)},
            policy.place());
    add_vips(row.id, policy["VIPs"], out);
    if (policy["VIPs"].lost()) {
        out.covers_partly(snapshot::kHnsLoadBalancerVips.name,
                          "virtual addresses of load balancers were lost when they were printed");
    }
    row.source_vip = normal_address(policy["SourceVIP"].text());
    row.is_dsr = policy["IsDSR"].flag().value_or(false);
    row.is_ipv6 = policy.any_of({"IsIPv6", "IPv6"}).flag().value_or(false);
}

bool is_route_list(const JsonNode& object) {
    const auto policies = object["Policies"].items();
    return !policies.empty() && equal_ignoring_case(policies.front()["Type"].text().value_or(""), "ROUTE");
}

void add_route(const std::vector<JsonNode>& endpoints, const JsonNode& route, Analysis& out) {
    for (const JsonNode& each : endpoints) {
        if (const Text endpoint = normal_id(each.text())) {
            out.add(snapshot::kHnsPolicies,
                    {.owner_kind = "endpoint",
                     .owner_id = *endpoint,
                     .type = "SDNRoute",
                     .destination_prefix = normal_prefix(route["DestinationPrefix"].text()),
                     .next_hop = normal_address(route["NextHop"].text()),
                     .need_encap = route["NeedEncap"].flag().value_or(false)},
                    route.place());
        }
    }
}

}  // namespace

void add_hns_load_balancer(const JsonNode& object, Analysis& out) {
    if (is_route_list(object)) {
        add_hns_sdn_route(object, out);
        return;
    }
    const Text id = hns_id(object, "a load balancer", out);
    if (!id) {
        return;
    }
    HnsLoadBalancersRow row;
    row.id = *id;
    row.network_id = normal_id(object.any_of({"HostComputeNetwork", "VirtualNetwork"}).text());
    row.schema = hns_schema(object);
    row.state = object["State"].integer();
    if (row.schema == "v2") {
        row.source_vip = normal_address(object["SourceVIP"].text());
        row.flags = object["Flags"] ? number_or_names(object["Flags"], kFlags) : Integer(0);
        row.is_dsr = bit(row.flags, 1);
        row.is_ipv6 = bit(row.flags, 2);
        add_vips(row.id, object["FrontendVIPs"], out);
        for (const JsonNode& mapping : object["PortMappings"].items()) {
            add_port_of_v2(row.id, mapping, out);
        }
        add_backends(row.id, object["HostComputeEndpoints"], out);
    } else {
        for (const JsonNode& policy : object["Policies"].items()) {
            add_policy_of_v1(policy, row, out);
        }
        add_backends(row.id, object["References"], out);
    }
    if (object["Policies"].lost() || object["PortMappings"].lost() || object["FrontendVIPs"].lost() ||
        object["References"].lost() || object["HostComputeEndpoints"].lost()) {
        cover_hns_partly(HnsObject::load_balancer, "parts of load balancers were lost when they were printed", out);
    }
    out.add(snapshot::kHnsLoadBalancers, std::move(row), object.place());
}

void add_hns_sdn_route(const JsonNode& object, Analysis& out) {
    const auto endpoints = object.any_of({"HostComputeEndpoints", "References"}).items();
    for (const JsonNode& route : object.any_of({"Routes", "Setting", "Policies"}).items()) {
        add_route(endpoints, route, out);
    }
}

}  // namespace kwd::analyzers
