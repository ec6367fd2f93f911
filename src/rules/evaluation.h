// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/coverage.h"
#include "rules/rule.h"
#include "snapshot/database.h"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

struct EngineLimits {
    std::uint64_t steps = 200'000'000;              ///< SQLite virtual machine steps for each query of a rule
    std::size_t findings_per_rule = 200;            ///< beyond them one finding says how many more there are
    std::size_t evidence_per_finding = 20;          ///< beyond them one entry says how many more places there are
    std::size_t excerpt_bytes = 2000;               ///< of each piece of evidence
    std::size_t document_bytes = 64UL << 20;        ///< documents larger than this are named, not quoted
    std::size_t open_document_bytes = 256UL << 20;  ///< of the documents that are kept unpacked at one time
    std::stop_token stop = {};                      ///< nobody waits for the answer any more
};

/// What a query gave.
struct QueryResult {
    std::vector<std::string> columns;
    std::vector<std::vector<snapshot::Value>> rows;  ///< the first ones
    std::size_t row_count = 0;                       ///< of all
};

/// Runs one query that reads, keeping at most `keep` rows and counting the rest. Throws DatabaseError, with
/// SQLITE_INTERRUPT when it takes more than `steps` or is asked to `stop`.
[[nodiscard]] QueryResult run_query(const snapshot::Database& database, std::string_view sql, std::size_t keep,
                                    std::uint64_t steps, const std::stop_token& stop = {});

/// SQL of a rule that SQLite refused or stopped; what() says which and why, for people.
class QueryFailed : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// What one rule says by itself, before rules suppress each other: any verdict but `suppressed`.
struct Evaluation {
    Verdict verdict = Verdict::error;
    std::string reason;  ///< for people; empty for finding and clear
    QueryResult result;  ///< of `query`, when it was run
};

/// A verdict that no rows stand behind.
[[nodiscard]] Evaluation without_rows(Verdict verdict, std::string reason);

/// Whether a rule has a say: its `applies.query` gives a row. Throws QueryFailed.
[[nodiscard]] bool has_a_say(const Applies& applies, const snapshot::Database& database, const EngineLimits& limits);

/// What `query` says, and where it gives no row `unknown`: finding, or clear, or not_evaluated when there are `doubts`,
/// reasons why rows may be absent, or rows of `unknown`. Throws QueryFailed.
[[nodiscard]] Evaluation ask(const Rule& rule, const snapshot::Database& database, const EngineLimits& limits,
                             std::string doubts);

/// Evaluates one rule of node scope. Never throws for the rule's sake: SQL that fails is the verdict `error`.
[[nodiscard]] Evaluation evaluate_rule(const Rule& rule, const snapshot::Database& database, const Coverage& coverage,
                                       const EngineLimits& limits);

}  // namespace kwd::rules
