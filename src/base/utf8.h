// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd {

/// The text with every byte that is no part of well-formed UTF-8 (Unicode 15, table 3-7) replaced by U+FFFD: evidence
/// is kept, never dropped. For texts that are UTF-8 but for accidents, such as file names; decode_text() guesses
/// encodings.
[[nodiscard]] std::string repair_utf8(std::string_view text);

}  // namespace kwd
