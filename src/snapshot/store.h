// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "snapshot/content.h"
#include "snapshot/database.h"
#include "snapshot/document.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kwd::snapshot {

enum class Outcome : std::uint8_t { ok, partial, skipped, failed, timed_out };
[[nodiscard]] const char* name_of(Outcome outcome) noexcept;

/// How one collector, or one imported bundle, fared.
struct Collection {
    std::string collector;
    Outcome outcome = Outcome::ok;
    std::optional<Error> error = {};  ///< why it is not ok; for `skipped` and `partial`, what is missing
    std::string started_at_utc;       ///< ISO 8601
    std::int64_t duration_ms = 0;
    std::int64_t documents = 0;
    std::int64_t bytes = 0;
};

/// How a document of this kind is packed.
[[nodiscard]] Effort effort_of(std::string_view kind) noexcept;

/// A snapshot of our own that is being written. Each call is one transaction, so that whatever was stored before a
/// crash is readable after it.
class Store {
  public:
    /// Makes a new owner-only file with the schema. Errors: invalid_input when the file exists, access_denied, io.
    [[nodiscard]] static Result<Store> create(const std::string& path, std::string_view tool_version);
    /// Opens a snapshot of our own to derive its tables again; an older schema is migrated.
    /// Errors: those of Snapshot::open.
    [[nodiscard]] static Result<Store> open(const std::string& path);

    void set_meta(std::string_view key, std::string_view value);
    /// Stores one document (id, size and hash of `info` are filled in) and answers its id.
    /// Errors: too_large beyond kMaxDocumentBytes; io when there is not enough memory.
    Result<std::int64_t> add_document(DocumentInfo info, std::string_view content);
    /// The same with its content as pack() made it; in its place go the documents with the ids `superseded`.
    std::int64_t add_document(const DocumentInfo& info, const PackedContent& content,
                              std::span<const std::int64_t> superseded = {});
    void add_collection(const Collection& collection);

    /// From here on a transaction that was made is there after a power cut too; else only the last ones may be missing
    /// then. A process that ends, however it does, loses none.
    void survive_power_cuts(bool survive);

    [[nodiscard]] Database& database() noexcept { return database_; }

  private:
    explicit Store(Database database) : database_(std::move(database)) {}
    Database database_;
};

/// One step from a schema version to the next.
struct Migration {
    std::int64_t from;
    const char* sql;
};

/// Brings a database of ours from its user_version to `to`, each step in one transaction.
/// Errors: unsupported when a step is missing.
[[nodiscard]] Result<void> migrate(Database& database, std::span<const Migration> steps, std::int64_t to);

}  // namespace kwd::snapshot
