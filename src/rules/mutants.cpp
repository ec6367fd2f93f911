// SPDX-License-Identifier: Apache-2.0
#include "rules/mutants.h"

#include "rules/rule_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <span>
#include <utility>

namespace kwd::rules {
namespace {

constexpr std::size_t kShown = 120;

struct Token {
    std::size_t begin;
    std::size_t end;
    std::string word;  ///< in upper case where it is one; else as it stands
};

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

std::size_t end_of_quoted(std::string_view sql, std::size_t begin) {
    const char quote = sql[begin];
    for (std::size_t at = begin + 1; at < sql.size(); ++at) {
        if (sql[at] == quote) {
            if (at + 1 >= sql.size() || sql[at + 1] != quote) {
                return at + 1;
            }
            ++at;
        }
    }
    return sql.size();
}

// Without blanks and comments.
std::vector<Token> tokens_of(std::string_view sql) {
    std::vector<Token> tokens;
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at];
        std::size_t end = at + 1;
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            at = end;
            continue;
        }
        if (sql.substr(at, 2) == "--") {
            at = std::min(sql.find('\n', at), sql.size());
            continue;
        }
        if (c == '\'' || c == '"') {
            end = end_of_quoted(sql, at);
        } else if (is_word(c)) {
            while (end < sql.size() && is_word(sql[end])) {
                ++end;
            }
        }
        std::string word(sql.substr(at, end - at));
        if (c != '\'' && c != '"') {
            std::ranges::transform(word, word.begin(), [](char each) {
                return static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
            });
        }
        tokens.push_back({at, end, std::move(word)});
        at = end;
    }
    return tokens;
}

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

bool begins_condition(std::string_view word) {
    static constexpr auto words = std::to_array<std::string_view>({"WHERE", "ON", "HAVING", "WHEN", "AND", "OR"});
    return is_one_of(word, words);
}

bool ends_condition(std::string_view word) {
    static constexpr auto words = std::to_array<std::string_view>(
        {"AND",    "OR",   "GROUP", "ORDER", "UNION", "EXCEPT", "INTERSECT", "LIMIT", "HAVING", "WHERE",
         "WINDOW", "JOIN", "LEFT",  "INNER", "CROSS", "THEN",   "ELSE",      "END",   ",",      ";"});
    return is_one_of(word, words);
}

// Where ANDs of BETWEEN stand, and WHENs of a CASE that compares with a value.
std::set<std::size_t> words_that_begin_nothing(const std::vector<Token>& tokens) {
    std::set<std::size_t> found;
    std::vector<std::size_t> between(1, 0);  // that still wait for their AND, by depth
    std::vector<bool> compares;              // of each CASE that is open
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::string& word = tokens[i].word;
        if (word == "(") {
            between.push_back(0);
        } else if (word == ")" && between.size() > 1) {
            between.pop_back();
        } else if (word == "BETWEEN") {
            ++between.back();
        } else if (word == "AND" && between.back() > 0) {
            --between.back();
            found.insert(i);
        } else if (word == "CASE") {
            compares.push_back(i + 1 < tokens.size() && tokens[i + 1].word != "WHEN");
        } else if (word == "WHEN" && !compares.empty() && compares.back()) {
            found.insert(i);
        } else if (word == "END" && !compares.empty()) {
            compares.pop_back();
        }
    }
    return found;
}

// The token that ends what begins at `first`.
std::size_t end_of(const std::vector<Token>& tokens, std::size_t first, const std::set<std::size_t>& nothing) {
    int depth = 0;
    int cases = 0;
    for (std::size_t i = first; i < tokens.size(); ++i) {
        const std::string& word = tokens[i].word;
        if (word == "(") {
            ++depth;
        } else if (word == ")") {
            if (depth == 0) {
                return i;
            }
            --depth;
        } else if (depth == 0 && word == "CASE") {
            ++cases;
        } else if (depth == 0 && cases > 0) {
            cases -= word == "END" ? 1 : 0;
        } else if (depth == 0 && ends_condition(word) && !nothing.contains(i)) {
            return i;
        }
    }
    return tokens.size();
}

}  // namespace

std::vector<Condition> conditions_of(std::string_view sql) {
    const std::vector<Token> tokens = tokens_of(sql);
    const std::set<std::size_t> nothing = words_that_begin_nothing(tokens);
    std::vector<Condition> conditions;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const bool group = tokens[i].word == "(" && tokens[i + 1].word != "SELECT" && tokens[i + 1].word != "WITH" &&
                           tokens[i + 1].word != "VALUES";
        if ((!begins_condition(tokens[i].word) || nothing.contains(i)) && !group) {
            continue;
        }
        const std::size_t end = end_of(tokens, i + 1, nothing);
        // A parenthesis is a group of conditions where AND or OR follow the first.
        const bool parted = end < tokens.size() && (tokens[end].word == "AND" || tokens[end].word == "OR");
        if (end > i + 1 && (!group || parted)) {
            conditions.push_back({tokens[i + 1].begin, tokens[end - 1].end});
        }
    }
    std::ranges::sort(conditions, {}, [](const Condition& each) { return std::pair(each.begin, each.end); });
    return conditions;
}

std::vector<Mutant> mutants_of(const Rule& rule) {
    struct Place {
        const char* name;
        std::string& (*of)(Rule&);
    };
    static constexpr std::array<Place, 3> places = {
        {{"applies.query", [](Rule& each) -> std::string& { return each.applies->query; }},
         {"query", [](Rule& each) -> std::string& { return each.query; }},
         {"unknown", [](Rule& each) -> std::string& { return each.unknown; }}}};
    static constexpr std::array<std::pair<const char*, const char*>, 3> changes = {
        {{"always holds", "(1)"}, {"never holds", "(0)"}, {"is turned round", "(NOT coalesce(({}), 0))"}}};
    std::vector<Mutant> mutants;
    for (const Place& place : places) {
        if (place.name == places.front().name && !rule.applies) {
            continue;
        }
        Rule copy = rule;
        const std::string sql = place.of(copy);
        for (const Condition& condition : conditions_of(sql)) {
            const std::string text = sql.substr(condition.begin, condition.end - condition.begin);
            std::string shown = text.substr(0, kShown);
            std::ranges::replace(shown, '\n', ' ');
            for (const auto& [what, sql_instead] : changes) {
                Mutant& mutant = mutants.emplace_back();
                mutant.rule = rule;
                mutant.what = fmt::format("{}: '{}' {}", place.name, shown, what);
                place.of(mutant.rule)
                    .replace(condition.begin, text.size(), fmt::format(fmt::runtime(sql_instead), text));
            }
        }
    }
    return mutants;
}

double MutationScore::percent() const noexcept {
    return mutants == 0 ? 100.0 : 100.0 * static_cast<double>(noticed) / static_cast<double>(mutants);
}

MutationScore score_of(const std::vector<Rule>& rules) {
    MutationScore score;
    for (const Rule& rule : rules) {
        std::vector<Mutant> left = mutants_of(rule);
        score.mutants += left.size();
        for (const RuleTest& test : rule.tests) {
            if (const auto bench = RuleTestBench::fill(rule, test)) {
                score.noticed += std::erase_if(left, [&](const Mutant& each) { return !bench->run(each.rule).passed; });
            }
        }
        for (const Mutant& each : left) {
            score.missed.push_back(fmt::format("{}: {}", rule.id, each.what));
        }
    }
    return score;
}

}  // namespace kwd::rules
