// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/database.h"
#include "snapshot/document.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace kwd::analyzers {

/// Tells apart the documents of a node whose state was read more than once: as a capture began, while it went on where
/// somebody wanted to know, and as it ended. Each row that a collector has in `collections` is a reading, and what it
/// gave from then on until its next one belongs to it: a document that came or went between two readings too. The last
/// reading is the state of the snapshot, those before say what it was for the packets before; those that failed or ran
/// out of time are none, unless all did. Imported files are never readings of each other.
class Readings {
  public:
    /// `collections` holds the table of that name.
    Readings(const snapshot::Database& collections, const std::vector<snapshot::DocumentInfo>& documents);

    /// How many there are: 1 where nothing was read twice.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    /// It is not of the state that was read last.
    [[nodiscard]] bool is_superseded(std::int64_t document_id) const { return !is_of(document_id, count_ - 1); }
    /// Whether a document tells of the reading of this number, from 0. What a collector gave last also tells of those
    /// for which it was not asked any more.
    [[nodiscard]] bool is_of(std::int64_t document_id, std::size_t reading) const;

  private:
    struct Place {
        std::optional<std::size_t> reading;  ///< nullopt: of one that failed
        bool last;                           ///< of its collector
    };
    std::map<std::int64_t, Place> places_;  ///< by document; others are of all readings
    std::size_t count_ = 1;
};

/// The tables of the state as each reading but the last gave them, oldest first, in databases of their own: derived
/// from the documents of then and from those that were read once, but for packets and logs. `at` of their rows speaks
/// of the same documents as in `now`, whose meta and collections they have.
[[nodiscard]] std::vector<snapshot::Database> states_before(const snapshot::DocumentSource& documents,
                                                            const Readings& readings, snapshot::Database& now,
                                                            std::span<const Analyzer> analyzers);

/// Whether there are packets of which only that the state was read before they came keeps it from being known that they
/// are wrong: reading it again would tell. `database` has all tables.
[[nodiscard]] bool would_be_told_by_another(const snapshot::Database& database);

}  // namespace kwd::analyzers
