// SPDX-License-Identifier: Apache-2.0
#include "snapshot/fleet.h"

#include "snapshot/fleet_documents.h"
#include "snapshot/schema.h"
#include "snapshot/store.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <array>

namespace kwd::snapshot {
namespace {

Database fleet() {
    Database database = Database::memory();
    create_fleet_schema(database);
    return database;
}

// A snapshot with a document that one interface was read from.
Database with_interface(const std::string& name, std::int64_t document) {
    Database database = Database::memory();
    create_schema(database);
    Statement insert = database.prepare(
        "INSERT INTO documents (id, collector, kind, name, size_bytes, sha256) VALUES (?, 'c', 'k', 'links', 1, 'x')");
    insert.bind(1, document);
    insert.run();
    Statement row = database.prepare("INSERT INTO interfaces (document_id, place, name) VALUES (?, '/0', ?)");
    row.bind(1, document);
    row.bind(2, std::string_view(name));
    row.run();
    database.execute(
        "INSERT INTO evaluations (rule_id, area, title, severity, verdict) VALUES ('r', 'mtu', 't', 'info', 'clear')");
    return database;
}

TEST_CASE("every table of a snapshot is in a fleet, with a node before all", "[snapshot][fleet]") {
    const Database database = fleet();
    CHECK(fleet_tables().size() == derived_tables().size() + 8);
    for (const std::string& table : fleet_tables()) {
        INFO(table);
        const std::array<Value, 1> name = {fleet_name_of(table)};
        CHECK(database.text("SELECT name FROM pragma_table_xinfo(?) WHERE cid = 0", name) == "node");
    }
}

TEST_CASE("rows of several snapshots stand side by side, and lead to documents of their own", "[snapshot][fleet]") {
    Database database = fleet();
    add_to_fleet(database, "a", with_interface("eth0", 7), {});
    add_to_fleet(database, "b", with_interface("Ethernet", 7), {});

    CHECK(database.text("SELECT group_concat(node || ' ' || name || ' ' || at, '; ') FROM interfaces") ==
          "a eth0 1#/0; b Ethernet 2#/0");
    CHECK(database.text("SELECT group_concat(node || ' ' || id, '; ') FROM documents") == "a 1; b 2");
    CHECK(database.text("SELECT group_concat(node || ' ' || verdict, '; ') FROM node_evaluations") ==
          "a clear; b clear");
    CHECK(database.integer("SELECT count(*) FROM evaluations") == 0);

    remove_from_fleet(database, "a");
    CHECK(database.text("SELECT group_concat(node) FROM interfaces") == "b");
    CHECK(database.text("SELECT group_concat(node) FROM node_evaluations") == "b");
}

TEST_CASE("of a snapshot only the tables that are asked for come along", "[snapshot][fleet]") {
    Database database = fleet();
    const std::vector<std::string> tables = {"documents"};
    add_to_fleet(database, "a", with_interface("eth0", 1), tables);
    CHECK(database.integer("SELECT count(*) FROM interfaces") == 0);
    CHECK(database.integer("SELECT count(*) FROM documents") == 1);
}

TEST_CASE("a view of one node looks like its snapshot, and leaves no trace", "[snapshot][fleet]") {
    Database database = fleet();
    add_to_fleet(database, "a", with_interface("eth0", 7), {});
    add_to_fleet(database, "b", with_interface("Ethernet", 7), {});
    {
        const FleetView view(database, "b");
        CHECK(database.text("SELECT group_concat(name || ' ' || at) FROM interfaces") == "Ethernet 2#/0");
        CHECK(database.integer("SELECT count(*) FROM evaluations") == 1);
        CHECK(database.integer("SELECT count(*) FROM pragma_table_info('interfaces') WHERE name = 'node'") == 0);
    }
    CHECK(database.integer("SELECT count(*) FROM interfaces") == 2);
    CHECK(database.integer("SELECT count(*) FROM sqlite_temp_schema") == 0);
}

TEST_CASE("a view of several nodes shows those that it is told, and who tells for all", "[snapshot][fleet]") {
    Database database = fleet();
    for (const char* node : {"a", "b", "c"}) {
        add_to_fleet(database, node, with_interface("eth0", 1), {});
    }
    FleetView view(database);
    const auto shown = [&] { return database.text("SELECT group_concat(node) FROM interfaces").value_or(""); };
    CHECK(shown().empty());
    const std::vector<std::string> two = {"a", "c"};
    const std::vector<std::string> tellers = {"b"};
    const std::vector<std::string> heard = {"interfaces"};
    view.show(two);
    CHECK(shown() == "a,c");
    view.show(two, tellers, heard);
    CHECK(shown() == "b");
    CHECK(database.text("SELECT group_concat(node) FROM documents") == "a,c");
    view.show(two);
    CHECK(shown() == "a,c");
}

TEST_CASE("documents of a fleet are read from its snapshots", "[snapshot][fleet]") {
    const test::TemporaryFolder folder;
    Database database = fleet();
    for (const char* node : {"a", "b"}) {
        const std::string path = folder.file(std::string(node) + ".kwsnap");
        auto store = Store::create(path, "test");
        REQUIRE(store);
        for (const char* name : {"first", "second"}) {
            REQUIRE(store->add_document({.collector = "c", .kind = "other", .name = name, .sha256 = {}},
                                        std::string(name) + " of " + node));
        }
        add_to_fleet(database, node, store->database(), {});
        Statement insert = database.prepare("INSERT INTO fleet_nodes (node, name, snapshot) VALUES (?1, ?1, ?2)");
        insert.bind(1, std::string_view(node));
        insert.bind(2, std::string_view(path));
        insert.run();
    }
    const FleetDocuments documents(database);
    REQUIRE(documents.documents().size() == 4);
    CHECK(documents.documents()[3].name == "b: second");
    const auto last = documents.document(documents.documents()[3].id);
    REQUIRE(last);
    CHECK(last->content == "second of b");
    CHECK(last->info.name == "b: second");
    CHECK_FALSE(documents.document(99));
}

}  // namespace
}  // namespace kwd::snapshot
