// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "rules/rule.h"
#include "snapshot/database.h"

namespace kwd::rules {

/// Puts the rows and the coverage that a test gives into a database with the empty schema. Values take the type of
/// their column; required columns that a row leaves out hold the empty text or 0.
/// Errors: invalid_input for a table or column that does not exist, or a value that its column cannot hold.
[[nodiscard]] Result<void> put_given(const Rule& rule, const RuleTest& test, snapshot::Database& database);

}  // namespace kwd::rules
