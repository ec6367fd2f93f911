// SPDX-License-Identifier: Apache-2.0
#include "snapshot/database.h"

#include <sqlite3.h>

#include <catch2/catch_test_macros.hpp>

using namespace kwd::snapshot;

TEST_CASE("values keep their types through a statement", "[snapshot][database]") {
    Database database = Database::memory();
    database.execute("CREATE TABLE t (a ANY) STRICT");
    Statement insert = database.prepare("INSERT INTO t VALUES (?)");
    insert.bind(1, std::int64_t{9007199254740993});
    insert.run();
    insert.bind(1, std::string_view("x\0y", 3));
    insert.run();
    insert.bind(1, std::optional<std::int64_t>{});
    insert.run();

    Statement select = database.prepare("SELECT a FROM t ORDER BY rowid");
    REQUIRE(select.step());
    CHECK(select.value(0) == Value(std::int64_t{9007199254740993}));
    REQUIRE(select.step());
    CHECK(select.text(0) == std::string("x\0y", 3));
    REQUIRE(select.step());
    CHECK(select.optional_integer(0) == std::nullopt);
    CHECK_FALSE(select.step());
}

TEST_CASE("only one statement is prepared at a time", "[snapshot][database]") {
    const Database database = Database::memory();
    CHECK_THROWS_AS(database.prepare("SELECT 1; DROP TABLE t"), DatabaseError);
    CHECK_THROWS_AS(database.prepare("   "), DatabaseError);
    CHECK_NOTHROW(database.prepare("SELECT 1; -- the end\n ;"));
}

TEST_CASE("a transaction that is left without commit is rolled back", "[snapshot][database]") {
    Database database = Database::memory();
    database.execute("CREATE TABLE t (a INTEGER)");
    {
        const Transaction transaction(database);
        database.execute("INSERT INTO t VALUES (1)");
    }
    CHECK(database.integer("SELECT count(*) FROM t") == 0);
}

TEST_CASE("SQL that others wrote may only read", "[snapshot][database]") {
    Database database = Database::memory();
    database.execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");
    const ReadOnlyGuard guard(database, 1'000'000);
    CHECK(database.integer("SELECT a FROM t") == 1);
    for (const char* sql :
         {"INSERT INTO t VALUES (2)", "DELETE FROM t", "DROP TABLE t", "CREATE TABLE u (a INTEGER)",
          "ATTACH DATABASE ':memory:' AS other", "PRAGMA user_version = 5", "PRAGMA journal_mode = OFF", "VACUUM",
          "SELECT load_extension('x')", "CREATE TEMP VIEW v AS SELECT 1"}) {
        INFO(sql);
        CHECK_THROWS_AS(database.prepare(sql).run(), DatabaseError);
    }
}

TEST_CASE("SQL that does not end is ended", "[snapshot][database]") {
    const Database database = Database::memory();
    ReadOnlyGuard guard(database, 100'000);
    const auto endless = [&] {
        Statement statement =
            database.prepare("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
        statement.run();
    };
    try {
        endless();
        FAIL("it ended by itself");
    } catch (const DatabaseError& error) {
        CHECK(error.code() == SQLITE_INTERRUPT);
    }
    guard.restart();
    CHECK(database.integer("SELECT 1") == 1);
}

TEST_CASE("SQL is ended when nobody waits for it any more", "[snapshot][database]") {
    const Database database = Database::memory();
    std::stop_source stop;
    const ReadOnlyGuard guard(database, 1'000'000'000, stop.get_token());
    CHECK(database.integer("SELECT 1") == 1);
    stop.request_stop();
    try {
        (void)database.integer(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT count(*) FROM n");
        FAIL("it ended by itself");
    } catch (const DatabaseError& error) {
        CHECK(error.code() == SQLITE_INTERRUPT);
    }
}
