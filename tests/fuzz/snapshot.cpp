// SPDX-License-Identifier: Apache-2.0
// A snapshot that somebody else wrote: it is refused, or all of it can be read. An input is either the bytes of a
// database file or, when it does not begin as one does, SQL that an attacker runs on a whole snapshot beforehand: so
// that also a schema of theirs (views, computed columns, other tables in place of ours) is reached.
#include "snapshot/snapshot.h"

#include "snapshot/schema.h"
#include "snapshot/store.h"
#include "tests/fuzz/check.h"
#include "tests/support/temporary_folder.h"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace {

using namespace kwd;
using namespace kwd::snapshot;

std::string whole_snapshot(const std::string& path) {
    auto store = Store::create(path, "1");
    check(static_cast<bool>(store));
    (void)store->add_document({.collector = "cni", .kind = "text", .name = "a.txt", .sha256 = {}}, "content of a");
    (void)store->add_document({.collector = "cni", .kind = "text", .name = "b.txt", .sha256 = {}}, "");
    store->add_collection({.collector = "cni", .started_at_utc = "2026-11-22T00:00:00Z", .documents = 2});
    for (const TableSchema& table : derived_tables()) {
        store->database().execute(("DROP TABLE " + std::string(table.name)).c_str());
    }
    store->database().execute("PRAGMA page_size = 512; VACUUM");
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

int stop(void*) {
    return 1;
}

// No file but this one: ATTACH and VACUUM INTO would write where the input says.
int no_other_file(void*, int action, const char*, const char*, const char*, const char*) {
    return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

void tamper(const std::string& path, std::string_view sql) {
    sqlite3* database = nullptr;
    if (sqlite3_open(path.c_str(), &database) == SQLITE_OK) {
        sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
        sqlite3_exec(database, "PRAGMA writable_schema = ON; PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY",
                     nullptr, nullptr, nullptr);
        sqlite3_set_authorizer(database, no_other_file, nullptr);
        sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1'000'000);
        sqlite3_progress_handler(database, 100'000, stop, nullptr);
        sqlite3_exec(database, std::string(sql).c_str(), nullptr, nullptr, nullptr);
    }
    sqlite3_close(database);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const test::TemporaryFolder folder;
    static const std::string path = folder.file("fuzzed.kwsnap");
    static const std::string whole = whole_snapshot(folder.file("whole.kwsnap"));

    const std::string_view input{reinterpret_cast<const char*>(data), size};
    if (input.starts_with("SQLite format 3")) {
        write(path, input);
    } else {
        write(path, whole);
        tamper(path, input);
    }
    const auto opened = Snapshot::open(path);
    check(opened || !opened.error().doing.empty());
    if (opened) {
        const Snapshot& snapshot = **opened;
        for (const DocumentInfo& info : snapshot.documents()) {
            const auto document = snapshot.document(info.id);
            check(!document || static_cast<std::int64_t>(document->content.size()) == info.size_bytes);
        }
        // A working copy takes ten times as long as all else.
        if (size % 8 == 0) {
            const Database copy = snapshot.working_copy();
            check(copy.integer("SELECT count(*) FROM documents") ==
                  static_cast<std::int64_t>(snapshot.documents().size()));
        }
    }
    return 0;
}
