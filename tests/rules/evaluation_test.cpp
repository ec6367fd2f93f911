// SPDX-License-Identifier: Apache-2.0
#include "rules/evaluation.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

using test::covered;
using test::sample_rule;

Evaluation evaluated(const Rule& rule, const snapshot::Database& database, const EngineLimits& limits = {}) {
    return evaluate_rule(rule, database, Coverage(database), limits);
}

TEST_CASE("each row of the query is a finding", "[rules][evaluation]") {
    auto database = covered({"interfaces"});
    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('eth1', 1000), ('eth0', 900), ('eth2', 1500)");

    const Evaluation evaluation = evaluated(sample_rule(), database);

    CHECK(evaluation.verdict == Verdict::finding);
    CHECK(evaluation.result.columns == std::vector<std::string>{"subject", "mtu", "evidence"});
    REQUIRE(evaluation.result.rows.size() == 2);
    CHECK(evaluation.result.rows[0][0] == snapshot::Value("eth0"));
    CHECK(evaluation.result.rows[1][1] == snapshot::Value(std::int64_t{1000}));
}

TEST_CASE("without a row a rule is clear only if its tables were collected", "[rules][evaluation]") {
    CHECK(evaluated(sample_rule(), covered({"interfaces"})).verdict == Verdict::clear);

    const Evaluation missing = evaluated(sample_rule(), covered({}));
    CHECK(missing.verdict == Verdict::not_evaluated);
    CHECK(missing.reason == "interfaces is missing: no document gave it");

    auto failed = covered({});
    failed.execute("INSERT INTO table_coverage VALUES ('interfaces', 'missing', 'collector links timed out')");
    CHECK(evaluated(sample_rule(), failed).reason == "interfaces is missing: collector links timed out");
}

TEST_CASE("rows that are there count even where others may be absent", "[rules][evaluation]") {
    auto database = covered({});
    database.execute("INSERT INTO table_coverage VALUES ('interfaces', 'partial', 'the list was cut')");
    const Evaluation evaluation = evaluated(sample_rule(), database);
    CHECK(evaluation.verdict == Verdict::not_evaluated);
    CHECK(evaluation.reason == "interfaces is known only in part: the list was cut");

    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('eth0', 1000)");
    CHECK(evaluated(sample_rule(), database).verdict == Verdict::finding);
}

TEST_CASE("a rule that blames what is absent has no say in a table known in part", "[rules][evaluation]") {
    const Rule rule = sample_rule("needs: [interfaces]", "needs: [interfaces]\nwhole: [interfaces]");
    auto database = covered({});
    database.execute("INSERT INTO table_coverage VALUES ('interfaces', 'partial', 'the list was cut')");
    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('eth0', 1000)");

    const Evaluation evaluation = evaluated(rule, database);

    CHECK(evaluation.verdict == Verdict::not_evaluated);
    CHECK(evaluation.reason == "interfaces is known only in part: the list was cut");
    database.execute("UPDATE table_coverage SET state = 'ok', reason = NULL");
    CHECK(evaluated(rule, database).verdict == Verdict::finding);
}

TEST_CASE("of alternatives one is enough, and it is told which lack", "[rules][evaluation]") {
    const Rule rule = sample_rule("needs: [interfaces]", "needs: [interfaces|routes|sockets]");

    CHECK(evaluated(rule, covered({"routes"})).verdict == Verdict::clear);
    CHECK(evaluated(rule, covered({})).reason ==
          "interfaces is missing: no document gave it, and routes is missing: no document gave it, and sockets is "
          "missing: no document gave it");

    auto in_part = covered({});
    in_part.execute("INSERT INTO table_coverage VALUES ('routes', 'partial', NULL)");
    CHECK(evaluated(rule, in_part).reason == "routes is known only in part");
    in_part.execute("INSERT INTO table_coverage VALUES ('sockets', 'ok', NULL)");
    CHECK(evaluated(rule, in_part).verdict == Verdict::clear);
}

TEST_CASE("a need of a column asks for a known value in it", "[rules][evaluation]") {
    const Rule rule = sample_rule("needs: [interfaces]", "needs: [interfaces.mtu_bytes]");
    auto database = covered({"interfaces"});
    CHECK(evaluated(rule, database).reason == "interfaces.mtu_bytes is not known");

    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('eth0', NULL)");
    CHECK(evaluated(rule, database).verdict == Verdict::not_evaluated);
    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('eth1', 1500)");
    CHECK(evaluated(rule, database).verdict == Verdict::clear);
}

TEST_CASE("all needs that are not met are told", "[rules][evaluation]") {
    const Rule rule = sample_rule("needs: [interfaces]", "needs: [interfaces, routes]");
    CHECK(evaluated(rule, covered({})).reason ==
          "interfaces is missing: no document gave it; routes is missing: no document gave it");
}

TEST_CASE("rows of `unknown` keep a rule from being clear, not from firing", "[rules][evaluation]") {
    const Rule rule = sample_rule("message:", R"(unknown: |
  SELECT name || ' has no MTU' AS reason FROM interfaces WHERE mtu_bytes IS NULL ORDER BY name
message:)");
    auto database = covered({"interfaces"});
    CHECK(evaluated(rule, database).verdict == Verdict::clear);

    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('a', NULL), ('b', NULL)");
    CHECK(evaluated(rule, database).verdict == Verdict::not_evaluated);
    CHECK(evaluated(rule, database).reason == "a has no MTU; b has no MTU");

    database.execute("INSERT INTO interfaces (name) VALUES ('c'), ('d'), ('e'), ('f'), ('g')");
    CHECK(evaluated(rule, database).reason ==
          "a has no MTU; b has no MTU; c has no MTU; d has no MTU; e has no MTU; and 2 more");

    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('h', 1000)");
    CHECK(evaluated(rule, database).verdict == Verdict::finding);
}

TEST_CASE("a rule that does not apply says so before it asks for its own tables", "[rules][evaluation]") {
    const Rule rule = sample_rule("needs: [interfaces]", R"(applies:
  needs: [node_facts]
  query: SELECT 1 FROM node_facts WHERE os_family = 'windows'
  otherwise: This is not a Windows node.
needs: [interfaces])");
    CHECK(evaluated(rule, covered({})).reason == "node_facts is missing: no document gave it");

    auto linux_node = covered({"node_facts"});
    linux_node.execute("INSERT INTO node_facts (os_family) VALUES ('linux')");
    CHECK(evaluated(rule, linux_node).verdict == Verdict::not_applicable);
    CHECK(evaluated(rule, linux_node).reason == "This is not a Windows node.");

    auto windows_node = covered({"node_facts"});
    windows_node.execute("INSERT INTO node_facts (os_family) VALUES ('windows')");
    CHECK(evaluated(rule, windows_node).verdict == Verdict::not_evaluated);
}

TEST_CASE("SQL that fails or never ends is an error of the rule that names the query", "[rules][evaluation]") {
    const Evaluation failed = evaluated(sample_rule("mtu_bytes < 1280", "mtu_byts < 1280"), covered({"interfaces"}));
    CHECK(failed.verdict == Verdict::error);
    CHECK(failed.reason == "'query' failed: prepare SQL: no such column: mtu_byts");

    const Rule endless = sample_rule("message:", R"(unknown: |
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'x' AS reason FROM n WHERE i < 0
message:)");
    const Evaluation stopped = evaluated(endless, covered({"interfaces"}), {.steps = 100'000});
    CHECK(stopped.verdict == Verdict::error);
    CHECK(stopped.reason == "'unknown' was stopped: it took more than 100000 steps");

    const Evaluation writing =
        evaluated(sample_rule("message:", "unknown: DELETE FROM interfaces\nmessage:"), covered({"interfaces"}));
    CHECK(writing.verdict == Verdict::error);
}

TEST_CASE("rows beyond the limit are counted, not kept", "[rules][evaluation]") {
    auto database = covered({"interfaces"});
    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('a', 1), ('b', 1), ('c', 1)");

    const Evaluation evaluation = evaluated(sample_rule(), database, {.findings_per_rule = 2});

    CHECK(evaluation.result.rows.size() == 2);
    CHECK(evaluation.result.row_count == 3);
}

TEST_CASE("what every snapshot has is never missing", "[rules][evaluation]") {
    const Rule rule = sample_rule("needs: [interfaces]", "needs: [interfaces|collections]");
    CHECK(evaluated(rule, covered({})).verdict == Verdict::clear);
}

}  // namespace
}  // namespace kwd::rules
