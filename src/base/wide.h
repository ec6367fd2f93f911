// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Windows only: its wide functions take UTF-16, and everything else here is UTF-8.

namespace kwd {

/// UTF-8 as UTF-16; what is broken becomes U+FFFD.
[[nodiscard]] std::wstring wide(std::string_view utf8);

/// UTF-16 as UTF-8; a lone surrogate becomes U+FFFD.
[[nodiscard]] std::string narrow(std::wstring_view utf16);

}  // namespace kwd
