// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// The policy of the Virtual Filtering Platform, which HNS programs into the ports of a virtual switch. The ports
// themselves are in network.h.

namespace kwd::snapshot {

struct VfpLayersRow {
    Text port_name = {};
    std::string name = {};
    Text friendly_name = {};
    Integer priority = {};
    Text flags = {};
};

inline constexpr auto kVfpLayers = table(
    "vfp_layers", "Layers of VFP ports.", column("port_name", &VfpLayersRow::port_name, "joins vfp_ports.port_name"),
    column("name", &VfpLayersRow::name, "LB_DSR, SLB_NAT_LAYER, ACL_ENDPOINT_LAYER, VNET_ENCAP_LAYER, …"),
    column("friendly_name", &VfpLayersRow::friendly_name, "name"),
    column("priority", &VfpLayersRow::priority, "number"),
    column("flags", &VfpLayersRow::flags, "number and words, as printed"));

struct VfpGroupsRow {
    Text port_name = {};
    Text layer = {};
    std::string name = {};
    Text friendly_name = {};
    Integer priority = {};
    Text direction = {};
    Text type = {};
    Text match_type = {};
    Text conditions = {};
};

inline constexpr auto kVfpGroups = table(
    "vfp_groups", "Groups of rules in the layers of VFP ports.",
    column("port_name", &VfpGroupsRow::port_name, "joins vfp_ports.port_name"),
    column("layer", &VfpGroupsRow::layer, "joins vfp_layers.name"),
    column("name", &VfpGroupsRow::name, "LB_DSR_IPv4_OUT, SLB_GROUP_NAT_IPv4_IN, …"),
    column("friendly_name", &VfpGroupsRow::friendly_name, "name"),
    column("priority", &VfpGroupsRow::priority, "number"), column("direction", &VfpGroupsRow::direction, "IN or OUT"),
    column("type", &VfpGroupsRow::type, "IPv4, IPv6, …"),
    column("match_type", &VfpGroupsRow::match_type, "Priority-based match, Longest prefix match …"),
    column("conditions", &VfpGroupsRow::conditions, "Key: value; …; NULL when there are none"));

struct VfpRulesRow {
    Text port_name = {};
    Text layer = {};
    Text group_name = {};
    Text name = {};
    Text friendly_name = {};
    Integer priority = {};
    Text type = {};
    Text flags = {};
    Text conditions = {};
    Text rule_data = {};
};

inline constexpr auto kVfpRules = table(
    "vfp_rules", "Rules in the groups of VFP ports.",
    column("port_name", &VfpRulesRow::port_name, "joins vfp_ports.port_name"),
    column("layer", &VfpRulesRow::layer, "joins vfp_layers.name"),
    column("group_name", &VfpRulesRow::group_name, "joins vfp_groups.name"),
    column("name", &VfpRulesRow::name, "id; LB_DSR_…_VIP_EXTERNALPORT_INTERNALPORT_PROTOCOL of a load balancer"),
    column("friendly_name", &VfpRulesRow::friendly_name, "name"), column("priority", &VfpRulesRow::priority, "number"),
    column("type", &VfpRulesRow::type, "allow, block, lbnat, dynnat, encap, paroute, …"),
    column("flags", &VfpRulesRow::flags, "number and words: 8195 terminating stateful"),
    column("conditions", &VfpRulesRow::conditions, "Key: value; …; NULL when it matches everything"),
    column("rule_data", &VfpRulesRow::rule_data, "what it does: translation, encapsulation, backends"));

struct VfpCountersRow {
    Text port_name = {};
    Text direction = {};
    Text layer = {};
    Text group_name = {};
    Text rule = {};
    std::string counter = {};
    Integer value = {};
};

inline constexpr auto kVfpCounters =
    table("vfp_counters", "Counters of VFP ports and of their rules, since the port was made.",
          column("port_name", &VfpCountersRow::port_name, "joins vfp_ports.port_name"),
          column("direction", &VfpCountersRow::direction, "IN or OUT; NULL where the counter has none"),
          column("layer", &VfpCountersRow::layer, "of a rule's counter; NULL for the port's"),
          column("group_name", &VfpCountersRow::group_name, "of a rule's counter"),
          column("rule", &VfpCountersRow::rule, "joins vfp_rules.name"),
          column("counter", &VfpCountersRow::counter, "as printed: SYN packets, Dropped ACL packets, …"),
          column("value", &VfpCountersRow::value, "number"));

}  // namespace kwd::snapshot
