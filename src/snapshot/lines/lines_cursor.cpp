// SPDX-License-Identifier: Apache-2.0
#include "snapshot/lines/lines_cursor.h"

#include <sqlite3.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <utility>

namespace kwd::snapshot {
namespace {

template <class Take>
void for_each_in(sqlite3_value* list, const Take& take) {
    sqlite3_value* each = nullptr;
    for (int more = sqlite3_vtab_in_first(list, &each); more == SQLITE_OK && each != nullptr;
         more = sqlite3_vtab_in_next(list, &each)) {
        take(each);
    }
}

}  // namespace

std::string_view text_of(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text != nullptr ? std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)))
                           : std::string_view();
}

Statement LinesSource::statement(const std::string& sql) {
    const auto found = idle.find(sql);
    if (found == idle.end()) {
        return database->prepare(sql);
    }
    Statement statement = std::move(found->second);
    idle.erase(found);
    return statement;
}

void LinesSource::give_back(std::string sql, Statement statement) {
    statement.reset();
    idle.emplace(std::move(sql), std::move(statement));
}

std::string LinesPlan::text() const {
    std::string text;
    for (const Condition& each : conditions) {
        text += fmt::format("{}{} ", each.kind, each.column);
    }
    return text + fmt::format("u{}", used);
}

LinesPlan LinesPlan::from(std::string_view text) {
    LinesPlan plan;
    while (text.front() != 'u') {
        Condition condition{text.front(), 0};
        const std::size_t end = text.find(' ');
        std::from_chars(text.data() + 1, text.data() + end, condition.column);
        plan.conditions.push_back(condition);
        text.remove_prefix(end + 1);
    }
    std::from_chars(text.data() + 1, text.data() + text.size(), plan.used);
    return plan;
}

void LinesCursor::filter(const LinesPlan& plan, std::span<sqlite3_value*> values) {
    finish();
    place_of_.assign(source_.columns.size(), -1);
    std::string columns = "rowid";
    int place = 0;
    for (std::size_t i = 0; i < source_.columns.size(); ++i) {
        if ((plan.used >> std::min<std::size_t>(i, 63) & 1) != 0) {
            place_of_[i] = ++place;
            columns += fmt::format(", \"{}\"", source_.columns[i].name);
        }
    }
    if (choose_lines(plan, values)) {
        sql_ = fmt::format("SELECT {} FROM main.log_lines WHERE rowid = ?1", columns);
        at_ = 0;
    } else {
        scan(columns, plan, values);
    }
}

void LinesCursor::next() {
    if (lines_ == nullptr) {
        at_end_ = !statement_->step();
    } else {
        ++at_;
        fetched_ = false;
    }
}

sqlite3_value* LinesCursor::value(int column) {
    if (lines_ != nullptr && !fetched_) {
        if (!statement_) {
            statement_ = source_.statement(sql_);
        }
        statement_->reset();
        statement_->bind(1, (*lines_)[at_]);
        if (!statement_->step()) {
            throw DatabaseError(SQLITE_CORRUPT_VTAB, "a line is no longer there");
        }
        fetched_ = true;
    }
    const int place = place_of_[static_cast<std::size_t>(column)];
    return place > 0 ? sqlite3_column_value(statement_->handle(), place) : nullptr;
}

void LinesCursor::finish() {
    if (statement_) {
        source_.give_back(std::move(sql_), std::move(*statement_));
        statement_.reset();
    }
    lines_ = nullptr;
    fetched_ = false;
    at_end_ = true;
}

void LinesCursor::take_only(const Lines& lines) {
    if (lines_ == nullptr) {
        lines_ = &lines;
        return;
    }
    Lines both;
    std::ranges::set_intersection(*lines_, lines, std::back_inserter(both));
    own_lines_ = std::move(both);
    lines_ = &own_lines_;
}

void LinesCursor::take_only_any_of(Lines lines) {
    std::ranges::sort(lines);
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    if (lines_ == nullptr) {
        own_lines_ = std::move(lines);
        lines_ = &own_lines_;
    } else {
        take_only(lines);
    }
}

// Lines with any of the codes that IN lists.
void LinesCursor::take_only_codes(sqlite3_value* list) {
    Lines any;
    for_each_in(list, [&](sqlite3_value* code) {
        const Lines& lines = source_.matches.lines_with_code(text_of(code));
        any.insert(any.end(), lines.begin(), lines.end());
    });
    take_only_any_of(std::move(any));
}

void LinesCursor::take_only_codes_like(sqlite3_value* glob) {
    const std::string pattern(text_of(glob));
    Lines any;
    for (const auto& [code, lines] : source_.matches.by_code()) {
        if (sqlite3_strglob(pattern.c_str(), code.c_str()) == 0) {
            any.insert(any.end(), lines.begin(), lines.end());
        }
    }
    take_only_any_of(std::move(any));
}

// Sets `lines_` to those that the plan's patterns and codes leave; false when it names none that is known.
bool LinesCursor::choose_lines(const LinesPlan& plan, std::span<sqlite3_value*> values) {
    for (std::size_t i = 0; i < plan.conditions.size(); ++i) {
        const auto& condition = plan.conditions[i];
        if (condition.kind == 'm') {
            if (const Lines* matching = source_.matches.lines_of(text_of(values[i]))) {
                take_only(*matching);
            }
        } else if (condition.column == source_.code && source_.matches.codes_are_known()) {
            if (condition.kind == 'n') {
                take_only_codes(values[i]);
            } else if (condition.kind == 'g') {
                take_only_codes_like(values[i]);
            } else if (sqlite3_value_type(values[i]) == SQLITE_TEXT) {
                take_only(source_.matches.lines_with_code(text_of(values[i])));
            }
        }
    }
    return lines_ != nullptr;
}

// Reads the real table, where the lines can be. SQLite asks every condition again, so that what is left out here
// costs time alone. A value of another type than the column's would be converted differently here than there.
void LinesCursor::scan(const std::string& columns, const LinesPlan& plan, std::span<sqlite3_value*> values) {
    LinesFilter filter;
    for (std::size_t i = 0; i < plan.conditions.size(); ++i) {
        const auto& [kind, column] = plan.conditions[i];
        if (kind == 'n') {
            std::vector<std::string> texts;
            for_each_in(values[i], [&](sqlite3_value* each) { texts.emplace_back(text_of(each)); });
            add_texts(filter, column, std::move(texts));
        } else if (kind == '=' && sqlite3_value_type(values[i]) == SQLITE_NULL) {
            return;  // nothing equals NULL
        } else if (kind != 'm' && kind != 'g' && is_of_type(column, values[i], kind == 'i')) {
            if (column == source_.component && sqlite3_value_type(values[i]) == SQLITE_TEXT) {
                add_texts(filter, column, {std::string(text_of(values[i]))});
            } else {
                filter.where += fmt::format(" AND {} {} ?", name_of(column), kind == 'i' ? "IS" : "=");
                filter.bound.emplace_back(values[i]);
            }
        }
    }
    if (filter.is_empty) {
        return;
    }
    sql_ = fmt::format("SELECT {} FROM main.log_lines WHERE 1{} ORDER BY rowid", columns, filter.where);
    statement_ = source_.statement(sql_);
    int position = 0;
    for (const auto& each : filter.bound) {
        if (const auto* value = std::get_if<sqlite3_value*>(&each)) {
            sqlite3_bind_value(statement_->handle(), ++position, *value);
        } else {
            statement_->bind(++position, std::string_view(std::get<std::string>(each)));
        }
    }
    at_end_ = !statement_->step();
}

// The column holds one of these.
void LinesCursor::add_texts(LinesFilter& filter, int column, std::vector<std::string> texts) const {
    if (column == source_.component) {
        LineMatches::Span within{std::numeric_limits<std::int64_t>::max(), 0, 0};
        std::erase_if(texts, [&](const std::string& component) {
            const LineMatches::Span* span = source_.matches.lines_of_component(component);
            if (span != nullptr) {
                within.first = std::min(within.first, span->first);
                within.last = std::max(within.last, span->last);
            }
            return span == nullptr;
        });
        filter.where += fmt::format(" AND rowid BETWEEN {} AND {}", within.first, within.last);
    }
    if (texts.empty()) {
        filter.is_empty = true;
        return;
    }
    std::string places = "?";
    for (std::size_t i = 1; i < texts.size(); ++i) {
        places += ", ?";
    }
    filter.where += fmt::format(" AND {} IN ({})", name_of(column), places);
    filter.bound.insert(filter.bound.end(), std::make_move_iterator(texts.begin()),
                        std::make_move_iterator(texts.end()));
}

std::string LinesCursor::name_of(int column) const {
    return column == LinesPlan::kRowid ? "rowid"
                                       : fmt::format("\"{}\"", source_.columns[static_cast<std::size_t>(column)].name);
}

bool LinesCursor::is_of_type(int column, sqlite3_value* value, bool may_be_null) const {
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_NULL) {
        return may_be_null;
    }
    const SqlType wanted =
        column == LinesPlan::kRowid ? SqlType::integer : source_.columns[static_cast<std::size_t>(column)].type;
    return wanted == SqlType::text ? type == SQLITE_TEXT : wanted == SqlType::integer && type == SQLITE_INTEGER;
}

}  // namespace kwd::snapshot
