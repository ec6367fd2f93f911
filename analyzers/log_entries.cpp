// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log_entries.h"

#include "analyzers/error_code.h"
#include "analyzers/log.h"
#include "analyzers/words.h"
#include "base/utf8.h"
#include "snapshot/place.h"
#include "snapshot/tables/logs.h"

#include <fmt/format.h>

namespace kwd::analyzers {

bool LogEntries::full() const noexcept {
    return count_ >= kMostLogEntries;
}

void LogEntries::add(LogEntry entry, std::string_view component, std::size_t line) {
    write();
    if (entry.time && entry.time->year == 0) {
        entry.time->year = years_.of(*entry.time);
    }
    if (entry.time) {
        last_time_ = entry.time;
    }
    pending_ = Pending{std::move(entry), std::string(component), line, line};
}

void LogEntries::append(std::string_view text, std::string_view separator, std::size_t line) {
    if (!pending_) {
        add({.message = std::string(text)}, {}, line);
        return;
    }
    pending_->last = line;
    std::string& message = pending_->entry.message;
    if (message.size() > kLongestLogMessage) {
        return;  // cut already
    }
    message += separator;
    message += text;
}

void LogEntries::write() {
    if (!pending_) {
        return;
    }
    Pending done = std::move(*pending_);
    pending_.reset();
    if (full()) {
        return;
    }
    ++count_;
    LogEntry& entry = done.entry;
    const std::string place = snapshot::line_place(done.first, done.last);
    if (entry.message.size() > kLongestLogMessage) {
        entry.message = std::string(cut_text(entry.message, kLongestLogMessage)) + "…";
        first_cut_ = cut_++ == 0 ? place : first_cut_;
    }
    facts_.read(done.component, entry.message, place);
    const auto& time = entry.time ? entry.time : last_time_;
    snapshot::LogLinesRow row{};
    row.component = done.component.empty() ? std::nullopt : snapshot::Text(std::move(done.component));
    row.time_utc = time ? iso_text(*time) : std::nullopt;
    row.time_is_local = row.time_utc ? snapshot::Flag(!time->offset_minutes.has_value()) : std::nullopt;
    row.severity = entry.severity.empty() ? std::nullopt : snapshot::Text(entry.severity);
    row.source_file = entry.source_file.empty() ? std::nullopt : snapshot::Text(std::move(entry.source_file));
    row.source_line = entry.source_line;
    row.process_id = entry.process_id;
    row.code = first_error_code(entry.message);
    row.message = std::move(entry.message);
    out_.add(snapshot::kLogLines, std::move(row), place);
}

void LogEntries::finish() {
    write();
    facts_.write(out_);
    out_.covers(snapshot::kLogLines.name);
    if (full()) {
        out_.note("", "truncated", fmt::format("only the first {} entries were read", kMostLogEntries));
        out_.covers_partly(snapshot::kLogLines.name, fmt::format("a log of more than {} entries", kMostLogEntries));
    }
    if (cut_ > 0) {
        out_.note(first_cut_, "truncated",
                  fmt::format("{} messages were cut after {} bytes; this is the first", cut_, kLongestLogMessage));
    }
}

}  // namespace kwd::analyzers
