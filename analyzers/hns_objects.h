// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/json_node.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// HNS objects as JSON, of the API of V2 (HCN, schema version 2) and V1 (/networks, /endpoints, /policylists): which is
// which, and the rows of each. Sources: Microsoft's HCN schema, hcsshim's hcn and hns packages, Get-HnsNetwork.

namespace kwd::analyzers {

enum class HnsObject : std::uint8_t { unknown, network, endpoint, load_balancer, sdn_route, name_space };

/// What an object is by the members that only its kind has; `otherwise` where they do not tell.
[[nodiscard]] HnsObject recognise_hns_object(const JsonNode& object, HnsObject otherwise);

/// "v2" when the object has a member that only V2 has, else "v1".
[[nodiscard]] std::string_view hns_schema(const JsonNode& object);

/// A policy under V2's names, whichever API told of it.
struct HnsPolicy {
    std::string type;
    std::shared_ptr<const nlohmann::json> settings;  ///< an object
    JsonNode node;                                   ///< of the settings: names as V2 has them
    std::string place;
};
struct HnsPolicies {
    std::vector<HnsPolicy> list;
    bool known = true;  ///< false when the source lost some of them, or parts of them
};
/// The policies of a network, a subnet or an endpoint.
[[nodiscard]] HnsPolicies read_hns_policies(const JsonNode& owner);
/// The row of one policy in hns_policies.
void add_hns_policy(std::string_view owner_kind, const std::string& owner_id, const HnsPolicy& policy, Analysis& out);

/// A network's type as HNS spells it, by its name in any case or by its number; NAT where it is absent, since its
/// number is 0 and V2 leaves zeros out.
[[nodiscard]] snapshot::Text hns_network_type(const JsonNode& type);

/// The parts that network and endpoint have alike.
[[nodiscard]] snapshot::Integer hns_last_error(const JsonNode& object);
/// Of a packed `Version`, 55834574851 for 13.3, or an object of Major and Minor.
[[nodiscard]] snapshot::Text hns_version(const JsonNode& object);
/// The next hop of the default route among V2's `Routes`.
[[nodiscard]] snapshot::Text hns_default_gateway(const JsonNode& routes);

/// What the text at the top of collectlogs.ps1's endpoint.txt tells of an endpoint and its JSON does not: V2 gives no
/// state. By MAC and address in normal form; NULL
/// where several endpoints have both and differ.
using HnsEndpointStates = std::map<std::pair<std::string, std::string>, snapshot::Integer>;

/// What `Select-Object` left of a network or an endpoint: what is absent is not known to be none. HNS itself tells at
/// least one of the members looked for, whichever API answers. Its row is of schema `list`, an outline.
[[nodiscard]] bool is_selection(HnsObject kind, const JsonNode& object);

void add_hns_network(const JsonNode& object, Analysis& out);
void add_hns_endpoint(const JsonNode& object, const HnsEndpointStates& states, Analysis& out);
/// A load balancer of V2, or a policy list of V1; a list of routes becomes SDNRoute policies of its endpoints.
void add_hns_load_balancer(const JsonNode& object, Analysis& out);
void add_hns_sdn_route(const JsonNode& object, Analysis& out);
void add_hns_namespace(const JsonNode& object, Analysis& out);

/// Says which tables a list of such objects answers for, even an empty one.
void cover_hns(HnsObject kind, Analysis& out);
/// The same, when a part of the list is missing.
void cover_hns_partly(HnsObject kind, const std::string& why, Analysis& out);
/// The same, when names and ids are all that is told of the objects.
void cover_hns_in_outline(HnsObject kind, Analysis& out);

/// The object's id in upper case. NULL, with a note, when it has none: nothing can be joined to it.
[[nodiscard]] snapshot::Text hns_id(const JsonNode& object, std::string_view what, Analysis& out);

}  // namespace kwd::analyzers
