// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// Of a long excerpt the lines that hold one of the values, each with the lines around it; "…" stands for a run of the
/// others. An HNS object has a hundred lines, and one of them is why the rule fired. A value that is a whole JSON
/// value, or four bytes and longer and a word of its own, counts. The text as it is when it is short, or holds none of
/// them.
[[nodiscard]] std::string focused(std::string_view text, const std::vector<std::string>& values);

}  // namespace kwd::rules
