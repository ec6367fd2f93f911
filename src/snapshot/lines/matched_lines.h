// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace kwd::snapshot {

struct LinesSource;

/// While it lives, `log_lines` in SQL is a virtual table over the real one (which is `main.log_lines` then) that has
/// looked for `patterns` in all lines beforehand, in one pass: `message REGEXP 'pattern'` visits only lines that match,
/// and `component = 'name'` only the part of the table where that component's lines are. Every query answers as it does
/// without: columns, rowids and their order are the same, other conditions and patterns are asked of each line as ever.
///
/// Rules ask some 150 patterns, most of which match no line; looking for each by itself was a third of judging a node.
/// Nothing may change `log_lines` while it lives, and one connection has one of these at most.
class MatchedLines {
  public:
    /// A table without lines, or one that cannot be read, stays as it is.
    MatchedLines(Database& database, std::span<const std::string> patterns, const std::stop_token& stop = {});
    ~MatchedLines();
    MatchedLines(const MatchedLines&) = delete;
    MatchedLines& operator=(const MatchedLines&) = delete;

  private:
    Database& database_;
    std::unique_ptr<LinesSource> source_;
};

}  // namespace kwd::snapshot
