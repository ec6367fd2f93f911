// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

// What iproute2 prints as JSON, and documents of our own beside it (docs/documents.md).

namespace kwd::analyzers {

/// `ip -j -d link show`: `interfaces`. An operstate of UNKNOWN, which devices without a carrier have, is up when the
/// device is set up.
void analyze_linux_links(const snapshot::Document& document, Analysis& out);

/// `ip -j addr show`: `addresses`.
void analyze_linux_addresses(const snapshot::Document& document, Analysis& out);

/// Ethtool features: `interface_offloads`.
void analyze_linux_offloads(const snapshot::Document& document, Analysis& out);

/// `ip -j -d route show table all` of both families: `routes`; one row for each next hop of a route.
void analyze_linux_routes(const snapshot::Document& document, Analysis& out);

/// `ip -j rule show` of both families: `routing_rules`.
void analyze_linux_rules(const snapshot::Document& document, Analysis& out);

/// `ip -j neigh show`: `neighbors`.
void analyze_linux_neighbors(const snapshot::Document& document, Analysis& out);

/// `bridge -j fdb show`: `fdb_entries`.
void analyze_linux_fdb(const snapshot::Document& document, Analysis& out);

/// resolv.conf(5): `dns_servers` of the whole node.
void analyze_resolv_conf(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
