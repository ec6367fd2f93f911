// SPDX-License-Identifier: Apache-2.0
#include "snapshot/store.h"

#include "snapshot/content.h"
#include "snapshot/kinds.h"
#include "snapshot/owner_only_file.h"
#include "snapshot/snapshot.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <span>
#include <string>
#include <thread>
#include <utility>

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

TEST_CASE("a document comes in the place of others", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    auto store = Store::create(folder.file("a.kwsnap"), "1");
    REQUIRE(store);
    store->survive_power_cuts(true);
    const std::array superseded{store->add_document(a_document("one"), "1").value(),
                                store->add_document(a_document("two"), "2").value()};
    REQUIRE(store->add_document(a_document("stays"), "3"));
    const auto id = store->add_document(a_document("both"), *pack("12"), superseded);
    store->survive_power_cuts(false);
    const StoredDocuments stored(store->database());
    REQUIRE(stored.documents().size() == 2);
    CHECK(stored.documents()[0].name == "stays");
    CHECK(stored.document(id)->content == "12");
}

TEST_CASE("a document is hashed and unpacked the same, however long it is", "[snapshot][store]") {
    // FIPS 180-4's own examples, and python3 -c 'import hashlib; print(hashlib.sha256(b"a" * N).hexdigest())'
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    for (const auto& [size, hash] : std::initializer_list<std::pair<std::size_t, const char*>>{
             {0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
             {55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
             {56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
             {64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
             {119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
             {1'000'000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}}) {
        INFO(size);
        for (const Effort effort : {Effort::some, Effort::least}) {
            const std::string content(size, 'a');
            const PackedContent packed = *pack(content, effort);
            CHECK(packed.sha256 == hash);
            CHECK(packed.size_bytes == static_cast<std::int64_t>(size));
            CHECK(decompress(packed.frame, packed.size_bytes).value() == content);
        }
    }
}

TEST_CASE("a document's beginning is unpacked without the rest", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("a.kwsnap");
    std::string large;
    for (std::uint32_t number = 1; large.size() < 3'000'000; number = number * 1'664'525 + 1'013'904'223) {
        large += static_cast<char>(number >> 24);  // hardly to be made smaller
    }
    auto store = Store::create(path, "1");
    REQUIRE(store);
    const auto first = store->add_document(a_document("large"), large);
    const auto second = store->add_document(a_document("small"), "routes");
    const auto third = store->add_document(a_document("empty"), "");
    REQUIRE((first && second && third));
    const auto snapshot = Snapshot::open(path);
    REQUIRE(snapshot);
    CHECK((*snapshot)->beginning(*first) == large.substr(0, 65'536));
    CHECK((*snapshot)->beginning(*second) == "routes");
    CHECK((*snapshot)->beginning(*third).empty());
    CHECK((*snapshot)->beginning(*third + 1).empty());
    CHECK(decompress_beginning("no frame of zstd", 100).empty());
    // A frame that asks for 2 GiB to be unpacked in (RFC 8878 §3.1.1.1.2), and holds "a" in a raw block.
    CHECK(decompress_beginning({"\x28\xb5\x2f\xfd\x00\xa8\x09\x00\x00\x61", 10}, 100).empty());
    CHECK(decompress_beginning({"\x28\xb5\x2f\xfd\x00\x50\x09\x00\x00\x61", 10}, 100) == "a");  // 1 MiB
}

TEST_CASE("a snapshot can be read while it is written", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("a.kwsnap");
    auto store = Store::create(path, "1");
    REQUIRE(store);
    store->survive_power_cuts(true);
    const auto first = store->add_document(a_document("first"), "1");
    REQUIRE(first);
    REQUIRE(store->add_document(a_document("stays"), "3"));
    const auto read = Snapshot::open_while_written(path);
    REQUIRE(read);
    const std::array superseded{*first};
    store->add_document(a_document("second"), *pack("2"), superseded);

    CHECK((*read)->documents().size() == 2);
    CHECK((*read)->document(*first).error().code == Errc::not_found);
    const auto again = Snapshot::open_while_written(path);
    REQUIRE(again);
    REQUIRE((*again)->documents().size() == 2);
    CHECK((*again)->document((*again)->documents()[1].id)->content == "2");
    CHECK_FALSE(Snapshot::open_while_written(folder.file("none.kwsnap")));
}

TEST_CASE("who writes a snapshot does not wait until what was read of it is unpacked", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("a.kwsnap");
    auto store = Store::create(path, "1");
    REQUIRE(store);
    const auto id = store->add_document(a_document("long"), std::string(64 << 20, 'a'));
    REQUIRE(id);
    const auto read = Snapshot::open_while_written(path);
    REQUIRE(read);
    store->database().execute("PRAGMA busy_timeout = 0; PRAGMA synchronous = OFF");
    std::atomic<bool> through = false;
    int got = 0;
    std::jthread reader([&] {
        for (int i = 0; i < 3; ++i) {
            got += (*read)->document(*id) ? 1 : 0;
        }
        through = true;
    });
    using Clock = std::chrono::steady_clock;
    Clock::duration refused{};
    const auto begin = Clock::now();
    while (!through) {
        const auto before = Clock::now();
        try {
            store->set_meta("node_name", "a");
        } catch (const DatabaseError&) {
            refused += Clock::now() - before;
        }
    }
    // Unpacking and hashing take nearly all of the time.
    CHECK(2 * refused < Clock::now() - begin);
    reader.join();
    CHECK(got == 3);
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
