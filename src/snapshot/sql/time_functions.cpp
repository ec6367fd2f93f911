// SPDX-License-Identifier: Apache-2.0
#include "base/duration.h"
#include "base/iso_time.h"
#include "snapshot/sql/arguments.h"
#include "snapshot/sql/function.h"

#include <array>

namespace kwd::snapshot {
namespace {

SqlAnswer duration(SqlArguments arguments, const void*) {
    return or_null(parse_duration(arguments[0]));
}

SqlAnswer duration_in_words(SqlArguments arguments, const void*) {
    const auto seconds = real_of(arguments[0]);
    return or_null(seconds ? duration_text(*seconds) : std::nullopt);
}

SqlAnswer iso_time_diff(SqlArguments arguments, const void*) {
    const auto later = parse_iso_time(arguments[0]);
    const auto earlier = parse_iso_time(arguments[1]);
    return later && earlier ? SqlAnswer(seconds_between(*earlier, *later)) : SqlAnswer(nullptr);
}

SqlAnswer time_in_words(SqlArguments arguments, const void*) {
    return or_null(time_text(arguments[0]));
}

constexpr std::array kFunctions{
    SqlFunction{"duration", "text",
                "Seconds (REAL) of a length of time: Go's `1h2m3.5s` and `300ms`, words as in `2 days`, a plain "
                "number of seconds. `m` is minutes.",
                "duration('1h2m3.5s')", "3723.5", &duration},
    SqlFunction{"duration_text", "seconds", "A length of time for a person, in its two largest units.",
                "duration_text(7500)", "'2 h 5 min'", &duration_in_words},
    SqlFunction{"iso_time_diff", "later, earlier",
                "Seconds (REAL) between two ISO 8601 times, negative when `later` is the earlier one. Without an "
                "offset a time is UTC.",
                "iso_time_diff('2024-01-31T10:00:05Z', '2024-01-31T10:00:00.250Z')", "4.75", &iso_time_diff},
    SqlFunction{"time_text", "time",
                "A time of a table for a person, to the second. One without `Z` is by the log's own clock: its zone "
                "is not known.",
                "time_text('2024-01-31T10:11:12.345Z')", "'2024-01-31 10:11:12 UTC'", &time_in_words},
};

}  // namespace

std::span<const SqlFunction> time_functions() noexcept {
    return kFunctions;
}

}  // namespace kwd::snapshot
