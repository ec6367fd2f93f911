// SPDX-License-Identifier: Apache-2.0
#include "snapshot/lines/matched_lines.h"

#include "snapshot/lines/line_matches.h"
#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <stop_token>
#include <string>
#include <vector>

using namespace kwd::snapshot;

namespace {

const std::vector<std::string> kPatterns = {"(?i)failed", "HNS", "no line says so", "line"};

// Every 50th line of kube-proxy has failed; kubelet's lines begin behind them; one line has no component.
Database with_lines() {
    Database database = Database::memory();
    create_schema(database);
    database.execute(R"sql(
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO log_lines (document_id, place, component, time_utc, severity, process_id, message, code)
SELECT 1 + (i > 600), '/' || i, CASE WHEN i = 1000 THEN NULL WHEN i > 600 THEN 'kubelet' ELSE 'kube-proxy' END,
       iif(i % 7 = 0, NULL, printf('2026-01-02T03:%02d:%02dZ', (1000 - i) / 60, (1000 - i) % 60)), iif(i % 50 = 0, 'error', 'info'), i % 3,
       'line ' || i || iif(i % 50 = 0, ' Failed', '') || iif(i % 100 = 0, ' in HNS', ''), iif(i % 100 = 0, '0x803b0013', NULL)
  FROM n)sql");
    return database;
}

std::string rows(const Database& database, std::string_view sql) {
    std::string all;
    Statement select = database.prepare(sql);
    while (select.step()) {
        for (int column = 0; column < select.column_count(); ++column) {
            all += (column == 0 ? "\n" : "|") + (select.is_null(column) ? "NULL" : select.text(column));
        }
    }
    return all;
}

std::string plan(const Database& database, std::string_view sql) {
    return rows(database, "EXPLAIN QUERY PLAN " + std::string(sql));
}

}  // namespace

TEST_CASE("a query answers the same with lines matched beforehand as without", "[snapshot][lines]") {
    Database database = with_lines();
    const std::string sql = GENERATE(
        // one pattern, several, one that no line matches, one that most lines match, one that is not known
        "SELECT * FROM log_lines WHERE message REGEXP '(?i)failed'",
        "SELECT rowid, at, message FROM log_lines WHERE message REGEXP '(?i)failed' AND message REGEXP 'HNS'",
        "SELECT count(*), max(at) FROM log_lines WHERE message REGEXP 'no line says so'",
        "SELECT count(*), max(at) FROM log_lines WHERE message REGEXP 'line'",
        "SELECT count(*), max(at) FROM log_lines WHERE message REGEXP '99'",
        "SELECT count(*) FROM log_lines WHERE NOT message REGEXP 'HNS'",
        "SELECT count(*) FROM log_lines WHERE regexp('HNS', message)",
        // patterns that are no literals, NULL, of another column, malformed
        "SELECT l.rowid FROM log_lines AS l, (SELECT 'HNS' AS pattern) AS p WHERE l.message REGEXP p.pattern",
        "SELECT count(*) FROM log_lines AS l, (VALUES ('HNS'), ('(?i)failed')) AS p WHERE l.message REGEXP p.column1",
        "SELECT count(*) FROM log_lines WHERE message REGEXP NULL",
        "SELECT count(*) FROM log_lines WHERE code REGEXP '(?i)failed'",
        "SELECT count(*) FROM log_lines WHERE message REGEXP '('",
        // in CASE, OR, joins and subqueries
        "SELECT CASE WHEN message REGEXP 'HNS' THEN 'of HNS' ELSE 'none' END AS kind, count(*) FROM log_lines GROUP BY "
        "kind",
        "SELECT rowid FROM log_lines WHERE code IN ('0x803b0013') OR message REGEXP '(?i)failed' ORDER BY rowid",
        "SELECT count(*) FROM log_lines WHERE (lower(code) = '0x803b0013' OR message REGEXP '(?i)failed') AND "
        "component = 'kubelet'",
        "SELECT a.rowid, b.rowid FROM log_lines AS a JOIN log_lines AS b ON b.component IS a.component AND b.message "
        "REGEXP 'HNS' WHERE a.message REGEXP 'HNS' ORDER BY 1, 2",
        "SELECT a.rowid, b.rowid FROM log_lines AS a LEFT JOIN log_lines AS b ON b.rowid = a.rowid + 1 AND b.message "
        "REGEXP 'no line says so' WHERE a.message REGEXP 'HNS'",
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM log_lines WHERE component = 'kubelet' AND message REGEXP 'HNS')",
        "SELECT count(*) FROM log_lines AS l WHERE l.message REGEXP '(?i)failed' AND NOT EXISTS (SELECT 1 FROM "
        "log_lines AS o WHERE o.process_id IS l.process_id AND o.rowid > l.rowid AND o.message REGEXP 'HNS')",
        // components
        "SELECT rowid, time_utc FROM log_lines WHERE component = 'kubelet'",
        "SELECT count(*) FROM log_lines WHERE component = 'containerd'",
        "SELECT rowid FROM log_lines WHERE component IN ('kubelet', 'kube-proxy') AND severity = 'error'",
        "SELECT rowid FROM log_lines WHERE component IN ('containerd')",
        "SELECT rowid FROM log_lines WHERE component IN (SELECT component FROM log_lines WHERE code IS NOT NULL)",
        "SELECT rowid FROM log_lines WHERE component IS NULL", "SELECT rowid FROM log_lines WHERE component = NULL",
        "SELECT count(*) FROM log_lines WHERE component = 'KUBELET' COLLATE NOCASE",
        "SELECT count(*) FROM log_lines WHERE component >= 'kube-proxy'",
        "SELECT group_concat(rowid) FROM log_lines WHERE component IN ('kubelet', 'kube-proxy') AND message REGEXP "
        "'(?i)failed'",
        "SELECT component, max(time_utc), min(time_utc), count(*) FROM log_lines GROUP BY component",
        "SELECT max(time_utc) FROM log_lines WHERE component = 'kube-proxy'",
        // codes and severities
        "SELECT rowid FROM log_lines WHERE code = '0x803b0013'",
        "SELECT rowid FROM log_lines WHERE code IS NULL LIMIT 3", "SELECT count(*) FROM log_lines WHERE code = '0x1'",
        "SELECT count(*) FROM log_lines WHERE code = '0X803B0013' COLLATE NOCASE",
        "SELECT rowid FROM log_lines WHERE code IN ('0x1', '0x803b0013', NULL) AND component = 'kubelet'",
        "SELECT rowid FROM log_lines WHERE code IN ('0x1', '0x803b0013') AND message REGEXP '(?i)failed'",
        "SELECT rowid FROM log_lines WHERE code GLOB '0x803b00[0-9a-f][0-9a-f]' AND component = 'kubelet'",
        "SELECT count(*) FROM log_lines WHERE code GLOB '0X*' OR message REGEXP '(?i)failed'",
        "SELECT count(*) FROM log_lines WHERE message GLOB '*HNS'",
        "SELECT rowid FROM log_lines WHERE code NOT IN ('0x1') ORDER BY rowid",
        "SELECT a.rowid, count(b.rowid) FROM log_lines AS a LEFT JOIN log_lines AS b ON b.code = a.code WHERE a.rowid "
        "IN (99, 100) GROUP BY 1",
        "SELECT rowid FROM log_lines WHERE (code = '0x803b0013' OR message REGEXP '(?i)failed') AND component = "
        "'kubelet' ORDER BY rowid",
        "SELECT rowid FROM log_lines WHERE severity IN ('error', 'fatal')",
        "SELECT count(*) FROM log_lines WHERE severity = 'error' AND process_id IS 1",
        "SELECT count(*) FROM log_lines WHERE document_id IN (1, '2', 3.0)",
        "SELECT count(*) FROM log_lines WHERE place IN (5, '/6')",
        // numbers, which text is compared with as numbers, and rowids
        "SELECT count(*) FROM log_lines WHERE process_id = '1'",
        "SELECT count(*) FROM log_lines WHERE process_id = 1.0",
        "SELECT count(*) FROM log_lines WHERE process_id IS NULL", "SELECT count(*) FROM log_lines WHERE place = 5",
        "SELECT l.rowid FROM log_lines AS l, (SELECT max(rowid) AS r FROM log_lines) AS m WHERE l.rowid = m.r",
        "SELECT message FROM log_lines WHERE rowid = '7'", "SELECT message FROM log_lines WHERE rowid = 7.5",
        "SELECT rowid FROM log_lines WHERE process_id IS 2 ORDER BY rowid DESC LIMIT 3",
        "SELECT rowid FROM log_lines ORDER BY time_utc DESC, rowid DESC LIMIT 5",
        "SELECT document_id, place, at, age_s, sequence FROM log_lines ORDER BY rowid LIMIT 2");
    CAPTURE(sql);
    const std::string before = rows(database, sql);
    {
        const MatchedLines matched(database, kPatterns);
        CHECK(rows(database, sql) == before);
    }
    CHECK(rows(database, sql) == before);
}

TEST_CASE("a pattern that was looked for visits its lines alone", "[snapshot][lines]") {
    Database database = with_lines();
    const MatchedLines matched(database, kPatterns);
    CHECK(plan(database, "SELECT 1 FROM log_lines WHERE message REGEXP 'HNS'").find("m9") != std::string::npos);
    CHECK(plan(database, "SELECT 1 FROM log_lines WHERE message REGEXP '99'").find("m9") == std::string::npos);
    CHECK(plan(database, "SELECT 1 FROM log_lines WHERE code IN ('0x1', '0x803b0013')").find("n10") !=
          std::string::npos);
    CHECK(plan(database, "SELECT 1 FROM log_lines WHERE code GLOB '0x80*'").find("g10") != std::string::npos);
    CHECK(plan(database, "SELECT 1 FROM log_lines WHERE code IN ('0x1', '0x2') OR message REGEXP 'HNS'")
              .find("MULTI-INDEX OR") != std::string::npos);
    // Most lines match it: to seek each by itself would take longer.
    CHECK(plan(database, "SELECT 1 FROM log_lines WHERE message REGEXP 'line'").find("m9") == std::string::npos);
}

TEST_CASE("queries over matched lines read, and stop where they are told to", "[snapshot][lines]") {
    Database database = with_lines();
    const MatchedLines matched(database, kPatterns);
    CHECK_THROWS_AS(database.execute("DELETE FROM log_lines"), DatabaseError);
    const ReadOnlyGuard guard(database, 20'000);
    CHECK(rows(database, "SELECT count(*) FROM log_lines WHERE message REGEXP 'HNS'") == "\n10");
    CHECK_THROWS_AS(rows(database, "SELECT count(*) FROM log_lines AS a, log_lines AS b"), DatabaseError);
}

TEST_CASE("without lines or patterns the table stays as it is", "[snapshot][lines]") {
    Database database = Database::memory();
    create_schema(database);
    const MatchedLines none(database, kPatterns);
    CHECK(plan(database, "SELECT 1 FROM log_lines").find("VIRTUAL") == std::string::npos);
    Database full = with_lines();
    const MatchedLines no_patterns(full, {});
    CHECK(plan(full, "SELECT 1 FROM log_lines").find("VIRTUAL") == std::string::npos);
}

TEST_CASE("a table that cannot be read is left to the queries", "[snapshot][lines]") {
    Database database = Database::memory();
    const MatchedLines none(database, kPatterns);
    CHECK_THROWS_AS(rows(database, "SELECT 1 FROM log_lines"), DatabaseError);
}

TEST_CASE("patterns that match too often are given up, the most frequent first", "[snapshot][lines]") {
    const Database database = with_lines();
    const LineMatches matches(database, kPatterns, 40, {});
    CHECK(matches.lines_of("line") == nullptr);
    REQUIRE(matches.lines_of("HNS") != nullptr);
    CHECK(matches.lines_of("HNS")->size() == 10);
    REQUIRE(matches.lines_of("(?i)failed") != nullptr);
    CHECK(matches.lines_of("(?i)failed")->size() == 20);
    CHECK(matches.codes_are_known());
    const LineMatches nothing_kept(database, kPatterns, 0, {});
    CHECK(nothing_kept.lines_of("HNS") == nullptr);
    CHECK_FALSE(nothing_kept.codes_are_known());
}

TEST_CASE("asked to stop, no pattern is known", "[snapshot][lines]") {
    std::stop_source over;
    over.request_stop();
    CHECK(LineMatches(with_lines(), kPatterns, 1000, over.get_token()).lines_of("HNS") == nullptr);
}
