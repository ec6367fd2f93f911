// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_set.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

using test::kSample;
using test::rule_named;
using test::RuleFolder;
using test::sample_with;

std::vector<std::string> ids(const RuleSet& set) {
    std::vector<std::string> ids;
    for (const Rule* rule : set.active()) {
        ids.push_back(rule->id);
    }
    return ids;
}

TEST_CASE("the built-in rules are all good together", "[rules][set]") {
    const RuleSet set = RuleSet::embedded();

    CHECK(set.problems() == std::vector<std::string>{});
    REQUIRE(set.find("overlay-vni-below-4096") != nullptr);
    CHECK(set.find("overlay-vni-below-4096")->path == "rules/overlay/overlay-vni-below-4096.yaml");
}

TEST_CASE("rules come by area and id, whatever the order they were added in", "[rules][set]") {
    RuleSet set;
    Rule dns = rule_named("z", "");
    dns.area = "dns";
    set.add(rule_named("b", ""));
    set.add(rule_named("a", ""));
    set.add(dns);
    CHECK(ids(set) == std::vector<std::string>{"z", "a", "b"});
}

TEST_CASE("a folder adds rules and overrides those of the same id", "[rules][set]") {
    const RuleFolder folder;
    folder.put("mtu/mtu-small.yaml", kSample);
    RuleSet set;
    set.add(rule_named("mtu-small", "SELECT 1"));
    set.add(rule_named("mtu-other", "SELECT 1"));

    set.load_folder(folder.path());

    CHECK(set.problems() == std::vector<std::string>{});
    CHECK(ids(set) == std::vector<std::string>{"mtu-other", "mtu-small"});
    CHECK(set.find("mtu-small")->query.starts_with("SELECT name AS subject"));
}

TEST_CASE("a retired rule is not evaluated, and can switch another off", "[rules][set]") {
    const RuleFolder folder;
    folder.put("mtu/mtu-small.yaml", sample_with("status: experimental", "status: retired"));
    RuleSet set;
    set.add(rule_named("mtu-small", "SELECT 1"));
    set.load_folder(folder.path());

    CHECK(ids(set).empty());
    CHECK(set.find("mtu-small") != nullptr);
}

TEST_CASE("rules that are wrong are left out and told, the others stay", "[rules][set]") {
    const RuleFolder folder;
    folder.put("mtu/mtu-small.yaml", sample_with("mtu_bytes < 1280", "mtu_byts < 1280"));
    folder.put("mtu/mtu-broken.yaml", "id: [\n");
    folder.put("dns/mtu-small.yaml", sample_with("area: mtu", "area: dns"));
    RuleSet set;
    set.load_folder(folder.path());

    CHECK(ids(set) == std::vector<std::string>{"mtu-small"});
    const auto problems = set.problems();
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].starts_with(folder.path() + "/mtu/mtu-broken.yaml:"));
    CHECK(problems[1] == folder.path() + "/mtu/mtu-small.yaml: query: prepare SQL: no such column: mtu_byts");
    CHECK(problems[2] ==
          folder.path() + "/mtu/mtu-small.yaml: " + folder.path() + "/dns/mtu-small.yaml holds a rule of this id too");

    set.load_folder(folder.path() + "/nothing");
    CHECK(set.problems().size() == 4);
}

TEST_CASE("suppressing a rule that does not exist, or in a circle, is a problem of the set", "[rules][set]") {
    RuleSet set;
    set.add(rule_named("a", "", {"b", "lost", "cw"}));
    set.add(rule_named("b", "", {"a"}));
    Rule of_nodes = rule_named("cw", "");
    of_nodes.scope = Scope::cluster;
    set.add(of_nodes);

    CHECK(set.problems() == std::vector<std::string>{"rules/mtu/mtu-small.yaml: suppresses: lost is no rule",
                                                     "rules/mtu/mtu-small.yaml: suppresses: cw is of another scope",
                                                     "rules suppress each other: a suppresses b suppresses a"});
}

}  // namespace
}  // namespace kwd::rules
