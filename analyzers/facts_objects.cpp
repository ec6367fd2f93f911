// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/merge_rows.h"

#include <array>

namespace kwd::analyzers {
namespace {

constexpr std::array<MergeRule, 9> kObjects = {{
    {"k8s_nodes", "name"},
    {"k8s_pods", "json_array(namespace, name)"},
    {"k8s_services", "json_array(namespace, name)"},
    {"k8s_service_ports", "json_array(namespace, service, protocol, port)"},
    {"k8s_endpoints", "json_array(namespace, service, address, port, protocol)"},
    {"ip_reservations", "json_array(network_name, address)"},
    {"node_files", "path"},
    {"kubeconfigs", "path"},
    {"sysctl", "name"},
}};

}  // namespace

void merge_objects(snapshot::Database& database) {
    for (const MergeRule& each : kObjects) {
        merge_rows(database, each);
    }
}

}  // namespace kwd::analyzers
