// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

// Small questions about words of ASCII text. Letters beyond ASCII are left as they are: names that matter to a
// program are ASCII.

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Where `part` (in lower case) stands in `text`, whatever the case there; npos when nowhere.
[[nodiscard]] std::size_t find_ignoring_case(std::string_view text, std::string_view part,
                                             std::size_t from = 0) noexcept;
[[nodiscard]] inline bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept {
    return find_ignoring_case(text, part) != std::string_view::npos;
}

/// Without blanks, tabs and line ends around it.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// The last part of a path with `/` or `\`, and what stands before it (without the separator).
[[nodiscard]] std::string_view file_name_of(std::string_view path) noexcept;
[[nodiscard]] std::string_view folder_of(std::string_view path) noexcept;

/// A whole text as a decimal number; nullopt when it is anything else or too large.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

/// true, false, as Go's strconv.ParseBool and PowerShell write them, and yes, no, on, off; nullopt for anything else.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view text) noexcept;

/// Appends `item` to a list with commas.
inline void append_item(std::string& list, std::string_view item) {
    if (!list.empty()) {
        list += ',';
    }
    list += item;
}

}  // namespace kwd::analyzers
