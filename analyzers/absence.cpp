// SPDX-License-Identifier: Apache-2.0
#include "analyzers/absence.h"

#include <array>
#include <string_view>

namespace kwd::analyzers {
namespace {

constexpr auto kOnlyWindows = std::to_array<std::string_view>({"hns_networks",
                                                               "hns_subnets",
                                                               "hns_remote_subnets",
                                                               "hns_policies",
                                                               "hns_nat_exceptions",
                                                               "hns_endpoints",
                                                               "hns_load_balancers",
                                                               "hns_load_balancer_vips",
                                                               "hns_load_balancer_ports",
                                                               "hns_load_balancer_endpoints",
                                                               "hns_namespaces",
                                                               "hns_namespace_resources",
                                                               "hns_extensions",
                                                               "hns_port_pools",
                                                               "hotfixes",
                                                               "registry_values",
                                                               "firewall_profiles",
                                                               "firewall_rules",
                                                               "vfp_ports",
                                                               "vfp_layers",
                                                               "vfp_groups",
                                                               "vfp_rules",
                                                               "vfp_counters",
                                                               "source_vip_files",
                                                               "events",
                                                               "event_channels"});
constexpr auto kOnlyLinux = std::to_array<std::string_view>(
    {"fdb_entries", "routing_rules", "sysctl", "packet_filter_rules", "packet_filter_chains"});

struct FileTable {
    std::string_view role;  ///< in node_files
    std::string_view table;
};
constexpr auto kFromFiles = std::to_array<FileTable>({{"cni-conf", "cni_networks"},
                                                      {"cni-conf", "cni_policies"},
                                                      {"cni-conf", "cni_nat_exceptions"},
                                                      {"flannel-net-conf", "flannel_config"},
                                                      {"subnet-env", "flannel_subnet_env"},
                                                      {"kubelet-config", "kubelet_config"},
                                                      {"kube-proxy-config", "kube_proxy_config"},
                                                      {"kubeconfig", "kubeconfigs"},
                                                      {"containerd-config", "containerd_config"}});

void cover(snapshot::Database& database, std::string_view table) {
    snapshot::Statement insert = database.prepare(
        "INSERT INTO table_coverage (table_name, state) VALUES (?, 'ok') ON CONFLICT (table_name) DO NOTHING");
    insert.bind(1, table);
    insert.run();
}

}  // namespace

void cover_what_is_absent(snapshot::Database& database) {
    const auto family = database.text("SELECT os_family FROM system WHERE os_family IS NOT NULL LIMIT 1");
    if (family == "linux") {
        for (const std::string_view table : kOnlyWindows) {
            cover(database, table);
        }
    } else if (family == "windows") {
        for (const std::string_view table : kOnlyLinux) {
            cover(database, table);
        }
    }
    for (const FileTable& each : kFromFiles) {
        const std::array<snapshot::Value, 1> role = {std::string(each.role)};
        // Looked for everywhere, and nowhere there.
        if (database.integer("SELECT 1 FROM node_files WHERE role = ?1 GROUP BY role "
                             "HAVING max(present IS NULL OR present = 1) = 0",
                             role) == 1) {
            cover(database, each.table);
        }
    }
}

}  // namespace kwd::analyzers
