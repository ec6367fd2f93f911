// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/text_lines.h"
#include "base/json.h"
#include "snapshot/tables/hns.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::Text;

constexpr std::array<std::string_view, 29> kTypes = {"ACL",
                                                     "AutomaticDNS",
                                                     "DrMacAddress",
                                                     "EncapOverhead",
                                                     "Encryption",
                                                     "HostRoute",
                                                     "InterfaceConstraint",
                                                     "InterfaceParameters",
                                                     "Iov",
                                                     "L2Driver",
                                                     "L4Proxy",
                                                     "L4WFPPROXY",
                                                     "LayerConstraint",
                                                     "NetAdapterName",
                                                     "NetworkACL",
                                                     "OutBoundNAT",
                                                     "PortMapping",
                                                     "PortName",
                                                     "ProviderAddress",
                                                     "QOS",
                                                     "RemoteSubnetRoute",
                                                     "SDNRoute",
                                                     "SetPolicy",
                                                     "SourceMacAddress",
                                                     "TierAcl",
                                                     "VLAN",
                                                     "VSID",
                                                     "VSwitchExtension",
                                                     "VxlanPort"};

// V1 names a few types differently, and keeps the settings beside `Type`.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypesOfV1 = {
    {{"ROUTE", "SDNRoute"}, {"PA", "ProviderAddress"}, {"NAT", "PortMapping"}, {"PROXY", "L4Proxy"}}};

struct Renamed {
    std::string_view type;
    std::string_view v1;
    std::string_view v2;
};
constexpr std::array<Renamed, 10> kNamesOfV1 = {{{"OutBoundNAT", "ExceptionList", "Exceptions"},
                                                 {"OutBoundNAT", "VIP", "VirtualIP"},
                                                 {"ProviderAddress", "PA", "ProviderAddress"},
                                                 {"VSID", "VSID", "IsolationId"},
                                                 {"VLAN", "VLAN", "IsolationId"},
                                                 {"ACL", "Protocol", "Protocols"},
                                                 {"ACL", "LocalPort", "LocalPorts"},
                                                 {"ACL", "RemotePort", "RemotePorts"},
                                                 {"L4Proxy", "ExceptionList", "Exceptions"},
                                                 {"L4Proxy", "OutboundNat", "OutboundNAT"}}};

std::string type_of_v1(const std::string& type) {
    const auto found =
        std::ranges::find_if(kTypesOfV1, [&](const auto& each) { return equal_ignoring_case(each.first, type); });
    return found != kTypesOfV1.end() ? std::string(found->second) : type;
}

std::string name_of_v1(const std::string& name, std::string_view type) {
    const auto renamed = std::ranges::find_if(
        kNamesOfV1, [&](const Renamed& each) { return each.type == type && equal_ignoring_case(each.v1, name); });
    return renamed != kNamesOfV1.end() ? std::string(renamed->v2) : name;
}

json settings_of_v1(const json& policy, std::string_view type) {
    json settings = json::object();
    for (const auto& [name, value] : policy.items()) {
        if (!equal_ignoring_case(name, "Type")) {
            settings[name_of_v1(name, type)] = value;
        }
    }
    return settings;
}

// V2's settings as an object. nullopt when they were lost; some writers put them as JSON in a text.
std::optional<json> settings_of_v2(const JsonNode& settings) {
    if (settings.is_object()) {
        return settings.value();
    }
    if (!settings) {
        return json::object();
    }
    const Text text = settings.text();
    if (text && text->starts_with('{')) {
        if (auto parsed = parse_json(*text); parsed && parsed->is_object()) {
            return std::move(*parsed);
        }
    }
    return std::nullopt;
}

// 8080/TCP. V2 has the protocol as a number, V1 as a name; without one it is TCP, as Kubernetes has it.
Text host_port(const JsonNode& settings) {
    const auto port = settings["ExternalPort"].integer();
    if (!port) {
        return std::nullopt;
    }
    const auto number = protocol_number(settings["Protocol"]);
    const std::string_view protocol = number == 17 ? "UDP" : number == 132 ? "SCTP" : "TCP";
    return fmt::format("{}/{}", *port, protocol);
}

bool lost_within(const json& settings) {
    return std::ranges::any_of(settings, [](const json& each) { return JsonNode(each, "").lost(); });
}

}  // namespace

HnsPolicies read_hns_policies(const JsonNode& owner) {
    HnsPolicies policies;
    const JsonNode array = owner["Policies"];
    policies.known = !array.lost();
    for (const JsonNode& each : array.items()) {
        const Text type = each["Type"].text();
        if (!each.is_object() || !type) {
            policies.known = false;
            continue;
        }
        HnsPolicy policy;
        policy.place = each.place();
        json settings = json::object();
        if (each.value().contains("Settings") || each.has("Settings")) {
            policy.type = *type;
            auto read = settings_of_v2(each["Settings"]);
            policies.known = policies.known && read.has_value();
            settings = std::move(read).value_or(json::object());
        } else {
            policy.type = *spelled_as(type_of_v1(*type), kTypes);
            settings = settings_of_v1(each.value(), policy.type);
        }
        policy.type = *spelled_as(policy.type, kTypes);
        policies.known = policies.known && !lost_within(settings);
        policy.settings = std::make_shared<const json>(std::move(settings));
        policy.node = JsonNode(*policy.settings, policy.place);
        policies.list.push_back(std::move(policy));
    }
    return policies;
}

void add_hns_policy(std::string_view owner_kind, const std::string& owner_id, const HnsPolicy& policy, Analysis& out) {
    snapshot::HnsPoliciesRow row;
    row.owner_kind = owner_kind;
    row.owner_id = owner_id;
    row.type = policy.type;
    if (policy.type == "SDNRoute") {
        row.destination_prefix = normal_prefix(policy.node["DestinationPrefix"].text());
        row.next_hop = normal_address(policy.node["NextHop"].text());
        // False members are left out, so it is unknown only where the whole policy is.
        row.need_encap = policy.settings->empty() ? snapshot::Flag() : policy.node["NeedEncap"].flag().value_or(false);
    }
    if (policy.type == "OutBoundNAT") {
        row.exceptions = comma_list(policy.node["Exceptions"].words());
    }
    if (policy.type == "PortMapping") {
        row.host_port = host_port(policy.node);
    }
    row.settings = policy.settings->dump(-1, ' ', false, json::error_handler_t::replace);
    out.add(snapshot::kHnsPolicies, std::move(row), policy.place);
}

}  // namespace kwd::analyzers
