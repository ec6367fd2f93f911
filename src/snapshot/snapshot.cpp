// SPDX-License-Identifier: Apache-2.0
#include "snapshot/snapshot.h"

#include "base/path.h"
#include "snapshot/content.h"
#include "snapshot/fleet.h"
#include "snapshot/schema.h"
#include "snapshot/store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <filesystem>
#include <set>

namespace kwd::snapshot {
namespace {

constexpr std::uint64_t kReadSteps = 2'000'000'000;
constexpr std::size_t kMaxDocuments = 200'000;
constexpr std::size_t kMaxCollections = 10'000;
constexpr std::array<const char*, 3> kStored = {"meta", "collections", "documents"};

Error damaged(const std::string& path, std::string_view what) {
    return Error{Errc::malformed, fmt::format("open {}: {}", path, what)};
}

// The columns of a stored table, if it is a plain table: generated columns hold expressions, which are SQL of theirs.
Result<std::set<std::string>> plain_columns(const Database& database, const char* table, const std::string& path) {
    const std::array<Value, 1> name = {std::string(table)};
    const auto type = database.text("SELECT type FROM sqlite_schema WHERE name = ?", name);
    const auto sql = database.text("SELECT sql FROM sqlite_schema WHERE name = ?", name);
    if (!type) {
        return damaged(path, fmt::format("it is no snapshot, its table {} is missing", table));
    }
    if (*type != "table" || !sql || !sql->starts_with("CREATE TABLE")) {
        return damaged(path, fmt::format("{} is not a plain table, so this file is not to be trusted", table));
    }
    std::set<std::string> columns;
    Statement info = database.prepare("SELECT name, hidden FROM pragma_table_xinfo(?)");
    info.bind(1, std::string_view(table));
    while (info.step()) {
        if (info.integer(1) != 0) {
            return damaged(path, fmt::format("{} has computed columns, so this file is not to be trusted", table));
        }
        columns.insert(info.text(0));
    }
    return columns;
}

// A SELECT list that reads NULL for what an older schema did not have.
std::string select_list(const std::set<std::string>& have, std::span<const char* const> wanted) {
    std::string list;
    for (const char* column : wanted) {
        list += fmt::format("{}{}", list.empty() ? "" : ", ", have.contains(column) ? column : "NULL");
    }
    return list;
}

constexpr std::array<const char*, 10> kDocumentColumns = {
    "id",         "collector", "kind",      "name", "original_path", "collected_at_utc",
    "size_bytes", "sha256",    "truncated", "note"};
constexpr std::array<const char*, 10> kCollectionColumns = {
    "collector",   "outcome",        "reason",      "error_code", "native_domain",
    "native_code", "started_at_utc", "duration_ms", "documents",  "bytes"};

// An outcome that nobody of us wrote is no success.
const char* known_outcome(std::string_view stored) {
    for (const Outcome outcome :
         {Outcome::ok, Outcome::partial, Outcome::skipped, Outcome::failed, Outcome::timed_out}) {
        if (stored == name_of(outcome)) {
            return name_of(outcome);
        }
    }
    return name_of(Outcome::failed);
}

Result<Document> read_document(const Database& database, const DocumentInfo& info) {
    Statement select = database.prepare("SELECT content FROM documents WHERE id = ?");
    select.bind(1, info.id);
    if (!select.step() || select.is_null(0)) {
        return Error{Errc::not_found, fmt::format("read document {}: it has no content", info.id)};
    }
    // An open SELECT holds the file's lock, which whoever writes it waits for: unpacking takes its time.
    const std::string packed = select.text(0);
    select.reset();
    auto content = decompress(packed, info.size_bytes);
    if (!content) {
        return Error{content.error().code, fmt::format("read document {}: {}", info.name, content.error().doing)};
    }
    if (sha256_hex(*content) != info.sha256) {
        return Error{Errc::malformed,
                     fmt::format("read document {}: its content is not what its sha256 says", info.name)};
    }
    return Document{info, std::move(*content)};
}

}  // namespace

DocumentInfo read_document_info(const Statement& row) {
    return DocumentInfo{.id = row.integer(0),
                        .collector = row.text(1),
                        .kind = row.text(2),
                        .name = row.text(3),
                        .original_path = row.optional_text(4),
                        .collected_at_utc = row.optional_text(5),
                        .size_bytes = row.integer(6),
                        .sha256 = row.text(7),
                        .truncated = row.integer(8) != 0,
                        .note = row.optional_text(9)};
}

Result<std::unique_ptr<Snapshot>> Snapshot::open(const std::string& path) {
    auto database = Database::open(path, Database::Access::hostile);
    if (!database && std::filesystem::exists(path_of(path + "-journal"))) {
        // Its writer ended within a transaction: SQLite rolls that back for whoever may write.
        if (const auto recovered = Database::open(path, Database::Access::read_write); recovered) {
            database = Database::open(path, Database::Access::hostile);
        }
    }
    if (!database) {
        return std::move(database).error();
    }
    return loaded(path, std::move(*database), true);
}

Result<std::unique_ptr<Snapshot>> Snapshot::open_while_written(const std::string& path) {
    auto database = Database::open(path, Database::Access::hostile);
    if (!database) {
        return std::move(database).error();
    }
    return loaded(path, std::move(*database), false);
}

Result<std::unique_ptr<Snapshot>> Snapshot::loaded(const std::string& path, Database database, bool check_integrity) {
    std::unique_ptr<Snapshot> snapshot(new Snapshot(std::move(database)));
    try {
        if (auto done = snapshot->load(path, check_integrity); !done) {
            return std::move(done).error();
        }
    } catch (const DatabaseError& error) {
        return Error{Errc::malformed, fmt::format("open {}: {}", path, error.what()),
                     NativeCode{Domain::sqlite, error.code()}};
    }
    return snapshot;
}

Result<void> Snapshot::load(const std::string& path, bool check_integrity) {
    const auto application = database_.integer("PRAGMA application_id");
    if (application == kFleetApplicationId) {
        return Error{
            Errc::unsupported,
            fmt::format("open {}: it is a fleet database that 'kwdiag analyze' made of several snapshots; only "
                        "'kwdiag query' reads it",
                        path)};
    }
    if (application != kApplicationId) {
        return damaged(path, "it is an SQLite database, but not a kwdiag snapshot");
    }
    const std::int64_t version = database_.integer("PRAGMA user_version").value_or(0);
    if (version > kSchemaVersion) {
        return Error{Errc::unsupported,
                     fmt::format("open {}: a newer kwdiag wrote it (schema {}, this one reads up to {})", path, version,
                                 kSchemaVersion)};
    }
    if (check_integrity) {
        if (const auto verdict = database_.text("PRAGMA quick_check(1)"); verdict != "ok") {
            return damaged(path, fmt::format("its integrity check says: {}", verdict.value_or("nothing")));
        }
    }
    std::map<std::string_view, std::set<std::string>> columns_of;
    for (const char* table : kStored) {
        auto columns = plain_columns(database_, table, path);
        if (!columns) {
            return std::move(columns).error();
        }
        columns_of[table] = std::move(*columns);
    }
    const ReadOnlyGuard guard(database_, kReadSteps);
    Statement meta = database_.prepare("SELECT key, value FROM meta ORDER BY key LIMIT 1000");
    while (meta.step()) {
        meta_[meta.text(0)] = meta.text(1);
    }
    Statement documents =
        database_.prepare(fmt::format("SELECT {} FROM documents ORDER BY id LIMIT {}",
                                      select_list(columns_of["documents"], kDocumentColumns), kMaxDocuments + 1));
    while (documents.step()) {
        DocumentInfo info = read_document_info(documents);
        if (!documents_.empty() && info.id <= documents_.back().id) {
            return damaged(path, fmt::format("its documents share the id {}", info.id));
        }
        documents_.push_back(std::move(info));
    }
    if (documents_.size() > kMaxDocuments) {
        return Error{Errc::too_large, fmt::format("open {}: it holds more than {} documents", path, kMaxDocuments)};
    }
    Statement collections =
        database_.prepare(fmt::format("SELECT {} FROM collections ORDER BY id LIMIT {}",
                                      select_list(columns_of["collections"], kCollectionColumns), kMaxCollections));
    while (collections.step()) {
        collections_.push_back({.collector = collections.text(0),
                                .outcome = known_outcome(collections.text(1)),
                                .reason = collections.optional_text(2),
                                .error_code = collections.optional_text(3),
                                .native_domain = collections.optional_text(4),
                                .native_code = collections.optional_integer(5),
                                .started_at_utc = collections.optional_text(6),
                                .duration_ms = collections.optional_integer(7),
                                .documents = collections.integer(8),
                                .bytes = collections.integer(9)});
    }
    return {};
}

Result<Document> Snapshot::document(std::int64_t id) const {
    for (const DocumentInfo& info : documents_) {
        if (info.id == id) {
            try {
                const ReadOnlyGuard guard(database_, kReadSteps);
                return read_document(database_, info);
            } catch (const DatabaseError& error) {
                return Error{Errc::malformed, fmt::format("read document {}: {}", info.name, error.what()),
                             NativeCode{Domain::sqlite, error.code()}};
            }
        }
    }
    return Error{Errc::not_found, fmt::format("read document {}: the snapshot has none of that id", id)};
}

std::string Snapshot::beginning(std::int64_t id) const {
    constexpr std::int64_t kPacked = 256 << 10;  // more than the first block of a frame
    constexpr std::size_t kMost = 64 << 10;
    try {
        const ReadOnlyGuard guard(database_, kReadSteps);
        Statement select = database_.prepare("SELECT substr(CAST(content AS BLOB), 1, ?) FROM documents WHERE id = ?");
        select.bind(1, kPacked);
        select.bind(2, id);
        return select.step() && !select.is_null(0) ? decompress_beginning(select.text(0), kMost) : std::string();
    } catch (const DatabaseError&) {
        return {};
    }
}

Database Snapshot::working_copy() const {
    Database copy = Database::memory();
    Transaction transaction(copy);
    create_schema(copy);
    Statement meta = copy.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
    for (const auto& [key, value] : meta_) {
        meta.bind(1, key);
        meta.bind(2, value);
        meta.run();
    }
    Statement document = copy.prepare(
        "INSERT INTO documents (id, collector, kind, name, original_path, collected_at_utc, size_bytes, sha256, "
        "truncated, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const DocumentInfo& info : documents_) {
        document.bind(1, info.id);
        document.bind(2, info.collector);
        document.bind(3, info.kind);
        document.bind(4, info.name);
        document.bind(5, info.original_path);
        document.bind(6, info.collected_at_utc);
        document.bind(7, info.size_bytes);
        document.bind(8, info.sha256);
        document.bind(9, static_cast<std::int64_t>(info.truncated));
        document.bind(10, info.note);
        document.run();
    }
    Statement collection = copy.prepare(fmt::format(
        "INSERT INTO collections ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", fmt::join(kCollectionColumns, ", ")));
    for (const CollectionRow& row : collections_) {
        collection.bind(1, row.collector);
        collection.bind(2, row.outcome);
        collection.bind(3, row.reason);
        collection.bind(4, row.error_code);
        collection.bind(5, row.native_domain);
        collection.bind(6, row.native_code);
        collection.bind(7, row.started_at_utc);
        collection.bind(8, row.duration_ms);
        collection.bind(9, row.documents);
        collection.bind(10, row.bytes);
        collection.run();
    }
    transaction.commit();
    return copy;
}

std::vector<DocumentInfo> StoredDocuments::documents() const {
    std::vector<DocumentInfo> all;
    Statement select =
        database_.prepare(fmt::format("SELECT {} FROM documents ORDER BY id", fmt::join(kDocumentColumns, ", ")));
    while (select.step()) {
        all.push_back(read_document_info(select));
    }
    return all;
}

Result<Document> StoredDocuments::document(std::int64_t id) const {
    Statement select =
        database_.prepare(fmt::format("SELECT {} FROM documents WHERE id = ?", fmt::join(kDocumentColumns, ", ")));
    select.bind(1, id);
    if (!select.step()) {
        return Error{Errc::not_found, fmt::format("read document {}: there is none of that id", id)};
    }
    const DocumentInfo info = read_document_info(select);
    select.reset();
    return read_document(database_, info);
}

}  // namespace kwd::snapshot
