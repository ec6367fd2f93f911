// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// The rules of one run: those in the executable, then those of folders, which add rules or take the place of one with
/// the same id. Overriding a rule with one whose status is retired switches it off.
class RuleSet {
  public:
    /// The rules of the source tree as they were built in.
    [[nodiscard]] static RuleSet embedded();

    /// Adds a rule, or overrides the one of its id.
    void add(Rule rule);
    /// Reads and validates all rule files of a folder. Rules with something wrong are left out; problems() says why.
    void load_folder(const std::string& path);

    /// Rules to evaluate, sorted by area and id: all that are not retired.
    [[nodiscard]] std::vector<const Rule*> active() const;
    /// Those of them that are of one scope.
    [[nodiscard]] std::vector<const Rule*> active(Scope scope) const;
    /// nullptr when there is none, retired ones included.
    [[nodiscard]] const Rule* find(std::string_view id) const;
    /// One line for each id in the rule's `suppresses` that is no rule of this set and of its scope.
    [[nodiscard]] std::vector<std::string> unknown_rules_in(const Rule& rule) const;

    /// Everything wrong, one line each: files that could not be read or are no valid rules, ids that one folder holds
    /// twice, `suppresses` that names no rule, and rules that suppress each other in a circle.
    [[nodiscard]] std::vector<std::string> problems() const;

  private:
    std::map<std::string, Rule, std::less<>> rules_;
    std::vector<std::string> load_problems_;
};

}  // namespace kwd::rules
