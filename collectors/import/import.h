// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/archive.h"
#include "base/result.h"
#include "snapshot/store.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// How much is taken from what somebody sent.
struct ImportOptions {
    ArchiveLimits limits = {};
    std::size_t max_text_bytes = 64ULL << 20;   ///< of a longer log the newest is kept, of other texts the beginning
    std::size_t max_unread_bytes = 1ULL << 20;  ///< of files that nothing reads: programs, dumps, traces
    /// Told of every file before it is looked at; may be empty.
    std::function<void(std::string_view path)> progress = {};
};

struct ImportedDocument {
    std::int64_t id = 0;
    std::string name;
    std::string_view kind;
    std::string why;  ///< what was recognised, or what it is although nothing reads it
};

/// What came of a file that gave no whole document, or was not as it claims to be.
struct ImportNote {
    std::string path;  ///< within what was imported; empty for the whole
    std::string text;
    bool is_loss = true;  ///< something is missing; false where only a name was changed
};

struct ImportSummary {
    std::vector<ImportedDocument> documents;
    std::vector<ImportNote> notes;

    /// Those that are kept and that nothing reads (kind `other`).
    [[nodiscard]] std::vector<const ImportedDocument*> unrecognised() const;
};

/// Brings support data that somebody else collected into the snapshot: each path is a folder, an archive or a file.
///
/// Every file becomes one document (its bytes as they were, secrets removed; event log files as XML) or one note that
/// says why not; archives within are opened. A log that is there twice is read once: the second is kept as `other`.
/// Each path gives one row in `collections`, named `import: NAME`: ok, or partial with the notes of what is missing, or
/// failed. Fills `meta`: imported_from, imported_at_utc, bundle_type, and node_name and taken_at_local where a bundle's
/// name tells them.
///
/// Errors: when nothing was stored at all: that of the path (not_found, access_denied, io, unsupported, malformed), or
/// not_found where there was no file.
[[nodiscard]] Result<ImportSummary> import_paths(const std::vector<std::string>& paths, snapshot::Store& store,
                                                 const ImportOptions& options = {});

}  // namespace kwd::collectors
