// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stop_token>

namespace kwd::rules {
namespace {

using test::covered;
using test::rule_named;
using test::sample_rule;

class FewDocuments final : public snapshot::DocumentSource {
  public:
    void add(std::int64_t id, std::string name, std::string content) {
        snapshot::DocumentInfo info;
        info.id = id;
        info.name = std::move(name);
        info.size_bytes = static_cast<std::int64_t>(content.size());
        documents_.push_back({std::move(info), std::move(content)});
    }
    [[nodiscard]] std::vector<snapshot::DocumentInfo> documents() const override {
        std::vector<snapshot::DocumentInfo> infos;
        for (const auto& each : documents_) {
            infos.push_back(each.info);
        }
        return infos;
    }
    [[nodiscard]] Result<snapshot::Document> document(std::int64_t id) const override {
        ++reads;
        const auto found = std::ranges::find_if(documents_, [&](const auto& each) { return each.info.id == id; });
        return found != documents_.end() ? Result(*found) : Error{Errc::not_found, "read a document"};
    }
    mutable int reads = 0;

  private:
    std::vector<snapshot::Document> documents_;
};

RuleSet set_of(std::vector<Rule> rules) {
    RuleSet set;
    for (Rule& rule : rules) {
        set.add(std::move(rule));
    }
    return set;
}

// All rows of a query as text: values with ", " between, rows with "; ".
std::string rows(const snapshot::Database& database, std::string_view sql) {
    std::string all;
    snapshot::Statement select = database.prepare(sql);
    while (select.step()) {
        all += all.empty() ? "" : "; ";
        for (int column = 0; column < select.column_count(); ++column) {
            all += (column == 0 ? "" : ", ") + (select.is_null(column) ? "NULL" : select.text(column));
        }
    }
    return all;
}

constexpr const char* kOneRow = "SELECT 'x' AS subject, 1 AS mtu, NULL AS evidence";

TEST_CASE("a finding holds the words, the row and the remedy, filled in", "[rules][engine]") {
    auto database = covered({"interfaces"});
    database.execute("INSERT INTO interfaces (document_id, place, name, mtu_bytes) VALUES (7, '/0', 'eth0', 1000)");
    FewDocuments documents;
    documents.add(7, "links.json", R"([{"ifname": "eth0", "mtu": 1000}])");

    evaluate(set_of({sample_rule()}), database, documents);

    CHECK(rows(database, "SELECT rule_id, area, severity, confidence, subject, title, message FROM findings") ==
          "mtu-small, mtu, warning, likely, eth0, An interface has a small MTU, Interface eth0 has an MTU of 1000 "
          "bytes.");
    CHECK(rows(database, "SELECT columns FROM findings") == R"({"mtu":1000})");
    CHECK(rows(database, "SELECT remedy FROM findings") ==
          R"({"text":"Raise the MTU of eth0.","risk":"none","impact":"Large packets are dropped.",)"
          R"("verify":"Get-NetIPInterface shows 1500.",)"
          R"("commands":[{"run":"netsh interface ipv4 set subinterface \"eth0\" mtu=1500","on":"node"}]})");
    CHECK(rows(database, "SELECT finding_id, position, document_id, document, place, text FROM finding_evidence") ==
          "1, 0, 7, links.json, /0, {\n  \"ifname\": \"eth0\",\n  \"mtu\": 1000\n}");
    CHECK(rows(database, "SELECT rule_id, area, title, severity, verdict, reason, findings FROM evaluations") ==
          "mtu-small, mtu, An interface has a small MTU, warning, finding, NULL, 1");
}

TEST_CASE("findings stand by severity, area, rule and row", "[rules][engine]") {
    auto database = covered({"interfaces"});
    Rule critical = rule_named("z", "SELECT 'x' AS subject, NULL AS evidence");
    critical.severity = Severity::critical;
    Rule dns = rule_named("y", kOneRow);
    dns.area = "dns";
    Rule hint = rule_named("b", kOneRow);
    hint.severity = Severity::critical;
    hint.confidence = Confidence::hint;
    const Rule rows_of_two = rule_named("a", "SELECT column1 AS subject, NULL AS evidence FROM (VALUES ('2'), ('1'))");
    Rule info = rule_named("0", kOneRow);
    info.severity = Severity::info;

    evaluate(set_of({info, hint, rows_of_two, dns, critical}), database, FewDocuments());

    CHECK(rows(database, "SELECT severity, area, rule_id, subject FROM findings ORDER BY id") ==
          "critical, mtu, z, x; warning, dns, y, x; warning, mtu, a, 2; warning, mtu, a, 1; warning, mtu, b, x; "
          "info, mtu, 0, x");
}

TEST_CASE("evaluating again leaves the same results", "[rules][engine]") {
    auto database = covered({"interfaces"});
    const RuleSet rules = set_of({rule_named("a", kOneRow), sample_rule()});
    const auto results = [&] {
        evaluate(rules, database, FewDocuments());
        return rows(database, "SELECT * FROM findings") +
               rows(database, "SELECT rule_id, verdict, reason, findings FROM evaluations");
    };
    const std::string first = results();
    CHECK(results() == first);
    CHECK(first.find("mtu-small, clear, NULL, 0") != std::string::npos);
}

TEST_CASE("the findings of a suppressed rule name the one that explains them", "[rules][engine]") {
    auto database = covered({"interfaces"});
    evaluate(set_of({rule_named("cause", kOneRow, {"effect", "quiet"}), rule_named("effect", kOneRow), sample_rule()}),
             database, FewDocuments());

    CHECK(rows(database, "SELECT rule_id, verdict, reason, findings FROM evaluations ORDER BY rule_id") ==
          "cause, finding, NULL, 1; effect, suppressed, cause has a finding that explains this one, 1; "
          "mtu-small, clear, NULL, 0");
    CHECK(rows(database, "SELECT id, rule_id, cause, cause_id FROM findings ORDER BY id") ==
          "1, cause, NULL, NULL; 2, effect, cause, 1");
}

TEST_CASE("a rule of whose findings one is not explained is not suppressed", "[rules][engine]") {
    auto database = covered({"interfaces"});
    const auto servers = [](std::string_view values) {
        return fmt::format("SELECT column1 AS subject, column1 AS server, NULL AS evidence FROM (VALUES {})", values);
    };
    Rule refused = rule_named("refused", servers("('files-a')"));
    refused.suppresses = {{"unreachable", "server"}};
    Rule unreachable = rule_named("unreachable", servers("('files-a'), ('files-b')"));
    unreachable.severity = Severity::critical;
    evaluate(set_of({refused, unreachable}), database, FewDocuments());

    CHECK(rows(database, "SELECT id, rule_id, subject, cause, cause_id FROM findings ORDER BY id") ==
          "1, unreachable, files-a, refused, 3; 2, unreachable, files-b, NULL, NULL; 3, refused, files-a, NULL, NULL");
    CHECK(rows(database, "SELECT rule_id, verdict, reason, findings FROM evaluations ORDER BY rule_id") ==
          "refused, finding, NULL, 1; unreachable, finding, NULL, 2");
}

TEST_CASE("what is not listed of many findings is explained where all are", "[rules][engine]") {
    auto database = covered({"interfaces"});
    const std::string three =
        "SELECT column1 AS subject, column1 AS server, NULL AS evidence FROM (VALUES (1), (2), (3))";
    Rule cause = rule_named("cause", three);
    for (const std::string on : {"", "server"}) {
        cause.suppresses = {{"effect", on}};
        evaluate(set_of({cause, rule_named("effect", three)}), database, FewDocuments(), {.findings_per_rule = 2});
        CHECK(rows(database, "SELECT id, cause_id FROM findings WHERE rule_id = 'effect' ORDER BY id") ==
              (on.empty() ? "4, 1; 5, 1; 6, 1" : "4, 1; 5, 2; 6, NULL"));
        CHECK(database.text("SELECT verdict FROM evaluations WHERE rule_id = 'effect'") ==
              (on.empty() ? "suppressed" : "finding"));
    }
}

TEST_CASE("a rule that is clear suppresses nothing, and one that fails costs no other its verdict", "[rules][engine]") {
    auto database = covered({"interfaces"});
    Rule clear = sample_rule();
    clear.suppresses = {{"effect"}};
    evaluate(set_of({clear, rule_named("effect", kOneRow), rule_named("broken", "SELECT nothing")}), database,
             FewDocuments());

    CHECK(rows(database, "SELECT rule_id, verdict FROM evaluations ORDER BY rule_id") ==
          "broken, error; effect, finding; mtu-small, clear");
}

TEST_CASE("many findings of one rule end with one that counts the rest", "[rules][engine]") {
    auto database = covered({"interfaces"});
    database.execute("INSERT INTO interfaces (name, mtu_bytes) VALUES ('a', 1), ('b', 1), ('c', 1), ('d', 1)");

    evaluate(set_of({sample_rule()}), database, FewDocuments(), {.findings_per_rule = 2});

    CHECK(rows(database, "SELECT subject, message FROM findings ORDER BY id") ==
          "a, Interface a has an MTU of 1 bytes.; b, Interface b has an MTU of 1 bytes.; "
          "NULL, An interface has a small MTU: 2 more findings of this rule are not listed.");
    CHECK(rows(database, "SELECT json_extract(remedy, '$.text') FROM findings WHERE subject IS NULL") ==
          "Raise the MTU of <subject>.");
    CHECK(rows(database, "SELECT findings FROM evaluations") == "4");
}

TEST_CASE("evidence is every place of the row once, and at most a few", "[rules][engine]") {
    auto database = covered({"interfaces"});
    FewDocuments documents;
    documents.add(1, "flanneld.log", "one\ntwo\nthree\n");
    documents.add(2, "damaged", "\xff\xfe");
    const std::string sql =
        "SELECT 'x' AS subject, '1#line:2' || char(10) || '1#line:3' || char(10) || '1#line:2' AS evidence_log, "
        "'9#/0' AS evidence_lost, '1#line:7' AS evidence_beyond, 'no reference' AS evidence_text, NULL AS "
        "evidence_none";

    evaluate(set_of({rule_named("a", sql)}), database, documents);
    CHECK(rows(database, "SELECT document_id, document, place, text FROM finding_evidence ORDER BY position") ==
          "1, flanneld.log, line:2, two; 1, flanneld.log, line:3, three; 9, NULL, /0, NULL; "
          "1, flanneld.log, line:7, NULL; NULL, NULL, NULL, no reference");
    CHECK(documents.reads == 1);

    evaluate(set_of({rule_named("a", sql)}), database, documents, {.evidence_per_finding = 1, .excerpt_bytes = 2});
    CHECK(rows(database, "SELECT place, text FROM finding_evidence ORDER BY position") ==
          "line:2, tw…; NULL, and 4 more places");

    evaluate(set_of({rule_named("a", sql)}), database, documents, {.evidence_per_finding = 1, .document_bytes = 10});
    CHECK(rows(database, "SELECT document, place, text FROM finding_evidence WHERE position = 0") ==
          "flanneld.log, line:2, NULL");
}

TEST_CASE("documents are not all kept unpacked at once", "[rules][engine]") {
    auto database = covered({"interfaces"});
    FewDocuments documents;
    documents.add(1, "a", "aaaa");
    documents.add(2, "b", "bbbb");
    const Rule rule = rule_named("a",
                                 "SELECT column1 AS subject, column1 || '#line:1' AS evidence "
                                 "FROM (VALUES (1), (2), (1))");

    evaluate(set_of({rule}), database, documents, {.open_document_bytes = 6});

    CHECK(documents.reads == 3);
    CHECK(rows(database, "SELECT text FROM finding_evidence ORDER BY finding_id") == "aaaa; bbbb; aaaa");
}

TEST_CASE("values that are no UTF-8 or no JSON number do not stop a finding", "[rules][engine]") {
    auto database = covered({"interfaces"});
    evaluate(set_of({rule_named("a",
                                "SELECT CAST(x'ff41' AS TEXT) AS subject, CAST(x'ff42' AS TEXT) AS bytes, "
                                "9e999 AS big, NULL AS none, NULL AS evidence")}),
             database, FewDocuments());

    CHECK(rows(database, "SELECT columns FROM findings") == "{\"bytes\":\"\uFFFDB\",\"big\":null,\"none\":null}");
}

TEST_CASE("what nobody waits for is left, and what was written before stays", "[rules][engine]") {
    auto database = covered({"interfaces"});
    const FewDocuments documents;
    evaluate(set_of({rule_named("first", kOneRow)}), database, documents);
    std::stop_source stop;
    stop.request_stop();
    evaluate(set_of({rule_named("second", kOneRow), rule_named("third", kOneRow)}), database, documents,
             {.stop = stop.get_token()});
    CHECK(rows(database, "SELECT rule_id FROM evaluations") == "first");
}

}  // namespace
}  // namespace kwd::rules
