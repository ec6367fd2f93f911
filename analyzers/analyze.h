// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/database.h"
#include "snapshot/document.h"

#include <span>

namespace kwd::analyzers {

/// Every analyzer there is: the only list of them.
[[nodiscard]] std::span<const Analyzer> all_analyzers();

/// Derives all tables from the documents: first each document by the analyzer of its kind, then rows that several
/// documents tell alike are merged, then tables from tables. Of what a node was asked more than once, before a capture,
/// while it went on and after it, the last answer counts; packets are held against all. Fills `analysis_notes` and
/// `table_coverage` too. `into` has the whole schema (snapshot/schema.h); what was derived before is dropped first.
/// Deterministic: the same documents give the same rows in the same order. A document that cannot be read, or whose
/// analyzer fails, becomes a note and makes the tables of its kind partial.
void analyze(const snapshot::DocumentSource& documents, snapshot::Database& into,
             std::span<const Analyzer> analyzers = all_analyzers());

}  // namespace kwd::analyzers
