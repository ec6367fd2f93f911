// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls go through the table of pointers that the loading program hands over, whatever SQLite it holds.
#include <sqlite3ext.h>

SQLITE_EXTENSION_INIT3
