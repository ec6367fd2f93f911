// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd::collectors {

/// Turns lines that come newest first into lines that come oldest first; an unfinished last line is dropped.
[[nodiscard]] std::string in_reverse(std::string_view lines);

}  // namespace kwd::collectors
