// SPDX-License-Identifier: Apache-2.0
#include "rules/check.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

using test::sample_with;

// What is said of one rule file with this text; the path of its folder reads "…".
std::string said(const std::string& text) {
    const test::RuleFolder folder;
    folder.put("mtu/mtu-small.yaml", text);
    const std::vector<std::string> paths = {folder.path()};
    std::string report = to_text(check_rules(paths));
    for (std::size_t at = report.find(paths[0]); at != std::string::npos; at = report.find(paths[0])) {
        report.replace(at, paths[0].size(), "…");
    }
    return report;
}

TEST_CASE("checking good rules says only how many there are", "[rules][check]") {
    CHECK(said(sample_with("", "")) == "1 rule files, 0 of them invalid; 3 tests, 0 of them failed\n");
}

TEST_CASE("checking tells what is wrong with a file, and which test fails how", "[rules][check]") {
    CHECK(said(sample_with("mtu_bytes < 1280", "mtu_byts < 1280")) ==
          "…/mtu/mtu-small.yaml: query: prepare SQL: no such column: mtu_byts\n"
          "1 rule files, 1 of them invalid; 0 tests, 0 of them failed\n");
    CHECK(said(sample_with("mtu_bytes < 1280", "mtu_bytes <= 1280")) ==
          "…/mtu/mtu-small.yaml: test '1280 is clear': expected clear, got finding\n"
          "  {subject: eth0, mtu: 1280, evidence: ~}\n"
          "1 rule files, 0 of them invalid; 3 tests, 1 of them failed\n");
    CHECK(said("id: [").starts_with("…/mtu/mtu-small.yaml:1: "));
}

TEST_CASE("checking knows the built-in rules that a rule may suppress", "[rules][check]") {
    CHECK(said(sample_with("false_positives", "suppresses: [overlay-vni-below-4096]\nfalse_positives"))
              .starts_with("1 rule files, 0 of them invalid"));
    CHECK(said(sample_with("false_positives", "suppresses: [overlay-vni-below-409]\nfalse_positives"))
              .starts_with("…/mtu/mtu-small.yaml: suppresses: overlay-vni-below-409 is no rule\n1 rule files, 1 of"));
}

TEST_CASE("a path that is not there is a problem", "[rules][check]") {
    const std::vector<std::string> paths = {"/nonexistent/rules"};
    const CheckReport report = check_rules(paths);
    CHECK_FALSE(report.passed());
    CHECK(report.problems == std::vector<std::string>{"/nonexistent/rules: there is no such file or folder"});
}

}  // namespace
}  // namespace kwd::rules
