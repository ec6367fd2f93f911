// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_objects.h"

#include "analyzers/normal_forms.h"
#include "analyzers/text_lines.h"
#include "snapshot/tables/hns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::Text;

bool has_any(const JsonNode& object, std::initializer_list<std::string_view> names) {
    return static_cast<bool>(object.any_of(names));
}

bool holds_elb(const JsonNode& object) {
    const auto policies = object["Policies"].items();
    return std::ranges::any_of(
        policies, [](const JsonNode& each) { return equal_ignoring_case(each["Type"].text().value_or(""), "ELB"); });
}

std::vector<std::string_view> tables_of(HnsObject kind) {
    switch (kind) {
        case HnsObject::network:
            return {snapshot::kHnsNetworks.name, snapshot::kHnsSubnets.name, snapshot::kHnsRemoteSubnets.name,
                    snapshot::kHnsPolicies.name};
        case HnsObject::endpoint:
            return {snapshot::kHnsEndpoints.name, snapshot::kHnsPolicies.name, snapshot::kHnsNatExceptions.name};
        case HnsObject::load_balancer:
            return {snapshot::kHnsLoadBalancers.name, snapshot::kHnsLoadBalancerVips.name,
                    snapshot::kHnsLoadBalancerPorts.name, snapshot::kHnsLoadBalancerEndpoints.name};
        case HnsObject::name_space: return {snapshot::kHnsNamespaces.name, snapshot::kHnsNamespaceResources.name};
        case HnsObject::sdn_route:
        case HnsObject::unknown: break;
    }
    return {};
}

}  // namespace

HnsObject recognise_hns_object(const JsonNode& object, HnsObject otherwise) {
    if (has_any(object, {"FrontendVIPs", "PortMappings"})) {
        return HnsObject::load_balancer;
    }
    if (object.has("HostComputeEndpoints")) {
        return has_any(object, {"Routes", "Setting"}) ? HnsObject::sdn_route : HnsObject::load_balancer;
    }
    if (has_any(object, {"IpConfigurations", "HostComputeNamespace", "VirtualNetwork", "VirtualNetworkName"})) {
        return HnsObject::endpoint;
    }
    if (object.has("References") || holds_elb(object)) {
        return HnsObject::load_balancer;
    }
    if (has_any(object, {"NamespaceId", "NamespaceGuid", "CompartmentGuid", "ResourceList", "CompartmentId"})) {
        return HnsObject::name_space;
    }
    if (has_any(object, {"HostComputeNetwork", "IPAddress", "IsRemoteEndpoint", "SharedContainers"})) {
        return HnsObject::endpoint;
    }
    if (has_any(object, {"Ipams", "MacPool", "MacPools", "Subnets", "ManagementIP", "NetworkAdapterName",
                         "CurrentEndpointCount", "DNSServerCompartment"})) {
        return HnsObject::network;
    }
    return otherwise;
}

std::string_view hns_schema(const JsonNode& object) {
    return has_any(object, {"SchemaVersion", "HostComputeNetwork", "HostComputeNamespace", "IpConfigurations", "Ipams",
                            "HostComputeEndpoints", "FrontendVIPs", "PortMappings", "NamespaceId", "NamespaceGuid"}) &&
                   !has_any(object, {"References"})
               ? "v2"
               : "v1";
}

bool is_selection(HnsObject kind, const JsonNode& object) {
    return (kind == HnsObject::network || kind == HnsObject::endpoint) &&
           !has_any(object, {"Policies", "SchemaVersion", "ActivityId", "Flags", "Version", "Resources", "Health"});
}

Integer hns_last_error(const JsonNode& object) {
    const Integer code = object["Health"]["LastErrorCode"].integer();
    // An HRESULT is written with and without its sign.
    return code && *code < 0 && *code >= -2147483648LL ? Integer(*code + 4294967296LL) : code;
}

Text hns_version(const JsonNode& object) {
    const JsonNode version = object["Version"];
    if (version.is_object()) {
        const Integer major = version["Major"].integer();
        return major ? Text(fmt::format("{}.{}", *major, version["Minor"].integer().value_or(0))) : std::nullopt;
    }
    const Integer packed = version.integer();
    return packed && *packed > 0 ? Text(fmt::format("{}.{}", *packed >> 32, *packed & 0xFFFFFFFF)) : std::nullopt;
}

Text hns_default_gateway(const JsonNode& routes) {
    Text gateway;
    for (const JsonNode& route : routes.items()) {
        const Text destination = route["DestinationPrefix"].text();
        if (destination == "0.0.0.0/0" || (destination == "::/0" && !gateway)) {
            gateway = normal_address(route["NextHop"].text());
        }
        if (destination == "0.0.0.0/0" && gateway) {
            break;
        }
    }
    return gateway;
}

void cover_hns(HnsObject kind, Analysis& out) {
    for (const std::string_view table : tables_of(kind)) {
        out.covers(table);
    }
}

void cover_hns_partly(HnsObject kind, const std::string& why, Analysis& out) {
    for (const std::string_view table : tables_of(kind)) {
        out.covers_partly(table, why);
    }
}

void cover_hns_in_outline(HnsObject kind, Analysis& out) {
    if (const auto tables = tables_of(kind); !tables.empty()) {
        out.covers_in_outline(tables.front(), "only names and ids are listed");
    }
}

Text hns_id(const JsonNode& object, std::string_view what, Analysis& out) {
    Text id = normal_id(object["ID"].text());
    if (!id) {
        out.note(object.place(), "malformed", fmt::format("{} without an ID is left out", what));
    }
    return id;
}

}  // namespace kwd::analyzers
