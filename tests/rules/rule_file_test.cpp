// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_file.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

using test::kSample;
using test::kSamplePath;
using test::sample_rule;
using test::sample_with;

std::string refusal(std::string_view piece, std::string_view replacement) {
    const auto rule = parse_rule(sample_with(piece, replacement), kSamplePath);
    return rule ? "read" : rule.error().doing;
}

TEST_CASE("a rule file is read as it stands", "[rules][file]") {
    const Rule rule = sample_rule();

    CHECK(rule.id == "mtu-small");
    CHECK(rule.title == "An interface has a small MTU");
    CHECK(rule.severity == Severity::warning);
    CHECK(rule.confidence == Confidence::likely);
    CHECK(rule.status == Status::experimental);
    REQUIRE(rule.needs.size() == 1);
    CHECK(rule.needs[0].text() == "interfaces");
    CHECK_FALSE(rule.applies);
    CHECK(rule.remedy.commands.at(0).on == "node");
    REQUIRE(rule.tests.size() == 3);
    CHECK(rule.tests[0].expect == Verdict::finding);
    CHECK(rule.tests[0].rows.at(0).at(1).second.text == "1000");
    CHECK(rule.tests[1].expect == Verdict::clear);
    CHECK(rule.tests[2].missing == std::vector<std::string>{"interfaces"});
}

TEST_CASE("a need may name alternatives and columns", "[rules][file]") {
    const Rule rule = sample_rule("needs: [interfaces]", "needs: [flannel_config.vni|log_lines, interfaces]");

    REQUIRE(rule.needs.size() == 2);
    REQUIRE(rule.needs[0].any_of.size() == 2);
    CHECK(rule.needs[0].any_of[0].table == "flannel_config");
    CHECK(rule.needs[0].any_of[0].column == "vni");
    CHECK(rule.needs[0].any_of[1].table == "log_lines");
    CHECK(rule.needs[0].text() == "flannel_config.vni|log_lines");
    CHECK(refusal("needs: [interfaces]", "needs: [a|]").starts_with("rules/mtu/mtu-small.yaml:7: 'a|' is not a table"));
    CHECK(refusal("needs: [interfaces]", "needs: [\"a b\"]").find("is not a table") != std::string::npos);
}

TEST_CASE("an unknown key, a missing key and a wrong word are refused with their line", "[rules][file]") {
    CHECK(refusal("impact: Large", "impcat: Large")
              .find("rules/mtu/mtu-small.yaml:11: unknown key 'impcat' in the rule") != std::string::npos);
    CHECK(refusal("impact: Large packets are dropped.\n", "") == "rules/mtu/mtu-small.yaml:1: 'impact' is missing");
    CHECK(refusal("severity: warning", "severity: severe") ==
          "rules/mtu/mtu-small.yaml:5: 'severity' is one of critical, warning, info; not 'severe'");
    CHECK(refusal("  risk: none\n", "  risk: []\n") == "rules/mtu/mtu-small.yaml:14: 'risk' must be a text");
    CHECK(refusal("on: node", "on: moon") ==
          "rules/mtu/mtu-small.yaml:16: 'on' is one of node, cluster, linux-node, cloud, hypervisor; not 'moon'");
    CHECK(refusal("references: [RFC 8200 section 5]", "references: []") ==
          "rules/mtu/mtu-small.yaml:19: 'references' must be a list of texts");
}

TEST_CASE("everything wrong with a rule file is told at once", "[rules][file]") {
    const auto rule = parse_rule("id: mtu-small\ntitel: x\narea: mtu\n", kSamplePath);

    REQUIRE_FALSE(rule);
    CHECK(rule.error().code == Errc::malformed);
    CHECK(rule.error().doing.find(":1: 'title' is missing\n") != std::string::npos);
    CHECK(rule.error().doing.find(":2: unknown key 'titel'") != std::string::npos);
}

TEST_CASE("the id is the file's name and the area its folder", "[rules][file]") {
    CHECK(refusal("id: mtu-small", "id: mtu-tiny") ==
          "rules/mtu/mtu-small.yaml:1: the id is 'mtu-tiny', so the file must be named 'mtu-tiny.yaml'");
    CHECK(refusal("id: mtu-small", "id: Mtu_Small") ==
          "rules/mtu/mtu-small.yaml:1: 'id' is made of small letters, digits and '-'");
    CHECK(refusal("area: mtu", "area: dns") ==
          "rules/mtu/mtu-small.yaml:3: the area is 'dns', so the file must lie in a folder of that name");
    CHECK(refusal("area: mtu", "area: weather").starts_with("rules/mtu/mtu-small.yaml:3: 'area' is one of platform,"));
}

TEST_CASE("a rule without three tests of the three kinds is refused", "[rules][file]") {
    CHECK(refusal("    expect: clear\n", "    expect: not_evaluated\n") ==
          "rules/mtu/mtu-small.yaml:21: no test shows the nearest neighbour that stays clear ('expect: clear')");
    CHECK(refusal("expect: [{subject: eth0, mtu: 1000}]", "expect: clear") ==
          "rules/mtu/mtu-small.yaml:21: no test shows the rule fire ('expect' with rows)");
    CHECK(refusal("expect: not_evaluated", "expect: not_applicable") ==
          "rules/mtu/mtu-small.yaml:21: no test shows what happens when data is missing ('expect: not_evaluated')");
    CHECK(refusal("name: 1280 is clear", "name: 1000 is reported") ==
          "rules/mtu/mtu-small.yaml:24: two tests are named '1000 is reported'");
    CHECK(refusal("expect: clear", "expect: []") ==
          "rules/mtu/mtu-small.yaml:26: 'expect' is a list of rows, or clear, not_applicable or not_evaluated");
}

TEST_CASE("a rule suppresses others, not itself", "[rules][file]") {
    const auto suppressing = [](std::string_view ids) {
        return refusal("false_positives", "suppresses: [" + std::string(ids) + "]\nfalse_positives");
    };

    CHECK(suppressing("mtu-other, {rule: overlay-x, on: network}") == "read");
    CHECK(suppressing("overlay-*").find("is not the id of another rule") != std::string::npos);
    CHECK(suppressing("{rule: mtu-small, on: x}").find("is not the id of another rule") != std::string::npos);
    CHECK(suppressing("{rule: overlay-x}").find("'on' is missing") != std::string::npos);
    CHECK(suppressing("{rule: overlay-x, on: 'a b'}").find("'a b' is not a column") != std::string::npos);
    CHECK(suppressing("{rule: overlay-x, on: a, if: b}").find("unknown key 'if' in suppresses") != std::string::npos);
    CHECK(suppressing("[overlay-x]").find("must be a list of texts and maps") != std::string::npos);
    CHECK(suppressing("mtu-small").find("is not the id of another rule") != std::string::npos);
}

TEST_CASE("a hint is never more than a warning", "[rules][file]") {
    Rule rule = sample_rule("severity: warning", "severity: critical");
    CHECK(rule.effective_severity() == Severity::critical);

    rule.confidence = Confidence::hint;
    CHECK(rule.effective_severity() == Severity::warning);
    rule.severity = Severity::info;
    CHECK(rule.effective_severity() == Severity::info);
}

TEST_CASE("rule files are found by folder, and a .yml is not passed over", "[rules][file]") {
    const test::RuleFolder folder;
    CHECK(find_rule_files(folder.path()).error().code == Errc::invalid_input);
    folder.put("mtu/mtu-small.yaml", kSample);
    folder.put("mtu/notes.txt", "not a rule");

    const auto files = find_rule_files(folder.path());
    REQUIRE(files);
    CHECK(*files == std::vector{folder.path() + "/mtu/mtu-small.yaml"});
    CHECK(read_rule(files->front())->id == "mtu-small");
    CHECK(find_rule_files(folder.path() + "/nothing").error().code == Errc::not_found);

    folder.put("mtu/b.yml", kSample);
    CHECK(find_rule_files(folder.path()).error().code == Errc::invalid_input);
}

}  // namespace
}  // namespace kwd::rules
