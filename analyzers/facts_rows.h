// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"
#include "snapshot/schema.h"
#include "snapshot/table.h"
#include "snapshot/tables/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// The document and place that a derived row rests on, or rests on first.
struct RowOrigin {
    snapshot::Integer document_id;
    snapshot::Text place;
};

/// A text found in a table, and where.
struct FoundText {
    std::string text;
    RowOrigin origin;
};

/// Runs a query whose columns are a text, document_id and place; the first row that has a text.
template <class... Values>
[[nodiscard]] std::optional<FoundText> find_text(const snapshot::Database& database, std::string_view sql,
                                                 const Values&... values) {
    snapshot::Statement query = database.prepare(sql);
    int position = 0;
    (query.bind(++position, std::string_view(values)), ...);
    while (query.step()) {
        if (!query.is_null(0)) {
            return FoundText{query.text(0), {query.optional_integer(1), query.optional_text(2)}};
        }
    }
    return std::nullopt;
}

/// Writes rows of one derived table.
template <class Table>
class DerivedRows {
  public:
    DerivedRows(snapshot::Database& database, const Table& table)
        : table_(table), insert_(database.prepare(snapshot::insert_sql(table.schema()))) {}

    void add(const typename Table::RowType& row, const RowOrigin& origin) {
        insert_.bind(1, origin.document_id);
        if (origin.place) {
            insert_.bind(2, std::string_view(*origin.place));
        } else {
            insert_.bind(2, nullptr);
        }
        int position = 3;
        for (const snapshot::Value& value : table_.values(row)) {
            insert_.bind_value(position++, value);
        }
        insert_.run();
    }

  private:
    const Table& table_;
    snapshot::Statement insert_;
};

/// How far a table is covered while the second tier runs: outlines count as `partial` when they gave rows.
enum class Covered : std::uint8_t { missing, partial, ok };
[[nodiscard]] Covered covered(const snapshot::Database& database, std::string_view table);
/// Whether a table has rows.
[[nodiscard]] bool has_rows(const snapshot::Database& database, std::string_view table);
/// Says how far a derived table is covered. `missing` says nothing: that is what analyze() assumes.
void cover(snapshot::Database& database, std::string_view table, Covered state, std::string_view why_partly);

}  // namespace kwd::analyzers
