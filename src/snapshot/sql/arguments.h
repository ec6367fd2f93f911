// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/sql/function.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace kwd::snapshot {

/// A finite number as SQLite writes INTEGER and REAL, and nothing beside it.
[[nodiscard]] std::optional<double> real_of(std::string_view text) noexcept;

/// A whole number; `5.0`, which is how SQLite writes a whole REAL, counts.
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view text) noexcept;

/// SQLite's truth values.
[[nodiscard]] inline SqlAnswer truth(bool value) noexcept {
    return std::int64_t{value ? 1 : 0};
}

/// The value, or NULL for none.
template <class T>
[[nodiscard]] SqlAnswer or_null(const std::optional<T>& value) {
    return value ? SqlAnswer(*value) : SqlAnswer(nullptr);
}

/// Whether any item of a comma-separated list is what is looked for, as SQL's IN answers: 1 when one is, else NULL when
/// an item could not be read (`matches` gives nullopt), else 0. Blanks around items do not count; an empty list is 0.
template <class Matches>
[[nodiscard]] SqlAnswer any_item(std::string_view list, Matches matches) {
    constexpr std::string_view kBlanks = " \t\r\n";
    bool unreadable = false;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view item = list.substr(0, comma);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        item.remove_prefix(std::min(item.find_first_not_of(kBlanks), item.size()));
        item = item.substr(0, item.find_last_not_of(kBlanks) + 1);
        if (item.empty()) {
            continue;
        }
        const std::optional<bool> match = matches(item);
        if (match == true) {
            return truth(true);
        }
        unreadable = unreadable || !match;
    }
    return unreadable ? SqlAnswer(nullptr) : truth(false);
}

}  // namespace kwd::snapshot
