// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"
#include "snapshot/lines/line_matches.h"
#include "snapshot/table.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct sqlite3_value;

namespace kwd::snapshot {

/// What the virtual table of MatchedLines reads: the real table, and what is known of its lines.
struct LinesSource {
    struct Column {
        std::string name;
        SqlType type;
    };

    const Database* database;
    LineMatches matches;
    std::vector<Column> columns;
    int component = 0;  ///< the columns' numbers
    int message = 0;
    int code = 0;
    std::multimap<std::string, Statement, std::less<>> idle = {};  ///< of the real table, by their SQL

    [[nodiscard]] Statement statement(const std::string& sql);
    void give_back(std::string sql, Statement statement);
};

/// How a query reads the lines: what xBestIndex decided, handed to xFilter as text. One letter for each value that
/// xFilter gets, with the column's number behind it: 'm' REGEXP, 'g' GLOB, '=' equal, 'i' IS, 'n' IN; then 'u' and the
/// columns that are read, one bit each.
struct LinesPlan {
    static constexpr int kRowid = -1;  ///< as a column's number

    struct Condition {
        char kind;
        int column;
    };
    std::vector<Condition> conditions;
    std::uint64_t used = 0;

    [[nodiscard]] std::string text() const;
    [[nodiscard]] static LinesPlan from(std::string_view text);
};

/// What a plan and its values leave of the real table.
struct LinesFilter {
    std::string where;                                             ///< " AND …"
    std::vector<std::variant<sqlite3_value*, std::string>> bound;  ///< in the place of each "?"
    bool is_empty = false;
};

/// Goes through the lines of one plan, in the order of their rowids. Throws DatabaseError.
class LinesCursor {
  public:
    explicit LinesCursor(LinesSource& source) : source_(source) {}
    ~LinesCursor() { finish(); }
    LinesCursor(const LinesCursor&) = delete;
    LinesCursor& operator=(const LinesCursor&) = delete;

    void filter(const LinesPlan& plan, std::span<sqlite3_value*> values);
    void next();
    [[nodiscard]] bool at_end() const { return lines_ != nullptr ? at_ >= lines_->size() : at_end_; }
    [[nodiscard]] std::int64_t rowid() const { return lines_ != nullptr ? (*lines_)[at_] : statement_->integer(0); }
    /// Null when the column was not to be read.
    [[nodiscard]] sqlite3_value* value(int column);

  private:
    using Lines = std::vector<std::int64_t>;

    void take_only(const Lines& lines);
    void take_only_codes(sqlite3_value* list);
    void take_only_codes_like(sqlite3_value* glob);
    void take_only_any_of(Lines lines);
    [[nodiscard]] bool choose_lines(const LinesPlan& plan, std::span<sqlite3_value*> values);
    void scan(const std::string& columns, const LinesPlan& plan, std::span<sqlite3_value*> values);
    void add_texts(LinesFilter& filter, int column, std::vector<std::string> texts) const;
    [[nodiscard]] std::string name_of(int column) const;
    [[nodiscard]] bool is_of_type(int column, sqlite3_value* value, bool may_be_null) const;
    void finish();

    LinesSource& source_;
    std::optional<Statement> statement_;
    std::string sql_;
    std::vector<int> place_of_;     ///< by column: where it is in the statement; -1: not read
    const Lines* lines_ = nullptr;  ///< null: `statement_` goes from row to row by itself
    Lines own_lines_;
    std::size_t at_ = 0;
    bool fetched_ = false;
    bool at_end_ = true;
};

/// The text of a value, where it is.
[[nodiscard]] std::string_view text_of(sqlite3_value* value);

}  // namespace kwd::snapshot
