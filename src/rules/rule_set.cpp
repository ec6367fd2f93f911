// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_set.h"

#include "embedded/rules.h"
#include "rules/rule_file.h"
#include "rules/suppression.h"
#include "rules/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace kwd::rules {

RuleSet RuleSet::embedded() {
    RuleSet set;
    for (const EmbeddedFile& file : embedded_rules()) {
        auto rule = parse_rule(file.bytes, fmt::format("rules/{}", file.path));
        if (rule) {
            set.add(std::move(*rule));
        } else {
            set.load_problems_.push_back(rule.error().doing);
        }
    }
    return set;
}

void RuleSet::add(Rule rule) {
    std::string id = rule.id;
    rules_.insert_or_assign(std::move(id), std::move(rule));
}

void RuleSet::load_folder(const std::string& path) {
    const auto files = find_rule_files(path);
    if (!files) {
        load_problems_.push_back(files.error().doing);
        return;
    }
    const Schemas schemas;
    std::map<std::string, std::string> seen;
    for (const std::string& file : *files) {
        auto rule = read_rule(file);
        if (!rule) {
            load_problems_.push_back(rule.error().doing);
            continue;
        }
        const auto [first, is_first] = seen.try_emplace(rule->id, file);
        auto wrong = validate(*rule, schemas);
        if (!is_first) {
            wrong.push_back(fmt::format("{}: {} holds a rule of this id too", file, first->second));
        }
        if (wrong.empty()) {
            add(std::move(*rule));
        }
        load_problems_.insert(load_problems_.end(), wrong.begin(), wrong.end());
    }
}

std::vector<const Rule*> RuleSet::active() const {
    std::vector<const Rule*> active;
    for (const auto& [id, rule] : rules_) {
        if (rule.status != Status::retired) {
            active.push_back(&rule);
        }
    }
    std::ranges::stable_sort(active, {}, &Rule::area);
    return active;
}

std::vector<const Rule*> RuleSet::active(Scope scope) const {
    std::vector<const Rule*> of_scope = active();
    std::erase_if(of_scope, [&](const Rule* rule) { return rule->scope != scope; });
    return of_scope;
}

const Rule* RuleSet::find(std::string_view id) const {
    const auto found = rules_.find(id);
    return found != rules_.end() ? &found->second : nullptr;
}

std::vector<std::string> RuleSet::unknown_rules_in(const Rule& rule) const {
    std::vector<std::string> unknown;
    for (const Suppression& each : rule.suppresses) {
        const Rule* other = find(each.rule);
        if (other == nullptr) {
            unknown.push_back(fmt::format("{}: suppresses: {} is no rule", rule.path, each.rule));
        } else if (other->scope != rule.scope) {
            unknown.push_back(fmt::format("{}: suppresses: {} is of another scope", rule.path, each.rule));
        }
    }
    return unknown;
}

std::vector<std::string> RuleSet::problems() const {
    std::vector<std::string> problems = load_problems_;
    for (const auto& [id, rule] : rules_) {
        const auto unknown = unknown_rules_in(rule);
        problems.insert(problems.end(), unknown.begin(), unknown.end());
    }
    for (const std::string& circle : suppression_circles(active())) {
        problems.push_back("rules suppress each other: " + circle);
    }
    return problems;
}

}  // namespace kwd::rules
