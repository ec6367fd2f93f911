// SPDX-License-Identifier: Apache-2.0
#include "rules/check.h"

#include "rules/rule_file.h"
#include "rules/rule_set.h"
#include "rules/suppression.h"
#include "rules/validate.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::rules {
namespace {

void split_lines(const std::string& text, std::vector<std::string>& lines) {
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

// What rules say of each other: those that are checked, beside those that are built in.
void check_together(CheckReport& report) {
    RuleSet all = RuleSet::embedded();
    for (const RuleCheck& file : report.files) {
        if (file.rule) {
            all.add(*file.rule);
        }
    }
    for (RuleCheck& file : report.files) {
        if (file.rule) {
            const auto unknown = all.unknown_rules_in(*file.rule);
            file.problems.insert(file.problems.end(), unknown.begin(), unknown.end());
        }
    }
    for (const std::string& circle : suppression_circles(all.active())) {
        report.problems.push_back("rules suppress each other: " + circle);
    }
}

RuleCheck check_file(const std::string& path, const Schemas& schemas) {
    RuleCheck check{.path = path, .rule = {}, .problems = {}, .tests = {}};
    auto rule = read_rule(path);
    if (!rule) {
        split_lines(rule.error().doing, check.problems);
        return check;
    }
    check.problems = validate(*rule, schemas);
    if (check.problems.empty()) {
        for (const RuleTest& test : rule->tests) {
            check.tests.emplace_back(test.name, run_rule_test(*rule, test));
        }
    }
    check.rule = std::move(*rule);
    return check;
}

}  // namespace

bool RuleCheck::passed() const {
    return problems.empty() && std::ranges::all_of(tests, [](const auto& each) { return each.second.passed; });
}

bool CheckReport::passed() const {
    return problems.empty() && std::ranges::all_of(files, &RuleCheck::passed);
}

CheckReport check_rules(std::span<const std::string> paths) {
    const Schemas schemas;
    CheckReport report;
    for (const std::string& path : paths) {
        const auto files = find_rule_files(path);
        if (!files) {
            report.problems.push_back(files.error().doing);
            continue;
        }
        for (const std::string& file : *files) {
            report.files.push_back(check_file(file, schemas));
        }
    }
    check_together(report);
    return report;
}

std::string to_text(const CheckReport& report) {
    std::string text;
    std::size_t tests = 0;
    std::size_t failed = 0;
    for (const std::string& problem : report.problems) {
        text += problem + "\n";
    }
    for (const RuleCheck& file : report.files) {
        for (const std::string& problem : file.problems) {
            text += problem + "\n";
        }
        tests += file.tests.size();
        for (const auto& [name, result] : file.tests) {
            if (!result.passed) {
                ++failed;
                text += fmt::format("{}: test '{}': {}\n", file.path, name, result.difference);
            }
        }
    }
    const auto invalid =
        std::ranges::count_if(report.files, [](const RuleCheck& each) { return !each.problems.empty(); });
    return text + fmt::format("{} rule files, {} of them invalid; {} tests, {} of them failed\n", report.files.size(),
                              invalid, tests, failed);
}

}  // namespace kwd::rules
