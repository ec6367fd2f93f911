// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// Whether `rule` names `id` in its `suppresses`. No rule suppresses itself.
[[nodiscard]] bool suppresses(const Rule& rule, std::string_view id);

/// Of rules that have findings, those that are suppressed, each with the one that explains it: the nearest, where of
/// two that suppress it one explains the other. A rule that is explained itself explains others all the same: the
/// answer is a forest, whose roots are the rules that are not in it. It does not depend on the order of `firing`, even
/// where rules suppress each other in a circle (RuleSet refuses that): then the first of the circle by severity and id
/// is the root.
[[nodiscard]] std::map<std::string, std::string> suppressed_by(std::span<const Rule* const> firing);

/// Circles among rules that suppress each other, one line for each: "a suppresses b suppresses a".
[[nodiscard]] std::vector<std::string> suppression_circles(std::span<const Rule* const> rules);

}  // namespace kwd::rules
