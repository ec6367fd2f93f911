// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"

#include <string>

namespace kwd::rules {

/// How one entry of a rule's `tests` went.
struct RuleTestResult {
    bool passed = false;
    std::string difference;  ///< what was expected and what came, several lines, for people; empty when it passed
};

/// Fills tables made from the real column specs with what the test gives and compares what the rule says of them with
/// what the test expects. rules/README.md says what stands in tables and columns that a test does not name.
[[nodiscard]] RuleTestResult run_rule_test(const Rule& rule, const RuleTest& test);

}  // namespace kwd::rules
