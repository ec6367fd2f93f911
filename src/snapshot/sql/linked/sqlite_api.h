// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls go to the SQLite library that the program is linked with.
#include <sqlite3.h>
