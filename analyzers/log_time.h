// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// A time as a log line gives it, perhaps without its year or zone.
struct LogTime {
    int year = 0;  ///< 0: the line does not say
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;
    std::optional<int> offset_minutes = {};  ///< east of UTC; nullopt: the line does not say its zone
};

/// Takes `2024-01-31T10:11:12.345Z` off the front of `text`: with `-` or `/`, `T` or a blank, `.` or `,` before a
/// fraction of any length, and `Z`, `+02:00` or `+0200` or no zone. nullopt, and nothing taken, for anything else.
[[nodiscard]] std::optional<LogTime> take_iso_time(std::string_view& text) noexcept;

/// Takes a whole number of `digits` digits off the front.
[[nodiscard]] std::optional<int> take_digits(std::string_view& text, std::size_t digits) noexcept;

/// Takes `HH:MM:SS` and a fraction, if there is one.
[[nodiscard]] bool take_clock(std::string_view& text, LogTime& time) noexcept;

/// A number of microseconds since 1970 as a time in UTC; nullopt beyond the years 1970 to 9999.
[[nodiscard]] std::optional<LogTime> time_of_epoch(std::int64_t microseconds) noexcept;

/// ISO 8601 with six digits of fraction: in UTC with `Z` where the zone is known, else as it stands without. nullopt
/// without a year, or where there is no such day.
[[nodiscard]] std::optional<std::string> iso_text(const LogTime& time);

/// Finds the year of lines that do not say theirs, as klog's: from the day the file begins, or else from the day it
/// ends. A file may go over the end of a year, but is not longer than one.
class YearOfLines {
  public:
    void begins(const LogTime& day) noexcept { begin_ = day; }
    void ends(const LogTime& day) noexcept { end_ = day; }
    /// 0 when neither is known.
    [[nodiscard]] int of(const LogTime& time) const noexcept;

  private:
    std::optional<LogTime> begin_;
    std::optional<LogTime> end_;
};

}  // namespace kwd::analyzers
