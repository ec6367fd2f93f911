// SPDX-License-Identifier: Apache-2.0
#include "rules/given.h"

#include "rules/coverage.h"
#include "snapshot/log_ages.h"
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

bool may_be_given(std::string_view table, Scope scope) {
    const auto always = always_covered_tables(scope);
    return snapshot::find_derived_table(table) != nullptr || std::ranges::find(always, table) != always.end();
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
    const bool of_node = std::ranges::find(columns, "node", &ColumnType::name) != columns.end();
    if (of_node && std::ranges::find(row, "node", &std::pair<std::string, TestValue>::first) == row.end()) {
        return refused(fmt::format("given: a row of {} does not say which node it is of", table));
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

// In cluster scope a table is that of all nodes, or of one: "win-a/routes".
struct TableOfNode {
    std::string node;  ///< empty for all
    std::string table;
};

TableOfNode split(const std::string& text) {
    const std::size_t slash = text.rfind('/');
    return slash == std::string::npos ? TableOfNode{{}, text}
                                      : TableOfNode{text.substr(0, slash), text.substr(slash + 1)};
}

void cover(const TableOfNode& of, std::string_view state, std::string_view reason,
           const std::vector<std::string>& nodes, snapshot::Database& database) {
    if (nodes.empty()) {
        snapshot::Statement insert = database.prepare(
            "INSERT OR REPLACE INTO table_coverage (table_name, state, reason) VALUES (?, ?, nullif(?, ''))");
        insert.bind(1, std::string_view(of.table));
        insert.bind(2, state);
        insert.bind(3, reason);
        insert.run();
        return;
    }
    snapshot::Statement forget = database.prepare("DELETE FROM table_coverage WHERE node = ? AND table_name = ?");
    snapshot::Statement insert = database.prepare(
        "INSERT INTO table_coverage (node, table_name, state, reason) VALUES (?, ?, ?, nullif(?, ''))");
    for (const std::string& node : nodes) {
        if (of.node.empty() || of.node == node) {
            forget.bind(1, std::string_view(node));
            forget.bind(2, std::string_view(of.table));
            forget.run();
            insert.bind(1, std::string_view(node));
            insert.bind(2, std::string_view(of.table));
            insert.bind(3, state);
            insert.bind(4, reason);
            insert.run();
        }
    }
}

// Later entries win: what the rule needs is covered, what is partial is that, and what is missing is missing.
Result<void> put_coverage(const Rule& rule, const RuleTest& test, const std::vector<std::string>& nodes,
                          snapshot::Database& database) {
    const auto is_known = [&](const TableOfNode& of) {
        return of.node.empty() || std::ranges::find(nodes, of.node) != nodes.end();
    };
    const auto cover_needs = [&](const std::vector<Need>& needs) {
        for (const Need& need : needs) {
            for (const Source& source : need.any_of) {
                cover({{}, source.table}, "ok", "", nodes, database);
            }
        }
    };
    cover_needs(rule.needs);
    if (rule.applies) {
        cover_needs(rule.applies->needs);
    }
    for (const auto& [table, rows] : test.given) {
        cover({{}, table}, "ok", "", nodes, database);
    }
    for (const auto& [text, why] : test.partial) {
        const TableOfNode of = split(text);
        if (!may_be_given(of.table, rule.scope) || !is_known(of)) {
            return refused(fmt::format("partial: there is no table {}", text));
        }
        cover(of, "partial", why, nodes, database);
    }
    for (const std::string& text : test.missing) {
        const TableOfNode of = split(text);
        if (snapshot::find_derived_table(of.table) == nullptr || !is_known(of)) {
            return refused(fmt::format("missing: there is no table {} that could be missing", text));
        }
        cover(of, "missing", "the test leaves it out", nodes, database);
    }
    return {};
}

// Of whatever nodes the rows are, else of two; those that `fleet_nodes` does not name are Windows nodes of one cluster,
// and all were collected at one time.
std::vector<std::string> nodes_of(const RuleTest& test) {
    std::vector<std::string> nodes;
    for (const auto& [table, rows] : test.given) {
        for (const TestRow& row : rows) {
            const auto node = std::ranges::find(row, "node", &std::pair<std::string, TestValue>::first);
            if (node != row.end() && node->second.text && std::ranges::find(nodes, *node->second.text) == nodes.end()) {
                nodes.push_back(*node->second.text);
            }
        }
    }
    if (nodes.empty()) {
        nodes = {"a", "b"};
    }
    return nodes;
}

void complete_nodes(const std::vector<std::string>& nodes, snapshot::Database& database) {
    if (nodes.empty()) {
        return;
    }
    snapshot::Statement insert = database.prepare(
        "INSERT OR IGNORE INTO fleet_nodes (node, name, snapshot, collected_at_utc, os_family, cluster) "
        "VALUES (?1, ?1, ?1 || '.kwsnap', '2026-02-01T10:00:00Z', 'windows', 'one')");
    for (const std::string& node : nodes) {
        insert.bind(1, std::string_view(node));
        insert.run();
    }
}

// What a row of fleet_nodes leaves out is as for the other nodes.
TestRow completed(TestRow row) {
    const auto find = [&](std::string_view name) {
        return std::ranges::find(row, name, &std::pair<std::string, TestValue>::first);
    };
    const auto node = find("node");
    const std::string name = node != row.end() ? node->second.text.value_or("") : std::string();
    for (const auto& [column, value] : {std::pair<std::string, std::string>{"name", name},
                                        {"snapshot", name + ".kwsnap"},
                                        {"collected_at_utc", "2026-02-01T10:00:00Z"},
                                        {"os_family", "windows"},
                                        {"cluster", "one"}}) {
        if (find(column) == row.end()) {
            row.emplace_back(column, TestValue{value});
        }
    }
    return row;
}

}  // namespace

Result<void> put_given(const Rule& rule, const RuleTest& test, snapshot::Database& database) {
    const std::vector<std::string> nodes = rule.scope == Scope::cluster ? nodes_of(test) : std::vector<std::string>();
    if (auto covered = put_coverage(rule, test, nodes, database); !covered) {
        return covered;
    }
    for (const auto& [table, rows] : test.given) {
        if (!may_be_given(table, rule.scope)) {
            return refused(fmt::format("given: there is no table {}", table));
        }
        const std::vector<ColumnType> columns = columns_of(table, database);
        for (const TestRow& row : rows) {
            const TestRow whole = table == "fleet_nodes" ? completed(row) : row;
            if (auto put = put_row(table, whole, columns, database); !put) {
                return put;
            }
        }
    }
    complete_nodes(nodes, database);
    if (rule.scope == Scope::node) {
        snapshot::derive_log_ages(database);
    }
    return {};
}

}  // namespace kwd::rules
