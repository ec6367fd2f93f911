// SPDX-License-Identifier: Apache-2.0
#include "rules/listing.h"

#include "base/printable.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace kwd::rules {
namespace {

void append_block(std::string& text, std::string_view name, std::string_view block) {
    if (block.empty()) {
        return;
    }
    text += fmt::format("\n{}\n", name);
    for (std::size_t begin = 0; begin < block.size();) {
        const std::size_t end = std::min(block.find('\n', begin), block.size());
        text += fmt::format("  {}\n", printable(block.substr(begin, end - begin)));
        begin = end + 1;
    }
}

std::string joined(const std::vector<Need>& needs) {
    std::string text;
    for (const Need& need : needs) {
        text += (text.empty() ? "" : ", ") + need.text();
    }
    return text;
}

std::string lines(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, "\n"));
}

}  // namespace

std::string list_text(const RuleSet& rules) {
    const auto active = rules.active();
    std::size_t width = 0;
    for (const Rule* rule : active) {
        width = std::max(width, rule->id.size());
    }
    std::string text;
    std::string_view area;
    std::size_t of_clusters = 0;
    for (const Rule* rule : active) {
        of_clusters += rule->scope == Scope::cluster ? 1 : 0;
        if (rule->area != area) {
            area = rule->area;
            text += fmt::format("{}{} ({})\n", text.empty() ? "" : "\n", area,
                                std::ranges::count_if(active, [&](const Rule* each) { return each->area == area; }));
        }
        text += fmt::format("  {:<{}}  {:<8}  {:<8}  {:<7}  {:<12}  {}\n", rule->id, width,
                            name_of(rule->effective_severity()), name_of(rule->confidence), name_of(rule->scope),
                            name_of(rule->status), printable(rule->title));
    }
    return text + fmt::format("\n{} rules, {} of them compare nodes of a cluster\n", active.size(), of_clusters);
}

std::string show_text(const Rule& rule) {
    std::string text = fmt::format("{}: {}\n{}, {}, {}; scope {}{}; area {}; {}\n", rule.id, printable(rule.title),
                                   name_of(rule.effective_severity()), name_of(rule.confidence), name_of(rule.status),
                                   name_of(rule.scope), rule.within.empty() ? "" : ", within " + rule.within, rule.area,
                                   printable(rule.path));
    append_block(text, "message", rule.message);
    append_block(text, "impact", rule.impact);
    append_block(text, "remedy", rule.remedy.text);
    append_block(text, "risk", rule.remedy.risk);
    std::string commands;
    for (const Command& command : rule.remedy.commands) {
        commands += fmt::format("({}) {}\n", command.on, command.run);
    }
    append_block(text, "commands", commands);
    append_block(text, "verify", rule.remedy.verify);
    append_block(text, "false positives", rule.false_positives);
    if (rule.applies) {
        append_block(text, "applies, when there is a row; needs " + joined(rule.applies->needs), rule.applies->query);
        append_block(text, "otherwise", rule.applies->otherwise);
    }
    append_block(text, "needs", joined(rule.needs));
    append_block(text, "whole", lines(rule.whole));
    append_block(text, "uses", lines(rule.uses));
    append_block(text, "query", rule.query);
    append_block(text, "unknown", rule.unknown);
    append_block(text, "near", rule.near);
    std::string suppresses;
    for (const Suppression& each : rule.suppresses) {
        suppresses += each.rule + (each.on.empty() ? "" : ", where its " + each.on + " is the same") + "\n";
    }
    append_block(text, "suppresses", suppresses);
    append_block(text, "references", lines(rule.references));
    std::string tests;
    for (const RuleTest& test : rule.tests) {
        tests += fmt::format("{} ({})\n", test.name, name_of(test.expect));
    }
    append_block(text, "tests", tests);
    return text;
}

}  // namespace kwd::rules
