// SPDX-License-Identifier: Apache-2.0
// HNS objects as JSON of both versions, as PowerShell prints them, and as hnsdiag lists them.
#include "collectors/import/matching.h"
#include "collectors/import/recognisers.h"

#include <re2/re2.h>

#include <algorithm>

namespace kwd::collectors {
namespace {

bool network(const JsonOutline& json) {
    const bool v2 = json.has("ipams") || (json.has("macpool") && json.has("type"));
    const bool v1 = (json.has("subnets") && json.has("type") && json.has("id")) || json.has("currentendpointcount") ||
                    (json.has("managementip") && json.has("networkadaptername")) || json.has("natname");
    return v2 || v1;
}

bool endpoint(const JsonOutline& json) {
    const bool v2 = json.has("hostcomputenetwork") && (json.has("ipconfigurations") || json.has("macaddress"));
    const bool v1 = json.has("virtualnetwork") || (json.has("ipaddress") && json.has("macaddress") && json.has("id"));
    return v2 || v1;
}

bool load_balancer(const JsonOutline& json) {
    return json.has("frontendvips") || json.has("hostcomputeendpoints") ||
           (json.has("references") && json.has("policies"));
}

bool name_space(const JsonOutline& json) {
    return json.has("namespaceguid") || (json.has("namespaceid") && json.has("resources")) ||
           json.has("resourcelist") || (json.has("compartmentid") && json.has("isdefault"));
}

using ObjectTest = bool (*)(const JsonOutline&);
constexpr ObjectTest kObjects[] = {network, endpoint, load_balancer, name_space};

bool any(const Sample& sample, ObjectTest test) {
    return std::any_of(sample.json().begin(), sample.json().end(), test);
}

bool has_section_titles(const Sample& sample) {
    static const RE2 title(R"((?i)^(networks|endpoints|namespaces|load ?balancers|policy ?lists)\s*:\s*$)");
    return any_line(sample, title);
}

}  // namespace

// Each alone is read by its own analyzer, which would leave out what the others say.
bool is_transcript(const Sample& sample) {
    const bool holds_hns =
        std::any_of(std::begin(kObjects), std::end(kObjects), [&](auto test) { return any(sample, test); }) ||
        is_hnsdiag_list(sample) || is_hns_networks_list(sample) || is_hns_endpoints_list(sample) ||
        is_hns_policies_list(sample) || is_hns_namespaces_list(sample);
    const bool holds_windows = is_ipconfig(sample) || is_route_print(sample) || is_arp(sample) || is_netsh(sample) ||
                               is_net_cmdlet(sample) || is_windows_services(sample) || is_winver(sample) ||
                               is_process_list(sample) || is_netstat(sample);
    // The description of a node looks like systeminfo.
    return is_kubectl_text(sample) ? holds_hns || holds_windows : holds_hns && (holds_windows || is_systeminfo(sample));
}

bool is_hnsdiag_dump(const Sample& sample) {
    return has_section_titles(sample) &&
           std::any_of(std::begin(kObjects), std::end(kObjects), [&](auto test) { return any(sample, test); });
}

bool is_hns_mixed_json(const Sample& sample) {
    return std::count_if(std::begin(kObjects), std::end(kObjects), [&](auto test) { return any(sample, test); }) > 1;
}

bool is_hns_networks_json(const Sample& sample) {
    return any(sample, network);
}

bool is_hns_endpoints_json(const Sample& sample) {
    return any(sample, endpoint);
}

bool is_hns_load_balancers_json(const Sample& sample) {
    return any(sample, load_balancer);
}

bool is_hns_namespaces_json(const Sample& sample) {
    return any(sample, name_space);
}

bool is_hns_port_pools(const Sample& sample) {
    return json_has(sample, {"portpoolallocations"});
}

// Columns on older builds; on newer ones an indented block for each object.
bool is_hnsdiag_list(const Sample& sample) {
    static const RE2 header(R"(^(Name\s+ID(\s+Virtual Network Name)?|ID\s+\| .*)\s*$)");
    static const RE2 block(R"(^(Network|Endpoint|Namespace|LoadBalancer)\s+: [0-9A-Fa-f]{8}-)");
    return (has_section_titles(sample) && any_line(sample, header)) || any_line(sample, block);
}

bool is_hns_networks_list(const Sample& sample) {
    static const RE2 row(
        R"((?i)\b(overlay|l2bridge|l2tunnel|nat|transparent|ics|internal|private)\b.*\b[0-9a-f]{8}-([0-9a-f]{4}-){3})");
    return (table_has(sample, {"name", "type", "id"}) && any_line(sample, row)) ||
           table_or_list_has(sample, {"name", "type", "id", "addressprefix"}) ||
           list_has(sample, {"id", "name", "type", "subnets"}) || list_has(sample, {"currentendpointcount", "name"}) ||
           list_has(sample, {"id", "name", "type", "ipams"});
}

bool is_hns_endpoints_list(const Sample& sample) {
    return table_or_list_has(sample, {"ipaddress", "macaddress", "isremoteendpoint"}) ||
           list_has(sample, {"virtualnetwork", "macaddress"}) ||
           list_has(sample, {"hostcomputenetwork", "ipconfigurations"});
}

bool is_hns_policies_list(const Sample& sample) {
    return list_has(sample, {"references", "policies"}) || list_has(sample, {"frontendvips", "portmappings"});
}

bool is_hns_namespaces_list(const Sample& sample) {
    return table_or_list_has(sample, {"id", "compartmentid", "compartmentguid"}) ||
           table_or_list_has(sample, {"id", "compartmentid", "type"}) ||
           list_has(sample, {"namespaceid", "namespaceguid"}) || list_has(sample, {"compartmentid", "isdefault"});
}

}  // namespace kwd::collectors
