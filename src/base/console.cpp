// SPDX-License-Identifier: Apache-2.0
#include "base/console.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kwd {
namespace {

// Blocks whose characters consoles draw two columns wide, as EastAsianWidth.txt has them, whole blocks only.
constexpr std::array<std::pair<char32_t, char32_t>, 10> kWide = {{
    {0x1100, 0x115F},
    {0x2E80, 0x303E},
    {0x3041, 0x33FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},
    {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFF00, 0xFF60},
    {0x20000, 0x3FFFD},
}};

struct Character {
    std::size_t bytes;
    std::size_t columns;
};

Character character_at(std::string_view text, std::size_t i) noexcept {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
    if (lead < 0x80 || bytes == 1 || i + bytes > text.size()) {
        return {1, 1};
    }
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t k = 1; k < bytes; ++k) {
        const auto next = static_cast<unsigned char>(text[i + k]);
        if ((next & 0xC0U) != 0x80U) {
            return {1, 1};
        }
        code = (code << 6U) | (next & 0x3FU);
    }
    const bool wide =
        std::ranges::any_of(kWide, [&](const auto& block) { return code >= block.first && code <= block.second; });
    return {bytes, wide ? std::size_t{2} : std::size_t{1}};
}

}  // namespace

std::size_t console_columns(std::string_view utf8) noexcept {
    std::size_t columns = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const Character each = character_at(utf8, i);
        columns += each.columns;
        i += each.bytes;
    }
    return columns;
}

std::size_t byte_at_column(std::string_view utf8, std::size_t column) noexcept {
    std::size_t columns = 0;
    std::size_t i = 0;
    while (i < utf8.size() && columns < column) {
        const Character each = character_at(utf8, i);
        columns += each.columns;
        i += each.bytes;
    }
    return i;
}

std::string_view joint_of_wrapped(std::string_view line, std::string_view next, std::size_t width) noexcept {
    const std::size_t taken = console_columns(line);
    const std::size_t needed = next.empty() ? 1 : character_at(next, 0).columns;
    return taken + needed > width ? "" : " ";
}

}  // namespace kwd
