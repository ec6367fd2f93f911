// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd {

/// The text on one line, its control characters (C0, DEL, C1) as escapes such as `\x1b`: what came from a node must not
/// drive the terminal that shows it. A tab becomes a blank.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace kwd
