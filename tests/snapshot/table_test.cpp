// SPDX-License-Identifier: Apache-2.0
#include "snapshot/table.h"

#include "snapshot/kinds.h"
#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

using namespace kwd::snapshot;

namespace {

struct PetRow {
    std::string name = {};
    std::optional<std::int64_t> legs = {};
    std::optional<bool> alive = {};
    std::optional<double> weight = {};
};

constexpr auto kPets = table("pets", "Animals.", column("name", &PetRow::name, "what it is called"),
                             column("legs", &PetRow::legs, "number"), column("alive", &PetRow::alive, "0 or 1"),
                             column("weight", &PetRow::weight, "kg"));

}  // namespace

TEST_CASE("schema, insert and values follow from one spec", "[snapshot][table]") {
    CHECK(create_table_sql(kPets.schema()) ==
          "CREATE TABLE pets (document_id INTEGER, place TEXT, \"name\" TEXT NOT NULL, \"legs\" INTEGER, \"alive\" "
          "INTEGER, "
          "\"weight\" REAL, at TEXT AS (document_id || '#' || coalesce(place, '')) VIRTUAL) STRICT");

    Database database = Database::memory();
    database.execute(create_table_sql(kPets.schema()).c_str());
    Statement insert = database.prepare(insert_sql(kPets.schema()));
    insert.bind(1, std::int64_t{12});
    insert.bind(2, std::string_view("/0/pets/1"));
    int position = 3;
    for (const Value& value : kPets.values({.name = "cat", .legs = 4, .alive = true})) {
        insert.bind_value(position++, value);
    }
    insert.run();
    CHECK(database.text("SELECT name || legs || alive || coalesce(weight, '?') || at FROM pets") ==
          "cat41?12#/0/pets/1");
}

TEST_CASE("every derived table has a name of its own, a text for people, and documented columns", "[snapshot][table]") {
    std::set<std::string_view> names;
    for (const TableSchema& each : derived_tables()) {
        INFO(each.name);
        CHECK(names.insert(each.name).second);
        CHECK_FALSE(each.doc.empty());
        std::set<std::string_view> columns = {"document_id", "place", "at"};
        for (const ColumnSchema& column : each.columns) {
            INFO(column.name);
            CHECK(columns.insert(column.name).second);
            CHECK_FALSE(column.doc.empty());
        }
    }
    CHECK(names.contains("hns_networks"));
    CHECK(names.contains("routes"));
}

TEST_CASE("the whole schema can be made, cleared and made again", "[snapshot][table]") {
    Database database = Database::memory();
    create_schema(database);
    database.execute("INSERT INTO routes (destination) VALUES ('10.0.0.0/8'); INSERT INTO meta VALUES ('a', 'b')");
    clear_derived(database);
    CHECK(database.integer("SELECT count(*) FROM routes") == 0);
    CHECK(database.integer("SELECT count(*) FROM meta") == 1);
}

TEST_CASE("no two kinds of documents share a name", "[snapshot][kinds]") {
    std::set<std::string_view> names;
    for (const KindInfo& each : document_kinds()) {
        CHECK(names.insert(each.name).second);
    }
}

TEST_CASE("docs/tables.md tells the tables as they are", "[snapshot][docs]") {
    // KWD_UPDATE_DOCS=1 writes it.
    if (std::getenv("KWD_UPDATE_DOCS") != nullptr) {
        std::ofstream("docs/tables.md", std::ios::binary) << tables_as_markdown();
    }
    std::ifstream file("docs/tables.md", std::ios::binary);
    REQUIRE(file);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == tables_as_markdown());
}
