// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kwd {

/// Seconds that a length of time in words means.
///
/// Reads Go's form (`1h2m3.5s`, `300ms`, `-1.5h`; time.ParseDuration), the same with blanks and longer words
/// (`2 days`, `1 hour 30 min`, systemd's `5min 20s`), and a plain number, which is seconds. `m` is minutes.
/// Each number but a lone one needs its unit; nullopt for anything else.
[[nodiscard]] std::optional<double> parse_duration(std::string_view text);

/// A length of time for a person: its two largest units, `2 h 5 min`, `3 d`, `45 s`, `1.5 s`, `300 ms`, `-2 min`.
/// nullopt when it is not finite.
[[nodiscard]] std::optional<std::string> duration_text(double seconds);

}  // namespace kwd
