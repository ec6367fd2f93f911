// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd::reports {

/// Text as it may stand in HTML content and in quoted attributes: markup characters as references, what is not valid
/// UTF-8 as U+FFFD, control characters (which HTML does not allow) and characters that reorder text (Unicode's bidi
/// controls) as visible escapes such as \x1b and \u202e.
[[nodiscard]] std::string html_text(std::string_view text);

/// What a rule says, as HTML: html_text(), where `words` between backticks are set as code.
[[nodiscard]] std::string html_prose(std::string_view text);

}  // namespace kwd::reports
