// SPDX-License-Identifier: Apache-2.0
// Checks rule files from the command line, and gives ctest one test for each rule. Rules are read from their
// files, so that a changed rule needs no compiler.
//
//   kwd_rule_check PATH…                       everything about the rules in files and folders
//   kwd_rule_check --tests FILE                the tests of one rule
//   kwd_rule_check --mutants PERCENT PATH…     changes one condition at a time; fails when tests notice fewer
//   kwd_rule_check --pages FOLDER PATH…        writes the rules' pages into a folder
//   kwd_rule_check --pages-agree FOLDER PATH…  tells which pages there are not what the rules say
//   kwd_rule_check --account TABLE PATH…       tells where a table of known problems and the rules disagree
//   kwd_rule_check --ctest OUT FOLDER          writes a file of add_test() for the folder's rules
#include "rules/check.h"
#include "rules/mutants.h"
#include "rules/pages.h"
#include "rules/rule_file.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace kwd::rules;

int check(std::span<const std::string> paths) {
    const CheckReport report = check_rules(paths);
    fmt::print("{}", to_text(report));
    return report.passed() ? 0 : 1;
}

// Its tests alone: whether it is valid, and how it stands to others, is told by check().
int run_tests(const std::string& file) {
    const auto rule = read_rule(file);
    if (!rule) {
        fmt::print("{}\n", rule.error().doing);
        return 1;
    }
    std::size_t failed = 0;
    for (const RuleTest& test : rule->tests) {
        const RuleTestResult result = run_rule_test(*rule, test);
        if (!result.passed) {
            fmt::print("test '{}': {}\n", test.name, result.difference);
            ++failed;
        }
    }
    fmt::print("{} tests, {} of them failed\n", rule->tests.size(), failed);
    return rule->tests.empty() || failed > 0 ? 1 : 0;
}

// Ends the program where a path cannot be looked at. Files that are no rules are left to check().
std::vector<Rule> rules_of(std::span<const std::string> paths) {
    std::vector<Rule> rules;
    for (const std::string& path : paths) {
        const auto files = find_rule_files(path);
        if (!files) {
            fmt::print(stderr, "{}\n", files.error().doing);
            std::exit(2);
        }
        for (const std::string& file : *files) {
            if (auto rule = read_rule(file)) {
                rules.push_back(std::move(*rule));
            }
        }
    }
    return rules;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int agree(const std::filesystem::path& folder, std::span<const std::string> paths) {
    auto pages = pages_of(rules_of(paths));
    int wrong = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto page = pages.find(entry.path().filename().string());
        if (page == pages.end() || page->second != content_of(entry.path())) {
            fmt::print("{} is not what the rules say\n", entry.path().string());
            ++wrong;
        }
        if (page != pages.end()) {
            pages.erase(page);
        }
    }
    for (const auto& [name, text] : pages) {
        fmt::print("{} is not there\n", (folder / name).string());
        ++wrong;
    }
    fmt::print("{} pages are wrong; kwd_rule_check --pages {} writes them\n", wrong, folder.string());
    return wrong == 0 ? 0 : 1;
}

int write_pages(const std::filesystem::path& folder, std::span<const std::string> paths) {
    const auto pages = pages_of(rules_of(paths));
    std::filesystem::create_directories(folder);
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".md" && !pages.contains(entry.path().filename().string())) {
            std::filesystem::remove(entry.path());
        }
    }
    for (const auto& [name, text] : pages) {
        std::ofstream(folder / name, std::ios::binary) << text;
    }
    return 0;
}

// Lines "| `id` | area | `id` |" for what a rule finds, its own or another; "| `id` | area | no: why |" for what none
// does.
int account(const std::string& table, std::span<const std::string> paths) {
    std::set<std::string> unnamed;
    for (const Rule& rule : rules_of(paths)) {
        unnamed.insert(rule.id);
    }
    const std::set<std::string> ids = unnamed;
    std::ifstream file(table);
    const std::regex line_of_table("\\| `([a-z0-9-]+)` \\| [a-z-]+ \\| (?:`([a-z0-9-]+)`|no: .+) \\|");
    int wrong = 0;
    int problems = 0;
    for (std::string line; std::getline(file, line);) {
        std::smatch match;
        if (!line.starts_with("| `")) {
            continue;
        }
        ++problems;
        if (!std::regex_match(line, match, line_of_table) || (match[2].matched && !ids.contains(match[2])) ||
            (ids.contains(match[1]) && match[2] != match[1])) {
            fmt::print("{}: not so: {}\n", table, line);
            ++wrong;
        }
        unnamed.erase(match[1]);
        unnamed.erase(match[2]);
    }
    for (const std::string& id : unnamed) {
        fmt::print("{}: {} is not in it\n", table, id);
        ++wrong;
    }
    fmt::print("{} known problems, {} rules, {} wrong\n", problems, ids.size(), wrong);
    return problems > 0 && wrong == 0 ? 0 : 1;
}

int score(double at_least, std::span<const std::string> paths) {
    const std::vector<Rule> rules = rules_of(paths);
    const MutationScore score = score_of(rules);
    for (const std::string& each : score.missed) {
        fmt::print("not noticed: {}\n", each);
    }
    fmt::print("{} rules, {} changed conditions, {} noticed: {:.1f} %\n", rules.size(), score.mutants, score.noticed,
               score.percent());
    return score.mutants > 0 && score.percent() >= at_least ? 0 : 1;
}

int write_ctest(const std::string& output, const std::string& folder, const std::string& self) {
    const auto files = find_rule_files(folder);
    if (!files) {
        fmt::print(stderr, "{}\n", files.error().doing);
        return 2;
    }
    std::string text;
    for (const std::string& file : *files) {
        const auto rule = read_rule(file);
        if (!rule) {
            // The test of all rules together tells what is wrong with it.
            continue;
        }
        const std::string name = fmt::format("rule {}", rule->id);
        text += fmt::format("add_test([====[{0}]====] [====[{1}]====] --tests [====[{2}]====])\n", name, self, file);
        text += fmt::format("set_tests_properties([====[{}]====] PROPERTIES LABELS rules TIMEOUT 60)\n", name);
    }
    std::ofstream(output, std::ios::binary) << text;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 2 && arguments[0] == "--tests") {
        return run_tests(arguments[1]);
    }
    if (arguments.size() == 3 && arguments[0] == "--ctest") {
        return write_ctest(arguments[1], arguments[2], std::filesystem::absolute(argv[0]).string());
    }
    if (arguments.size() >= 3 && arguments[0] == "--mutants") {
        return score(std::strtod(arguments[1].c_str(), nullptr), std::span(arguments).subspan(2));
    }
    if (arguments.size() >= 3 && arguments[0] == "--pages") {
        return write_pages(arguments[1], std::span(arguments).subspan(2));
    }
    if (arguments.size() >= 3 && arguments[0] == "--pages-agree") {
        return agree(arguments[1], std::span(arguments).subspan(2));
    }
    if (arguments.size() >= 3 && arguments[0] == "--account") {
        return account(arguments[1], std::span(arguments).subspan(2));
    }
    if (arguments.empty() || arguments[0].starts_with("-")) {
        fmt::print(stderr,
                   "usage: kwd_rule_check PATH… | --tests FILE | --mutants PERCENT PATH… | --pages FOLDER PATH… | "
                   "--pages-agree FOLDER PATH… | --account TABLE PATH… | --ctest OUT FOLDER\n");
        return 2;
    }
    return check(arguments);
}
