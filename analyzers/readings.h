// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/database.h"
#include "snapshot/document.h"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace kwd::analyzers {

/// Tells apart the documents of a node whose state was read more than once: as a capture began, and again as it ended.
/// Each row that a collector has in `collections` is a reading, and what it gave from then on until its next one
/// belongs to it: a document that came or went between two readings too. The last reading is the state of the snapshot,
/// the first one says what it was for the packets before; those that failed or ran out of time are neither, unless all
/// did. Imported files are never readings of each other.
class Readings {
  public:
    /// `collections` holds the table of that name.
    Readings(const snapshot::Database& collections, const std::vector<snapshot::DocumentInfo>& documents);

    /// Nothing was read twice.
    [[nodiscard]] bool empty() const noexcept { return !any_; }
    /// It is not of the state that was read last.
    [[nodiscard]] bool is_superseded(std::int64_t document_id) const { return superseded_.contains(document_id); }
    /// It is not of the state that was read first.
    [[nodiscard]] bool is_later(std::int64_t document_id) const { return later_.contains(document_id); }

  private:
    bool any_ = false;
    std::set<std::int64_t> superseded_;
    std::set<std::int64_t> later_;
};

/// The tables of the state as it was read first, in a database of their own: derived from the documents of then
/// and from those that were read once, but for packets and logs. `at` of its rows speaks of the same documents as in
/// `now`, whose meta and collections it has. nullopt where nothing was read twice.
[[nodiscard]] std::optional<snapshot::Database> state_before(const snapshot::DocumentSource& documents,
                                                             const Readings& readings, snapshot::Database& now,
                                                             std::span<const Analyzer> analyzers);

}  // namespace kwd::analyzers
