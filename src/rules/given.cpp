// SPDX-License-Identifier: Apache-2.0
#include "rules/given.h"

#include "rules/coverage.h"
#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace kwd::rules {
namespace {

struct ColumnType {
    std::string name;
    std::string type;  ///< as SQLite declares it
    bool required = false;
};

bool may_be_given(std::string_view table) {
    return snapshot::find_derived_table(table) != nullptr ||
           std::ranges::find(always_covered_tables(), table) != always_covered_tables().end();
}

// From the schema itself, so that stored tables and derived ones are alike.
std::vector<ColumnType> columns_of(std::string_view table, const snapshot::Database& database) {
    std::vector<ColumnType> columns;
    snapshot::Statement select = database.prepare(
        "SELECT name, type, \"notnull\" AND dflt_value IS NULL FROM pragma_table_xinfo(?) WHERE hidden = 0");
    select.bind(1, table);
    while (select.step()) {
        columns.push_back({select.text(0), select.text(1), select.integer(2) != 0});
    }
    return columns;
}

template <class Number>
std::optional<Number> to_number(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<snapshot::Value> to_value(const TestValue& given, const ColumnType& column) {
    if (!given.text) {
        return column.required ? std::nullopt : std::optional(snapshot::Value(nullptr));
    }
    if (column.type == "TEXT") {
        return *given.text;
    }
    if (column.type == "INTEGER") {
        if (given.plain && (*given.text == "true" || *given.text == "false")) {
            return std::int64_t{*given.text == "true"};
        }
        const auto number = to_number<std::int64_t>(*given.text);
        return number ? std::optional(snapshot::Value(*number)) : std::nullopt;
    }
    const auto number = column.type == "REAL" ? to_number<double>(*given.text) : std::nullopt;
    return number ? std::optional(snapshot::Value(*number)) : std::nullopt;
}

Error refused(std::string why) {
    return Error{Errc::invalid_input, std::move(why)};
}

Result<void> put_row(std::string_view table, const TestRow& row, const std::vector<ColumnType>& columns,
                     snapshot::Database& database) {
    std::string names;
    std::string marks;
    std::vector<snapshot::Value> values;
    const auto add = [&](const std::string& name, snapshot::Value value) {
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
        marks += marks.empty() ? "?" : ", ?";
        values.push_back(std::move(value));
    };
    for (const auto& [name, given] : row) {
        const auto column = std::ranges::find(columns, name, &ColumnType::name);
        if (column == columns.end()) {
            return refused(fmt::format("given: {} has no column {}", table, name));
        }
        auto value = to_value(given, *column);
        if (!value) {
            return refused(fmt::format("given: {}.{} cannot hold {}: it is {}{}", table, name, given.text.value_or("~"),
                                       column->type, column->required ? " and never NULL" : ""));
        }
        add(column->name, std::move(*value));
    }
    for (const ColumnType& column : columns) {
        const bool named = std::ranges::any_of(row, [&](const auto& each) { return each.first == column.name; });
        if (column.required && !named) {
            add(column.name, column.type == "TEXT" ? snapshot::Value(std::string()) : snapshot::Value(std::int64_t{0}));
        }
    }
    const std::string sql = names.empty() ? fmt::format("INSERT INTO \"{}\" DEFAULT VALUES", table)
                                          : fmt::format("INSERT INTO \"{}\" ({}) VALUES ({})", table, names, marks);
    try {
        snapshot::Statement insert = database.prepare(sql);
        for (std::size_t i = 0; i < values.size(); ++i) {
            insert.bind_value(static_cast<int>(i) + 1, values[i]);
        }
        insert.run();
    } catch (const snapshot::DatabaseError& error) {
        return refused(fmt::format("given: a row of {}: {}", table, error.what()));
    }
    return {};
}

void cover(std::string_view table, std::string_view state, std::string_view reason, snapshot::Database& database) {
    snapshot::Statement insert = database.prepare(
        "INSERT OR REPLACE INTO table_coverage (table_name, state, reason) VALUES (?, ?, nullif(?, ''))");
    insert.bind(1, table);
    insert.bind(2, state);
    insert.bind(3, reason);
    insert.run();
}

// Later entries win: what the rule needs is covered, what is partial is that, and what is missing is missing.
Result<void> put_coverage(const Rule& rule, const RuleTest& test, snapshot::Database& database) {
    const auto cover_needs = [&](const std::vector<Need>& needs) {
        for (const Need& need : needs) {
            for (const Source& source : need.any_of) {
                cover(source.table, "ok", "", database);
            }
        }
    };
    cover_needs(rule.needs);
    if (rule.applies) {
        cover_needs(rule.applies->needs);
    }
    for (const auto& [table, rows] : test.given) {
        cover(table, "ok", "", database);
    }
    for (const auto& [table, why] : test.partial) {
        if (!may_be_given(table)) {
            return refused(fmt::format("partial: there is no table {}", table));
        }
        cover(table, "partial", why, database);
    }
    for (const std::string& table : test.missing) {
        if (snapshot::find_derived_table(table) == nullptr) {
            return refused(fmt::format("missing: there is no table {} that could be missing", table));
        }
        cover(table, "missing", "the test leaves it out", database);
    }
    return {};
}

}  // namespace

Result<void> put_given(const Rule& rule, const RuleTest& test, snapshot::Database& database) {
    if (auto covered = put_coverage(rule, test, database); !covered) {
        return covered;
    }
    for (const auto& [table, rows] : test.given) {
        if (!may_be_given(table)) {
            return refused(fmt::format("given: there is no table {}", table));
        }
        const std::vector<ColumnType> columns = columns_of(table, database);
        for (const TestRow& row : rows) {
            if (auto put = put_row(table, row, columns, database); !put) {
                return put;
            }
        }
    }
    return {};
}

}  // namespace kwd::rules
