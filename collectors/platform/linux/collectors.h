// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

// Every CollectFunction of this platform. What each stores is described in docs/documents.md; registry.cpp lists them
// with their budgets. All of them only read.

namespace kwd::collectors {

/// The network devices, as `ip -j -d link` tells them.
Result<void> collect_links(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The addresses of devices, as `ip -j -d addr` tells them.
Result<void> collect_addresses(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The routes of all tables, IPv4 and IPv6, as `ip -j -d route` tells them.
Result<void> collect_routes(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The policy routing rules, IPv4 and IPv6, as `ip -j rule` tells them.
Result<void> collect_rules(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The neighbor tables, as `ip -j neigh` tells them.
Result<void> collect_neighbors(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The forwarding databases of bridges and VXLAN devices, as `bridge -j fdb` tells them.
Result<void> collect_fdb(const CollectOptions& options, DocumentSink& out, Deadline deadline);

}  // namespace kwd::collectors
