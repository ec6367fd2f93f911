// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <span>

namespace kwd::analyzers {

/// The second tier: fills the tables of snapshot/tables/facts.h from the tables of the first, their rows in
/// `table_coverage` too. Runs after merge_documents(), inside the transaction of analyze(). Deterministic.
///
/// `before`: the same tables by what was read earlier, oldest first, where the node's state was read more than once.
void derive_facts(snapshot::Database& database, std::span<const snapshot::Database> before = {});

}  // namespace kwd::analyzers
