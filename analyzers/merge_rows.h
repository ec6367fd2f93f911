// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <string_view>

namespace kwd::analyzers {

/// Which rows of a table are about one thing, and which of them is believed first.
struct MergeRule {
    std::string_view table;
    std::string_view key;           ///< SQL: rows with equal keys are about one thing; NULL keys are left alone
    std::string_view better = "0";  ///< SQL: smaller is believed first; then the row that knows more, then the earlier
};

/// Leaves one row for each key: the one believed first, with its document and place; what it does not know comes from
/// the others in their order. A column `schema` becomes v1+v2 where both told of the thing.
void merge_rows(snapshot::Database& database, const MergeRule& rule);

}  // namespace kwd::analyzers
