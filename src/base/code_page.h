// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd {

/// The 8-bit encodings that text from a Windows node may be in: what `Set-Content` (the ANSI code page) and redirected
/// native programs (the OEM code page) write on European, Russian and East Asian Windows.
enum class CodePage : std::uint8_t {
    windows_1252,  ///< ANSI, western Europe
    windows_1251,  ///< ANSI, Cyrillic
    cp850,         ///< OEM, western Europe; its letters 0x80–0xA5 are those of cp437
    cp866,         ///< OEM, Russian
    cp932,         ///< Japanese, Shift-JIS
    cp936,         ///< Chinese, GBK
    cp949,         ///< Korean
    cp950,         ///< traditional Chinese, Big5
};

/// Its name: `windows-1252`, `windows-1251`, `cp850`, …
[[nodiscard]] const char* name_of(CodePage page) noexcept;

/// The code page that a text most likely is in, by how its bytes from 0x80 follow one another and which letters they
/// would be; windows_1252 when nothing speaks for another. A guess from few letters may be wrong.
[[nodiscard]] CodePage guess_code_page(std::string_view text) noexcept;

/// Appends the text as UTF-8, what the code page does not have as U+FFFD. Returns how many of those there were, or
/// nullopt, with nothing appended, when this platform has no table for the code page.
[[nodiscard]] std::optional<std::size_t> append_code_page(std::string& out, std::string_view text, CodePage page);

}  // namespace kwd
