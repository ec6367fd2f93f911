// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_settings.h"

#include "analyzers/facts_parts.h"
#include "analyzers/words.h"
#include "snapshot/tables/facts.h"

#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Flag;
using snapshot::Statement;
using snapshot::Text;
using snapshot::Value;

// A configuration that lay on the node; the API server's is another cluster component's, or that of other nodes.
constexpr std::string_view kLocal =
    "coalesce((SELECT kind FROM documents WHERE id = document_id), '') <> 'k8s-objects'";

Flag flag_of(const Text& text) {
    return text ? parse_flag(*text) : std::nullopt;
}

Flag optional_flag(const Statement& row, int column) {
    const auto value = row.optional_integer(column);
    return value ? Flag(*value != 0) : std::nullopt;
}

template <class T>
void fill(T& value, T other) {
    if (!value) {
        value = std::move(other);
    }
}

void prefer(Text& value, Text stronger) {
    if (stronger) {
        value = std::move(stronger);
    }
}

bool containerd_is_asked(const Database& database) {
    return database
        .integer(R"sql(
            SELECT 1 FROM k8s_nodes WHERE is_this_node = 1 AND container_runtime LIKE 'containerd%'
            UNION ALL SELECT 1 FROM kubelet_config WHERE container_runtime_endpoint LIKE '%containerd%'
            UNION ALL SELECT 1 FROM component_flags WHERE component = 'kubelet'
                         AND (name = 'container-runtime-endpoint' AND value LIKE '%containerd%') LIMIT 1)sql")
        .has_value();
}

}  // namespace

Text ComponentSettings::flag(std::string_view name) {
    Statement query = database_.prepare(R"sql(
        SELECT coalesce(value, 'true'), document_id, place FROM component_flags
         WHERE component = ?1 AND name = ?2 AND instr(coalesce(value, ''), '$') = 0 AND NOT (origin = 'log' AND value = '')
         ORDER BY CASE origin WHEN 'process' THEN 0 WHEN 'log' THEN 1 WHEN 'service' THEN 2 WHEN 'config-file' THEN 3 ELSE 4 END,
                  rowid DESC LIMIT 1)sql");
    query.bind(1, std::string_view(component_));
    query.bind(2, name);
    if (!query.step()) {
        return std::nullopt;
    }
    rests_on({query.optional_integer(1), query.optional_text(2)});
    return query.text(0);
}

Flag ComponentSettings::gate(std::string_view name) {
    Statement query = database_.prepare(R"sql(
        SELECT enabled, document_id, place FROM feature_gates
         WHERE component = ?1 AND gate = ?2 AND enabled IS NOT NULL
         ORDER BY CASE origin WHEN 'process' THEN 0 WHEN 'log' THEN 1 WHEN 'service' THEN 2 WHEN 'config-map' THEN 4 ELSE 3 END,
                  rowid DESC LIMIT 1)sql");
    query.bind(1, std::string_view(component_));
    query.bind(2, name);
    if (!query.step()) {
        return std::nullopt;
    }
    rests_on({query.optional_integer(1), query.optional_text(2)});
    return query.integer(0) != 0;
}

Text ComponentSettings::version() {
    Statement query = database_.prepare(
        "SELECT version, document_id, place FROM component_versions WHERE component = ? "
        "ORDER BY rowid");
    query.bind(1, std::string_view(component_));
    Text newest;
    RowOrigin origin;
    while (query.step()) {
        const std::array<Value, 2> pair = {query.text(0), newest.value_or("")};
        if (!newest || database_.integer("SELECT version_compare(?, ?) > 0", pair).value_or(0) != 0) {
            newest = query.text(0);
            origin = {query.optional_integer(1), query.optional_text(2)};
        }
    }
    if (newest) {
        rests_on(origin);
    }
    return newest;
}

Flag ComponentSettings::running(std::string_view services) const {
    const std::array<Value, 1> process = {component_};
    if (database_.integer("SELECT 1 FROM processes WHERE name = ?", process)) {
        return true;
    }
    const std::array<Value, 1> names = {std::string(services)};
    const auto service = database_.integer(
        "SELECT max(state = 'running') FROM services WHERE instr(?, ',' || lower(name) || ',') > 0 AND state IS NOT "
        "NULL",
        names);
    if (service == 1) {
        return true;
    }
    // Without processes, only a service that stands still tells: there are other ways to run it than a service.
    return covered(database_, "processes") == Covered::ok || service ? Flag(false) : std::nullopt;
}

bool ComponentSettings::flags_known() const {
    const std::array<Value, 1> name = {component_};
    return database_.integer("SELECT 1 FROM component_flags WHERE component = ? AND origin <> 'service'", name)
               .has_value() ||
           database_.integer("SELECT 1 FROM processes WHERE name = ? AND command_line IS NOT NULL", name).has_value();
}

void derive_kube_proxy_settings(Database& database) {
    ComponentSettings settings(database, "kube-proxy");
    snapshot::KubeProxySettingsRow row{};
    Statement config = database.prepare(
        "SELECT mode, network_name, source_vip, enable_dsr, cluster_cidr, hostname_override, bind_address, "
        "root_hns_endpoint_name, document_id, place FROM kube_proxy_config WHERE " +
        std::string(kLocal) + " ORDER BY rowid LIMIT 1");
    const bool has_config = config.step();
    if (has_config) {
        settings.rests_on({config.optional_integer(8), config.optional_text(9)});
    }
    row.mode = settings.flag("proxy-mode");
    row.network_name = settings.flag("network-name");
    row.source_vip = settings.flag("source-vip");
    row.enable_dsr = flag_of(settings.flag("enable-dsr"));
    row.cluster_cidr = settings.flag("cluster-cidr");
    row.hostname_override = settings.flag("hostname-override");
    row.bind_address = settings.flag("bind-address");
    row.root_hns_endpoint_name = settings.flag("root-hnsendpoint-name");
    if (has_config) {
        fill(row.mode, config.optional_text(0));
        fill(row.network_name, config.optional_text(1));
        fill(row.source_vip, config.optional_text(2));
        fill(row.enable_dsr, optional_flag(config, 3));
        fill(row.cluster_cidr, config.optional_text(4));
        fill(row.hostname_override, config.optional_text(5));
        fill(row.bind_address, config.optional_text(6));
        fill(row.root_hns_endpoint_name, config.optional_text(7));
    }
    if (!row.network_name) {
        if (const auto variable = find_text(database,
                                            "SELECT nullif(value, ''), document_id, place FROM environment WHERE "
                                            "name = 'KUBE_NETWORK' AND instr(value, '$') = 0 "
                                            "ORDER BY scope <> 'kube-proxy', rowid")) {
            row.network_name = variable->text;
            settings.rests_on(variable->origin);
        }
    }
    row.win_overlay_gate = settings.gate("WinOverlay");
    row.win_dsr_gate = settings.gate("WinDSR");
    row.version = settings.version();
    row.running = settings.running(",kube-proxy,kubeproxy,");

    const bool whole = has_config || settings.flags_known() || row.running == false;
    if (row.running || settings.origin().document_id) {
        DerivedRows(database, snapshot::kKubeProxySettings).add(row, settings.origin());
    }
    cover(database, snapshot::kKubeProxySettings.name,
          whole                                                      ? Covered::ok
          : row.running.has_value() || settings.origin().document_id ? Covered::partial
                                                                     : Covered::missing,
          "neither kube-proxy's command line nor its configuration was collected");
}

void derive_kubelet_settings(Database& database) {
    ComponentSettings settings(database, "kubelet");
    snapshot::KubeletSettingsRow row{};
    Statement config = database.prepare(
        "SELECT cluster_dns, cluster_domain, resolv_conf, cgroups_per_qos, enforce_node_allocatable, max_pods, "
        "document_id, place FROM kubelet_config ORDER BY rowid");
    const bool has_config = config.step();
    if (has_config) {
        settings.rests_on({config.optional_integer(6), config.optional_text(7)});
    }
    row.cluster_dns = settings.flag("cluster-dns");
    row.cluster_domain = settings.flag("cluster-domain");
    row.hostname_override = settings.flag("hostname-override");
    row.node_ip = settings.flag("node-ip");
    row.resolv_conf = settings.flag("resolv-conf");
    row.cgroups_per_qos = settings.flag("cgroups-per-qos");
    row.enforce_node_allocatable = settings.flag("enforce-node-allocatable");
    if (const Text pods = settings.flag("max-pods")) {
        row.max_pods = parse_integer(*pods);
    }
    row.pause_image = settings.flag("pod-infra-container-image");
    row.network_plugin = settings.flag("network-plugin");
    row.cni_conf_dir = settings.flag("cni-conf-dir");
    row.cni_bin_dir = settings.flag("cni-bin-dir");
    row.volume_plugin_dir = settings.flag("volume-plugin-dir");
    // kubelet takes several files; each says what the others do not.
    for (bool more = has_config; more; more = config.step()) {
        fill(row.cluster_dns, config.optional_text(0));
        fill(row.cluster_domain, config.optional_text(1));
        fill(row.resolv_conf, config.optional_text(2));
        if (const Flag per_qos = optional_flag(config, 3)) {
            fill(row.cgroups_per_qos, Text(*per_qos ? "true" : "false"));
        }
        fill(row.enforce_node_allocatable, config.optional_text(4));
        fill(row.max_pods, config.optional_integer(5));
    }
    row.version = settings.version();
    row.running = settings.running(",kubelet,kubelet.service,");

    const bool whole = has_config || settings.flags_known() || row.running == false;
    const bool any = row.running.has_value() || settings.origin().document_id.has_value();
    if (any) {
        // The runtime keeps what kubelet had before dockershim went.
        Statement runtime = database.prepare(
            "SELECT sandbox_image, cni_conf_dir, cni_bin_dir FROM containerd_config ORDER BY rowid LIMIT 1");
        if (runtime.step()) {
            if (containerd_is_asked(database)) {
                // kubelet's own flags for CNI are dockershim's; containerd does not see them.
                prefer(row.cni_conf_dir, runtime.optional_text(1));
                prefer(row.cni_bin_dir, runtime.optional_text(2));
            }
            fill(row.pause_image, runtime.optional_text(0));
            fill(row.cni_conf_dir, runtime.optional_text(1));
            fill(row.cni_bin_dir, runtime.optional_text(2));
        }
        DerivedRows(database, snapshot::kKubeletSettings).add(row, settings.origin());
    }
    cover(database, snapshot::kKubeletSettings.name,
          whole ? Covered::ok
          : any ? Covered::partial
                : Covered::missing,
          "neither kubelet's command line nor its configuration was collected");
}

}  // namespace kwd::analyzers
