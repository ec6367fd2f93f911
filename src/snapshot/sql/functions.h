// SPDX-License-Identifier: Apache-2.0
#pragma once

struct sqlite3;

namespace kwd::snapshot {

/// Gives a connection the functions that rules use: cidr_contains, version_compare, regexp, … (docs/sql-functions.md).
///
/// All are deterministic and harmless in a foreign schema (SQLITE_INNOCUOUS). NULL in gives NULL out, and so does text
/// that cannot be read; only a wrong number of arguments is an error. Returns an SQLite result code.
///
/// Rules reach them in kwdiag itself, and in the sqlite3 shell through the loadable extension `kwdiag_sql`, which is
/// this same code built against SQLite's table of function pointers instead of its library.
int register_sql_functions(sqlite3* database);

}  // namespace kwd::snapshot
