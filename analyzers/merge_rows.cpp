// SPDX-License-Identifier: Apache-2.0
#include "analyzers/merge_rows.h"

#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Statement;
using snapshot::TableSchema;
using snapshot::Value;

struct Row {
    std::int64_t id;
    std::vector<Value> values;
};

bool is_null(const Value& value) {
    return std::holds_alternative<std::nullptr_t>(value);
}

std::string column_list(const TableSchema& table, std::string_view suffix = "") {
    std::string list;
    for (const snapshot::ColumnSchema& each : table.columns) {
        list += fmt::format("{}\"{}\"{}", list.empty() ? "" : ", ", each.name, suffix);
    }
    return list;
}

std::string number_of_known(const TableSchema& table) {
    std::string sum;
    for (const snapshot::ColumnSchema& each : table.columns) {
        sum += fmt::format("{}(\"{}\" IS NOT NULL)", sum.empty() ? "" : " + ", each.name);
    }
    return sum;
}

// v1 and v2 together; `list` knows only names and is not mentioned beside them.
Value united_schema(const std::vector<Row>& group, std::size_t column) {
    const auto told = [&](std::string_view schema) {
        return std::ranges::any_of(group, [&](const Row& row) {
            const auto* text = std::get_if<std::string>(&row.values[column]);
            return text != nullptr && text->find(schema) != std::string::npos;
        });
    };
    return told("v1") && told("v2") ? Value(std::string("v1+v2")) : group.front().values[column];
}

class Merger {
  public:
    Merger(Database& database, const TableSchema& table)
        : table_(table),
          update_(database.prepare(
              fmt::format("UPDATE {} SET {} WHERE rowid = ?", table.name, column_list(table, " = ?")))),
          remove_(database.prepare(fmt::format("DELETE FROM {} WHERE rowid = ?", table.name))) {}

    void merge(std::vector<Row>& group) {
        if (group.size() > 1) {
            unite(group);
            write(group);
        }
        group.clear();
    }

  private:
    void unite(std::vector<Row>& group) const {
        std::vector<Value>& kept = group.front().values;
        for (std::size_t column = 0; column < kept.size(); ++column) {
            if (table_.columns[column].name == "schema") {
                kept[column] = united_schema(group, column);
            }
            for (std::size_t i = 1; i < group.size() && is_null(kept[column]); ++i) {
                kept[column] = group[i].values[column];
            }
        }
    }

    void write(const std::vector<Row>& group) {
        int position = 1;
        for (const Value& value : group.front().values) {
            update_.bind_value(position++, value);
        }
        update_.bind(position, group.front().id);
        update_.run();
        for (std::size_t i = 1; i < group.size(); ++i) {
            remove_.bind(1, group[i].id);
            remove_.run();
        }
    }

    const TableSchema& table_;
    Statement update_;
    Statement remove_;
};

}  // namespace

void merge_rows(Database& database, const MergeRule& rule) {
    const TableSchema& table = *snapshot::find_derived_table(rule.table);
    if (!database.integer(fmt::format("SELECT 1 FROM {} LIMIT 1 OFFSET 1", table.name))) {
        return;
    }
    // Read whole before anything is written: SQLite does not promise what a SELECT sees of rows that change under it.
    Statement select = database.prepare(fmt::format(
        "WITH keyed AS (SELECT rowid AS merge_row, ({0}) AS merge_key, ({1}) AS merge_better, ({2}) AS merge_known, "
        "{3} FROM {4}), shared AS (SELECT merge_key FROM keyed WHERE merge_key IS NOT NULL GROUP BY merge_key "
        "HAVING count(*) > 1) SELECT merge_key, merge_row, {3} FROM keyed WHERE merge_key IN (SELECT merge_key FROM "
        "shared) ORDER BY merge_key, merge_better, merge_known DESC, merge_row",
        rule.key, rule.better, number_of_known(table), column_list(table), table.name));
    std::vector<std::vector<Row>> groups;
    std::optional<Value> last;
    while (select.step()) {
        Value key = select.value(0);
        if (!last || *last != key) {
            groups.emplace_back();
            last = std::move(key);
        }
        Row row{select.integer(1), {}};
        for (int column = 2; column < select.column_count(); ++column) {
            row.values.push_back(select.value(column));
        }
        groups.back().push_back(std::move(row));
    }
    if (groups.empty()) {
        return;
    }
    Merger merger(database, table);
    for (std::vector<Row>& group : groups) {
        merger.merge(group);
    }
}

}  // namespace kwd::analyzers
