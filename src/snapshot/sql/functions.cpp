// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sql/functions.h"

#include <sqlite3.h>

namespace kwd::snapshot {

int register_sql_functions(sqlite3*) {
    return SQLITE_OK;
}

}  // namespace kwd::snapshot
