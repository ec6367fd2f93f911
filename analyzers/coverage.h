// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/database.h"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// Which derived tables the documents of a snapshot answer for, gathered while they are read one after the other.
class Coverage {
  public:
    explicit Coverage(std::span<const Analyzer> analyzers) : analyzers_(analyzers) {}

    /// What this document's analysis says of outlines (Analysis::covers_in_outline).
    void add_outlines(const Analysis& analysis);
    /// A document of this kind gave nothing at all, and why: the tables that its kind fills may lack rows.
    void add_loss(const Analyzer& analyzer, const std::string& why);

    /// Completes `table_coverage`, so that every derived table has a row: losses make a table partial, outlines count
    /// where nothing else speaks for a table, and what is left is missing, with the reason that `collections` gives if
    /// a collector that obviously brings it did not do well.
    void complete(snapshot::Database& database) const;

  private:
    [[nodiscard]] std::string why_missing(const snapshot::Database& database, std::string_view table) const;

    std::span<const Analyzer> analyzers_;
    std::map<std::string, std::string, std::less<>> outlines_;  ///< table to what is not known
    std::map<std::string, std::string, std::less<>> losses_;    ///< table to the first document lost, and why
};

}  // namespace kwd::analyzers
