// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/own_json.h"

#include <fmt/format.h>

#include <string_view>
#include <tuple>

namespace kwd::analyzers {

namespace detail {

inline void read_member(const nlohmann::json* value, snapshot::Text& out) {
    out = text_of(value);
}
inline void read_member(const nlohmann::json* value, snapshot::Integer& out) {
    out = integer_of(value);
}
inline void read_member(const nlohmann::json* value, snapshot::Real& out) {
    out = real_of(value);
}
inline void read_member(const nlohmann::json* value, snapshot::Flag& out) {
    out = flag_of(value);
}

// A key: false when it is absent or of another nature.
template <class T>
bool read_key(const nlohmann::json* value, T& out) {
    std::optional<T> read;
    read_member(value, read);
    out = read.value_or(T{});
    return read.has_value();
}

}  // namespace detail

/// Reads the member of a document that is named as a table: a list of objects whose members are named as its columns.
/// Collectors write this where the operating system gives structs (docs/documents.md). Without the member the document
/// says nothing of the table; an object that lacks a key becomes a note. `also` is called with each object that became
/// a row and its place, for members that are no columns.
template <class Table, class Also>
void read_stated_rows(const DocumentValue& document, const Table& table, Analysis& out, Also&& also) {
    if (member(document.value, table.name) == nullptr) {
        return;
    }
    each_of_list(document, table.name, table.name, out, [&](const nlohmann::json& object, const std::string& place) {
        typename Table::RowType row{};
        std::string_view missing;
        const auto read = [&](const auto& column) {
            auto& target = row.*(column.member);
            const nlohmann::json* value = member(object, column.name);
            if constexpr (requires { target.has_value(); }) {
                detail::read_member(value, target);
            } else if (!detail::read_key(value, target)) {
                missing = column.name;
            }
        };
        std::apply([&](const auto&... each) { (read(each), ...); }, table.columns);
        if (missing.empty()) {
            out.add(table, std::move(row), place);
            also(object, place);
        } else {
            out.note(place, "malformed", fmt::format("a row of {} without {}", table.name, missing));
        }
    });
}

template <class Table>
void read_stated_rows(const DocumentValue& document, const Table& table, Analysis& out) {
    read_stated_rows(document, table, out, [](const nlohmann::json&, const std::string&) {});
}

}  // namespace kwd::analyzers
