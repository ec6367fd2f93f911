// SPDX-License-Identifier: Apache-2.0
#include "rules/mutants.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace kwd::rules {
namespace {

using Texts = std::vector<std::string>;

Texts conditions(const std::string& sql) {
    Texts texts;
    for (const Condition& each : conditions_of(sql)) {
        texts.push_back(sql.substr(each.begin, each.end - each.begin));
    }
    return texts;
}

TEST_CASE("conditions stand between the words that part them", "[rules][mutants]") {
    CHECK(conditions("SELECT a FROM t WHERE b = 1 AND c IS NULL OR d <> 'x' ORDER BY a") ==
          Texts{"b = 1", "c IS NULL", "d <> 'x'"});
    CHECK(conditions("SELECT a FROM t AS t JOIN u ON u.id = t.id LEFT JOIN v ON v.id = t.id AND v.x GROUP BY a HAVING "
                     "count(*) > 1") == Texts{"u.id = t.id", "v.id = t.id", "v.x", "count(*) > 1"});
    CHECK(conditions("SELECT 1").empty());
}

TEST_CASE("the AND of BETWEEN parts nothing", "[rules][mutants]") {
    CHECK(conditions("SELECT a FROM t WHERE b BETWEEN 1 AND 2 AND c BETWEEN f(1, 2) AND 3") ==
          Texts{"b BETWEEN 1 AND 2", "c BETWEEN f(1, 2) AND 3"});
}

TEST_CASE("groups and queries within hold conditions of their own", "[rules][mutants]") {
    CHECK(conditions("SELECT a FROM t WHERE (b = 1 OR c = 2) AND NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a)") ==
          Texts{"(b = 1 OR c = 2)", "b = 1", "c = 2", "NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a)", "u.a = t.a"});
    CHECK(conditions("SELECT a FROM t WHERE lower(b) IN ('x', 'y')") == Texts{"lower(b) IN ('x', 'y')"});
}

TEST_CASE("what a CASE asks is a condition, what it compares with a value is none", "[rules][mutants]") {
    CHECK(conditions("SELECT CASE WHEN a > 1 THEN 'many' ELSE 'few' END FROM t WHERE b") == Texts{"a > 1", "b"});
    CHECK(conditions("SELECT CASE a WHEN 1 THEN 'one' END FROM t WHERE b") == Texts{"b"});
    CHECK(conditions("SELECT a FROM t WHERE CASE WHEN b THEN c ELSE d END AND e") ==
          Texts{"CASE WHEN b THEN c ELSE d END", "b", "e"});
}

TEST_CASE("words in texts, names in quotes and comments are no SQL", "[rules][mutants]") {
    CHECK(conditions("SELECT a FROM t -- WHERE x\n WHERE \"a AND b\" = 'it''s AND OR' AND c") ==
          Texts{"\"a AND b\" = 'it''s AND OR'", "c"});
}

Rule rule_with_tests(std::vector<RuleTest> tests) {
    Rule rule = test::rule_named(
        "r", "SELECT name AS subject, NULL AS evidence FROM interfaces WHERE mtu_bytes < 1280 AND name <> 'lo'");
    rule.needs = {{{{.table = "interfaces"}}}};
    rule.tests = std::move(tests);
    return rule;
}

RuleTest given(const char* name, const char* mtu, Verdict expect) {
    RuleTest test;
    test.name = name;
    test.given = {{"interfaces", {{{"name", {name}}, {"mtu_bytes", {mtu}}}}}};
    test.expect = expect;
    if (expect == Verdict::finding) {
        test.rows = {{{"subject", {name}}}};
    }
    return test;
}

TEST_CASE("tests that reach both sides of each condition notice whatever becomes of it", "[rules][mutants]") {
    const MutationScore score =
        score_of({rule_with_tests({given("eth0", "1000", Verdict::finding), given("eth0", "1500", Verdict::clear),
                                   given("lo", "1000", Verdict::clear)})});
    CHECK(score.mutants == 6);
    CHECK(score.missed == Texts{});
    CHECK(score.percent() == 100.0);
}

TEST_CASE("a condition that no test needs is told", "[rules][mutants]") {
    const MutationScore score =
        score_of({rule_with_tests({given("eth0", "1000", Verdict::finding), given("eth0", "1500", Verdict::clear)})});
    CHECK(score.missed == Texts{"r: query: 'name <> 'lo'' always holds"});
    CHECK(score.noticed == 5);
}

TEST_CASE("a rule without conditions has nothing that could be changed", "[rules][mutants]") {
    CHECK(mutants_of(test::rule_named("r", "SELECT 'x' AS subject, NULL AS evidence")).empty());
    CHECK(score_of({}).percent() == 100.0);
}

}  // namespace
}  // namespace kwd::rules
