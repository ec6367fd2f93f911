// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace kwd::snapshot {

enum class SqlType : std::uint8_t { integer, real, text };

struct ColumnSchema {
    std::string_view name;
    SqlType type;
    bool required;         ///< NOT NULL: keys alone
    std::string_view doc;  ///< what it holds, its unit, what NULL means beyond "unknown"
};

/// What a derived table looks like, without its row type: enough for the schema, documentation and rule tests.
struct TableSchema {
    std::string_view name;
    std::string_view doc;
    std::vector<ColumnSchema> columns;
};

template <class Row, class Member>
struct Column {
    std::string_view name;
    Member Row::*member;
    std::string_view doc;
};

/// One column: the SQL type follows from the member (`bool` is an INTEGER of 0 and 1; std::optional may be NULL).
template <class Row, class Member>
constexpr Column<Row, Member> column(std::string_view name, Member Row::*member, std::string_view doc) {
    return {name, member, doc};
}

namespace detail {
template <class T>
struct Inner {
    using type = T;
    static constexpr bool optional = false;
};
template <class T>
struct Inner<std::optional<T>> {
    using type = T;
    static constexpr bool optional = true;
};
template <class T>
constexpr SqlType sql_type() {
    using Type = typename Inner<T>::type;
    if constexpr (std::is_same_v<Type, std::string>) {
        return SqlType::text;
    } else if constexpr (std::is_same_v<Type, double>) {
        return SqlType::real;
    } else {
        static_assert(std::is_same_v<Type, bool> || std::is_same_v<Type, std::int64_t>);
        return SqlType::integer;
    }
}
template <class T>
Value to_value(const T& member) {
    if constexpr (Inner<T>::optional) {
        return member ? to_value(*member) : Value(nullptr);
    } else if constexpr (std::is_same_v<T, bool>) {
        return static_cast<std::int64_t>(member);
    } else {
        return member;
    }
}
}  // namespace detail

/// A derived table: row type, columns and documentation in one place, so that schema, insert and documentation cannot
/// drift apart. Every derived table also has `document_id`, `place` and the generated column `at` (see schema.h).
template <class Row, class... Members>
struct Table {
    std::string_view name;
    std::string_view doc;
    std::tuple<Column<Row, Members>...> columns;

    using RowType = Row;

    [[nodiscard]] TableSchema schema() const {
        TableSchema result{name, doc, {}};
        std::apply(
            [&](const auto&... each) {
                (result.columns.push_back({each.name, detail::sql_type<std::decay_t<decltype(Row{}.*(each.member))>>(),
                                           !detail::Inner<std::decay_t<decltype(Row{}.*(each.member))>>::optional,
                                           each.doc}),
                 ...);
            },
            columns);
        return result;
    }

    /// The row's values in column order.
    [[nodiscard]] std::vector<Value> values(const Row& row) const {
        std::vector<Value> result;
        result.reserve(sizeof...(Members));
        std::apply([&](const auto&... each) { (result.push_back(detail::to_value(row.*(each.member))), ...); },
                   columns);
        return result;
    }
};

template <class Row, class... Members>
constexpr Table<Row, Members...> table(std::string_view name, std::string_view doc, Column<Row, Members>... columns) {
    return {name, doc, {columns...}};
}

}  // namespace kwd::snapshot
