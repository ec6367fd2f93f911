// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_test.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

using test::sample_rule;

// How the test at `index` goes after one piece of the sample was replaced.
RuleTestResult run(std::size_t index, std::string_view piece = "", std::string_view replacement = "") {
    const Rule rule = sample_rule(piece, replacement);
    return run_rule_test(rule, rule.tests.at(index));
}

TEST_CASE("the tests of a rule pass when it says what they expect", "[rules][test]") {
    CHECK(run(0).passed);
    CHECK(run(1).passed);
    CHECK(run(2).passed);
}

TEST_CASE("a test does not see the rows of the one before", "[rules][test]") {
    CHECK(run(0).passed);
    CHECK(run(0, "given: {interfaces: [{name: eth0, mtu_bytes: 1000}]}", "given: {interfaces: []}").difference ==
          "expected finding, got clear");
    CHECK(run(2).passed);
}

TEST_CASE("a failed test says what was expected and what came", "[rules][test]") {
    CHECK(run(1, "mtu_bytes: 1280", "mtu_bytes: 1279").difference ==
          "expected clear, got finding\n  {subject: eth0, mtu: 1279, evidence: ~}");
    CHECK(run(0, "mtu_bytes: 1000", "mtu_bytes: 1500").difference == "expected finding, got clear");
    CHECK(run(2, "    missing: [interfaces]\n", "").difference == "expected not_evaluated, got clear");
    CHECK(run(1, "given: {interfaces: [{name: eth0, mtu_bytes: 1280}]}", "partial: {interfaces: the list was cut}")
              .difference == "expected clear, got not_evaluated: interfaces is known only in part: the list was cut");
    CHECK(run(0, "mtu: 1000}", "mtu: 1001}").difference ==
          "expected 1 findings, got 1\n"
          "  not found:  {subject: eth0, mtu: 1001}\n"
          "  unexpected: {subject: eth0, mtu: 1000, evidence: ~}");
    CHECK(run(0, "mtu: 1000}", "mto: 1000}").difference == "'expect' names mto, which is no column of the query");
}

TEST_CASE("every finding must be expected, each once", "[rules][test]") {
    constexpr std::string_view kGiven = "given: {interfaces: [{name: eth0, mtu_bytes: 1000}]}";
    constexpr std::string_view kTwo = "given: {interfaces: [{name: a, mtu_bytes: 1}, {name: b, mtu_bytes: 1}]}";
    constexpr std::string_view kExpect = "expect: [{subject: eth0, mtu: 1000}]";
    const std::string given(kGiven);
    const std::string both = given + "\n    " + std::string(kExpect);
    const auto with = [&](std::string_view expect) {
        return run(0, both, std::string(kTwo) + "\n    " + std::string(expect));
    };

    CHECK_FALSE(with("expect: [{subject: a}]").passed);
    // The first row matches both findings, and must leave `a` to the second.
    CHECK(with("expect: [{mtu: 1}, {subject: a}]").passed);
    CHECK_FALSE(with("expect: [{subject: a}, {subject: a}]").passed);
    CHECK_FALSE(with("expect: [{subject: a}, {subject: b}, {mtu: 1}]").passed);
}

TEST_CASE("given rows have real tables, columns and types", "[rules][test]") {
    CHECK(run(0, "{name: eth0, mtu_bytes: 1000}", "{nam: eth0}").difference == "given: interfaces has no column nam");
    CHECK(run(0, "mtu_bytes: 1000}", "mtu_bytes: large}").difference ==
          "given: interfaces.mtu_bytes cannot hold large: it is INTEGER");
    CHECK(run(0, "{interfaces: [{name: eth0, mtu_bytes: 1000}]}", "{interface: [{name: eth0}]}").difference ==
          "given: there is no table interface");
    CHECK(run(0, "{interfaces: [{name: eth0, mtu_bytes: 1000}]}", "{findings: [{rule_id: x}]}").difference ==
          "given: there is no table findings");
    CHECK(run(0, "{name: eth0,", "{at: eth0, name: eth0,").difference == "given: interfaces has no column at");
    CHECK(run(0, "{name: eth0,", "{name: ~,").difference ==
          "given: interfaces.name cannot hold ~: it is TEXT and never NULL");
    CHECK(run(2, "missing: [interfaces]", "missing: [interface]").difference ==
          "missing: there is no table interface that could be missing");
}

TEST_CASE("a table that a rule needs is covered, whether or not it is named among those it uses", "[rules][test]") {
    CHECK(run(1, "needs: [interfaces]", "needs: [interfaces, routes]").passed);
    CHECK(run(1, "needs: [interfaces]", "needs: [interfaces, routes]\nuses: [routes]").passed);
}

TEST_CASE("required columns that are left out are empty, other ones NULL", "[rules][test]") {
    CHECK(run(0, "{name: eth0, mtu_bytes: 1000}]}\n    expect: [{subject: eth0,",
              "{mtu_bytes: 1000}]}\n    expect: "
              "[{subject: \"\", evidence: ~,")
              .passed);
    CHECK(run(0, "{name: eth0, mtu_bytes: 1000}]}\n    expect: [{subject: eth0,",
              "{document_id: 3, place: /0, mtu_bytes: 1000}]}\n    expect: [{evidence: 3#/0,")
              .passed);
}

}  // namespace
}  // namespace kwd::rules
