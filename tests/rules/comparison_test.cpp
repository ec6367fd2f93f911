// SPDX-License-Identifier: Apache-2.0
#include "rules/comparison.h"

#include "rules/engine.h"
#include "rules/rule_file.h"
#include "rules/rule_test.h"
#include "rules/validate.h"
#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

namespace kwd::rules {
namespace {

// The sample with what makes it compare nodes: those with different MTUs.
Rule comparing(std::string_view needs = "[interfaces]", std::string_view more = "") {
    std::string text =
        test::sample_with("needs: [interfaces]", fmt::format("scope: cluster\n{}needs: {}", more, needs));
    const auto replace = [&](std::string_view piece, std::string_view replacement) {
        text.replace(text.find(piece), piece.size(), replacement);
    };
    replace(
        "SELECT name AS subject, mtu_bytes AS mtu, at AS evidence FROM interfaces WHERE mtu_bytes < 1280 ORDER BY name",
        "SELECT a.name AS subject, a.node || ', ' || b.node AS nodes, a.mtu_bytes AS mtu, a.at AS evidence "
        "FROM interfaces AS a JOIN interfaces AS b ON a.node < b.node AND a.mtu_bytes <> b.mtu_bytes ORDER BY 2");
    auto rule = parse_rule(text, test::kSamplePath);
    INFO((rule ? std::string() : rule.error().text()));
    REQUIRE(rule);
    return *std::move(rule);
}

class Fleet {
  public:
    Fleet() : database(empty_fleet_schema()) {}

    void node(std::string_view name, int mtu, std::string_view cluster = "'one'",
              std::string_view time = "2026-02-01T10:00:00Z", std::string_view os_family = "windows") {
        run(fmt::format(
            "INSERT INTO fleet_nodes (node, name, snapshot, collected_at_utc, os_family, cluster, "
            "cluster_why) VALUES ('{0}', '{0}', '{0}.kwsnap', nullif('{1}', ''), '{2}', {3}, 'nobody knows')",
            name, time, os_family, cluster));
        run(fmt::format("INSERT INTO interfaces (node, name, mtu_bytes) VALUES ('{}', 'eth0', {})", name, mtu));
        cover(name, "interfaces", "ok");
    }
    void cover(std::string_view node, std::string_view table, std::string_view state) {
        run(fmt::format("DELETE FROM table_coverage WHERE node = '{}' AND table_name = '{}'", node, table));
        run(fmt::format("INSERT INTO table_coverage VALUES ('{}', '{}', '{}', 'access denied')", node, table, state));
    }
    void run(const std::string& sql) { database.execute(sql.c_str()); }
    // Verdict, reason, and the nodes of each finding.
    std::string said(const Rule& rule) {
        const Evaluation evaluation = Comparison(database).evaluate(rule, {});
        std::string text = name_of(evaluation.verdict);
        text += evaluation.reason.empty() ? "" : ": " + evaluation.reason;
        for (const auto& row : evaluation.result.rows) {
            text += " | " + snapshot::to_text(row.at(1));
            text += row.size() > 4 ? " of " + snapshot::to_text(row.at(4)) : "";
        }
        return text;
    }

    snapshot::Database database;
};

TEST_CASE("nodes of one cluster are compared", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 1500);
    CHECK(fleet.said(comparing()) == "clear");
    fleet.node("c", 9000);
    CHECK(fleet.said(comparing()) == "finding | a, c | b, c");
}

TEST_CASE("nodes of different clusters are never compared, and a finding says of which cluster it is",
          "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 9000, "'two'");
    CHECK(fleet.said(comparing()) == "not_evaluated: no two snapshots are known to be of one cluster");
    fleet.node("c", 1500);
    CHECK(fleet.said(comparing()) == "clear");
    fleet.node("d", 1400, "'two'");
    fleet.node("e", 7, "NULL");
    CHECK(fleet.said(comparing()) == "finding: compared with no other: e: nobody knows | b, d of two");
    fleet.run("UPDATE interfaces SET mtu_bytes = 1500");
    CHECK(fleet.said(comparing()) == "not_evaluated: compared with no other: e: nobody knows");
    // Of a Windows node it needs nothing.
    CHECK(fleet.said(comparing("[\"linux:interfaces\"]")) ==
          "not_applicable: cluster one: None of the nodes is a Linux node.; cluster two: None of the nodes is a Linux "
          "node.");
}

TEST_CASE("without a known cluster nothing is compared", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500, "NULL");
    fleet.node("b", 9000, "NULL");
    CHECK(fleet.said(comparing()) ==
          "not_evaluated: no two snapshots are known to be of one cluster (a, b: nobody knows)");
}

TEST_CASE("a node that lacks what a rule needs is left out and named", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 1500);
    fleet.node("c", 9000);
    fleet.cover("c", "interfaces", "missing");
    CHECK(fleet.said(comparing()) ==
          "not_evaluated: not compared with the others: c: interfaces is missing: access denied");
    fleet.node("d", 1400);
    CHECK(fleet.said(comparing()) ==
          "finding: not compared with the others: c: interfaces is missing: access denied | a, d | b, d");
    fleet.cover("b", "interfaces", "missing");
    fleet.cover("d", "interfaces", "missing");
    CHECK(fleet.said(comparing()) ==
          "not_evaluated: only a could be compared (b, c, d: interfaces is missing: access denied)");
}

TEST_CASE("what is known in part is compared, unless what is absent is blamed", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 1500);
    fleet.cover("b", "interfaces", "partial");
    CHECK(fleet.said(comparing()) == "not_evaluated: b: interfaces is known only in part: access denied");
    fleet.node("c", 9000);
    CHECK(fleet.said(comparing()) == "finding | a, c | b, c");
    CHECK(fleet.said(comparing("[interfaces]", "whole: [interfaces]\n")) ==
          "finding: not compared with the others: b: interfaces is known only in part: access denied | a, c");
}

TEST_CASE("the most nodes that are near in time are compared", "[rules][comparison]") {
    Fleet fleet;
    const Rule rule = comparing("[interfaces]", "within: 10m\n");
    fleet.node("a", 1500, "'one'", "2026-02-01T09:00:00Z");
    fleet.node("b", 1500, "'one'", "2026-02-01T10:00:00Z");
    fleet.node("c", 1500, "'one'", "2026-02-01T10:10:00Z");
    fleet.node("d", 9000, "'one'", "2026-02-01T12:10:00Z");
    fleet.node("e", 9000, "'one'", "");
    CHECK(fleet.said(rule) ==
          "not_evaluated: not compared with the others: e: when it was collected is not known; "
          "a: collected 1 h 10 min before c, and this compares what is at most 10m apart; "
          "d: collected 2 h 10 min after b, and this compares what is at most 10m apart");
    CHECK(fleet.said(comparing()) == "finding | a, d | a, e | b, d | b, e | c, d | c, e");
}

TEST_CASE("of as many nodes on either side of a gap the later ones are compared", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500, "'one'", "2026-02-01T09:00:00Z");
    fleet.node("b", 9000, "'one'", "2026-02-01T09:00:00Z");
    fleet.node("c", 1500, "'one'", "2026-02-01T10:00:00Z");
    fleet.node("d", 1400, "'one'", "2026-02-01T10:00:00Z");
    CHECK(fleet.said(comparing("[interfaces]", "within: 10m\n")).ends_with(" | c, d"));
}

TEST_CASE("nodes that a rule does not need, or that lack what it needs, do not decide which are near in time",
          "[rules][comparison]") {
    Fleet fleet;
    for (const char* early : {"lin-1", "lin-2", "lin-3"}) {
        fleet.node(early, 1500, "'one'", "2026-02-01T07:00:00Z", "linux");
    }
    for (const char* early : {"win-1", "win-2", "win-3"}) {
        fleet.node(early, 1500, "'one'", "2026-02-01T07:00:00Z");
        fleet.cover(early, "interfaces", "missing");
    }
    fleet.node("a", 1500);
    fleet.node("b", 9000);
    const std::string left_out =
        "not compared with the others: win-1, win-2, win-3: interfaces is missing: access denied";
    CHECK(fleet.said(comparing("[\"windows:interfaces\"]", "within: 10m\n")) == "finding: " + left_out + " | a, b");
    // What was told three hours before is not heard.
    fleet.cover("a", "routes", "ok");
    fleet.cover("b", "routes", "ok");
    fleet.cover("a", "interfaces", "missing");
    fleet.cover("b", "interfaces", "missing");
    CHECK(fleet.said(comparing("[\"windows:routes\", \"one:interfaces\"]", "within: 10m\n"))
              .starts_with("not_evaluated: a, b: interfaces is missing"));
}

TEST_CASE("a node of an unknown system is named, and nothing is clear without it", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 1500);
    fleet.node("c", 9000, "'one'", "2026-02-01T10:00:00Z", "");
    CHECK(fleet.said(comparing("[\"windows:interfaces\"]")) ==
          "not_evaluated: not compared with the others: c: its operating system is not known");
    CHECK(fleet.said(comparing()) == "finding | a, c | b, c");
}

TEST_CASE("a need can be for the nodes of one operating system", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 1500);
    fleet.node("lin", 9000, "'one'", "2026-02-01T10:00:00Z", "linux");
    CHECK(fleet.said(comparing("[\"windows:interfaces\"]")) == "clear");
    CHECK(fleet.said(comparing("[\"linux:interfaces\"]")) == "not_evaluated: only lin could be compared");
    CHECK(fleet.said(comparing("[\"linux:routes\"]")) ==
          "not_evaluated: no node could be compared (lin: routes is missing: no document gave it)");
    CHECK(fleet.said(comparing("[\"windows:interfaces\", \"linux:routes\"]")) ==
          "not_evaluated: not compared with the others: lin: routes is missing: no document gave it");
    fleet.cover("lin", "routes", "ok");
    CHECK(fleet.said(comparing("[\"windows:interfaces\", \"linux:routes\"]")) == "finding | a, lin | b, lin");
}

TEST_CASE("what any node tells for all is seen whoever told it", "[rules][comparison]") {
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 1500);
    fleet.node("lin", 9000, "'one'", "2026-02-01T10:00:00Z", "linux");
    const Rule rule = comparing("[\"windows:addresses\", \"one:interfaces\"]");
    fleet.cover("a", "addresses", "ok");
    fleet.cover("b", "addresses", "ok");
    CHECK(fleet.said(rule) == "finding | a, lin | b, lin");
    for (const char* node : {"a", "b", "lin"}) {
        fleet.cover(node, "interfaces", "missing");
    }
    CHECK(fleet.said(rule) == "not_evaluated: a, b, lin: interfaces is missing: access denied");
    fleet.run("UPDATE interfaces SET mtu_bytes = 1500");
    fleet.cover("lin", "interfaces", "partial");
    CHECK(fleet.said(rule) == "not_evaluated: no node knows interfaces but in part");
    fleet.cover("b", "interfaces", "ok");
    CHECK(fleet.said(rule) == "clear");
}

TEST_CASE("a rule applies when any node of the cluster says so", "[rules][comparison]") {
    Fleet fleet;
    const Rule rule = comparing("[interfaces]",
                                "applies: {needs: [network_intents], query: SELECT 1 FROM network_intents, otherwise: "
                                "There is no pod network.}\n");
    fleet.node("a", 1500);
    fleet.node("b", 9000);
    CHECK(fleet.said(rule) == "not_evaluated: a, b: network_intents is missing: no document gave it");
    fleet.cover("b", "network_intents", "ok");
    CHECK(fleet.said(rule) ==
          "not_applicable: There is no pod network. (a: network_intents is missing: no document gave it)");
    fleet.run("INSERT INTO network_intents (node, intent, why) VALUES ('b', 'overlay', 'x')");
    CHECK(fleet.said(rule) == "finding | a, b");
}

TEST_CASE("the results of a fleet stand beside those of its nodes", "[rules][comparison]") {
    class NoDocuments final : public snapshot::DocumentSource {
      public:
        [[nodiscard]] std::vector<snapshot::DocumentInfo> documents() const override { return {}; }
        [[nodiscard]] Result<snapshot::Document> document(std::int64_t) const override {
            return Error{Errc::not_found, "there is none"};
        }
    };
    Fleet fleet;
    fleet.node("a", 1500);
    fleet.node("b", 9000);
    fleet.run(
        "INSERT INTO node_findings (node, id, rule_id, area, severity, confidence, title, message, columns, "
        "remedy) VALUES ('a', 1, 'x', 'mtu', 'info', 'hint', 't', 'm', '{}', '{}')");
    RuleSet rules;
    rules.add(comparing());
    rules.add(test::rule_named("of-a-node", "SELECT 'x' AS subject, 1 AS mtu, NULL AS evidence"));

    evaluate_fleet(rules, fleet.database, NoDocuments());

    CHECK(fleet.database.text("SELECT group_concat(rule_id || ' ' || columns) FROM findings") ==
          R"(mtu-small {"nodes":"a, b","mtu":1500})");
    CHECK(fleet.database.text("SELECT group_concat(rule_id || ' ' || verdict) FROM evaluations") ==
          "mtu-small finding");
    CHECK(fleet.database.integer("SELECT count(*) FROM node_findings") == 1);
}

TEST_CASE("what only comparing rules can say is refused elsewhere, and they must name nodes", "[rules][comparison]") {
    const auto wrong = [](std::string_view piece, std::string_view replacement) {
        auto rule = parse_rule(test::sample_with(piece, replacement), test::kSamplePath);
        if (rule) {
            const auto problems = validate(*rule, Schemas());
            return problems.empty() ? std::string("nothing") : problems.front();
        }
        return rule.error().doing;
    };
    CHECK(wrong("needs: [interfaces]", "within: 5m\nneeds: [interfaces]") ==
          "rules/mtu/mtu-small.yaml:7: 'within' is for rules of cluster scope");
    CHECK(wrong("needs: [interfaces]", "needs: [\"one:interfaces\"]") ==
          "rules/mtu/mtu-small.yaml:7: 'windows:', 'linux:' and 'one:' are for rules of cluster scope");
    CHECK(wrong("needs: [interfaces]", "scope: cluster\nwithin: soon\nneeds: [interfaces]") ==
          "rules/mtu/mtu-small.yaml:8: 'within' is a length of time such as 10m; not 'soon'");
    CHECK(wrong("needs: [interfaces]", "scope: cluster\nneeds: [interfaces]") ==
          "rules/mtu/mtu-small.yaml: query: no column is named nodes, which names those that a finding is about");
    CHECK(wrong("needs: [interfaces]", "scope: fleet\nneeds: [interfaces]") ==
          "rules/mtu/mtu-small.yaml:7: 'scope' is one of node, cluster; not 'fleet'");
}

TEST_CASE("rows of a comparing rule's tests are of nodes", "[rules][comparison]") {
    Rule rule = comparing();
    const auto row = [](std::vector<std::pair<std::string, std::string>> values) {
        TestRow made;
        for (auto& [column, value] : values) {
            made.emplace_back(std::move(column), TestValue{std::move(value)});
        }
        return made;
    };
    RuleTest test;
    test.expect = Verdict::clear;
    test.given = {{"interfaces", {row({{"name", "eth0"}})}}};
    CHECK(run_rule_test(rule, test).difference == "given: a row of interfaces does not say which node it is of");
    test.given = {{"interfaces", {row({{"node", "a"}, {"mtu_bytes", "1"}}), row({{"node", "b"}, {"mtu_bytes", "1"}})}}};
    CHECK(run_rule_test(rule, test).difference.empty());
    test.missing = {"b/interfaces"};
    test.expect = Verdict::not_evaluated;
    CHECK(run_rule_test(rule, test).difference.empty());
    test.missing = {"c/interfaces"};
    CHECK(run_rule_test(rule, test).difference == "missing: there is no table c/interfaces that could be missing");
}

}  // namespace
}  // namespace kwd::rules
