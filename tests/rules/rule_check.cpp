// SPDX-License-Identifier: Apache-2.0
// Checks rule files from the command line, and gives ctest one test for each `tests` entry. Rules are read from their
// files, so that a changed rule needs no compiler.
//
//   kwd_rule_check PATH…               everything about the rules in files and folders
//   kwd_rule_check --test NAME FILE    one test of one rule
//   kwd_rule_check --ctest OUT FOLDER  writes a file of add_test() for the folder's rules
#include "rules/check.h"
#include "rules/rule_file.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace kwd::rules;

int check(std::span<const std::string> paths) {
    const CheckReport report = check_rules(paths);
    fmt::print("{}", to_text(report));
    return report.passed() ? 0 : 1;
}

int run_one(const std::string& name, const std::string& file) {
    const CheckReport report = check_rules(std::span(&file, 1), name);
    fmt::print("{}", to_text(report));
    return report.passed() && report.files.at(0).tests.size() == 1 ? 0 : 1;
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
        for (const RuleTest& test : rule->tests) {
            const std::string name = fmt::format("rule {}: {}", rule->id, test.name);
            text += fmt::format("add_test([====[{0}]====] [====[{1}]====] --test [====[{2}]====] [====[{3}]====])\n",
                                name, self, test.name, file);
            text += fmt::format("set_tests_properties([====[{}]====] PROPERTIES LABELS rules TIMEOUT 60)\n", name);
        }
    }
    std::ofstream(output, std::ios::binary) << text;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 3 && arguments[0] == "--test") {
        return run_one(arguments[1], arguments[2]);
    }
    if (arguments.size() == 3 && arguments[0] == "--ctest") {
        return write_ctest(arguments[1], arguments[2], std::filesystem::absolute(argv[0]).string());
    }
    if (arguments.empty() || arguments[0].starts_with("-")) {
        fmt::print(stderr, "usage: kwd_rule_check PATH… | --test NAME FILE | --ctest OUT FOLDER\n");
        return 2;
    }
    return check(arguments);
}
