// SPDX-License-Identifier: Apache-2.0
#include "analyzers/analyze.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/options.h"
#include "snapshot/fleet.h"
#include "snapshot/snapshot.h"

#include <sqlite3.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

namespace kwd::cli {
namespace {

constexpr std::uint64_t kSteps = 500'000'000;  // some ten seconds
// A table is laid out when all its rows are known.
constexpr std::size_t kMostCells = 2'000'000;

using snapshot::Statement;
using snapshot::to_text;

std::string one_line(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return printable(text);
}

// As many columns as the text takes where each character takes one: bytes that continue a character are not counted.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

// Members of an object need names of their own: of two columns `name` the second is `name_2`.
std::vector<std::string> distinct_names(const Statement& statement) {
    std::vector<std::string> names;
    for (int i = 0; i < statement.column_count(); ++i) {
        const std::string name = statement.column_name(i);
        std::string distinct = name;
        for (int n = 2; std::ranges::find(names, distinct) != names.end(); ++n) {
            distinct = fmt::format("{}_{}", name, n);
        }
        names.push_back(std::move(distinct));
    }
    return names;
}

void print_json(Statement& statement) {
    const auto names = distinct_names(statement);
    const char* separator = "";
    std::cout << "[";
    while (statement.step()) {
        nlohmann::ordered_json row = nlohmann::ordered_json::object();
        for (int i = 0; i < statement.column_count(); ++i) {
            std::visit([&](const auto& value) { row[names[static_cast<std::size_t>(i)]] = value; }, statement.value(i));
        }
        std::cout << separator << "\n" << row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
        separator = ",";
    }
    std::cout << (*separator == ',' ? "\n]\n" : "]\n");
}

void print_csv(Statement& statement) {
    const auto line = [&](auto&& field) {
        for (int i = 0; i < statement.column_count(); ++i) {
            std::cout << (i > 0 ? "," : "") << csv_field(field(i));
        }
        std::cout << "\r\n";
    };
    line([&](int i) { return statement.column_name(i); });
    while (statement.step()) {
        line([&](int i) { return to_text(statement.value(i)); });
    }
}

void print_table(Statement& statement) {
    std::vector<std::vector<std::string>> rows(1);
    for (int i = 0; i < statement.column_count(); ++i) {
        rows[0].push_back(one_line(statement.column_name(i)));
    }
    while (statement.step()) {
        if (rows.size() * rows[0].size() > kMostCells) {
            throw UsageError(fmt::format("more than {} rows: too many for a table, take --format csv", rows.size()));
        }
        auto& row = rows.emplace_back();
        for (int i = 0; i < statement.column_count(); ++i) {
            row.push_back(statement.is_null(i) ? "NULL" : one_line(statement.text(i)));
        }
    }
    std::vector<std::size_t> widths(rows[0].size());
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string text;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            text += rows[r][i] + std::string(widths[i] - width_of(rows[r][i]) + 2, ' ');
        }
        std::cout << text.substr(0, text.find_last_not_of(' ') + 1) << "\n";
        if (r == 0) {
            for (const std::size_t width : widths) {
                std::cout << std::string(width, '-') << "  ";
            }
            std::cout << "\n";
        }
    }
}

// Those of a snapshot are derived; a fleet database holds its own.
snapshot::Database tables_of(const std::string& path) {
    auto fleet = snapshot::open_fleet(path);
    if (!fleet) {
        throw ToolError(fleet.error());
    }
    if (*fleet) {
        return *std::move(*fleet);
    }
    auto opened = snapshot::Snapshot::open(path);
    if (!opened) {
        throw ToolError(opened.error());
    }
    snapshot::Database copy = (*opened)->working_copy();
    analyzers::analyze(**opened, copy);
    return copy;
}

}  // namespace

ExitCode run_query(const std::vector<std::string>& arguments) {
    Options options(
        "query SNAPSHOT|FLEET \"SELECT …\" [options]",
        "Derives the snapshot's tables and runs one statement on them, read-only. docs/tables.md tells the\n"
        "tables, docs/sql-functions.md the functions, docs/fleet.md the tables of a fleet (NAME.kwfleet).");
    options.add().add_options()("format,f", po::value<std::string>()->default_value("table"), "table, csv or json");
    options.positional("arguments");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    const std::string format = options.get("format");
    if (format != "table" && format != "csv" && format != "json") {
        throw UsageError(fmt::format("--format takes table, csv or json, not '{}'", format));
    }
    if (options.arguments().size() != 2) {
        throw UsageError("query takes a snapshot or a fleet database and one SQL statement");
    }
    const snapshot::Database copy = tables_of(options.arguments()[0]);
    const snapshot::ReadOnlyGuard guard(copy, kSteps);
    try {
        Statement statement = copy.prepare(options.arguments()[1]);
        format == "json" ? print_json(statement) : format == "csv" ? print_csv(statement) : print_table(statement);
    } catch (const snapshot::DatabaseError& error) {
        throw UsageError(error.code() == SQLITE_INTERRUPT
                             ? fmt::format("the statement took more than its {} steps", kSteps)
                             : error.what());
    }
    return ExitCode::nothing;
}

}  // namespace kwd::cli
