// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <optional>
#include <span>
#include <string>

// The parts of derive_facts(), in the order in which they run: each may use what those before it have written.

namespace kwd::analyzers {

/// Makes one row of what several documents tell of one Kubernetes object, reservation or file.
void merge_objects(snapshot::Database& database);

/// Makes one row of what several captures counted of one flow, tunnel, ICMP error or ARP exchange: the first and the
/// last time, and sums of what was counted at different times. Of captures that overlap in time the largest count is
/// taken, as they may have seen the same packets; of the same DNS questions those of one capture stay.
void merge_captures(snapshot::Database& database);

/// `cni_networks.effective`: in the folder that the runtime reads, the file that is first in byte order among *.conf,
/// *.conflist and *.json. Where it is not known which one that is, in the folder whose file is of a pod network, else
/// in each.
void mark_effective_cni(snapshot::Database& database);

/// `k8s_nodes.is_this_node`: by the names that the node has for itself, else by an address that only one node has, else
/// the one node of what was pasted. Stays NULL where none of these tells.
void mark_this_node(snapshot::Database& database);

/// Whether nothing is there but what somebody pasted of kubectl: then what it names is what is asked about.
[[nodiscard]] bool is_kubectl_paste(const snapshot::Database& database);

/// The node of pods that somebody described alone, without their node: what is asked is what ails them. Lower case.
[[nodiscard]] std::optional<std::string> node_of_pasted_pods(const snapshot::Database& database);

/// Adds to `log_lines` what kubelet told in events of this node and its pods, where there is no log of kubelet: who
/// asks for help pastes those.
void derive_event_lines(snapshot::Database& database);

/// Adds to `component_versions` what the API server knows of this node's.
void derive_component_versions(snapshot::Database& database);

/// `kubelet_settings` and `kube_proxy_settings`.
void derive_kubelet_settings(snapshot::Database& database);
void derive_kube_proxy_settings(snapshot::Database& database);

/// `windows` or `linux`, by what was asked of the node; nullopt where nothing tells.
[[nodiscard]] std::optional<std::string> os_family(const snapshot::Database& database);

/// `network_intents`. Missing where none was found and not everything was asked that could tell of one.
void derive_network_intents(snapshot::Database& database);

/// `ip_plan`.
void derive_ip_plan(snapshot::Database& database);

/// `node_facts`.
void derive_node_facts(snapshot::Database& database);

/// `endpoint_roles`.
void derive_endpoint_roles(snapshot::Database& database);

/// `reconciliation`; what HNS's two views say of one object is there already (hns_views.h).
void derive_reconciliation(snapshot::Database& database);

/// `vxlan_verdicts`. `before`: the state as it was read earlier, oldest first.
void derive_vxlan_verdicts(snapshot::Database& database, std::span<const snapshot::Database> before);

}  // namespace kwd::analyzers
