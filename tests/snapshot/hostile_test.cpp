// SPDX-License-Identifier: Apache-2.0
#include "snapshot/content.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"
#include "snapshot/store.h"
#include "tests/support/temporary_folder.h"

#include <sqlite3.h>

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>

using namespace kwd;
using namespace kwd::snapshot;

namespace {

// A snapshot with one document, then changed by SQL as an attacker would.
std::string tampered(const test::TemporaryFolder& folder, const char* sql) {
    std::string path = folder.file("tampered.kwsnap");
    {
        auto store = Store::create(path, "1");
        REQUIRE(store);
        REQUIRE(store->add_document({.collector = "a", .kind = std::string(kind::other), .name = "a.txt", .sha256 = {}},
                                    "content"));
    }
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    char* message = nullptr;
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, &message);
    INFO((message != nullptr ? message : ""));
    REQUIRE(code == SQLITE_OK);
    sqlite3_close(database);
    return path;
}

Error refusal(const std::string& path) {
    auto opened = Snapshot::open(path);
    REQUIRE_FALSE(opened);
    return opened.error();
}

}  // namespace

TEST_CASE("what is no snapshot is refused with the reason", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;

    CHECK(refusal(folder.file("nothing")).code == Errc::not_found);
    CHECK(refusal(folder.path().string()).code == Errc::malformed);

    std::ofstream(folder.file("text"))
        << "this is a text, and long enough to be looked at as a header of a database file";
    CHECK(refusal(folder.file("text")).code == Errc::malformed);

    std::ofstream(folder.file("empty")).close();
    CHECK(refusal(folder.file("empty")).doing.find("not a kwdiag snapshot") != std::string::npos);

    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(folder.file("foreign.db").c_str(), &database) == SQLITE_OK);
    sqlite3_exec(database, "CREATE TABLE bookmarks (url TEXT)", nullptr, nullptr, nullptr);
    sqlite3_close(database);
    CHECK(refusal(folder.file("foreign.db")).doing.find("not a kwdiag snapshot") != std::string::npos);
}

TEST_CASE("a snapshot of a newer kwdiag is refused, saying so", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;
    const Error error = refusal(tampered(folder, "PRAGMA user_version = 99"));
    CHECK(error.code == Errc::unsupported);
    CHECK(error.doing.find("newer kwdiag") != std::string::npos);
    CHECK(error.doing.find("99") != std::string::npos);
}

TEST_CASE("an older schema is read with what it has", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;
    auto opened = Snapshot::open(tampered(folder, "ALTER TABLE documents DROP COLUMN note; PRAGMA user_version = 0"));
    REQUIRE(opened);
    REQUIRE((*opened)->documents().size() == 1);
    CHECK_FALSE((*opened)->documents()[0].note.has_value());
    CHECK((*opened)->document(1)->content == "content");
}

TEST_CASE("triggers of a file are not run when it is derived again either", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;
    auto store = Store::open(tampered(folder,
                                      "CREATE TRIGGER gone AFTER INSERT ON collections BEGIN DELETE FROM documents; "
                                      "END"));
    REQUIRE(store);
    store->add_collection({.collector = "a", .error = {}, .started_at_utc = {}});
    CHECK(store->database().integer("SELECT count(*) FROM documents") == 1);
}

TEST_CASE("views, triggers and computed columns of a stranger's file are not trusted", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;
    SECTION("a view in place of a table") {
        const auto path = tampered(folder,
                                   "ALTER TABLE documents RENAME TO real_documents; "
                                   "CREATE VIEW documents AS SELECT * FROM real_documents");
        CHECK(refusal(path).doing.find("not a plain table") != std::string::npos);
    }
    SECTION("a computed column") {
        const auto path =
            tampered(folder, "ALTER TABLE documents ADD COLUMN evil TEXT AS (hex(zeroblob(100000000))) VIRTUAL");
        CHECK(refusal(path).doing.find("computed columns") != std::string::npos);
    }
    SECTION("a virtual table") {
        if (sqlite3_compileoption_used("ENABLE_FTS5") == 0) {
            SKIP("this SQLite has no module that a table could be of");
        }
        const auto path = tampered(folder, "DROP TABLE meta; CREATE VIRTUAL TABLE meta USING fts5(key, value)");
        CHECK(refusal(path).doing.find("not a plain table") != std::string::npos);
    }
    SECTION("a trigger changes nothing for a reader") {
        const auto path = tampered(folder, "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM documents; END");
        auto opened = Snapshot::open(path);
        REQUIRE(opened);
        CHECK((*opened)->documents().size() == 1);
        CHECK((*opened)->working_copy().integer("SELECT count(*) FROM documents") == 1);
    }
}

TEST_CASE("a document whose content was changed or lies about its size is not given out", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;
    const auto read = [&](const char* sql) {
        auto opened = Snapshot::open(tampered(folder, sql));
        REQUIRE(opened);
        auto document = (*opened)->document(1);
        REQUIRE_FALSE(document);
        return document.error().code;
    };
    SECTION("another hash") {
        CHECK(read("UPDATE documents SET sha256 = 'ab'") == Errc::malformed);
    }
    SECTION("another size") {
        CHECK(read("UPDATE documents SET size_bytes = 500") == Errc::malformed);
    }
    SECTION("a negative size") {
        CHECK(read("UPDATE documents SET size_bytes = -1") == Errc::malformed);
    }
    SECTION("a huge size") {
        CHECK(read("UPDATE documents SET size_bytes = 1 << 60") == Errc::too_large);
    }
    SECTION("no zstd frame") {
        CHECK(read("UPDATE documents SET content = x'00112233'") == Errc::malformed);
    }
    SECTION("no content") {
        CHECK(read("UPDATE documents SET content = NULL") == Errc::not_found);
    }
}

TEST_CASE("a frame that unpacks to more than it says stops before it is unpacked", "[snapshot][hostile]") {
    const std::string bomb = *compress(std::string(50'000'000, 'x'));
    REQUIRE(bomb.size() < 10'000);
    CHECK(decompress(bomb, 100).error().code == Errc::malformed);
    CHECK(decompress(bomb, 50'000'000)->size() == 50'000'000);
}

TEST_CASE("a damaged file is told from a foreign one", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;
    const std::string path = tampered(folder, "INSERT INTO meta VALUES ('pad', hex(zeroblob(200000)))");
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = std::filesystem::file_size(path);
    for (std::uintmax_t at = 4096; at + 600 < size; at += 4096) {
        file.seekp(static_cast<std::streamoff>(at));
        file << std::string(512, '\xee');
    }
    file.close();
    CHECK(refusal(path).code == Errc::malformed);

    std::filesystem::resize_file(path, 6000);
    CHECK(refusal(path).code == Errc::malformed);
}

TEST_CASE("a stranger's rows that no table of ours would take are refused or mended", "[snapshot][hostile]") {
    const test::TemporaryFolder folder;

    SECTION("documents that share an id") {
        CHECK(refusal(tampered(folder,
                               "ALTER TABLE documents RENAME TO d;"
                               "CREATE TABLE documents AS SELECT * FROM d UNION ALL SELECT * FROM d"))
                  .doing.find("share the id 1") != std::string::npos);
    }
    SECTION("a collection whose outcome is none, and whose numbers are text") {
        const auto opened = Snapshot::open(
            tampered(folder,
                     "DROP TABLE collections; CREATE TABLE collections (id, collector, outcome, duration_ms);"
                     "INSERT INTO collections VALUES ('x', 'cni', 'splendid', 'long')"));
        REQUIRE(opened);
        const Database copy = (*opened)->working_copy();
        CHECK(copy.text("SELECT collector || outcome || duration_ms || documents FROM collections") == "cnifailed00");
    }
    SECTION("collections that cannot be put in order") {
        CHECK(refusal(tampered(folder, "DROP TABLE collections; CREATE TABLE collections (collector)")).code ==
              Errc::malformed);
    }
}
