// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "snapshot/tables/facts.h"

#include <string>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Statement;

// Each endpoint with what decides its role. The first rule that holds, from the top, gives role and why.
constexpr std::string_view kRoles = R"sql(
    WITH vips(address) AS (
        SELECT source_vip FROM kube_proxy_settings UNION SELECT address FROM source_vip_files
        UNION SELECT source_vip FROM hns_load_balancers),
    frontends(address) AS (SELECT vip FROM hns_load_balancer_vips UNION SELECT cluster_ip FROM k8s_services),
    e AS (SELECT x.rowid AS row, x.*, n.type AS network_type, coalesce(n.name, x.network_name) AS network, n.management_ip AS management_ip,
                 coalesce(x.ip_address, x.ipv6_address) AS ip, lower(coalesce(x.name, '')) AS lower_name
            FROM hns_endpoints AS x LEFT JOIN hns_networks AS n ON n.id = x.network_id)
    SELECT id, document_id, place, CASE
        WHEN lower_name IN ('source-vip', 'source_vip', 'sourcevip') THEN 'source-vip|its name'
        WHEN is_remote IS NOT 1 AND ip IN (SELECT address FROM vips) THEN 'source-vip|its address is the source VIP'
        WHEN is_remote IS NOT 1 AND network IS NOT NULL AND lower_name = lower(network) || '_ep' THEN 'host|its name is the network''s with _ep'
        WHEN is_remote IS NOT 1 AND ip = management_ip THEN 'host|its address is the management IP'
        WHEN is_remote IS NOT 1 AND ip IN (SELECT address FROM addresses WHERE compartment_id = 1) THEN 'host|its address is the host''s'
        WHEN EXISTS (SELECT 1 FROM hns_subnets AS s WHERE s.network_id = e.network_id AND s.gateway = ip) THEN 'gateway|its address is the gateway of the subnet'
        WHEN is_remote = 0 AND coalesce(network_type, 'Overlay') = 'Overlay' AND lower_name IN ('', 'ethernet') AND namespace_id IS NULL AND shared_containers IS NULL
             AND outbound_nat IS NOT 1 AND ip IS NOT NULL THEN 'source-vip|local, of no sandbox and without a name of its own, as kube-proxy makes it'
        WHEN is_remote = 1 AND ip IN (SELECT address FROM frontends) THEN 'service-vip|remote, and its address is a service''s'
        WHEN is_remote = 1 AND EXISTS (SELECT 1 FROM ip_plan WHERE role = 'service' AND cidr_contains(prefix, ip)) THEN 'service-vip|remote, and its address is in the service subnet'
        WHEN is_remote = 1 AND EXISTS (SELECT 1 FROM ip_plan WHERE role IN ('cluster', 'remote-pod-subnet', 'pod-subnet') AND cidr_contains(prefix, ip)) THEN 'remote-pod|remote, and its address is a pod''s'
        WHEN is_remote = 1 AND EXISTS (SELECT 1 FROM ip_plan WHERE role = 'cluster') THEN 'other|remote, and its address is not a pod''s'
        WHEN is_remote = 1 THEN 'remote-pod|remote'
        WHEN ip IS NULL THEN 'other|it has no address'
        WHEN network_type IN ('NAT', 'ICS') AND NOT EXISTS (SELECT 1 FROM network_intents WHERE intent = 'nat-only') THEN 'other|it is in a NAT network'
        WHEN lower_name = 'external' OR lower(coalesce(network, '')) = 'external' THEN 'other|it is in the network External'
        WHEN is_remote = 0 THEN 'pod|local, with an address of its network'
        WHEN namespace_id IS NOT NULL OR shared_containers IS NOT NULL THEN 'pod|it is attached to a sandbox'
        WHEN lower_name GLOB '[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*_*'
             AND substr(lower_name, -length(network)) = lower(network) THEN 'pod|its name is that of a sandbox and the network'
        ELSE 'other|not known whether it is local' END
      FROM e ORDER BY e.row)sql";

}  // namespace

void derive_endpoint_roles(Database& database) {
    {
        DerivedRows rows(database, snapshot::kEndpointRoles);
        Statement query = database.prepare(kRoles);
        while (query.step()) {
            const std::string role = query.text(3);
            const std::size_t bar = role.find('|');
            rows.add({query.text(0), role.substr(0, bar), role.substr(bar + 1)},
                     {query.optional_integer(1), query.optional_text(2)});
        }
    }
    const Covered state = covered(database, "hns_endpoints");
    const auto why = database.text("SELECT reason FROM table_coverage WHERE table_name = 'hns_endpoints'");
    cover(database, snapshot::kEndpointRoles.name, state, why.value_or("names and ids only"));
}

}  // namespace kwd::analyzers
