// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/log_facts.h"
#include "analyzers/log_formats.h"
#include "analyzers/log_time.h"

#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// Collects the entries of one log: joins what belongs together, and writes rows of `log_lines` within the limits of
/// log.h. Used by everything that brings log lines.
class LogEntries {
  public:
    LogEntries(YearOfLines years, Analysis& out) : years_(years), out_(out) {}

    /// An entry that begins on line `line`, and the component it counts for.
    void add(LogEntry entry, std::string_view component, std::size_t line);
    /// A line that goes on from the entry before; `separator` stands between. Begins an entry where there is none.
    void append(std::string_view text, std::string_view separator, std::size_t line);
    /// Writes the last entry and the notes.
    void finish();

    [[nodiscard]] bool has_entry() const noexcept { return pending_.has_value(); }
    [[nodiscard]] const LogEntry& entry() const noexcept { return pending_->entry; }
    /// As many entries as a log may have were written.
    [[nodiscard]] bool full() const noexcept;
    YearOfLines& years() noexcept { return years_; }

  private:
    void write();

    struct Pending {
        LogEntry entry;
        std::string component;
        std::size_t first;
        std::size_t last;
    };
    YearOfLines years_;
    Analysis& out_;
    LogFacts facts_;
    std::optional<Pending> pending_;
    std::optional<LogTime> last_time_;
    std::size_t count_ = 0;
    std::size_t cut_ = 0;
    std::string first_cut_;
};

}  // namespace kwd::analyzers
