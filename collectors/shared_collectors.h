// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

// The CollectFunctions that ask the same on every platform; where to look is the platform's (node_places.h, logs.h,
// kubernetes_access.h).

namespace kwd::collectors {

/// Files of node agents, CNI and runtime below options.root: which are there, and what configuration holds.
Result<void> collect_node_files(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// What of kubeconfig files may leave the node.
Result<void> collect_kubeconfigs(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Addresses that host-local IPAM keeps.
Result<void> collect_ip_reservations(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The ends of log files that were written to within options.log_window, newest first.
Result<void> collect_logs(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Kubernetes objects, by kubectl with the node's own credentials or those of options.kubeconfig. unsupported without.
Result<void> collect_kubernetes(const CollectOptions& options, DocumentSink& out, Deadline deadline);

}  // namespace kwd::collectors
