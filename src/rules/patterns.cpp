// SPDX-License-Identifier: Apache-2.0
#include "rules/patterns.h"

#include <algorithm>
#include <optional>
#include <set>

namespace kwd::rules {
namespace {

constexpr const char* kBlanks = " \t\r\n";

// The string literal that begins here, after blanks; '' within it is one quote. None when it is only a part of what is
// put together with ||.
std::optional<std::string> literal(std::string_view sql) {
    std::size_t at = std::min(sql.find_first_not_of(kBlanks), sql.size());
    if (at == sql.size() || sql[at] != '\'') {
        return std::nullopt;
    }
    std::string text;
    for (++at; at < sql.size(); ++at) {
        if (sql[at] == '\'' && (at + 1 == sql.size() || sql[++at] != '\'')) {
            const std::size_t next = sql.find_first_not_of(kBlanks, at);
            const bool joined = next != std::string_view::npos && sql.substr(next).starts_with("||");
            return joined ? std::nullopt : std::optional(text);
        }
        text += sql[at];
    }
    return std::nullopt;
}

std::string in_lower_case(std::string_view sql) {
    std::string lower(sql);
    for (char& each : lower) {
        each = each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
    }
    return lower;
}

struct Literal {
    std::string pattern;
    bool is_searched;  ///< after REGEXP or in regexp(…): not that of regexp_capture(…)
};

std::vector<Literal> literal_patterns(std::string_view sql) {
    const std::string lower = in_lower_case(sql);
    std::vector<Literal> patterns;
    for (std::size_t at = lower.find("regexp"); at != std::string::npos; at = lower.find("regexp", at + 1)) {
        std::string_view rest = sql.substr(at + 6);
        const bool captures = lower.compare(at + 6, 8, "_capture") == 0;
        if (captures) {
            // The text comes first, and is a column more often than not; the pattern follows the comma.
            rest.remove_prefix(std::min(rest.find(','), rest.size()));
        }
        if (!rest.empty() && (rest.front() == '(' || rest.front() == ',')) {
            rest.remove_prefix(1);
        }
        if (auto pattern = literal(rest)) {
            patterns.push_back({std::move(*pattern), !captures});
        }
    }
    return patterns;
}

}  // namespace

std::vector<std::string> malformed_patterns(std::string_view sql, const snapshot::Database& database) {
    std::vector<std::string> malformed;
    for (const Literal& each : literal_patterns(sql)) {
        const snapshot::Value value = each.pattern;
        if (!database.integer("SELECT regexp(?, '')", std::span(&value, 1))) {
            malformed.push_back(each.pattern);
        }
    }
    return malformed;
}

std::vector<std::string> line_patterns(std::span<const Rule* const> rules) {
    std::set<std::string> patterns;
    for (const Rule* rule : rules) {
        for (const std::string_view sql :
             {std::string_view(rule->query), std::string_view(rule->unknown),
              rule->applies ? std::string_view(rule->applies->query) : std::string_view()}) {
            if (sql.find("log_lines") == std::string_view::npos) {
                continue;
            }
            for (Literal& each : literal_patterns(sql)) {
                if (each.is_searched) {
                    patterns.insert(std::move(each.pattern));
                }
            }
        }
    }
    return {patterns.begin(), patterns.end()};
}

}  // namespace kwd::rules
