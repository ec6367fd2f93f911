// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd {

/// Whether UTF-8 begins with a character that turns the direction of the text after it, U+202A–U+202E or U+2066–U+2069:
/// "Trojan Source" (CVE-2021-42574) shows what they can do to a reader.
[[nodiscard]] bool is_bidi_control(std::string_view text);

/// The text on one line, its control characters (C0, DEL, C1, bidi) as escapes such as `\x1b` and `\u202e`: what came
/// from a node must not drive the terminal that shows it. A tab becomes a blank.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace kwd
