// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"
#include "rules/rule_test.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::rules {

/// What `kwdiag rules test` says of one rule file.
struct RuleCheck {
    std::string path;
    std::optional<Rule> rule;           ///< when the file could be read
    std::vector<std::string> problems;  ///< of parse_rule, validate() and the set, one line "path…: what" each
    std::vector<std::pair<std::string, RuleTestResult>> tests;  ///< by name; not run when there are problems

    [[nodiscard]] bool passed() const;
};

struct CheckReport {
    std::vector<RuleCheck> files;
    std::vector<std::string>
        problems;  ///< paths that could not be looked at, and circles of rules that suppress each other

    [[nodiscard]] bool passed() const;
};

/// Reads, validates and tests the rule files of paths, each a file or a folder, beside the built-in rules.
[[nodiscard]] CheckReport check_rules(std::span<const std::string> paths);

/// Everything that is wrong, and a last line that counts. Passed tests are not listed.
[[nodiscard]] std::string to_text(const CheckReport& report);

}  // namespace kwd::rules
