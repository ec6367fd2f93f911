// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

namespace kwd::analyzers {

/// Adds to `reconciliation` what HNS's two views say of the same network, endpoint or load balancer: one row for each
/// object that both tell of, with the attributes in which they differ. Before merge_documents() makes one row of them.
///
/// A network that one view lists and the other does not is a difference. Endpoints and load balancers come and go
/// between the two listings: of those it stays unknown.
void compare_hns_views(snapshot::Database& database);

}  // namespace kwd::analyzers
