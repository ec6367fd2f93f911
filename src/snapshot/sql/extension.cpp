// SPDX-License-Identifier: Apache-2.0

// The loadable extension: `.load kwdiag_sql` in the sqlite3 shell. The entry point's name follows from the file's name,
// https://sqlite.org/loadext.html §3.

#include "snapshot/sql/functions.h"

#include <kwdiag_sql_export.h>
#include <sqlite_api.h>

SQLITE_EXTENSION_INIT1

extern "C" KWDIAG_SQL_EXPORT int sqlite3_kwdiagsql_init(sqlite3* database, char** /*error*/,
                                                        const sqlite3_api_routines* api) {
    SQLITE_EXTENSION_INIT2(api)
    return kwd::snapshot::register_sql_functions(database);
}
