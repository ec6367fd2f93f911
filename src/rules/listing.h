// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_set.h"

#include <string>

namespace kwd::rules {

/// `kwdiag rules list`: one line for each active rule: id, severity, confidence, status and title, by area, which says
/// how many it has.
[[nodiscard]] std::string list_text(const RuleSet& rules);

/// `kwdiag rules show`: all that a rule says, for people: its words, what it needs, its SQL, its tests by name.
[[nodiscard]] std::string show_text(const Rule& rule);

}  // namespace kwd::rules
