// SPDX-License-Identifier: Apache-2.0
#pragma once

struct sqlite3;

namespace kwd::snapshot {

/// Registers kwdiag's SQL functions (docs/sql-functions.md) on a connection. Answers SQLite's result code.
int register_sql_functions(sqlite3* database);

}  // namespace kwd::snapshot
