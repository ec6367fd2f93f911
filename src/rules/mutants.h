// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// A condition in SQL: what stands between WHERE, ON, HAVING, WHEN, AND, OR and what ends it.
struct Condition {
    std::size_t begin = 0;
    std::size_t end = 0;  ///< one beyond
};

/// The conditions of a query, also those of queries within it and of groups in parentheses, by where they begin. The
/// AND of BETWEEN parts none, and what a CASE compares with a value is none.
[[nodiscard]] std::vector<Condition> conditions_of(std::string_view sql);

/// A rule with one condition changed, whose tests ought to notice.
struct Mutant {
    std::string what;  ///< which condition of which query, and what became of it, in one line for people
    Rule rule;
};

/// For each condition of `applies.query`, `query` and `unknown`: one that always holds, one that never does, and one
/// that holds where it did not.
[[nodiscard]] std::vector<Mutant> mutants_of(const Rule& rule);

/// How well the tests of rules hold them to their conditions.
struct MutationScore {
    std::size_t mutants = 0;
    std::size_t noticed = 0;
    std::vector<std::string> missed;  ///< "rule-id: what"

    /// In percent; 100 where there is nothing to change.
    [[nodiscard]] double percent() const noexcept;
};

/// Runs the tests of all these rules against all their mutants. One is noticed when a test fails with it, as it does
/// when the SQL no longer runs.
[[nodiscard]] MutationScore score_of(const std::vector<Rule>& rules);

}  // namespace kwd::rules
