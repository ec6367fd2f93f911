// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/evaluation.h"
#include "rules/rule.h"
#include "snapshot/database.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kwd::rules {

/// A table that a rule looks at, as one snapshot has it.
struct ExplainedTable {
    std::string table;
    std::string need;   ///< the entry of `needs` it stands in; empty for one of `uses`
    std::string state;  ///< "whole", "in part: why", "missing: why"
    std::int64_t rows = 0;
    std::vector<std::string> documents;  ///< which gave rows, "name (rows)"; none for tables derived from tables
};

/// Why a rule did or did not fire.
struct Explanation {
    std::string rule_id;
    std::string title;
    Verdict verdict = Verdict::error;
    std::string reason;
    std::vector<ExplainedTable> tables;
    QueryResult findings;
    std::vector<std::string> messages;  ///< of the findings
    QueryResult unknown;
    std::string near_error;  ///< when `near` failed
    /// What came near: the rows of `near`, or where the rule has none the first rows of each table it needs.
    std::vector<std::pair<std::string, QueryResult>> near;
};

/// Looks at a rule over a database whose tables are derived. If the database holds results of evaluate(), a verdict
/// `suppressed` is taken from them.
[[nodiscard]] Explanation explain(const Rule& rule, const snapshot::Database& database,
                                  const EngineLimits& limits = {});

/// For a terminal; control characters of the data are shown as escapes.
[[nodiscard]] std::string to_text(const Explanation& explanation);

}  // namespace kwd::rules
