// SPDX-License-Identifier: Apache-2.0
#include "rules/pages.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <vector>

using Catch::Matchers::ContainsSubstring;

namespace kwd::rules {

TEST_CASE("a rule's page says what it finds, what to do and how it is judged", "[rules][pages]") {
    const std::vector rules = {test::sample_rule()};
    const auto pages = pages_of(rules);
    REQUIRE(pages.size() == 2);
    const std::string& page = pages.at("mtu-small.md");
    CHECK_THAT(page, ContainsSubstring("# An interface has a small MTU\n\n`mtu-small` · mtu · warning · likely\n"));
    CHECK_THAT(page, ContainsSubstring("## What it does\n\nLarge packets are dropped.\n"));
    CHECK_THAT(page, ContainsSubstring("On the node:\n\n```\nnetsh interface ipv4 set subinterface"));
    CHECK_THAT(page,
               ContainsSubstring("Needed: `interfaces`. Each row is a finding.\n\n```sql\nSELECT name AS subject"));
    CHECK_THAT(page, ContainsSubstring("## Sources\n\n- RFC 8200 section 5\n"));
    CHECK_THAT(pages.at("README.md"), ContainsSubstring("## mtu (1)\n"));
    CHECK_THAT(pages.at("README.md"),
               ContainsSubstring("| [mtu-small](mtu-small.md) | warning | likely | An interface has a small MTU |\n"));
}

TEST_CASE("pages link to what explains a rule and to what it explains", "[rules][pages]") {
    const std::vector rules = {test::rule_named("cause", "SELECT 1", {"effect"}),
                               test::rule_named("effect", "SELECT 1")};
    const auto pages = pages_of(rules);
    CHECK_THAT(pages.at("cause.md"), ContainsSubstring("## Explains\n\n- [effect](effect.md)\n"));
    CHECK_THAT(pages.at("effect.md"), ContainsSubstring("## Explained by\n\n- [cause](cause.md)\n"));
}

TEST_CASE("what words hold stays text in a page", "[rules][pages]") {
    Rule rule = test::sample_rule();
    rule.impact = "See <b>*x*</b> | `a_b | c`";
    rule.remedy.commands = {{"echo ```", "node"}};
    const std::string page = pages_of(std::vector{rule}).at("mtu-small.md");
    CHECK_THAT(page, ContainsSubstring("See \\<b\\>\\*x\\*\\</b\\> \\| `a_b | c`"));
    CHECK_THAT(page, ContainsSubstring("````\necho ```\n````\n"));
}

}  // namespace kwd::rules
