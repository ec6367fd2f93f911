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

/// Tells apart the documents of a node whose state was read twice: as a capture began, and again as it ended. What a
/// collector gave under the same name and kind is the state of another time; the last one is that of the snapshot, the
/// first one says what it was for the packets before. Imported files are never readings of each other.
class Readings {
  public:
    explicit Readings(const std::vector<snapshot::DocumentInfo>& documents);

    /// Nothing was read twice.
    [[nodiscard]] bool empty() const noexcept { return superseded_.empty(); }
    /// The same was read again later.
    [[nodiscard]] bool is_superseded(std::int64_t document_id) const { return superseded_.contains(document_id); }
    /// The same had been read before.
    [[nodiscard]] bool supersedes(std::int64_t document_id) const { return superseding_.contains(document_id); }

  private:
    std::set<std::int64_t> superseded_;
    std::set<std::int64_t> superseding_;
};

/// The tables of the state as it was read first, in a database of their own: derived from the documents that were
/// superseded and from all others but those of packets and of logs. `at` of its rows speaks of the same documents as in
/// `now`, whose meta and collections it has. nullopt where nothing was read twice.
[[nodiscard]] std::optional<snapshot::Database> state_before(const snapshot::DocumentSource& documents,
                                                             const Readings& readings, snapshot::Database& now,
                                                             std::span<const Analyzer> analyzers);

}  // namespace kwd::analyzers
