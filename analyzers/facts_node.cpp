// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "analyzers/words.h"
#include "snapshot/tables/facts.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Flag;
using snapshot::Integer;
using snapshot::Text;
using snapshot::Value;

bool any_covered(const Database& database, std::initializer_list<std::string_view> tables) {
    return std::any_of(tables.begin(), tables.end(),
                       [&](std::string_view table) { return covered(database, table) != Covered::missing; });
}

constexpr std::string_view kAsOf = R"sql(
    SELECT coalesce((SELECT max(collected_at_utc) FROM documents
                      WHERE collector <> 'import' AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'root')),
                    (SELECT max(time) FROM (SELECT time_utc AS time FROM events UNION ALL SELECT last_time_utc FROM k8s_events
                                             UNION ALL SELECT time_utc FROM log_lines WHERE time_is_local IS NOT 1)
                      WHERE time GLOB '[12][0-9][0-9][0-9]-[01]*'
                        AND time < coalesce((SELECT strftime('%Y-%m-%dT%H:%M:%SZ', value, '+1 day') FROM meta WHERE key = 'imported_at_utc'), 'x'))))sql";

Text node_name(const Database& database) {
    if (auto name = database.text("SELECT name FROM k8s_nodes WHERE is_this_node = 1")) {
        return name;
    }
    for (const std::string_view sql : {
             "SELECT lower(regexp_capture(message, 'node=\"([^\"]+)\"', 1)) FROM log_lines WHERE component = 'kubelet' "
             "AND message LIKE '%uccessfully registered node%' ORDER BY rowid DESC LIMIT 1",
             "SELECT lower(hostname_override) FROM kubelet_settings",
             "SELECT lower(value) FROM environment WHERE name IN ('NODE_NAME', 'NODENAME') AND value <> '' AND "
             "instr(value, '$') = 0 ORDER BY rowid LIMIT 1",
             "SELECT lower(hostname_override) FROM kube_proxy_settings",
         }) {
        if (auto name = database.text(sql)) {
            return name;
        }
    }
    if (auto name = node_of_pasted_pods(database)) {
        return name;
    }
    // kubelet's default; but where the nodes are known, it would be one of them.
    return has_rows(database, "k8s_nodes") ? std::nullopt : database.text("SELECT lower(host_name) FROM system");
}

Flag is_kubernetes_node(const Database& database) {
    constexpr std::string_view evidence = R"sql(
        SELECT 1 FROM component_flags WHERE component IN ('kubelet', 'kube-proxy', 'flanneld', 'calico-node', 'antrea-agent')
        UNION ALL SELECT 1 FROM kubelet_config
        UNION ALL SELECT 1 FROM cni_networks WHERE plugin_type IS NOT NULL AND plugin_type NOT IN ('nat')
        UNION ALL SELECT 1 FROM flannel_subnet_env
        UNION ALL SELECT 1 FROM k8s_nodes WHERE is_this_node = 1
        UNION ALL SELECT 1 FROM processes WHERE name IN ('kubelet', 'kube-proxy', 'flanneld', 'calico-node', 'calico-felix', 'rke2', 'k3s', 'antrea-agent')
        UNION ALL SELECT 1 FROM services WHERE lower(name) IN ('kubelet', 'kube-proxy', 'kubeproxy', 'flanneld', 'rke2', 'calicofelix', 'caliconode',
                                               'kubelet.service', 'k3s.service', 'k3s-agent.service', 'rke2-agent.service', 'rke2-server.service')
        UNION ALL SELECT 1 FROM log_lines WHERE component IN ('kubelet', 'kube-proxy', 'flanneld', 'calico', 'azure-vnet', 'rke2')
        UNION ALL SELECT 1 FROM network_intents WHERE intent NOT IN ('nat-only', 'l2bridge')
        UNION ALL SELECT 1 FROM hns_load_balancers LIMIT 1)sql";
    if (database.integer(evidence)) {
        return true;
    }
    const bool services =
        covered(database, "services") == Covered::ok ||
        database.integer("SELECT 1 FROM collections WHERE collector = 'services' AND error_code = 'unsupported'");
    return services && covered(database, "processes") == Covered::ok ? Flag(false) : std::nullopt;
}

// The name of the network that pods attach to, surest first.
Text pod_network(const Database& database) {
    for (const std::string_view sql : {
             "SELECT name FROM cni_networks WHERE coalesce(effective, 1) = 1 AND position = 0 AND name IS NOT NULL AND "
             "plugin_type NOT IN ('nat', 'vpc-bridge', 'vpc-shared-eni') ORDER BY rowid LIMIT 1",
             "SELECT network_name FROM kube_proxy_settings WHERE instr(network_name, '*') = 0",
             "SELECT backend_name FROM flannel_config WHERE backend_name IS NOT NULL ORDER BY rowid LIMIT 1",
             "SELECT min(name) FROM hns_networks WHERE type IN ('Overlay', 'L2Bridge', 'L2Tunnel') AND lower(name) <> "
             "'external' HAVING count(DISTINCT name) = 1",
         }) {
        if (auto name = database.text(sql)) {
            return name;
        }
    }
    return std::nullopt;
}

Text management_ip(const Database& database, const Text& network) {
    const std::array<Value, 1> name = {network.value_or("")};
    if (auto address = database.text("SELECT management_ip FROM hns_networks WHERE lower(name) = lower(?) AND "
                                     "management_ip IS NOT NULL ORDER BY rowid LIMIT 1",
                                     name)) {
        return address;
    }
    return database.text(
        "SELECT min(management_ip) FROM hns_networks WHERE type IN ('Overlay', 'L2Bridge', 'L2Tunnel') "
        "AND management_ip IS NOT NULL HAVING count(DISTINCT management_ip) = 1");
}

Text node_ip(const Database& database) {
    for (const std::string_view sql : {
             "SELECT internal_ip FROM k8s_nodes WHERE is_this_node = 1",
             "SELECT ip_normal(regexp_capture(node_ip, '^[^,]+', 0)) FROM kubelet_settings",
             "SELECT ip_normal(value) FROM component_flags WHERE component = 'flanneld' AND name = 'public-ip' ORDER "
             "BY "
             "rowid LIMIT 1",
         }) {
        if (auto address = database.text(sql)) {
            return address;
        }
    }
    return std::nullopt;
}

// The first prefix of a role, IPv4 before IPv6, in the order in which the plan was written.
Text planned(const Database& database, std::string_view role, std::string_view first_origin) {
    const std::array<Value, 2> values = {std::string(role), std::string(first_origin)};
    return database.text(
        "SELECT prefix FROM ip_plan WHERE role = ?1 ORDER BY ip_family(prefix), origin <> ?2, "
        "from_configuration DESC, rowid LIMIT 1",
        values);
}

Text cluster_dns(const Database& database) {
    for (const std::string_view sql : {
             "SELECT regexp_capture(cluster_dns, '^[^,]+', 0) FROM kubelet_settings",
             "SELECT regexp_capture(value, '^[^,]+', 0) FROM cluster_settings WHERE name = 'dns-ip' ORDER BY rowid "
             "LIMIT 1",
             "SELECT cluster_ip FROM k8s_services WHERE namespace = 'kube-system' AND name IN ('kube-dns', 'coredns', "
             "'rke2-coredns-rke2-coredns') AND cluster_ip IS NOT NULL ORDER BY rowid LIMIT 1",
         }) {
        if (auto address = database.text(sql)) {
            return address;
        }
    }
    return std::nullopt;
}

Text kubernetes_version(const Database& database) {
    if (auto version = database.text("SELECT kubelet_version FROM k8s_nodes WHERE is_this_node = 1")) {
        return version;
    }
    return database.text("SELECT version FROM kubelet_settings");
}

Text cloud(const Database& database) {
    return database.text(R"sql(
        SELECT 'azure' FROM dns_servers WHERE address = '168.63.129.16'
        UNION ALL SELECT 'azure' FROM cni_networks WHERE plugin_type = 'azure-vnet'
        UNION ALL SELECT 'azure' FROM cluster_settings WHERE origin = 'kubeclusterconfig.json' AND name = 'network-plugin' AND value = 'azure'
        UNION ALL SELECT 'azure' FROM k8s_nodes WHERE is_this_node = 1 AND labels LIKE '%"kubernetes.azure.com/%'
        UNION ALL SELECT 'aws' FROM system WHERE vendor LIKE 'Amazon%' OR host_name LIKE 'EC2AMAZ-%'
        UNION ALL SELECT 'aws' FROM cni_networks WHERE plugin_type LIKE 'vpc-%'
        UNION ALL SELECT 'aws' FROM k8s_nodes WHERE is_this_node = 1 AND labels LIKE '%"eks.amazonaws.com/%'
        UNION ALL SELECT 'gcp' FROM system WHERE vendor LIKE 'Google%'
        UNION ALL SELECT 'gcp' FROM k8s_nodes WHERE is_this_node = 1 AND labels LIKE '%"cloud.google.com/%'
        UNION ALL SELECT 'vmware' FROM system WHERE vendor LIKE 'VMware%')sql");
}

// 10.0.20348.2227 in a node object, where the node itself was not asked.
Integer part_of_kernel(const Database& database, int group) {
    const std::array<Value, 1> value = {static_cast<std::int64_t>(group)};
    return database.integer(
        "SELECT CAST(regexp_capture(kernel_version, '^10\\.0\\.(\\d+)\\.(\\d+)', ?1) AS INTEGER) FROM "
        "k8s_nodes WHERE is_this_node = 1 AND kernel_version REGEXP '^10\\.0\\.\\d+\\.\\d+'",
        value);
}

}  // namespace

Text os_family(const Database& database) {
    if (auto family = database.text("SELECT os_family FROM system WHERE os_family IS NOT NULL")) {
        return family;
    }
    if (auto family = database.text("SELECT value FROM meta WHERE key = 'os_family'")) {
        return family;
    }
    // Only Windows has HNS, and only Linux these.
    if (any_covered(database, {"hns_networks", "hns_endpoints", "hns_load_balancers", "hotfixes", "vfp_ports",
                               "registry_values", "events"}) ||
        database.integer("SELECT 1 FROM documents WHERE kind = 'windows-state'")) {
        return "windows";
    }
    if (any_covered(database, {"fdb_entries", "routing_rules", "sysctl", "packet_filter_rules"})) {
        return "linux";
    }
    if (auto family = database.text("SELECT os FROM k8s_nodes WHERE is_this_node = 1")) {
        return family;
    }
    if (is_kubectl_paste(database)) {
        return database.text(
            "SELECT min(os) FROM k8s_pods HAVING count(DISTINCT os) = 1 AND count(DISTINCT node_name) = 1");
    }
    // What somebody attached may be a log or a file alone. A dump of the whole cluster has logs of many nodes.
    const bool by_files = database
                              .integer(R"sql(
        SELECT 1 FROM log_lines WHERE source_file REGEXP '_windows\.go$|^hnsV[12]\.go$' OR lower(code) GLOB '0x803b00[0-9a-f][0-9a-f]'
        UNION ALL SELECT 1 FROM documents WHERE original_path GLOB '[A-Za-z]:\*'
        UNION ALL SELECT 1 FROM cni_networks WHERE coalesce(delegate_type, plugin_type) IN ('win-overlay', 'win-bridge', 'sdnoverlay', 'sdnbridge') LIMIT 1)sql")
                              .has_value();
    const bool whole_cluster =
        database.integer("SELECT 1 FROM meta WHERE key = 'bundle_type' AND value = 'kubectl cluster-info dump'")
            .has_value();
    return by_files && !whole_cluster ? Text("windows") : std::nullopt;
}

void derive_node_facts(Database& database) {
    snapshot::NodeFactsRow row{};
    row.os_family = os_family(database);
    row.node_name = node_name(database);
    row.is_kubernetes_node = is_kubernetes_node(database);
    row.node_ip = node_ip(database);
    row.pod_network_name = pod_network(database);
    row.management_ip = management_ip(database, row.pod_network_name);
    row.pod_subnet = planned(database, "pod-subnet", "node object");
    row.cluster_cidr = planned(database, "cluster", "net-conf");
    row.service_cidr = planned(database, "service", "kubeadm-config");
    row.cluster_dns = cluster_dns(database);
    row.build = database.integer("SELECT build FROM system WHERE build IS NOT NULL");
    row.ubr = database.integer("SELECT ubr FROM system WHERE ubr IS NOT NULL");
    if (!row.build) {
        row.build = part_of_kernel(database, 1);
    }
    if (!row.ubr && row.build == part_of_kernel(database, 1)) {
        row.ubr = part_of_kernel(database, 2);
    }
    row.hns_version =
        database.text("SELECT hns_version FROM hns_networks WHERE hns_version IS NOT NULL ORDER BY rowid");
    if (!row.hns_version) {
        row.hns_version =
            database.text("SELECT version FROM component_versions WHERE component = 'hns' ORDER BY rowid");
    }
    row.kubernetes_version = kubernetes_version(database);
    row.cloud = cloud(database);
    row.as_of_utc = database.text(kAsOf);

    const bool anything = row.os_family || row.node_name || row.is_kubernetes_node;
    if (anything) {
        snapshot::Statement source = database.prepare(
            "SELECT document_id, place FROM system UNION ALL SELECT document_id, place FROM k8s_nodes WHERE "
            "is_this_node = 1");
        RowOrigin origin;
        if (source.step()) {
            origin = {source.optional_integer(0), source.optional_text(1)};
        }
        DerivedRows(database, snapshot::kNodeFacts).add(row, origin);
    }
    cover(database, snapshot::kNodeFacts.name, anything ? Covered::ok : Covered::missing, "");
}

}  // namespace kwd::analyzers
