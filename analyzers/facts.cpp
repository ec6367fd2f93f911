// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts.h"

#include "analyzers/facts_parts.h"
#include "snapshot/log_ages.h"

namespace kwd::analyzers {

void derive_facts(snapshot::Database& database, std::span<const snapshot::Database> before) {
    merge_objects(database);
    merge_captures(database);
    mark_this_node(database);
    derive_event_lines(database);
    snapshot::derive_log_ages(database);
    derive_component_versions(database);
    derive_kubelet_settings(database);
    mark_effective_cni(database);
    derive_kube_proxy_settings(database);
    derive_network_intents(database);
    derive_ip_plan(database);
    derive_node_facts(database);
    derive_endpoint_roles(database);
    derive_reconciliation(database);
    derive_vxlan_verdicts(database, before);
}

}  // namespace kwd::analyzers
