// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "analyzers/words.h"

#include <array>
#include <optional>
#include <string>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Value;

// What the node calls itself, what is surest first. A `$` is a variable that nobody could look up.
constexpr std::string_view kNames = R"sql(
    SELECT regexp_capture(message, 'node="([^"]+)"', 1) AS name, 0 AS rank, rowid AS row FROM log_lines
     WHERE component = 'kubelet' AND message LIKE '%uccessfully registered node%'
    UNION ALL
    SELECT value, 1, rowid FROM component_flags
     WHERE component = 'kubelet' AND name = 'hostname-override' AND value <> '' AND instr(value, '$') = 0
    UNION ALL
    SELECT value, 2, rowid FROM environment WHERE name IN ('NODE_NAME', 'NODENAME') AND value <> '' AND instr(value, '$') = 0
    UNION ALL
    SELECT value, 3, rowid FROM component_flags
     WHERE component = 'kube-proxy' AND name = 'hostname-override' AND value <> '' AND instr(value, '$') = 0
    UNION ALL
    SELECT hostname_override, 4, rowid FROM kube_proxy_config
    UNION ALL
    SELECT host_name, 5, rowid FROM system
    ORDER BY rank, row)sql";

// Files of a folder that the runtime does not read: it reads the one that it was told, and where that is not known, the
// one whose first file is of a pod network. podman and Docker leave their own files in /etc/cni/net.d, while k3s and
// RKE2 have a folder of their own. A folder in a bundle may have more before it than it had on the node.
constexpr const char* kOtherFolders = R"sql(
    WITH told(key) AS (
        SELECT DISTINCT regexp_capture(lower(replace(folder, '\', '/')), '^(?:[a-z]:)?(.*?)/*$', 1)
          FROM (SELECT cni_conf_dir AS folder FROM kubelet_settings UNION SELECT cni_conf_dir FROM containerd_config)
         WHERE folder <> ''),
    folders AS (
        SELECT folder, regexp_capture(lower(replace(coalesce(folder, ''), '\', '/')), '^(?:[a-z]:)?(.*?)/*$', 1) AS key,
               max(coalesce(position = 0 AND (coalesce(delegate_type, plugin_type) IN (
                       'flannel', 'calico', 'cilium-cni', 'antrea', 'ovn-k8s-cni-overlay', 'win-overlay', 'win-bridge', 'sdnoverlay',
                       'sdnbridge', 'azure-vnet', 'aws-cni', 'vpc-bridge', 'vpc-shared-eni', 'weave-net', 'kube-ovn', 'multus', 'multus-shim')
                   OR plugin_type = 'flannel' OR ipam_subnet IN (SELECT pod_cidr FROM k8s_nodes)), 0)) AS has_pods
          FROM cni_networks WHERE effective = 1 GROUP BY folder),
    ranked AS (
        SELECT folder, has_pods,
               CASE WHEN key IN (SELECT key FROM told) THEN 2
                    WHEN EXISTS (SELECT 1 FROM told AS t WHERE substr(f.key, -length(t.key)) = t.key) THEN 1
                    ELSE 0 END AS is_told
          FROM folders AS f),
    nearest AS (SELECT folder, has_pods FROM ranked WHERE is_told = (SELECT max(is_told) FROM ranked)),
    taken AS (SELECT folder FROM nearest WHERE has_pods = (SELECT max(has_pods) FROM nearest))
    UPDATE cni_networks SET effective = 0
     WHERE effective = 1 AND NOT EXISTS (SELECT 1 FROM taken WHERE taken.folder IS cni_networks.folder))sql";

std::optional<std::string> node_by_name(const Database& database) {
    snapshot::Statement names = database.prepare(kNames);
    while (names.step()) {
        if (names.is_null(0)) {
            continue;
        }
        const std::array<Value, 1> name = {lower(names.text(0))};
        if (auto node = database.text("SELECT name FROM k8s_nodes WHERE name = ?1 OR lower(host_name) = ?1 ORDER BY "
                                      "name <> ?1, name LIMIT 1",
                                      name)) {
            return node;
        }
    }
    return std::nullopt;
}

// Pods' compartments have addresses too; those of the host are in the first, or in none that the source tells.
std::optional<std::string> node_by_address(const Database& database) {
    constexpr std::string_view matches = R"sql(
        SELECT DISTINCT n.name FROM k8s_nodes AS n
         WHERE n.internal_ip IN (SELECT address FROM addresses WHERE compartment_id IS NULL OR compartment_id = 1)
            OR n.internal_ip IN (SELECT management_ip FROM hns_networks))sql";
    snapshot::Statement query = database.prepare(matches);
    if (!query.step()) {
        return std::nullopt;
    }
    std::string node = query.text(0);
    return query.step() ? std::nullopt : std::optional(std::move(node));
}

}  // namespace

void mark_effective_cni(Database& database) {
    database.execute(R"sql(
        UPDATE cni_networks SET effective = file_name = (
            SELECT min(o.file_name) FROM cni_networks AS o
             WHERE lower(replace(coalesce(o.folder, ''), '\', '/')) = lower(replace(coalesce(cni_networks.folder, ''), '\', '/'))
               AND (lower(o.file_name) LIKE '%.conf' OR lower(o.file_name) LIKE '%.conflist' OR lower(o.file_name) LIKE '%.json')))sql");
    // Where no file has such a name, nobody would take any of them.
    database.execute("UPDATE cni_networks SET effective = 0 WHERE effective IS NULL");
    database.execute(kOtherFolders);
}

bool is_kubectl_paste(const Database& database) {
    return database
        .integer(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM documents WHERE kind = 'kubectl-text') AND NOT EXISTS "
            "(SELECT 1 FROM documents WHERE kind NOT IN ('kubectl-text', 'k8s-objects', 'other'))")
        .has_value();
}

std::optional<std::string> node_of_pasted_pods(const Database& database) {
    if (!is_kubectl_paste(database) || database.integer("SELECT EXISTS (SELECT 1 FROM k8s_nodes)") == 1) {
        return std::nullopt;
    }
    return database.text("SELECT lower(min(node_name)) FROM k8s_pods HAVING count(DISTINCT lower(node_name)) = 1");
}

void mark_this_node(Database& database) {
    auto node = node_by_name(database);
    if (!node) {
        node = node_by_address(database);
    }
    if (!node && is_kubectl_paste(database)) {
        node = database.text("SELECT min(name) FROM k8s_nodes HAVING count(*) = 1");
    }
    if (node) {
        snapshot::Statement mark = database.prepare("UPDATE k8s_nodes SET is_this_node = name = ?");
        mark.bind(1, std::string_view(*node));
        mark.run();
    }
}

}  // namespace kwd::analyzers
