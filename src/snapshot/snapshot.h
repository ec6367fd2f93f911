// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "snapshot/database.h"
#include "snapshot/document.h"

#include <map>
#include <string>
#include <vector>

namespace kwd::snapshot {

/// A snapshot opened for reading, whoever wrote it. It is treated as hostile: read-only, its integrity checked, nothing
/// of its schema believed beyond the three stored tables being plain tables, no SQL of its own ever run, everything
/// bounded.
class Snapshot final : public DocumentSource {
  public:
    /// Errors: not_found, access_denied; malformed when it is no database, no snapshot, or damaged (the text says
    /// which); unsupported when a newer kwdiag wrote it.
    [[nodiscard]] static Result<std::unique_ptr<Snapshot>> open(const std::string& path);

    /// The same of a snapshot that this process is writing through a Store: what it holds now, without looking through
    /// all of it for damage. A document that is replaced meanwhile is not_found or malformed.
    [[nodiscard]] static Result<std::unique_ptr<Snapshot>> open_while_written(const std::string& path);

    [[nodiscard]] const std::map<std::string, std::string>& meta() const noexcept { return meta_; }
    [[nodiscard]] std::vector<DocumentInfo> documents() const override { return documents_; }
    [[nodiscard]] Result<Document> document(std::int64_t id) const override;

    /// The first bytes of a document, 64 KiB at the most, without unpacking the rest; not held against its hash. Empty
    /// where they cannot be read, of which document() tells why.
    [[nodiscard]] std::string beginning(std::int64_t id) const;

    /// A private database with the whole schema, holding this snapshot's meta, collections and documents (without their
    /// content), ready for deriving tables. The snapshot itself stays untouched.
    [[nodiscard]] Database working_copy() const;

  private:
    struct CollectionRow {
        std::string collector;
        std::string outcome;
        std::optional<std::string> reason;
        std::optional<std::string> error_code;
        std::optional<std::string> native_domain;
        std::optional<std::int64_t> native_code;
        std::optional<std::string> started_at_utc;
        std::optional<std::int64_t> duration_ms;
        std::int64_t documents = 0;
        std::int64_t bytes = 0;
    };

    explicit Snapshot(Database database) : database_(std::move(database)) {}
    [[nodiscard]] static Result<std::unique_ptr<Snapshot>> loaded(const std::string& path, Database database,
                                                                  bool check_integrity);
    [[nodiscard]] Result<void> load(const std::string& path, bool check_integrity);

    Database database_;
    std::map<std::string, std::string> meta_;
    std::vector<DocumentInfo> documents_;
    std::vector<CollectionRow> collections_;
};

/// A document's row: id, collector, kind, name, original_path, collected_at_utc, size_bytes, sha256, truncated, note.
[[nodiscard]] DocumentInfo read_document_info(const Statement& row);

/// The documents of a Store, while it is being written or derived again.
class StoredDocuments final : public DocumentSource {
  public:
    explicit StoredDocuments(const Database& database) : database_(database) {}
    [[nodiscard]] std::vector<DocumentInfo> documents() const override;
    [[nodiscard]] Result<Document> document(std::int64_t id) const override;

  private:
    const Database& database_;
};

}  // namespace kwd::snapshot
