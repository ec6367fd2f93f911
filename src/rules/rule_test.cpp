// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_test.h"

#include "rules/comparison.h"
#include "rules/evaluation.h"
#include "rules/given.h"
#include "rules/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <optional>

namespace kwd::rules {
namespace {

// Far more than a few rows need: what is slow here would never end on a node.
constexpr std::uint64_t kTestSteps = 5'000'000;

std::optional<double> as_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

bool same(const TestValue& expected, const snapshot::Value& found) {
    if (!expected.text || std::holds_alternative<std::nullptr_t>(found)) {
        return !expected.text && std::holds_alternative<std::nullptr_t>(found);
    }
    if (const auto* text = std::get_if<std::string>(&found)) {
        return *text == *expected.text;
    }
    const auto* integer = std::get_if<std::int64_t>(&found);
    if (integer != nullptr && expected.plain && (*expected.text == "true" || *expected.text == "false")) {
        return *integer == (*expected.text == "true" ? 1 : 0);
    }
    const double number = integer != nullptr ? static_cast<double>(*integer) : std::get<double>(found);
    return snapshot::to_text(found) == *expected.text || as_number(*expected.text) == number;
}

class Matching {
  public:
    Matching(const QueryResult& result, const std::vector<TestRow>& expected)
        : result_(result), expected_(expected), taken_by_(result.rows.size()) {}

    // Each expected row names only some columns, so it may match several findings: a matching of all is looked for.
    void match() {
        for (std::size_t row = 0; row < expected_.size(); ++row) {
            std::vector<bool> tried(result_.rows.size());
            if (!place(row, tried)) {
                unplaced_.push_back(row);
            }
        }
    }

    [[nodiscard]] bool equal() const {
        return unplaced_.empty() && std::ranges::all_of(taken_by_, [](const auto& by) { return by.has_value(); });
    }

    [[nodiscard]] std::string text() const {
        std::string text = fmt::format("expected {} findings, got {}", expected_.size(), result_.rows.size());
        for (const std::size_t row : unplaced_) {
            text += "\n  not found:  " + describe(expected_[row]);
        }
        for (std::size_t i = 0; i < result_.rows.size(); ++i) {
            text += (taken_by_[i] ? "\n  matched:    " : "\n  unexpected: ") + describe(result_.rows[i]);
        }
        return text;
    }

    [[nodiscard]] std::string describe(const std::vector<snapshot::Value>& row) const {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += fmt::format("{}{}: {}", i == 0 ? "{" : ", ", result_.columns[i],
                                std::holds_alternative<std::nullptr_t>(row[i]) ? "~" : snapshot::to_text(row[i]));
        }
        return text + "}";
    }

  private:
    static std::string describe(const TestRow& row) {
        std::string text = "{";
        for (const auto& [column, value] : row) {
            text += fmt::format("{}{}: {}", text.size() == 1 ? "" : ", ", column, value.text.value_or("~"));
        }
        return text + "}";
    }

    bool matches(const TestRow& expected, const std::vector<snapshot::Value>& found) const {
        return std::ranges::all_of(expected, [&](const auto& each) {
            const auto column = std::ranges::find(result_.columns, each.first);
            return column != result_.columns.end() &&
                   same(each.second, found[static_cast<std::size_t>(column - result_.columns.begin())]);
        });
    }

    bool place(std::size_t row, std::vector<bool>& tried) {
        for (std::size_t i = 0; i < result_.rows.size(); ++i) {
            if (tried[i] || !matches(expected_[row], result_.rows[i])) {
                continue;
            }
            tried[i] = true;
            if (!taken_by_[i] || place(*taken_by_[i], tried)) {
                taken_by_[i] = row;
                return true;
            }
        }
        return false;
    }

    const QueryResult& result_;
    const std::vector<TestRow>& expected_;
    std::vector<std::optional<std::size_t>> taken_by_;
    std::vector<std::size_t> unplaced_;
};

std::string unknown_columns(const RuleTest& test, const QueryResult& result) {
    for (const TestRow& row : test.rows) {
        for (const auto& [column, value] : row) {
            if (std::ranges::find(result.columns, column) == result.columns.end()) {
                return fmt::format("'expect' names {}, which is no column of the query", column);
            }
        }
    }
    return {};
}

RuleTestResult compare(const RuleTest& test, const Evaluation& evaluation) {
    Matching comparison(evaluation.result, test.rows);
    if (evaluation.verdict != test.expect) {
        std::string text = fmt::format("expected {}, got {}", name_of(test.expect), name_of(evaluation.verdict));
        text += evaluation.reason.empty() ? "" : ": " + evaluation.reason;
        for (const auto& row : evaluation.result.rows) {
            text += "\n  " + comparison.describe(row);
        }
        return {false, std::move(text)};
    }
    if (std::string problem = unknown_columns(test, evaluation.result); !problem.empty() && !test.rows.empty()) {
        return {false, std::move(problem)};
    }
    comparison.match();
    return comparison.equal() ? RuleTestResult{true, {}} : RuleTestResult{false, comparison.text()};
}

}  // namespace

std::vector<std::unique_ptr<snapshot::Database>>& RuleTestBench::free_schemas(Scope scope) {
    thread_local std::array<std::vector<std::unique_ptr<snapshot::Database>>, 2> free;
    return free[scope == Scope::cluster ? 1 : 0];
}

RuleTestBench::Lent RuleTestBench::lend_schema(Scope scope) {
    auto& free = free_schemas(scope);
    if (free.empty()) {
        free.push_back(
            std::make_unique<snapshot::Database>(scope == Scope::cluster ? empty_fleet_schema() : empty_schema()));
    }
    Lent lent(free.back().release(), GiveBack{scope});
    free.pop_back();
    lent->execute("BEGIN");
    return lent;
}

void RuleTestBench::GiveBack::operator()(snapshot::Database* database) const noexcept {
    std::unique_ptr<snapshot::Database> returned(database);
    try {
        returned->execute("ROLLBACK");
        free_schemas(scope).push_back(std::move(returned));
    } catch (const std::exception&) {  // then the next test gets one of its own
    }
}

Result<RuleTestBench> RuleTestBench::fill(const Rule& rule, const RuleTest& test) {
    Lent database = lend_schema(rule.scope);
    if (auto given = put_given(rule, test, *database); !given) {
        return given.error();
    }
    return RuleTestBench(std::move(database), test);
}

RuleTestResult RuleTestBench::run(const Rule& rule) const {
    const EngineLimits limits{.steps = kTestSteps};
    return compare(*test_, rule.scope == Scope::cluster
                               ? Comparison(*database_).evaluate(rule, limits)
                               : evaluate_rule(rule, *database_, Coverage(*database_), limits));
}

RuleTestResult run_rule_test(const Rule& rule, const RuleTest& test) {
    const auto bench = RuleTestBench::fill(rule, test);
    return bench ? bench->run(rule) : RuleTestResult{false, bench.error().doing};
}

}  // namespace kwd::rules
