// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

namespace kwd::analyzers {

/// Makes one row of what several documents tell of one thing: an HNS object that V1 and V2 both describe, an interface
/// that ipconfig and Get-NetAdapter both list. The row that knows most stays and keeps its document and place; what it
/// does not know comes from the others. Runs inside the transaction of analyze(). Deterministic.
void merge_documents(snapshot::Database& database);

}  // namespace kwd::analyzers
