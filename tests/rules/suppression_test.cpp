// SPDX-License-Identifier: Apache-2.0
#include "rules/suppression.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace kwd::rules {
namespace {

using test::rule_named;
using Suppressed = std::map<std::string, std::string>;

// The answer for the rules in this order; the same in the other order, or the test fails.
Suppressed suppressed(const std::vector<Rule>& rules) {
    std::vector<const Rule*> firing;
    for (const Rule& rule : rules) {
        firing.push_back(&rule);
    }
    const Suppressed answer = suppressed_by(firing);
    std::ranges::reverse(firing);
    CHECK(suppressed_by(firing) == answer);
    return answer;
}

std::vector<std::string> circles(const std::vector<Rule>& rules) {
    std::vector<const Rule*> all;
    for (const Rule& rule : rules) {
        all.push_back(&rule);
    }
    return suppression_circles(all);
}

TEST_CASE("a rule silences those that it names", "[rules][suppression]") {
    CHECK(suppressed({rule_named("a", "", {"b"}), rule_named("b", ""), rule_named("c", "")}) == Suppressed{{"b", "a"}});
    CHECK(suppressed({rule_named("b", ""), rule_named("c", "")}).empty());
}

TEST_CASE("a star silences all whose ids begin so, never the rule itself", "[rules][suppression]") {
    CHECK(suppressed({rule_named("lb-none", "", {"lb-*"}), rule_named("lb-x", ""), rule_named("dns-lb", "")}) ==
          Suppressed{{"lb-x", "lb-none"}});
}

TEST_CASE("what a suppressed rule explains is below it", "[rules][suppression]") {
    CHECK(suppressed({rule_named("a", "", {"b"}), rule_named("b", "", {"c"}), rule_named("c", "")}) ==
          Suppressed{{"b", "a"}, {"c", "b"}});
}

TEST_CASE("of two rules that explain a third the nearer one is its cause", "[rules][suppression]") {
    CHECK(suppressed({rule_named("a", "", {"b", "c"}), rule_named("b", "", {"c"}), rule_named("c", "")}) ==
          Suppressed{{"b", "a"}, {"c", "b"}});
    CHECK(suppressed({rule_named("a", "", {"c"}), rule_named("b", "", {"c"}), rule_named("c", "")}) ==
          Suppressed{{"c", "a"}});
}

TEST_CASE("rules that silence each other in a circle have one root", "[rules][suppression]") {
    const std::vector<Rule> circle = {rule_named("a", "", {"b"}), rule_named("b", "", {"c"}),
                                      rule_named("c", "", {"a"})};
    CHECK(suppressed(circle) == Suppressed{{"b", "a"}, {"c", "b"}});
    CHECK(circles(circle) == std::vector<std::string>{"a suppresses b suppresses c suppresses a"});
}

TEST_CASE("a circle that a star makes is found, and two ways to one rule are none", "[rules][suppression]") {
    CHECK(circles({rule_named("hns-gone", "", {"lb-*"}), rule_named("lb-x", "", {"hns-gone"})}) ==
          std::vector<std::string>{"hns-gone suppresses lb-x suppresses hns-gone"});
    CHECK(circles({rule_named("a", "", {"b", "c"}), rule_named("b", "", {"d"}), rule_named("c", "", {"d"}),
                   rule_named("d", "")})
              .empty());
}

}  // namespace
}  // namespace kwd::rules
