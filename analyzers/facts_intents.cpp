// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "snapshot/tables/facts.h"

#include <map>
#include <string>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Statement;

// What shows how pods are meant to be networked: intent, why, and where it stands; the surest first. A configuration
// counts whether or not HNS followed it, and a network of HNS whether or not it is still wanted: where both are found
// and differ, that is what rules look for.
constexpr std::string_view kEvidence = R"sql(
    SELECT CASE WHEN lower(name) = 'calico' AND type = 'Overlay' THEN 'calico-vxlan'
                WHEN lower(name) = 'calico' THEN 'calico-bgp'
                WHEN lower(name) LIKE 'antrea%' THEN 'antrea'
                WHEN lower(name) LIKE '%ovnkubernetes%' THEN 'ovn'
                WHEN lower(name) LIKE 'azure%' AND type IN ('L2Bridge', 'L2Tunnel') THEN 'azure-cni'
                WHEN lower(name) = 'external' THEN NULL
                WHEN type = 'Overlay' THEN 'overlay'
                WHEN type IN ('L2Bridge', 'L2Tunnel') AND (lower(name) = 'cbr0' OR EXISTS (
                     SELECT 1 FROM flannel_config AS f WHERE f.backend_type = 'host-gw')) THEN 'host-gw'
                WHEN type IN ('L2Bridge', 'L2Tunnel') THEN 'l2bridge' END,
           'HNS network ' || coalesce(name, id) || ' has type ' || type, document_id, place
      FROM hns_networks WHERE type IS NOT NULL
    UNION ALL
    SELECT CASE backend_type WHEN 'vxlan' THEN 'overlay' WHEN 'host-gw' THEN 'host-gw' END,
           'flannel''s configuration says ' || backend_type, document_id, place
      FROM flannel_config
    UNION ALL
    SELECT CASE WHEN plugin_type = 'azure-vnet' THEN 'azure-cni'
                WHEN plugin_type = 'antrea' THEN 'antrea'
                WHEN lower(name) LIKE '%ovnkubernetes%' THEN 'ovn'
                WHEN plugin_type = 'calico' AND mode = 'vxlan' THEN 'calico-vxlan'
                WHEN plugin_type = 'calico' AND mode IN ('windows-bgp', 'bgp') THEN 'calico-bgp'
                WHEN coalesce(delegate_type, plugin_type) IN ('win-overlay', 'sdnoverlay') THEN 'overlay'
                WHEN coalesce(delegate_type, plugin_type) IN ('win-bridge', 'sdnbridge') AND plugin_type = 'flannel' THEN 'host-gw'
                WHEN plugin_type IN ('win-bridge', 'sdnbridge', 'vpc-bridge', 'vpc-shared-eni') THEN 'l2bridge' END,
           file_name || ' has the plugin ' || plugin_type || coalesce(' with ' || delegate_type, coalesce(' in mode ' || mode, '')),
           document_id, place
      FROM cni_networks WHERE plugin_type IS NOT NULL AND coalesce(effective, 1) = 1
    UNION ALL
    SELECT CASE value WHEN 'vxlan' THEN 'calico-vxlan' WHEN 'windows-bgp' THEN 'calico-bgp' END,
           'CALICO_NETWORKING_BACKEND is ' || value, document_id, place
      FROM environment WHERE name = 'CALICO_NETWORKING_BACKEND'
    UNION ALL
    SELECT CASE flannel_backend_type WHEN 'vxlan' THEN 'overlay' WHEN 'host-gw' THEN 'host-gw' END,
           'flannel has written ' || flannel_backend_type || ' into the node object', document_id, place
      FROM k8s_nodes WHERE is_this_node = 1
    UNION ALL
    SELECT CASE WHEN name LIKE 'flannel%' THEN 'overlay' WHEN name LIKE 'vxlan%calico' THEN 'calico-vxlan' END,
           'there is a VXLAN device ' || name, document_id, place
      FROM interfaces WHERE kind = 'vxlan'
    UNION ALL
    SELECT 'calico-bgp', 'BIRD has written the route to ' || min(destination), document_id, place
      FROM routes WHERE protocol = 'bird' HAVING count(*) > 0)sql";

// Only where nothing above was found: HNS may be unread, and kube-proxy knows what it was told to serve.
constexpr std::string_view kWeakEvidence = R"sql(
    SELECT CASE WHEN lower(network_name) = 'calico' THEN 'calico-vxlan' ELSE 'overlay' END,
           'kube-proxy has the source VIP ' || source_vip || coalesce(' for the network ' || network_name, ''), document_id, place
      FROM kube_proxy_settings WHERE source_vip IS NOT NULL
    UNION ALL
    SELECT 'nat-only', 'HNS network ' || coalesce(name, id) || ' has type ' || type || ', and there is no other', document_id, place
      FROM hns_networks WHERE type = 'NAT'
    UNION ALL
    SELECT 'nat-only', file_name || ' has the plugin nat', document_id, place
      FROM cni_networks WHERE plugin_type = 'nat' AND coalesce(effective, 1) = 1)sql";

struct Intent {
    snapshot::NetworkIntentsRow row;
    RowOrigin origin;
};

std::vector<Intent> read(const Database& database, std::string_view sql) {
    std::vector<Intent> intents;
    std::map<std::string, std::size_t> known;
    Statement query = database.prepare(sql);
    while (query.step()) {
        if (query.is_null(0)) {
            continue;
        }
        const std::string name = query.text(0);
        const auto [found, first] = known.try_emplace(name, intents.size());
        if (first) {
            intents.push_back({{name, query.text(1)}, {query.optional_integer(2), query.optional_text(3)}});
        } else {
            std::string& why = intents[found->second].row.why;
            if (const std::string more = query.text(1); why.find(more) == std::string::npos) {
                why += "; " + more;
            }
        }
    }
    return intents;
}

// Whether it means that there is no pod network when none was found.
bool looked_everywhere(const Database& database) {
    if (os_family(database) == "windows") {
        return covered(database, "hns_networks") == Covered::ok;
    }
    return covered(database, "interfaces") == Covered::ok && covered(database, "node_files") == Covered::ok;
}

}  // namespace

void derive_network_intents(Database& database) {
    std::vector<Intent> intents = read(database, kEvidence);
    if (intents.empty()) {
        intents = read(database, kWeakEvidence);
    }
    DerivedRows rows(database, snapshot::kNetworkIntents);
    for (const Intent& each : intents) {
        rows.add(each.row, each.origin);
    }
    if (intents.empty() && !looked_everywhere(database)) {
        return;
    }
    Covered state = Covered::ok;
    for (const std::string_view source : {"hns_networks", "cni_networks", "flannel_config", "interfaces"}) {
        state = std::max(state, covered(database, source));
    }
    cover(database, snapshot::kNetworkIntents.name, state, "networks and their configuration are known in part");
}

}  // namespace kwd::analyzers
