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

/// What a program of Windows wrote on its output, as UTF-8: it is in the system's OEM code page, which is not this
/// process's own where that is UTF-8. Text that is UTF-8 already stays as it is.
[[nodiscard]] std::string from_oem(std::string_view text);

}  // namespace kwd
