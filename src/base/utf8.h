// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kwd {

/// What stands for something that could not be decoded.
inline constexpr char32_t kReplacementCharacter = 0xfffd;

/// Appends a character as UTF-8. What is no character (a surrogate, beyond U+10FFFF) becomes U+FFFD.
void append_utf8(std::string& out, char32_t character);

/// The length of the well-formed UTF-8 sequence (Unicode Standard, table 3-7) that the text begins with, 1 to 4; 0 when
/// there is none.
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text) noexcept;

/// The length of the longest well-formed UTF-8 that the text begins with.
[[nodiscard]] std::size_t utf8_prefix_length(std::string_view text) noexcept;

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
    return utf8_prefix_length(text) == text.size();
}

/// The text cut to at most `limit` bytes, between characters.
[[nodiscard]] std::string_view cut_text(std::string_view text, std::size_t limit) noexcept;

/// The same, with "…" behind what was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);

/// Whether all bytes are below 0x80.
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// Appends the text with each broken sequence as one U+FFFD. Returns how many there were.
std::size_t append_repaired_utf8(std::string& out, std::string_view text);

/// The text with each broken sequence as one U+FFFD: evidence is kept, never dropped. For texts that are UTF-8 but for
/// accidents, such as file names; decode_text() guesses encodings.
[[nodiscard]] std::string repair_utf8(std::string_view text);

enum class ByteOrder : std::uint8_t { little, big };

/// Appends UTF-16 as UTF-8. A lone surrogate, and a last byte that is half a unit, become U+FFFD. Returns how many of
/// those there were.
std::size_t append_utf16(std::string& out, std::string_view bytes, ByteOrder order);

}  // namespace kwd
