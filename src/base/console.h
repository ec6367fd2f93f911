// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace kwd {

/// How many columns of a console a text takes: two for each wide character of East Asia (Unicode UAX #11, W and F),
/// one for any other. What is not valid UTF-8 counts one a byte.
[[nodiscard]] std::size_t console_columns(std::string_view utf8) noexcept;

/// The byte at which the column begins, or the size of the text when it is shorter. A character that straddles the
/// column belongs to what is before it.
[[nodiscard]] std::size_t byte_at_column(std::string_view utf8, std::size_t column) noexcept;

/// What stood between two lines before a console of `width` columns broke them apart: nothing where the line is full,
/// since it was cut in the middle of a word, else the blank at which it was wrapped.
[[nodiscard]] std::string_view joint_of_wrapped(std::string_view line, std::string_view next,
                                                std::size_t width) noexcept;

}  // namespace kwd
