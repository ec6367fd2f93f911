// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/evaluation.h"
#include "rules/rule.h"

#include <compare>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// A rule that has findings, and the rows of its query.
struct Found {
    const Rule* rule;
    const QueryResult* result;
};

/// One finding: a rule and the number of its row, from 0. Where a rule has more findings than are kept, the number
/// after the last stands for all others.
struct FindingOf {
    std::string rule;
    std::size_t row = 0;

    auto operator<=>(const FindingOf&) const = default;
};

/// Whether `rule` names `id` in its `suppresses`. No rule suppresses itself.
[[nodiscard]] bool suppresses(const Rule& rule, std::string_view id);

/// Of all findings those that others explain, each with the one that does: of the nearest rule, where of two that
/// suppress it one explains the other; the first that has the same value, where the rules agree on a column, else the
/// rule's first. What is explained itself explains others all the same: the answer is a forest, whose roots are the
/// findings that are not in it. It does not depend on the order of `found`, even where rules suppress each other in a
/// circle (RuleSet refuses that): then the first of the circle by severity and id is the root.
[[nodiscard]] std::map<FindingOf, FindingOf> explained_findings(std::span<const Found> found);

/// Circles among rules that suppress each other, one line for each: "a suppresses b suppresses a".
[[nodiscard]] std::vector<std::string> suppression_circles(std::span<const Rule* const> rules);

}  // namespace kwd::rules
