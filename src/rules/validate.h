// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"
#include "snapshot/database.h"

#include <string>
#include <vector>

namespace kwd::rules {

/// An empty database with the whole schema, as validate() and the tests in rules look at it.
[[nodiscard]] snapshot::Database empty_schema();

/// What is wrong with a parsed rule once the tables are seen, one line "path: …" each; empty when nothing is:
/// tables and columns that do not exist, SQL that SQLite or the read-only guard refuses, a table that is read but
/// stands in neither `needs` nor `uses`, one of `whole` that `needs` does not name, a query without `subject` or
/// evidence columns, placeholders that no column fills.
[[nodiscard]] std::vector<std::string> validate(const Rule& rule, const snapshot::Database& schema);

}  // namespace kwd::rules
