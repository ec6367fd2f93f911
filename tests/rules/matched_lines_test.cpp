// SPDX-License-Identifier: Apache-2.0
// Rules say the same of lines that were matched beforehand (snapshot/lines) as of the table itself.
#include "snapshot/lines/matched_lines.h"

#include "rules/coverage.h"
#include "rules/evaluation.h"
#include "rules/given.h"
#include "rules/patterns.h"
#include "rules/rule_set.h"
#include "sample_rule.h"
#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace kwd::rules {
namespace {

std::string told(const Evaluation& evaluation) {
    std::string all = std::string(name_of(evaluation.verdict)) + ": " + evaluation.reason;
    for (const auto& row : evaluation.result.rows) {
        all += "\n";
        for (const snapshot::Value& value : row) {
            all += (std::holds_alternative<std::nullptr_t>(value) ? "NULL" : snapshot::to_text(value)) + "|";
        }
    }
    return all;
}

snapshot::Database given(const Rule& rule, const RuleTest& test) {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    REQUIRE(put_given(rule, test, database));
    // So many lines that those of the test are few among them, as they are on a node.
    database.execute(R"sql(
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO log_lines (component, message, severity) SELECT iif(i % 2, 'kubelet', 'other'), 'nothing of note ' || i, 'info' FROM n
 WHERE EXISTS (SELECT 1 FROM log_lines))sql");
    return database;
}

}  // namespace

TEST_CASE("each rule says the same in each of its tests", "[rules][lines]") {
    const RuleSet rules = RuleSet::embedded();
    std::size_t compared = 0;
    for (const Rule* rule : rules.active(Scope::node)) {
        const auto patterns = line_patterns(std::span(&rule, 1));
        for (const RuleTest& test : rule->tests) {
            if (std::ranges::none_of(test.given, [](const auto& table) { return table.first == "log_lines"; })) {
                continue;
            }
            snapshot::Database database = given(*rule, test);
            CAPTURE(rule->id, test.name);
            const Coverage coverage(database);
            const std::string plain = told(evaluate_rule(*rule, database, coverage, {}));
            const snapshot::MatchedLines matched(database, patterns);
            CHECK(told(evaluate_rule(*rule, database, coverage, {})) == plain);
            ++compared;
        }
    }
    CHECK(compared > 300);
}

TEST_CASE("patterns that rules look for in lines are gathered once each", "[rules][lines]") {
    Rule one = test::rule_named(
        "a",
        "SELECT 1 AS subject, at AS evidence FROM log_lines WHERE message REGEXP 'it''s' AND regexp('b', message) "
        "AND regexp_capture(message, 'captured', 0) = 'x' AND message REGEXP 'begins' || component");
    one.unknown = "SELECT 1 AS reason FROM log_lines WHERE NOT message REGEXP 'b'";
    const Rule other =
        test::rule_named("b", "SELECT 1 AS subject, at AS evidence FROM events WHERE message REGEXP 'event'");
    const std::vector<const Rule*> rules = {&one, &other};
    CHECK(line_patterns(rules) == std::vector<std::string>{"b", "it's"});
}

}  // namespace kwd::rules
