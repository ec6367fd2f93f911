// SPDX-License-Identifier: Apache-2.0
#include "snapshot/store.h"

#include "base/path.h"
#include "snapshot/content.h"
#include "snapshot/kinds.h"
#include "snapshot/schema.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <filesystem>
#include <span>

namespace kwd::snapshot {
namespace {

// Steps from older schemas, oldest first. Version 1 is the first there is.
constexpr std::span<const Migration> kMigrations = {};

}  // namespace

const char* name_of(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::ok: return "ok";
        case Outcome::partial: return "partial";
        case Outcome::skipped: return "skipped";
        case Outcome::failed: return "failed";
        case Outcome::timed_out: return "timed_out";
    }
    return "failed";
}

Effort effort_of(std::string_view kind) noexcept {
    return kind == kind::capture ? Effort::least : Effort::some;
}

Result<Store> Store::create(const std::string& path, std::string_view tool_version) {
    auto database = Database::open(path, Database::Access::create);
    if (!database) {
        return std::move(database).error();
    }
    try {
        // A rollback journal, not WAL: the snapshot stays one file that can be copied while it is written.
        database->execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL");
        Transaction transaction(*database);
        database->execute(
            fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kSchemaVersion)
                .c_str());
        create_schema(*database);
        transaction.commit();
        Store store(std::move(*database));
        store.set_meta("tool_version", tool_version);
        return store;
    } catch (const DatabaseError& error) {
        // Nothing of it could be read by anybody.
        std::error_code ignored;
        std::filesystem::remove(path_of(path), ignored);
        return Error{Errc::io, fmt::format("create {}: {}", path, error.what()),
                     NativeCode{Domain::sqlite, error.code()}};
    }
}

Result<Store> Store::open(const std::string& path) {
    // The same checks as for anybody's snapshot, before it is opened for writing.
    if (auto checked = Snapshot::open(path); !checked) {
        return std::move(checked).error();
    }
    auto database = Database::open(path, Database::Access::read_write);
    if (!database) {
        return std::move(database).error();
    }
    if (auto migrated = migrate(*database, kMigrations, kSchemaVersion); !migrated) {
        return std::move(migrated).error();
    }
    return Store(std::move(*database));
}

void Store::set_meta(std::string_view key, std::string_view value) {
    Statement insert = database_.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");
    insert.bind(1, key);
    insert.bind(2, value);
    insert.run();
}

Result<std::int64_t> Store::add_document(DocumentInfo info, std::string_view content) {
    if (content.size() > static_cast<std::size_t>(kMaxDocumentBytes)) {
        return Error{Errc::too_large, fmt::format("store {}: {} bytes", info.name, content.size())};
    }
    const auto packed = pack(content, effort_of(info.kind));
    if (!packed) {
        return Error{packed.error().code, fmt::format("store {}: {}", info.name, packed.error().doing)};
    }
    return add_document(info, *packed);
}

std::int64_t Store::add_document(const DocumentInfo& info, const PackedContent& content,
                                 std::span<const std::int64_t> superseded) {
    std::optional<Transaction> together;
    if (!superseded.empty()) {
        together.emplace(database_);
    }
    for (const std::int64_t id : superseded) {
        Statement remove = database_.prepare("DELETE FROM documents WHERE id = ?");
        remove.bind(1, id);
        remove.run();
    }
    Statement insert = database_.prepare(
        "INSERT INTO documents (collector, kind, name, original_path, collected_at_utc, size_bytes, sha256, truncated, "
        "note, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, info.collector);
    insert.bind(2, info.kind);
    insert.bind(3, info.name);
    insert.bind(4, info.original_path);
    insert.bind(5, info.collected_at_utc);
    insert.bind(6, content.size_bytes);
    insert.bind(7, content.sha256);
    insert.bind(8, static_cast<std::int64_t>(info.truncated));
    insert.bind(9, info.note);
    insert.bind_blob(10, content.frame);
    insert.run();
    const std::int64_t id = database_.last_insert_id();
    if (together) {
        together->commit();
    }
    return id;
}

// A rollback journal is over when its name is gone: EXTRA waits for that too.
// Source: https://sqlite.org/pragma.html#pragma_synchronous
void Store::survive_power_cuts(bool survive) {
    database_.execute(survive ? "PRAGMA synchronous = EXTRA" : "PRAGMA synchronous = NORMAL");
}

void Store::add_collection(const Collection& collection) {
    Statement insert = database_.prepare(
        "INSERT INTO collections (collector, outcome, reason, error_code, native_domain, native_code, started_at_utc, "
        "duration_ms, documents, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, collection.collector);
    insert.bind(2, std::string_view(name_of(collection.outcome)));
    if (const auto& error = collection.error) {
        insert.bind(3, error->doing);
        insert.bind(4, std::string_view(kwd::name_of(error->code)));
        if (error->native) {
            insert.bind(5, std::string_view(kwd::name_of(error->native->domain)));
            insert.bind(6, error->native->value);
        }
    }
    insert.bind(7, collection.started_at_utc);
    insert.bind(8, collection.duration_ms);
    insert.bind(9, collection.documents);
    insert.bind(10, collection.bytes);
    insert.run();
}

Result<void> migrate(Database& database, std::span<const Migration> steps, std::int64_t to) {
    std::int64_t version = database.integer("PRAGMA user_version").value_or(0);
    for (const Migration& step : steps) {
        if (step.from != version || version >= to) {
            continue;
        }
        Transaction transaction(database);
        database.execute(step.sql);
        database.execute(fmt::format("PRAGMA user_version = {}", ++version).c_str());
        transaction.commit();
    }
    if (version != to) {
        return Error{Errc::unsupported,
                     fmt::format("migrate from schema version {}: no step leads to {}", version, to)};
    }
    return {};
}

}  // namespace kwd::snapshot
