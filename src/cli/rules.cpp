// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "cli/judge.h"
#include "rules/check.h"
#include "rules/explain.h"
#include "rules/listing.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <iostream>

namespace kwd::cli {
namespace {

const rules::Rule& find_rule(const rules::RuleSet& set, const std::string& id) {
    const rules::Rule* rule = set.find(id);
    if (rule == nullptr) {
        throw UsageError(fmt::format("there is no rule '{}'; 'kwdiag rules list' names them", id));
    }
    return *rule;
}

ExitCode list(const Options& options, const std::vector<std::string>& given) {
    const std::string format = options.get("format");
    if (format != "text" && format != "ids") {
        throw UsageError(fmt::format("--format takes text or ids, not '{}'", format));
    }
    if (!given.empty()) {
        throw UsageError("rules list takes no argument");
    }
    const rules::RuleSet set = load_rules(options);
    if (format == "ids") {
        for (const rules::Rule* rule : set.active()) {
            std::cout << rule->id << "\n";
        }
    } else {
        std::cout << rules::list_text(set);
    }
    return ExitCode::nothing;
}

ExitCode show(const Options& options, const std::vector<std::string>& ids) {
    if (ids.empty()) {
        throw UsageError("rules show takes one rule or more");
    }
    const rules::RuleSet set = load_rules(options);
    for (const std::string& id : ids) {
        std::cout << rules::show_text(find_rule(set, id));
    }
    return ExitCode::nothing;
}

ExitCode test(const std::vector<std::string>& paths) {
    if (paths.empty()) {
        const rules::RuleSet set = rules::RuleSet::embedded();
        std::size_t wrong = 0;
        std::size_t tests = 0;
        for (const rules::Rule* rule : set.active()) {
            for (const rules::RuleTest& each : rule->tests) {
                const rules::RuleTestResult result = rules::run_rule_test(*rule, each);
                ++tests;
                if (!result.passed) {
                    ++wrong;
                    std::cout << fmt::format("{}: {}\n{}\n", rule->id, each.name, result.difference);
                }
            }
        }
        std::cout << fmt::format("{} rules, {} tests, {} failed\n", set.active().size(), tests, wrong);
        return wrong == 0 ? ExitCode::nothing : ExitCode::usage;
    }
    const rules::CheckReport report = rules::check_rules(paths);
    std::cout << rules::to_text(report);
    return report.passed() ? ExitCode::nothing : ExitCode::usage;
}

ExitCode explain(const Options& options, const std::vector<std::string>& given) {
    if (given.size() != 2) {
        throw UsageError("rules explain takes a rule and a snapshot");
    }
    const rules::RuleSet set = load_rules(options);
    const rules::Rule& rule = find_rule(set, given[0]);
    if (rule.scope == rules::Scope::cluster) {
        throw UsageError(fmt::format(
            "{} compares nodes; 'kwdiag analyze --verbose A.kwsnap B.kwsnap' tells what it says of them", rule.id));
    }
    auto opened = snapshot::Snapshot::open(given[1]);
    if (!opened) {
        throw ToolError(opened.error());
    }
    snapshot::Database copy = (*opened)->working_copy();
    derive_and_evaluate(**opened, copy, set);
    std::cout << rules::to_text(rules::explain(rule, copy));
    return ExitCode::nothing;
}

}  // namespace

ExitCode run_rules(const std::vector<std::string>& arguments) {
    Options options("rules list | show RULE… | test [FILE|FOLDER…] | explain RULE SNAPSHOT",
                    "list     the rules, by area\n"
                    "show     all that a rule says: its words, what it needs, its SQL\n"
                    "test     the tests inside rules: of ours, or of files and folders of yours\n"
                    "explain  why a rule did or did not fire on a snapshot: what it had, and what came near");
    options.add().add_options()("rules", po::value<std::vector<std::string>>()->composing(),
                                "folder of rules that add to ours or replace them")(
        "format,f", po::value<std::string>()->default_value("text"), "of list: text or ids");
    options.positional("arguments");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    std::vector<std::string> given = options.arguments();
    if (given.empty()) {
        throw UsageError("rules takes list, show, test or explain");
    }
    const std::string verb = given[0];
    given.erase(given.begin());
    if (verb == "list") {
        return list(options, given);
    }
    if (verb == "show") {
        return show(options, given);
    }
    if (verb == "test") {
        return test(given);
    }
    if (verb == "explain") {
        return explain(options, given);
    }
    throw UsageError(fmt::format("rules takes list, show, test or explain, not '{}'", verb));
}

}  // namespace kwd::cli
