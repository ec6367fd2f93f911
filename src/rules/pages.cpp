// SPDX-License-Identifier: Apache-2.0
#include "rules/pages.h"

#include "rules/suppression.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace kwd::rules {
namespace {

// Markdown takes these for markup; what stands between backticks is code already.
std::string prose(std::string_view text) {
    std::string out;
    bool code = false;
    for (const char c : text) {
        code = c == '`' ? !code : code;
        if (!code && (c == '<' || c == '>' || c == '*' || c == '_' || c == '|' || c == '[' || c == ']' || c == '#')) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

// Commands may hold backticks themselves.
std::string code_block(std::string_view text, std::string_view language) {
    std::string fence = "```";
    while (text.find(fence) != std::string_view::npos) {
        fence += '`';
    }
    return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.ends_with('\n') ? "" : "\n", fence);
}

void add_section(std::string& page, std::string_view name, std::string_view text) {
    if (!text.empty()) {
        page += fmt::format("\n## {}\n\n{}\n", name, prose(text));
    }
}

void add_links(std::string& page, std::string_view name, const std::vector<std::string>& ids) {
    if (ids.empty()) {
        return;
    }
    page += fmt::format("\n## {}\n\n", name);
    for (const std::string& id : ids) {
        page += fmt::format("- [{0}]({0}.md)\n", id);
    }
}

std::string tables_of(const std::vector<Need>& needs) {
    std::string text;
    for (const Need& need : needs) {
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", need.text());
    }
    return text;
}

std::string page_of(const Rule& rule, const std::vector<std::string>& causes,
                    const std::vector<std::string>& consequences) {
    std::string page = fmt::format("# {}\n\n`{}` · {} · {} · {}\n", prose(rule.title), rule.id, rule.area,
                                   name_of(rule.effective_severity()), name_of(rule.confidence));
    add_section(page, "What is found", rule.message);
    add_section(page, "What it does", rule.impact);
    add_section(page, "What to do", rule.remedy.text);
    for (const Command& command : rule.remedy.commands) {
        page += fmt::format("\nOn the {}:\n\n{}", command.on, code_block(command.run, ""));
    }
    add_section(page, "Risk", rule.remedy.risk);
    add_section(page, "Then check", rule.remedy.verify);
    add_section(page, "When it may be wrong", rule.false_positives);
    page += "\n## How it is judged\n\n";
    if (rule.scope == Scope::cluster) {
        page += fmt::format("Nodes of one cluster are held against each other{}.\n\n",
                            rule.within.empty() ? "" : ", when they were collected at most " + rule.within + " apart");
    }
    if (rule.applies) {
        page += fmt::format("Looked at: {}. Where this gives no row the rule does not apply: {}\n\n{}\n",
                            tables_of(rule.applies->needs), prose(rule.applies->otherwise),
                            code_block(rule.applies->query, "sql"));
    }
    page +=
        fmt::format("Needed: {}. Each row is a finding.\n\n{}", tables_of(rule.needs), code_block(rule.query, "sql"));
    if (!rule.unknown.empty()) {
        page += fmt::format("\nWhat cannot be known:\n\n{}", code_block(rule.unknown, "sql"));
    }
    add_links(page, "Explained by", causes);
    add_links(page, "Explains", consequences);
    if (!rule.references.empty()) {
        page += "\n## Sources\n\n";
        for (const std::string& each : rule.references) {
            page += fmt::format("- {}\n", prose(each));
        }
    }
    return page;
}

std::string index_of(std::span<const Rule> rules) {
    std::string page = fmt::format(
        "# Rules\n\nWhat kwdiag knows: {} rules. These pages are made of the files in rules/, by `kwd_rule_check "
        "--pages`.\n",
        rules.size());
    for (const std::string_view area : areas()) {
        const auto count = std::ranges::count(rules, area, &Rule::area);
        if (count == 0) {
            continue;
        }
        page += fmt::format("\n## {} ({})\n\n| rule | severity | certainty | what it finds |\n|---|---|---|---|\n",
                            area, count);
        for (const Rule& rule : rules) {
            if (rule.area == area) {
                page += fmt::format("| [{0}]({0}.md) | {1} | {2} | {3} |\n", rule.id,
                                    name_of(rule.effective_severity()), name_of(rule.confidence), prose(rule.title));
            }
        }
    }
    return page;
}

}  // namespace

std::map<std::string, std::string> pages_of(std::span<const Rule> rules) {
    std::vector<Rule> sorted(rules.begin(), rules.end());
    std::ranges::sort(sorted, {}, &Rule::id);
    const auto ids_where = [&](const auto& holds) {
        std::vector<std::string> ids;
        for (const Rule& each : sorted) {
            if (holds(each)) {
                ids.push_back(each.id);
            }
        }
        return ids;
    };
    std::map<std::string, std::string> pages;
    for (const Rule& rule : sorted) {
        pages[rule.id + ".md"] = page_of(rule, ids_where([&](const Rule& other) { return suppresses(other, rule.id); }),
                                         ids_where([&](const Rule& other) { return suppresses(rule, other.id); }));
    }
    pages["README.md"] = index_of(sorted);
    return pages;
}

}  // namespace kwd::rules
