// SPDX-License-Identifier: Apache-2.0
#include "analyzers/analyze.h"

#include "snapshot/schema.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/network.h"
#include "tests/analyzers/given_documents.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <stdexcept>

namespace kwd::analyzers {
namespace {

using snapshot::Database;

void one_network(const snapshot::Document& document, Analysis& out) {
    out.add(snapshot::kHnsNetworks, {.id = document.content}, "/0");
    out.covers(snapshot::kHnsSubnets.name);
}
void names_only(const snapshot::Document& document, Analysis& out) {
    out.add_in_outline(snapshot::kHnsNetworks, {.id = document.content}, "line:1");
    out.covers_in_outline(snapshot::kHnsNetworks.name, "names and ids only");
}
void fails(const snapshot::Document&, Analysis& out) {
    out.add(snapshot::kRoutes, {.destination = "0.0.0.0/0"}, "");
    throw std::runtime_error("out of range");
}

const std::array<Analyzer, 3> kTestAnalyzers = {{
    {"hns-networks", &one_network, {"hns_networks", "hns_subnets"}},
    {"hnsdiag-list", &names_only, {"hns_networks"}},
    {"linux-routes", &fails, {"routes"}},
}};

Database empty_snapshot() {
    Database database = Database::memory();
    snapshot::create_schema(database);
    return database;
}

std::string coverage(const Database& database, std::string table) {
    const std::array<snapshot::Value, 1> name = {std::move(table)};
    return database.text("SELECT state || coalesce(': ' || reason, '') FROM table_coverage WHERE table_name = ?", name)
        .value_or("no row");
}

TEST_CASE("a row knows its document and its place in it", "[analyzers]") {
    GivenDocuments documents;
    documents.add("other", "nobody reads this");
    documents.add("hns-networks", "N1");
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(database.text("SELECT id || ' ' || at FROM hns_networks") == "N1 2#/0");
}

TEST_CASE("deriving twice gives the same rows once", "[analyzers]") {
    GivenDocuments documents;
    documents.add("hns-networks", "N1");
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);
    analyze(documents, database, kTestAnalyzers);

    CHECK(database.integer("SELECT count(*) FROM hns_networks") == 1);
}

TEST_CASE("every derived table has a row of coverage", "[analyzers]") {
    GivenDocuments documents;
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(database.integer("SELECT count(*) FROM table_coverage WHERE state = 'missing'") ==
          static_cast<std::int64_t>(snapshot::derived_tables().size()));
    CHECK(coverage(database, "routes") == "missing: no document gives it");
}

TEST_CASE("a document that speaks for a table covers it without giving rows", "[analyzers]") {
    GivenDocuments documents;
    documents.add("hns-networks", "N1");
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(coverage(database, "hns_subnets") == "ok");
}

TEST_CASE("a missing table names the collector that should have brought it", "[analyzers]") {
    GivenDocuments documents;
    Database database = empty_snapshot();
    database.execute(
        "INSERT INTO collections (collector, outcome, reason) VALUES "
        "('hns', 'timed_out', 'no answer in 20 s'), ('logs', 'failed', 'no such folder'), "
        "('firewall', 'failed', 'access denied')");

    analyze(documents, database, kTestAnalyzers);

    CHECK(coverage(database, "hns_networks") == "missing: the collector hns ran out of time: no answer in 20 s");
    CHECK(coverage(database, "firewall_rules") == "missing: the collector firewall failed: access denied");
    CHECK(coverage(database, "routes") == "missing: no document gives it");
}

TEST_CASE("a document that holds only a part makes its tables partial", "[analyzers]") {
    GivenDocuments documents;
    auto& info = documents.add("hns-networks", "N1");
    info.truncated = true;
    info.note = "the last 8 MiB";
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(coverage(database, "hns_networks") == "partial: hns-networks.txt holds only a part: the last 8 MiB");
}

TEST_CASE("a document that cannot be read is a note, and its tables are partial", "[analyzers]") {
    GivenDocuments documents;
    documents.add("hns-networks", "N1");
    documents.add("hns-networks", "N2");
    documents.damage(1);
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(database.text("SELECT group_concat(id) FROM hns_networks") == "N2");
    CHECK(database.text("SELECT document_id || problem FROM analysis_notes") == "1unreadable");
    CHECK(coverage(database, "hns_networks").starts_with("partial: "));
}

TEST_CASE("an analyzer that throws costs only its own document", "[analyzers]") {
    GivenDocuments documents;
    documents.add("linux-routes", "");
    documents.add("hns-networks", "N1");
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(database.integer("SELECT count(*) FROM routes") == 0);
    CHECK(database.integer("SELECT count(*) FROM hns_networks") == 1);
    CHECK(database.text("SELECT document_id || problem FROM analysis_notes") == "1failed");
    CHECK(coverage(database, "routes") == "partial: linux-routes.txt could not be understood: out of range");
}

TEST_CASE("an outline covers a table in part", "[analyzers]") {
    GivenDocuments documents;
    documents.add("hnsdiag-list", "N1");
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(coverage(database, "hns_networks") == "partial: names and ids only");
}

TEST_CASE("an outline beside a whole document takes nothing away", "[analyzers]") {
    GivenDocuments documents;
    documents.add("hnsdiag-list", "N1");
    documents.add("hns-networks", "N2");
    Database database = empty_snapshot();

    analyze(documents, database, kTestAnalyzers);

    CHECK(coverage(database, "hns_networks") == "ok");
}

TEST_CASE("the list of analyzers is sorted by kind, and names tables that exist", "[analyzers]") {
    std::string_view previous;
    for (const Analyzer& each : all_analyzers()) {
        CHECK(previous < each.kind);
        previous = each.kind;
        for (const std::string_view table : each.tables) {
            CHECK(snapshot::find_derived_table(table) != nullptr);
        }
    }
}

}  // namespace
}  // namespace kwd::analyzers
