// SPDX-License-Identifier: Apache-2.0
#include "snapshot/store.h"

#include "snapshot/kinds.h"
#include "snapshot/owner_only_file.h"
#include "snapshot/snapshot.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <fstream>
#include <span>

using namespace kwd;
using namespace kwd::snapshot;

namespace {

DocumentInfo a_document(std::string name) {
    return {.collector = "routes", .kind = std::string(kind::linux_routes), .name = std::move(name), .sha256 = {}};
}

}  // namespace

TEST_CASE("what was stored is read back byte for byte", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("node.kwsnap");
    const std::string bytes("\x00\xff[]\n", 5);
    {
        auto store = Store::create(path, "1.2.3");
        REQUIRE(store);
        store->set_meta("node_name", "win-a");
        DocumentInfo info = a_document("routes.json");
        info.original_path = "C:\\routes.json";
        info.truncated = true;
        info.note = "the last 5 bytes";
        REQUIRE(store->add_document(info, bytes));
    }
    auto snapshot = Snapshot::open(path);
    REQUIRE(snapshot);
    CHECK((*snapshot)->meta().at("tool_version") == "1.2.3");
    CHECK((*snapshot)->meta().at("node_name") == "win-a");
    const auto documents = (*snapshot)->documents();
    REQUIRE(documents.size() == 1);
    CHECK(documents[0].size_bytes == 5);
    CHECK(documents[0].original_path == "C:\\routes.json");
    CHECK(documents[0].truncated);
    CHECK(documents[0].note == "the last 5 bytes");
    // printf '\x00\xff[]\n' | sha256sum
    CHECK(documents[0].sha256 == "c64b540c452d3df71fef2f542d44363cb77d8f843b07f1ac25cd41b56eebd637");
    CHECK((*snapshot)->document(documents[0].id)->content == bytes);
}

TEST_CASE("an empty document is an answer too", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    auto store = Store::create(folder.file("a.kwsnap"), "1");
    REQUIRE(store);
    const auto id = store->add_document(a_document("empty"), "");
    REQUIRE(id);
    CHECK(StoredDocuments(store->database()).document(*id)->content.empty());
}

TEST_CASE("the outcome of a collector is stored with its reason and native code", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    auto store = Store::create(folder.file("a.kwsnap"), "1");
    REQUIRE(store);
    store->add_collection(
        {.collector = "hns",
         .outcome = Outcome::failed,
         .error = Error{Errc::access_denied, "list networks", NativeCode{Domain::hresult, 0x80070005}},
         .started_at_utc = "2026-01-02T03:04:05Z",
         .duration_ms = 12});
    Database& database = store->database();
    CHECK(database.text(
              "SELECT outcome || '/' || reason || '/' || error_code || '/' || native_domain FROM collections") ==
          "failed/list networks/access_denied/HRESULT");
    CHECK(database.integer("SELECT native_code FROM collections") == 0x80070005);
}

TEST_CASE("an older schema is brought up step by step", "[snapshot][store]") {
    Database database = Database::memory();
    database.execute("CREATE TABLE t (a INTEGER); PRAGMA user_version = 3");
    const std::array<Migration, 3> steps = {{{2, "CREATE TABLE never (a INTEGER)"},
                                             {3, "ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'new'"},
                                             {4, "INSERT INTO t (a) VALUES (7)"}}};
    REQUIRE(migrate(database, steps, 5));
    CHECK(database.integer("PRAGMA user_version") == 5);
    CHECK(database.text("SELECT b FROM t WHERE a = 7") == "new");
    CHECK(database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'never'") == 0);

    const auto gap = migrate(database, steps, 9);
    REQUIRE_FALSE(gap);
    CHECK(gap.error().code == Errc::unsupported);
}

TEST_CASE("a migration that fails leaves the old version whole", "[snapshot][store]") {
    Database database = Database::memory();
    database.execute("CREATE TABLE t (a INTEGER); PRAGMA user_version = 1");
    const std::array<Migration, 1> steps = {
        {{1, "ALTER TABLE t ADD COLUMN b TEXT; ALTER TABLE nothing ADD COLUMN c TEXT"}}};
    CHECK_THROWS_AS(migrate(database, steps, 2), DatabaseError);
    CHECK(database.integer("PRAGMA user_version") == 1);
    CHECK(database.integer("SELECT count(*) FROM pragma_table_info('t')") == 1);
}
