// SPDX-License-Identifier: Apache-2.0
#include "rules/suppression.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace kwd::rules {
namespace {

using test::rule_named;
using Suppressed = std::map<std::string, std::string>;

// What one query gave: rows of one column `server`, of which "?" is not known.
QueryResult servers(const std::vector<std::string>& names) {
    QueryResult result{.columns = {"subject", "server"}, .rows = {}, .row_count = names.size()};
    for (const std::string& name : names) {
        result.rows.push_back({"x", name == "?" ? snapshot::Value(nullptr) : snapshot::Value(name)});
    }
    return result;
}

struct Firing {
    Rule rule;
    std::vector<std::string> servers;
};

// "effect 0: cause 1" for each finding that is explained, in this order of rules; the same in the other order, or the
// test fails.
std::vector<std::string> explained(const std::vector<Firing>& all) {
    std::vector<QueryResult> results;
    for (const Firing& each : all) {
        results.push_back(servers(each.servers));
    }
    std::vector<Found> found;
    for (std::size_t i = 0; i < all.size(); ++i) {
        found.push_back({&all[i].rule, &results[i]});
    }
    const auto answer = explained_findings(found);
    std::ranges::reverse(found);
    CHECK(explained_findings(found) == answer);
    std::vector<std::string> lines;
    for (const auto& [effect, cause] : answer) {
        lines.push_back(fmt::format("{} {}: {} {}", effect.rule, effect.row, cause.rule, cause.row));
    }
    return lines;
}

// The answer for rules with one finding each.
Suppressed suppressed(const std::vector<Rule>& rules) {
    const QueryResult one = servers({"a"});
    std::vector<Found> found;
    for (const Rule& rule : rules) {
        found.push_back({&rule, &one});
    }
    Suppressed answer;
    for (const auto& [effect, cause] : explained_findings(found)) {
        answer[effect.rule] = cause.rule;
    }
    return answer;
}

Rule by_server(std::string id, std::string other) {
    Rule rule = rule_named(std::move(id), "");
    rule.suppresses = {{std::move(other), "server"}};
    return rule;
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

TEST_CASE("where rules agree on a column a finding explains those of the same value there", "[rules][suppression]") {
    CHECK(explained({{by_server("refused", "unreachable"), {"files-c", "files-a"}},
                     {rule_named("unreachable", ""), {"files-a", "files-b", "FILES-A", "files-c"}}}) ==
          std::vector<std::string>{"unreachable 0: refused 1", "unreachable 2: refused 1", "unreachable 3: refused 0"});
}

TEST_CASE("what is not known is the same as nothing", "[rules][suppression]") {
    CHECK(explained({{by_server("refused", "unreachable"), {"?"}}, {rule_named("unreachable", ""), {"?", "files-a"}}})
              .empty());
}

TEST_CASE("where a rule explains all of another its first finding does", "[rules][suppression]") {
    CHECK(explained({{rule_named("cause", "", {"effect"}), {"a", "b"}}, {rule_named("effect", ""), {"b", "c"}}}) ==
          std::vector<std::string>{"effect 0: cause 0", "effect 1: cause 0"});
}

TEST_CASE("a finding that the nearer rule does not explain is below the other", "[rules][suppression]") {
    Rule far = rule_named("far", "", {"near", "effect"});
    CHECK(explained({{far, {"x"}}, {by_server("near", "effect"), {"a"}}, {rule_named("effect", ""), {"a", "b"}}}) ==
          std::vector<std::string>{"effect 0: near 0", "effect 1: far 0", "near 0: far 0"});
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

TEST_CASE("a circle is found, and two ways to one rule are none", "[rules][suppression]") {
    CHECK(circles({rule_named("hns-gone", "", {"lb-x"}), rule_named("lb-x", "", {"hns-gone"})}) ==
          std::vector<std::string>{"hns-gone suppresses lb-x suppresses hns-gone"});
    CHECK(circles({rule_named("a", "", {"b", "c"}), rule_named("b", "", {"d"}), rule_named("c", "", {"d"}),
                   rule_named("d", "")})
              .empty());
}

}  // namespace
}  // namespace kwd::rules
