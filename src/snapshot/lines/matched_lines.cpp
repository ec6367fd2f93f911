// SPDX-License-Identifier: Apache-2.0
#include "snapshot/lines/matched_lines.h"

#include "snapshot/lines/lines_cursor.h"
#include "snapshot/schema.h"

#include <sqlite3.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace kwd::snapshot {
namespace {

using Column = LinesSource::Column;
using Lines = std::vector<std::int64_t>;

// 32 MiB for patterns, and as much for codes.
constexpr std::size_t kMostMatches = 4UL << 20;
constexpr const char* kModule = "kwdiag_matched_lines";

// As the real table has them (schema.h).
std::vector<Column> columns_of(const TableSchema& table) {
    std::vector<Column> columns{{"document_id", SqlType::integer}, {"place", SqlType::text}};
    for (const ColumnSchema& each : table.columns) {
        columns.push_back({std::string(each.name), each.type});
    }
    columns.push_back({"at", SqlType::text});
    return columns;
}

const char* spelled(SqlType type) {
    switch (type) {
        case SqlType::integer: return "INTEGER";
        case SqlType::real: return "REAL";
        case SqlType::text: return "TEXT";
    }
    return "TEXT";
}

struct VirtualTable {
    sqlite3_vtab base;  // what SQLite sees
    LinesSource* source;
};

struct VirtualCursor {
    sqlite3_vtab_cursor base;
    LinesCursor cursor;
};

LinesSource& source_of(sqlite3_vtab* table) {
    return *reinterpret_cast<VirtualTable*>(table)->source;
}
LinesCursor& cursor_of(sqlite3_vtab_cursor* cursor) {
    return reinterpret_cast<VirtualCursor*>(cursor)->cursor;
}

template <class Work>
int guarded(sqlite3_vtab* table, const Work& work) noexcept {
    try {
        work();
        return SQLITE_OK;
    } catch (const DatabaseError& error) {
        sqlite3_free(table->zErrMsg);
        table->zErrMsg = sqlite3_mprintf("%s", error.what());
        return error.code();
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    } catch (...) {
        return SQLITE_ERROR;
    }
}

int connect(sqlite3* database, void* source, int, const char* const*, sqlite3_vtab** table, char**) noexcept {
    try {
        std::string columns;
        for (const Column& each : static_cast<LinesSource*>(source)->columns) {
            columns += fmt::format("{}\"{}\" {}", columns.empty() ? "" : ", ", each.name, spelled(each.type));
        }
        if (const int code = sqlite3_declare_vtab(database, fmt::format("CREATE TABLE x ({})", columns).c_str());
            code != SQLITE_OK) {
            return code;
        }
        *table = &(new VirtualTable{{}, static_cast<LinesSource*>(source)})->base;
        return SQLITE_OK;
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
}

int disconnect(sqlite3_vtab* table) noexcept {
    delete reinterpret_cast<VirtualTable*>(table);
    return SQLITE_OK;
}

/// What one condition is worth.
struct Worth {
    char kind;     ///< as in LinesPlan
    double rows;   ///< that it leaves, as far as is known
    bool narrows;  ///< only so many are visited
    bool by_list;  ///< each of them is sought by itself
};

std::optional<Worth> worth_of_pattern(const LinesSource& source, int column, sqlite3_value* pattern) {
    const Lines* lines =
        column == source.message && pattern != nullptr ? source.matches.lines_of(text_of(pattern)) : nullptr;
    const auto all = static_cast<double>(source.matches.all().lines);
    // Where most lines match, the usual way is as quick.
    if (lines == nullptr || static_cast<double>(lines->size()) > all / 2) {
        return std::nullopt;
    }
    return Worth{'m', static_cast<double>(lines->size()), true, true};
}

std::optional<Worth> worth_of_glob(const LinesSource& source, int column, sqlite3_value* glob) {
    if (column != source.code || glob == nullptr || !source.matches.codes_are_known()) {
        return std::nullopt;
    }
    return Worth{'g', static_cast<double>(source.matches.lines_with_codes()), true, true};
}

std::optional<Worth> worth_of_list(const LinesSource& source, sqlite3_index_info& info, int i) {
    const int column = info.aConstraint[i].iColumn;
    const bool codes = column == source.code && source.matches.codes_are_known();
    if (column < 0 || source.columns[static_cast<std::size_t>(column)].type != SqlType::text) {
        return std::nullopt;
    }
    // All its values at once: one after the other, lines would come in another order.
    sqlite3_vtab_in(&info, i, 1);
    const auto all = static_cast<double>(source.matches.all().lines);
    return Worth{'n', codes ? static_cast<double>(source.matches.lines_with_codes()) : all / 2,
                 codes || column == source.component, codes};
}

std::optional<Worth> worth_of_value(const LinesSource& source, int column, sqlite3_value* text, char kind) {
    const auto all = static_cast<double>(source.matches.all().lines);
    if (column == LinesPlan::kRowid) {
        return Worth{kind, 1, true, false};
    }
    if (column == source.component) {
        const LineMatches::Span* span = text != nullptr ? source.matches.lines_of_component(text_of(text)) : nullptr;
        const double known = span != nullptr ? static_cast<double>(span->lines) : 0;
        const auto components = static_cast<double>(std::max<std::int64_t>(source.matches.component_count(), 1));
        return Worth{kind, text != nullptr ? known : all / components, true, false};
    }
    if (column == source.code && text != nullptr && source.matches.codes_are_known()) {
        return Worth{kind, static_cast<double>(source.matches.lines_with_code(text_of(text)).size()), true, true};
    }
    return Worth{kind, all / 4, false, false};
}

std::optional<Worth> worth_of(const LinesSource& source, sqlite3_index_info& info, int i) {
    const auto& condition = info.aConstraint[i];
    if (condition.usable == 0) {
        return std::nullopt;
    }
    sqlite3_value* value = nullptr;
    if (sqlite3_vtab_rhs_value(&info, i, &value) != SQLITE_OK ||
        (value != nullptr && sqlite3_value_type(value) != SQLITE_TEXT)) {
        value = nullptr;  // not known yet, or no text
    }
    if (condition.op == SQLITE_INDEX_CONSTRAINT_REGEXP) {
        return worth_of_pattern(source, condition.iColumn, value);
    }
    if (condition.op == SQLITE_INDEX_CONSTRAINT_GLOB) {
        return worth_of_glob(source, condition.iColumn, value);
    }
    const bool equal = condition.op == SQLITE_INDEX_CONSTRAINT_EQ;
    const bool is = condition.op == SQLITE_INDEX_CONSTRAINT_IS;
    if ((!equal && !is) || std::strcmp(sqlite3_vtab_collation(&info, i), "BINARY") != 0) {
        return std::nullopt;
    }
    if (equal && sqlite3_vtab_in(&info, i, -1) != 0) {
        return worth_of_list(source, info, i);
    }
    return worth_of_value(source, condition.iColumn, value, equal ? '=' : 'i');
}

int best_index(sqlite3_vtab* table, sqlite3_index_info* info) noexcept {
    return guarded(table, [&] {
        const LinesSource& source = source_of(table);
        LinesPlan plan;
        plan.used = info->colUsed;
        auto rows = static_cast<double>(source.matches.all().lines);
        double visited = rows;
        std::vector<std::pair<int, Worth>> of_use;
        for (int i = 0; i < info->nConstraint; ++i) {
            if (const auto worth = worth_of(source, *info, i)) {
                of_use.emplace_back(i, *worth);
                rows = std::min(rows, worth->rows);
                visited = worth->narrows ? std::min(visited, worth->rows) : visited;
            }
        }
        const bool by_list = std::ranges::any_of(of_use, [](const auto& each) { return each.second.by_list; });
        for (const auto& [i, worth] : of_use) {
            // With a list the other values are not looked at, and to find them may take long.
            if (worth.by_list || !by_list) {
                plan.conditions.push_back({worth.kind, info->aConstraint[i].iColumn});
                info->aConstraintUsage[i].argvIndex = static_cast<int>(plan.conditions.size());
            }
        }
        info->estimatedRows = static_cast<sqlite3_int64>(rows);
        info->estimatedCost = 1 + visited * (by_list ? 6 : 2) + rows;
        info->orderByConsumed =
            info->nOrderBy == 1 && info->aOrderBy[0].iColumn == LinesPlan::kRowid && info->aOrderBy[0].desc == 0 ? 1
                                                                                                                 : 0;
        info->idxStr = sqlite3_mprintf("%s", plan.text().c_str());
        info->needToFreeIdxStr = 1;
        if (info->idxStr == nullptr) {
            throw std::bad_alloc();
        }
    });
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) noexcept {
    return guarded(table, [&] { *cursor = &(new VirtualCursor{{}, LinesCursor(source_of(table))})->base; });
}
int close_cursor(sqlite3_vtab_cursor* cursor) noexcept {
    delete reinterpret_cast<VirtualCursor*>(cursor);
    return SQLITE_OK;
}
int filter(sqlite3_vtab_cursor* cursor, int, const char* plan, int count, sqlite3_value** values) noexcept {
    return guarded(cursor->pVtab, [&] {
        cursor_of(cursor).filter(LinesPlan::from(plan), std::span(values, static_cast<std::size_t>(count)));
    });
}
int next(sqlite3_vtab_cursor* cursor) noexcept {
    return guarded(cursor->pVtab, [&] { cursor_of(cursor).next(); });
}
int at_end(sqlite3_vtab_cursor* cursor) noexcept {
    return cursor_of(cursor).at_end() ? 1 : 0;
}
int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int number) noexcept {
    return guarded(cursor->pVtab, [&] {
        if (sqlite3_value* value = cursor_of(cursor).value(number)) {
            sqlite3_result_value(context, value);
        }
    });
}
int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* number) noexcept {
    *number = cursor_of(cursor).rowid();
    return SQLITE_OK;
}

const sqlite3_module& module_of_lines() {
    static const sqlite3_module module = [] {
        sqlite3_module made{};
        made.xCreate = &connect;
        made.xConnect = &connect;
        made.xBestIndex = &best_index;
        made.xDisconnect = &disconnect;
        made.xDestroy = &disconnect;
        made.xOpen = &open_cursor;
        made.xClose = &close_cursor;
        made.xFilter = &filter;
        made.xNext = &next;
        made.xEof = &at_end;
        made.xColumn = &column;
        made.xRowid = &rowid;
        return made;
    }();
    return module;
}

int number_of(const std::vector<Column>& columns, std::string_view name) {
    return static_cast<int>(std::ranges::find(columns, name, &Column::name) - columns.begin());
}

}  // namespace

MatchedLines::MatchedLines(Database& database, std::span<const std::string> patterns, const std::stop_token& stop)
    : database_(database) {
    const TableSchema* table = find_derived_table("log_lines");
    if (patterns.empty() || table == nullptr) {
        return;
    }
    try {
        if (!database.integer("SELECT 1 FROM main.log_lines LIMIT 1")) {
            return;
        }
        source_ = std::make_unique<LinesSource>(
            LinesSource{&database, LineMatches(database, patterns, kMostMatches, stop), columns_of(*table)});
        source_->component = number_of(source_->columns, "component");
        source_->message = number_of(source_->columns, "message");
        source_->code = number_of(source_->columns, "code");
        if (sqlite3_create_module_v2(database.handle(), kModule, &module_of_lines(), source_.get(), nullptr) !=
            SQLITE_OK) {
            throw DatabaseError(SQLITE_ERROR, "register a virtual table");
        }
        database.execute(fmt::format("CREATE VIRTUAL TABLE temp.log_lines USING {}", kModule).c_str());
    } catch (const DatabaseError&) {
        source_.reset();  // the queries that need the table say what is wrong with it
    }
}

MatchedLines::~MatchedLines() {
    if (source_) {
        sqlite3_exec(database_.handle(), "DROP TABLE IF EXISTS temp.log_lines", nullptr, nullptr, nullptr);
        sqlite3_create_module_v2(database_.handle(), kModule, nullptr, nullptr, nullptr);
    }
}

}  // namespace kwd::snapshot
