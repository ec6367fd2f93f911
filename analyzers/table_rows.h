// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace kwd::analyzers {

/// A row as it stands in the database, and its `at`.
template <class Row>
struct TableRow {
    Row row;
    std::string at;
};

namespace detail {
inline void read_column(const snapshot::Statement& from, int column, std::string& into) {
    into = from.text(column);
}
inline void read_column(const snapshot::Statement& from, int column, std::int64_t& into) {
    into = from.integer(column);
}
inline void read_column(const snapshot::Statement& from, int column, bool& into) {
    into = from.integer(column) != 0;
}
inline void read_column(const snapshot::Statement& from, int column, double& into) {
    into = from.real(column);
}
template <class T>
void read_column(const snapshot::Statement& from, int column, std::optional<T>& into) {
    if (!from.is_null(column)) {
        read_column(from, column, into.emplace());
    }
}
}  // namespace detail

/// All rows of a derived table in the order in which they were written: what DerivedRows writes, read back.
template <class Table>
[[nodiscard]] std::vector<TableRow<typename Table::RowType>> rows_of(const snapshot::Database& database,
                                                                     const Table& table) {
    std::string sql = "SELECT ";
    std::apply([&](const auto&... each) { ((sql += fmt::format("{}, ", each.name)), ...); }, table.columns);
    sql += fmt::format("at FROM {} ORDER BY rowid", table.name);
    std::vector<TableRow<typename Table::RowType>> rows;
    snapshot::Statement query = database.prepare(sql);
    while (query.step()) {
        TableRow<typename Table::RowType>& row = rows.emplace_back();
        int column = 0;
        std::apply([&](const auto&... each) { (detail::read_column(query, column++, row.row.*(each.member)), ...); },
                   table.columns);
        row.at = query.text(column);
    }
    return rows;
}

}  // namespace kwd::analyzers
