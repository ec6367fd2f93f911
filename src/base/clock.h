// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace kwd {

/// ISO 8601 in UTC, to the second: `2024-01-31T10:11:12Z`. Every time in a snapshot has this form.
[[nodiscard]] std::string iso_utc(std::chrono::system_clock::time_point time);

/// iso_utc() of now.
[[nodiscard]] std::string now_utc();

}  // namespace kwd
