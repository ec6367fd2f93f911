// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kwd {

enum class TextWidth : std::uint8_t { bytes, utf16le, utf16be };

/// A run of bytes that hold characters of one width. Byte order marks belong to no segment.
struct TextSegment {
    TextWidth width = TextWidth::bytes;
    std::string_view text;
};

/// Cuts a file where its characters change width. Windows PowerShell's `>>` appends UTF-16LE without a byte order mark
/// to whatever another program wrote as 8-bit text, and cmd.exe's `>>` does the reverse.
///
/// UTF-16LE is known by its byte order mark, or by units of an ASCII character and a NUL where 8-bit text has no NUL at
/// all; UTF-16BE only at the start of a file. Within UTF-16, 8-bit text is known by a line of its own that ends in the
/// bytes CR LF, or by a long run of pairs of ASCII characters. NULs that are neither are left in the 8-bit text.
/// Takes linear time.
[[nodiscard]] std::vector<TextSegment> split_by_width(std::string_view bytes);

}  // namespace kwd
