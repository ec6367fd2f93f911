// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/code_page.h"

namespace kwd {

/// append_code_page() for cp932, cp936, cp949 and cp950, whose tables are too large to have here: the platform has
/// them.
[[nodiscard]] std::optional<std::size_t> append_double_byte(std::string& out, std::string_view text, CodePage page);

}  // namespace kwd
