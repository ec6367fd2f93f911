// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "rules/rule.h"
#include "snapshot/database.h"

#include <string>
#include <utility>

namespace kwd::rules {

/// How one entry of a rule's `tests` went.
struct RuleTestResult {
    bool passed = false;
    std::string difference;  ///< what was expected and what came, several lines, for people; empty when it passed
};

/// The tables of one entry, filled once for several versions of a rule.
class RuleTestBench {
  public:
    /// Errors: malformed, for what no table takes.
    [[nodiscard]] static Result<RuleTestBench> fill(const Rule& rule, const RuleTest& test);

    /// Compares what a rule says of these tables with what the test expects. It must need the same tables as the rule
    /// that they were filled for.
    [[nodiscard]] RuleTestResult run(const Rule& rule) const;

  private:
    RuleTestBench(snapshot::Database database, const RuleTest& test) : database_(std::move(database)), test_(&test) {}

    mutable snapshot::Database database_;  ///< comparing makes views beside its tables
    const RuleTest* test_;
};

/// Fills tables made from the real column specs with what the test gives and compares what the rule says of them with
/// what the test expects. rules/README.md says what stands in tables and columns that a test does not name.
[[nodiscard]] RuleTestResult run_rule_test(const Rule& rule, const RuleTest& test);

}  // namespace kwd::rules
