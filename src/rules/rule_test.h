// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "rules/rule.h"
#include "snapshot/database.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

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
    // Making a schema takes as long as ten tests do, so it is emptied and lent to the thread's next test.
    struct GiveBack {
        void operator()(snapshot::Database* database) const noexcept;
        Scope scope = Scope::node;
    };
    using Lent = std::unique_ptr<snapshot::Database, GiveBack>;

    RuleTestBench(Lent database, const RuleTest& test) : database_(std::move(database)), test_(&test) {}
    static std::vector<std::unique_ptr<snapshot::Database>>& free_schemas(Scope scope);
    static Lent lend_schema(Scope scope);

    Lent database_;
    const RuleTest* test_;
};

/// Fills tables made from the real column specs with what the test gives and compares what the rule says of them with
/// what the test expects. rules/README.md says what stands in tables and columns that a test does not name.
[[nodiscard]] RuleTestResult run_rule_test(const Rule& rule, const RuleTest& test);

}  // namespace kwd::rules
