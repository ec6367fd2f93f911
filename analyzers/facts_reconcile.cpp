// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "snapshot/tables/facts.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::ReconciliationRow;
using snapshot::Statement;
using snapshot::Text;

// What the queries below join: tables that were read whole, networks of HNS that pods attach to, other nodes with
// their pod subnets, and the ports of VFP.
constexpr std::string_view kCommon = R"sql(
    WITH whole(name) AS (SELECT table_name FROM table_coverage WHERE state = 'ok'),
    pod_networks AS MATERIALIZED (
        SELECT n.* FROM hns_networks AS n
         WHERE EXISTS (SELECT 1 FROM ip_plan WHERE role = 'pod-subnet' AND origin = 'HNS network ' || coalesce(n.name, n.id))),
    this_node AS (SELECT * FROM k8s_nodes WHERE is_this_node = 1),
    others AS MATERIALIZED (
        SELECT p.prefix, n.name, coalesce(n.flannel_public_ip, n.internal_ip) AS address, n.flannel_vtep_mac AS mac, n.flannel_vni AS vni
          FROM ip_plan AS p JOIN k8s_nodes AS n ON p.origin = 'node object ' || n.name
         WHERE p.role = 'remote-pod-subnet' AND n.is_this_node = 0),
    ports AS MATERIALIZED (SELECT DISTINCT port_name, mac, upper(friendly_name) AS endpoint_id FROM vfp_ports)
)sql";

// Each query: kind, name, object_key, aspect, kubernetes, configuration, hns, hns_v2, vfp, system, document_id, place,
// and 1 where two values that differ are no contradiction.
constexpr auto kQueries = std::to_array<std::string_view>({
    // The network that the CNI configuration names. Plugins look it up by its exact name.
    R"sql(
    SELECT DISTINCT 'network', c.name, n.id, 'name', NULL, c.name,
           coalesce(n.name, (SELECT min(name) FROM hns_networks WHERE lower(name) = lower(c.name)), iif('hns_networks' IN (SELECT name FROM whole), 'none', NULL)),
           NULL, NULL, NULL, c.document_id, c.place, 0
      FROM cni_networks AS c LEFT JOIN hns_networks AS n ON n.name = c.name
     WHERE coalesce(c.effective, 1) = 1 AND c.position = 0 AND c.name IS NOT NULL AND instr(c.name, '$') = 0
       AND c.plugin_type IN ('flannel', 'calico', 'win-overlay', 'win-bridge', 'sdnoverlay', 'sdnbridge')
       AND (SELECT os_family FROM node_facts) = 'windows')sql",
    // Its type.
    R"sql(
    SELECT 'network', coalesce(n.name, n.id), n.id, 'type',
           (SELECT CASE flannel_backend_type WHEN 'vxlan' THEN 'Overlay' WHEN 'host-gw' THEN 'L2Bridge' END FROM this_node),
           coalesce((SELECT CASE backend_type WHEN 'vxlan' THEN 'Overlay' WHEN 'host-gw' THEN 'L2Bridge' END FROM flannel_config
                      WHERE backend_type IN ('vxlan', 'host-gw') ORDER BY rowid LIMIT 1),
                    (SELECT CASE WHEN coalesce(delegate_type, plugin_type) IN ('win-overlay', 'sdnoverlay') OR (plugin_type = 'calico' AND mode = 'vxlan') THEN 'Overlay'
                                 WHEN coalesce(delegate_type, plugin_type) IN ('win-bridge', 'sdnbridge') OR mode = 'windows-bgp' THEN 'L2Bridge' END
                       FROM cni_networks WHERE coalesce(effective, 1) = 1 AND position = 0 AND lower(name) = lower(n.name) LIMIT 1)),
           iif(n.type = 'L2Tunnel', 'L2Bridge', n.type), NULL, NULL, NULL, n.document_id, n.place, 0
      FROM pod_networks AS n)sql",
    // Its subnet, of each family.
    R"sql(
    SELECT 'network', coalesce(n.name, n.id), n.id, iif(s.family = 6, 'IPv6 subnet', 'subnet'),
           (SELECT min(prefix) FROM ip_plan WHERE role = 'pod-subnet' AND origin = 'node object' AND ip_family(prefix) = s.family),
           (SELECT group_concat(prefix, ', ') FROM (SELECT DISTINCT prefix FROM ip_plan WHERE role = 'pod-subnet' AND ip_family(prefix) = s.family
                                                       AND (origin = 'subnet.env' OR origin LIKE 'CNI %') ORDER BY prefix)),
           s.prefixes, NULL, NULL, NULL, s.document_id, s.place, 0
      FROM pod_networks AS n JOIN (
           SELECT network_id, ip_family(prefix) AS family, group_concat(prefix, ', ') AS prefixes, min(document_id) AS document_id, min(place) AS place
             FROM (SELECT DISTINCT network_id, prefix, document_id, place FROM hns_subnets ORDER BY prefix) GROUP BY network_id, ip_family(prefix)) AS s ON s.network_id = n.id)sql",
    // VNI, gateway and DR MAC.
    R"sql(
    SELECT 'network', coalesce(n.name, n.id), n.id, 'VNI', (SELECT flannel_vni FROM this_node),
           coalesce((SELECT vni FROM flannel_config WHERE vni IS NOT NULL ORDER BY rowid LIMIT 1),
                    (SELECT vni FROM cni_networks WHERE coalesce(effective, 1) = 1 AND lower(name) = lower(n.name) AND vni IS NOT NULL LIMIT 1)),
           s.isolation_id, NULL, NULL, NULL, s.document_id, s.place, 0
      FROM pod_networks AS n JOIN hns_subnets AS s ON s.network_id = n.id WHERE n.type = 'Overlay' AND s.isolation_id IS NOT NULL
     GROUP BY n.id, s.isolation_id)sql",
    R"sql(
    SELECT 'network', coalesce(n.name, n.id), n.id, 'gateway', NULL,
           (SELECT regexp_capture(subnet, '^[^/]+', 0) FROM flannel_subnet_env WHERE subnet <> cidr_network(subnet) AND ip_family(subnet) = 4 ORDER BY rowid LIMIT 1),
           s.gateway, NULL, NULL, NULL, s.document_id, s.place, 0
      FROM pod_networks AS n JOIN hns_subnets AS s ON s.network_id = n.id WHERE ip_family(s.gateway) = 4)sql",
    R"sql(
    SELECT 'network', coalesce(n.name, n.id), n.id, 'DR MAC', (SELECT flannel_vtep_mac FROM this_node), NULL, n.dr_mac, NULL, NULL, NULL, n.document_id, n.place, 0
      FROM pod_networks AS n WHERE n.type = 'Overlay' AND n.dr_mac IS NOT NULL)sql",
    // Its management IP, which is the host's and what flannel told the others.
    R"sql(
    SELECT 'network', coalesce(n.name, n.id), n.id, 'management IP', (SELECT flannel_public_ip FROM this_node), NULL, n.management_ip, NULL, NULL,
           iif(EXISTS (SELECT 1 FROM addresses WHERE address = n.management_ip AND coalesce(compartment_id, 1) = 1), n.management_ip,
               iif('addresses' IN (SELECT name FROM whole), 'none', NULL)), n.document_id, n.place, 0
      FROM pod_networks AS n WHERE n.management_ip IS NOT NULL)sql",
    // The host's own vNIC in it.
    R"sql(
    SELECT 'network', coalesce(n.name, n.id), e.id, 'address of the host', NULL, NULL, e.ip_address, NULL, NULL,
           iif(EXISTS (SELECT 1 FROM addresses WHERE address = e.ip_address AND coalesce(compartment_id, 1) = 1), e.ip_address,
               iif('addresses' IN (SELECT name FROM whole), 'none', NULL)), e.document_id, e.place, 0
      FROM pod_networks AS n JOIN hns_endpoints AS e ON e.network_id = n.id JOIN endpoint_roles AS r ON r.endpoint_id = e.id AND r.role = 'host'
     WHERE e.ip_address IS NOT NULL)sql",
    // VXLAN devices of Linux.
    R"sql(
    SELECT 'network', i.name, NULL, d.aspect, d.kubernetes, d.configuration, NULL, NULL, NULL, d.system, i.document_id, i.place, 0
      FROM interfaces AS i JOIN (
           SELECT i.rowid AS row, 'VNI' AS aspect, (SELECT flannel_vni FROM this_node) AS kubernetes,
                  (SELECT vni FROM flannel_config WHERE vni IS NOT NULL ORDER BY rowid LIMIT 1) AS configuration, i.vni AS system FROM interfaces AS i
           UNION ALL SELECT i.rowid, 'VTEP MAC', (SELECT flannel_vtep_mac FROM this_node), NULL, i.mac FROM interfaces AS i
           UNION ALL SELECT i.rowid, 'source address', (SELECT flannel_public_ip FROM this_node), NULL, i.vxlan_local FROM interfaces AS i) AS d ON d.row = i.rowid
     WHERE i.kind = 'vxlan' AND i.name LIKE 'flannel.%' AND d.system IS NOT NULL)sql",
    // Subnets of other nodes, as HNS has them. Of a node's addresses one is known, which tells of subnets of its
    // family.
    R"sql(
    SELECT 'remote-subnet', o.prefix, n.id, 'provider address', o.address, NULL,
           coalesce(r.provider_address, iif('hns_remote_subnets' IN (SELECT name FROM whole) AND n.policies_known IS NOT 0, 'none', NULL)), NULL, NULL, NULL,
           coalesce(r.document_id, n.document_id), coalesce(r.place, n.place), 0
      FROM pod_networks AS n JOIN others AS o LEFT JOIN hns_remote_subnets AS r ON r.network_id = n.id AND r.destination_prefix = o.prefix
     WHERE n.type = 'Overlay' AND ip_family(o.prefix) = ip_family(o.address) AND EXISTS (SELECT 1 FROM network_intents WHERE intent = 'overlay'))sql",
    R"sql(
    SELECT 'remote-subnet', r.destination_prefix, r.network_id, d.column1, iif(d.column1 = 'VNI', o.vni, o.mac), NULL,
           iif(d.column1 = 'VNI', r.isolation_id, coalesce(r.dr_mac, 'none')), NULL, NULL, NULL, r.document_id, r.place, 0
      FROM hns_remote_subnets AS r JOIN others AS o ON o.prefix = r.destination_prefix, (VALUES ('VNI'), ('DR MAC')) AS d)sql",
    R"sql(
    SELECT 'remote-subnet', r.destination_prefix, r.network_id, 'provider address', 'none', NULL, r.provider_address, NULL, NULL, NULL, r.document_id, r.place, 0
      FROM hns_remote_subnets AS r JOIN pod_networks AS n ON n.id = r.network_id
     WHERE 'k8s_nodes' IN (SELECT name FROM whole) AND EXISTS (SELECT 1 FROM others) AND EXISTS (SELECT 1 FROM network_intents WHERE intent = 'overlay')
       AND r.destination_prefix NOT IN (SELECT prefix FROM others))sql",
    // As routes of host-gateway networks, and as FDB entries of Linux.
    R"sql(
    SELECT 'remote-subnet', o.prefix, NULL, 'next hop', o.address, NULL, NULL, NULL, NULL,
           coalesce((SELECT group_concat(next_hop, ', ') FROM (SELECT DISTINCT next_hop FROM routes WHERE destination = o.prefix AND persistent IS NOT 1
                                                                  AND coalesce(compartment_id, 1) = 1 AND next_hop IS NOT NULL ORDER BY next_hop)),
                    iif('routes' IN (SELECT name FROM whole), 'none', NULL)),
           (SELECT min(document_id) FROM routes WHERE destination = o.prefix), (SELECT min(place) FROM routes WHERE destination = o.prefix), 0
      FROM others AS o WHERE ip_family(o.prefix) = ip_family(o.address)
       AND EXISTS (SELECT 1 FROM network_intents WHERE intent = 'host-gw') AND NOT EXISTS (SELECT 1 FROM network_intents WHERE intent = 'overlay'))sql",
    R"sql(
    SELECT 'remote-subnet', o.prefix, NULL, 'VTEP of ' || o.mac, o.address, NULL, NULL, NULL, NULL,
           coalesce((SELECT group_concat(destination, ', ') FROM (SELECT DISTINCT destination FROM fdb_entries WHERE mac = o.mac AND destination IS NOT NULL ORDER BY 1)),
                    iif('fdb_entries' IN (SELECT name FROM whole), 'none', NULL)),
           (SELECT min(document_id) FROM fdb_entries WHERE mac = o.mac), (SELECT min(place) FROM fdb_entries WHERE mac = o.mac), 0
      FROM others AS o WHERE o.mac IS NOT NULL AND ip_family(o.prefix) = 4 AND EXISTS (SELECT 1 FROM interfaces WHERE kind = 'vxlan'))sql",
    // Pods of this node, their endpoints, reservations and ports.
    R"sql(
    SELECT 'endpoint', p.namespace || '/' || p.name, e.id, 'address', p.pod_ip,
           coalesce(i.address, iif('ip_reservations' IN (SELECT name FROM whole) AND EXISTS (SELECT 1 FROM ip_reservations WHERE origin = 'host-local'), 'none', NULL)),
           coalesce(e.ip_address, iif('hns_endpoints' IN (SELECT name FROM whole), 'none', NULL)), NULL,
           iif(EXISTS (SELECT 1 FROM ports WHERE mac = e.mac OR endpoint_id = e.id), p.pod_ip,
               iif(e.id IS NOT NULL AND 'vfp_ports' IN (SELECT name FROM whole) AND EXISTS (SELECT 1 FROM ports WHERE mac IS NOT NULL), 'none', NULL)),
           NULL, coalesce(e.document_id, p.document_id), coalesce(e.place, p.place), 0
      FROM k8s_pods AS p JOIN node_facts AS f ON f.node_name = lower(p.node_name) AND f.os_family = 'windows'
      LEFT JOIN hns_endpoints AS e ON e.ip_address = p.pod_ip AND e.is_remote IS NOT 1
      LEFT JOIN ip_reservations AS i ON i.address = p.pod_ip AND i.origin = 'host-local'
     WHERE p.host_network IS NOT 1 AND p.phase = 'Running' AND ip_family(p.pod_ip) = 4 GROUP BY p.namespace, p.name)sql",
    // Endpoints whose pod is not listed, where one list has pods of several namespaces, and of this node: a list of a
    // single namespace, or one that has only pods with the host's network here, says nothing of the others.
    R"sql(
    SELECT 'endpoint', e.ip_address, e.id, 'address',
           iif(EXISTS (SELECT 1 FROM k8s_pods AS p JOIN node_facts AS f ON f.node_name = lower(p.node_name)
                        WHERE p.host_network IS NOT 1
                          AND p.document_id IN (SELECT document_id FROM k8s_pods GROUP BY document_id HAVING count(DISTINCT namespace) > 1)), 'none', NULL),
           (SELECT min(address) FROM ip_reservations WHERE address = e.ip_address AND origin = 'host-local'), e.ip_address, NULL, NULL, NULL, e.document_id, e.place, 0
      FROM hns_endpoints AS e JOIN endpoint_roles AS r ON r.endpoint_id = e.id AND r.role = 'pod' JOIN pod_networks AS n ON n.id = e.network_id
     WHERE e.ip_address IS NOT NULL AND 'k8s_pods' IN (SELECT name FROM whole)
       AND EXISTS (SELECT 1 FROM k8s_pods AS p JOIN node_facts AS f ON f.node_name = lower(p.node_name))
       AND NOT EXISTS (SELECT 1 FROM k8s_pods AS p WHERE p.pod_ip = e.ip_address AND coalesce(p.phase, '') NOT IN ('Succeeded', 'Failed')))sql",
    // An endpoint says in which namespace it is, and the namespace what it holds.
    R"sql(
    SELECT 'endpoint', coalesce(e.ip_address, e.name, e.id), e.id, 'sandbox', NULL, NULL, e.namespace_id,
           coalesce((SELECT min(s.namespace_id) FROM hns_namespace_resources AS s WHERE upper(s.resource_id) = e.id AND s.type = 'Endpoint'), 'none'),
           NULL, NULL, e.document_id, e.place, 0
      FROM hns_endpoints AS e
     WHERE e.namespace_id IS NOT NULL AND 'hns_namespaces' IN (SELECT name FROM whole) AND 'hns_namespace_resources' IN (SELECT name FROM whole)
       AND EXISTS (SELECT 1 FROM hns_namespace_resources))sql",
    // Frontends of services: kube-proxy makes none for a service without endpoints.
    R"sql(
    SELECT 'load-balancer', s.namespace || '/' || s.name || ' ' || p.port || '/' || coalesce(p.protocol, 'TCP'), b.id, 'frontend', s.cluster_ip || ' port ' || p.port, NULL,
           coalesce(b.vip || ' port ' || b.port, 'none'), NULL, NULL, NULL, coalesce(b.document_id, s.document_id), coalesce(b.place, s.place), 0
      FROM k8s_services AS s JOIN k8s_service_ports AS p ON p.namespace = s.namespace AND p.service = s.name
      LEFT JOIN (SELECT l.id, v.vip, m.external_port AS port, m.protocol, l.document_id, l.place FROM hns_load_balancers AS l
                   JOIN hns_load_balancer_vips AS v ON v.load_balancer_id = l.id JOIN hns_load_balancer_ports AS m ON m.load_balancer_id = l.id) AS b
             ON b.vip = s.cluster_ip AND b.port = p.port AND b.protocol = CASE coalesce(p.protocol, 'TCP') WHEN 'TCP' THEN 6 WHEN 'UDP' THEN 17 ELSE 132 END
     WHERE s.cluster_ip IS NOT NULL AND ip_family(s.cluster_ip) = 4 AND EXISTS (SELECT 1 FROM hns_load_balancers)
       AND 'hns_load_balancers' IN (SELECT name FROM whole) AND 'hns_load_balancer_vips' IN (SELECT name FROM whole) AND 'hns_load_balancer_ports' IN (SELECT name FROM whole)
       AND (s.namespace, s.name) IN (SELECT namespace, service FROM k8s_endpoints WHERE coalesce(ready, 1) = 1)
       AND (s.internal_traffic_policy IS NOT 'Local'
            OR (s.namespace, s.name) IN (SELECT namespace, service FROM k8s_endpoints
                                          WHERE coalesce(ready, 1) = 1 AND lower(node_name) = (SELECT node_name FROM node_facts)))
     GROUP BY s.namespace, s.name, p.port, p.protocol)sql",
    // The switch extension that is VFP, and whether its ports are there.
    R"sql(
    SELECT 'vswitch', coalesce(n.switch_name, n.name, n.id), n.id, 'VFP extension', NULL, NULL,
           CASE coalesce((SELECT max(enabled) FROM hns_extensions WHERE network_id = n.id AND extension_id IN
                        ('E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017', 'F74F241B-440F-4433-BB28-00F89EAD20D8')), n.vfp_enabled) WHEN 1 THEN 'enabled' WHEN 0 THEN 'disabled' END,
           NULL, CASE WHEN EXISTS (SELECT 1 FROM vfp_ports WHERE upper(switch_name) = n.switch_guid) THEN 'enabled'
                      WHEN 'vfp_ports' IN (SELECT name FROM whole) AND EXISTS (SELECT 1 FROM vfp_ports WHERE switch_name IS NOT NULL) THEN 'disabled' END,
           NULL, n.document_id, n.place, 0
      FROM pod_networks AS n
     WHERE n.switch_guid IS NOT NULL AND (n.vfp_enabled IS NOT NULL OR EXISTS (SELECT 1 FROM hns_extensions WHERE network_id = n.id)))sql",
    // What HNS wants of a pod's port, and the layers that VFP has there.
    R"sql(
    SELECT 'endpoint', coalesce(e.ip_address, e.id), e.id, 'encapsulation', NULL, NULL, 'yes', NULL,
           iif(EXISTS (SELECT 1 FROM vfp_layers WHERE port_name = p.port_name AND upper(name) LIKE '%ENCAP%')
               OR EXISTS (SELECT 1 FROM vfp_rules WHERE port_name = p.port_name AND (upper(layer) LIKE '%ENCAP%' OR type = 'encap')), 'yes', 'no'),
           NULL, e.document_id, e.place, 0
      FROM hns_endpoints AS e JOIN endpoint_roles AS r ON r.endpoint_id = e.id AND r.role = 'pod' JOIN pod_networks AS n ON n.id = e.network_id AND n.type = 'Overlay'
      JOIN ports AS p ON p.mac = e.mac OR p.endpoint_id = e.id
     WHERE 'vfp_layers' IN (SELECT name FROM whole) AND EXISTS (SELECT 1 FROM vfp_layers WHERE port_name = p.port_name))sql",
    R"sql(
    SELECT 'endpoint', coalesce(e.ip_address, e.id), e.id, 'ACL', NULL, NULL, 'yes', NULL,
           iif(EXISTS (SELECT 1 FROM vfp_rules WHERE port_name = p.port_name AND upper(layer) LIKE 'ACL%'), 'yes', 'no'), NULL, e.document_id, e.place, 0
      FROM hns_endpoints AS e JOIN endpoint_roles AS r ON r.endpoint_id = e.id AND r.role = 'pod' JOIN ports AS p ON p.mac = e.mac OR p.endpoint_id = e.id
     WHERE 'vfp_rules' IN (SELECT name FROM whole) AND EXISTS (SELECT 1 FROM vfp_groups WHERE port_name = p.port_name)
       AND EXISTS (SELECT 1 FROM hns_policies WHERE owner_kind = 'endpoint' AND owner_id = e.id AND type = 'ACL'))sql",
    // Packets that VFP drops by ACL where HNS has none: what else it drops there is not known.
    R"sql(
    SELECT 'endpoint', coalesce(e.ip_address, e.id), e.id, 'dropped by ACL, ' || lower(coalesce(c.direction, 'both ways')), NULL, NULL, 'no ACL policy', NULL,
           c.value || ' packets', NULL, c.document_id, c.place, 1
      FROM vfp_counters AS c JOIN ports AS p ON p.port_name = c.port_name JOIN hns_endpoints AS e ON p.mac = e.mac OR p.endpoint_id = e.id
      JOIN endpoint_roles AS r ON r.endpoint_id = e.id AND r.role = 'pod'
     WHERE c.layer IS NULL AND c.value > 0 AND lower(c.counter) = 'dropped acl packets' AND e.policies_known IS NOT 0
       AND NOT EXISTS (SELECT 1 FROM hns_policies WHERE owner_kind = 'endpoint' AND owner_id = e.id AND type IN ('ACL', 'TierAcl')))sql",
});

// What a layer is called in a sentence.
constexpr auto kLayers = std::to_array<std::pair<std::string_view, Text ReconciliationRow::*>>(
    {{"Kubernetes", &ReconciliationRow::kubernetes},
     {"the configuration", &ReconciliationRow::configuration},
     {"HNS", &ReconciliationRow::hns},
     {"its namespace", &ReconciliationRow::hns_v2},
     {"VFP", &ReconciliationRow::vfp},
     {"the host", &ReconciliationRow::system}});

void judge(ReconciliationRow& row, bool may_differ) {
    std::string words;
    Text first;
    std::size_t known = 0;
    bool differs = false;
    for (const auto& [layer, value] : kLayers) {
        if (const Text& says = row.*value) {
            words += fmt::format("{}{} has {}", words.empty() ? "" : ", ", layer, *says);
            differs = differs || (first && *first != *says);
            first = first ? first : says;
            ++known;
        }
    }
    if (known > 1 && !(differs && may_differ)) {
        row.agrees = !differs;
    }
    if (differs) {
        row.difference = words;
    } else if (known < 2) {
        row.difference = "nothing else tells of it";
    }
}

}  // namespace

void derive_reconciliation(Database& database) {
    DerivedRows rows(database, snapshot::kReconciliation);
    for (const std::string_view sql : kQueries) {
        std::vector<std::pair<ReconciliationRow, RowOrigin>> found;
        Statement query = database.prepare(std::string(kCommon) + std::string(sql));
        while (query.step()) {
            ReconciliationRow row{.kind = query.text(0), .name = query.text(1), .object_key = query.optional_text(2)};
            row.aspect = query.text(3);
            for (std::size_t i = 0; i < kLayers.size(); ++i) {
                const int column = 4 + static_cast<int>(i);
                if (!query.is_null(column)) {
                    row.*kLayers[i].second = snapshot::to_text(query.value(column));
                }
            }
            judge(row, query.integer(12) != 0);
            found.emplace_back(std::move(row), RowOrigin{query.optional_integer(10), query.optional_text(11)});
        }
        for (const auto& [row, origin] : found) {
            rows.add(row, origin);
        }
    }
    cover(database, snapshot::kReconciliation.name,
          has_rows(database, snapshot::kReconciliation.name) ? Covered::ok : Covered::missing, "");
}

}  // namespace kwd::analyzers
