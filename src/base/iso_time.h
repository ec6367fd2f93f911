// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd {

/// A moment, exact to the nanosecond in every year from 0 to 9999.
struct UtcTime {
    std::int64_t seconds = 0;      ///< since 1970-01-01T00:00:00Z, leap seconds not counted
    std::int32_t nanoseconds = 0;  ///< 0 … 999999999
};

/// Reads an ISO 8601 text: `2024-01-31T10:11:12Z`, a blank instead of `T`, a fraction of any length (cut at
/// nanoseconds), an offset such as `+02:00` or `+0200`, and a date alone (its midnight). Without `Z` or offset it is
/// UTC, as all times in a snapshot are. nullopt for anything else, including a day that its month does not have.
[[nodiscard]] std::optional<UtcTime> parse_iso_time(std::string_view text) noexcept;

/// A time as tables have it, `2024-01-31T10:11:12.345Z`, for a person, to the second: `2024-01-31 10:11:12 UTC`, or
/// `… by the log's own clock` without `Z`, when nobody knows in which zone it was written. nullopt for any other text,
/// a date alone and a time with an offset included.
[[nodiscard]] std::optional<std::string> time_text(std::string_view text);

/// Seconds from `earlier` to `later`, negative when it is the other way round.
[[nodiscard]] double seconds_between(const UtcTime& earlier, const UtcTime& later) noexcept;

}  // namespace kwd
