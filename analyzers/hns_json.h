// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

// HNS objects in any text: the JSON of HCN (V2) or of HNS itself (V1), as one value or several, an array or not,
// wrapped in {"Output": …} or not, behind tables and other words, broken by a console or not; and what HnsListing
// reads. Each object is recognised for itself; the kind of the document decides only where it does not tell, and which
// tables an empty list answers for.

void analyze_hns_networks(const snapshot::Document& document, Analysis& out);
void analyze_hns_endpoints(const snapshot::Document& document, Analysis& out);
void analyze_hns_load_balancers(const snapshot::Document& document, Analysis& out);
void analyze_hns_namespaces(const snapshot::Document& document, Analysis& out);
void analyze_hns_mixed(const snapshot::Document& document, Analysis& out);

/// Understands the answer of HNS to GET /portpools, wrapped or not. Fills `hns_port_pools`.
void analyze_hns_port_pools(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
