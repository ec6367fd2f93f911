// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/document.h"
#include "snapshot/table.h"

#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::analyzers {

/// What an analyzer understood of one document: rows with their places, what it could not read, and which tables the
/// document speaks for. Plain memory, so that analyzers are pure and tested with bytes.
class Analysis {
  public:
    /// Adds a row, and says that the document answers for the table; `place` as in snapshot/place.h.
    /// `table` is one of snapshot/tables/, which live as long as the program.
    template <class Table>
    void add(const Table& table, typename Table::RowType row, std::string place) {
        add_in_outline(table, std::move(row), std::move(place));
        covers(table.name);
    }

    /// Adds a row and nothing else: whether the document answers for the table is said by covers_in_outline().
    template <class Table>
    void add_in_outline(const Table& table, typename Table::RowType row, std::string place) {
        auto& rows = rows_[table.name];
        if (!rows.typed.has_value()) {
            rows.typed = std::vector<Placed<typename Table::RowType>>{};
            rows.values = [&table](const std::any& typed, std::size_t i) {
                return table.values(std::any_cast<const std::vector<Placed<typename Table::RowType>>&>(typed)[i].row);
            };
            rows.place = [](const std::any& typed, std::size_t i) -> const std::string& {
                return std::any_cast<const std::vector<Placed<typename Table::RowType>>&>(typed)[i].place;
            };
        }
        std::any_cast<std::vector<Placed<typename Table::RowType>>&>(rows.typed)
            .push_back({std::move(row), std::move(place)});
        ++rows.count;
    }

    /// Says what could not be read, and where. `problem` is a short stable word: malformed, truncated, unknown_field,
    /// bad_value, encoding; `text` is for people.
    void note(std::string place, std::string problem, std::string text) {
        notes_.push_back({std::move(place), std::move(problem), std::move(text)});
    }

    /// The document answers for this table, even where it gives no row: an empty list of endpoints is an answer.
    void covers(std::string_view table) { coverage_.try_emplace(std::string(table), std::string()); }
    /// It answers for only a part of the table, and why: rows may be missing. Wins over covers().
    void covers_partly(std::string_view table, std::string why) { coverage_[std::string(table)] = std::move(why); }
    /// It names what is there and says little of it, as lists of names and ids do: the table is covered in part, unless
    /// this or another document covers it. Rows of an outline come by add_in_outline().
    void covers_in_outline(std::string_view table, std::string why) {
        outlines_.try_emplace(std::string(table), std::move(why));
    }

    template <class Row>
    struct Placed {
        Row row;
        std::string place;
    };
    struct Note {
        std::string place;
        std::string problem;
        std::string text;
    };

    /// The rows of one table, for tests and for analyzers that look back.
    template <class Table>
    [[nodiscard]] std::vector<Placed<typename Table::RowType>> rows(const Table& table) const {
        const auto found = rows_.find(table.name);
        return found == rows_.end() ? std::vector<Placed<typename Table::RowType>>{}
                                    : std::any_cast<std::vector<Placed<typename Table::RowType>>>(found->second.typed);
    }
    [[nodiscard]] const std::vector<Note>& notes() const noexcept { return notes_; }
    /// Table name to the reason why it is covered only in part; empty where it is covered whole.
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& coverage() const noexcept { return coverage_; }
    /// Table name to what is not known of it, for the tables covered in outline.
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& outlines() const noexcept { return outlines_; }

    /// Writes everything into the derived tables, as rows of this document.
    void write(snapshot::Database& database, std::int64_t document_id) const;

  private:
    struct Rows {
        std::any typed;
        std::size_t count = 0;
        std::function<std::vector<snapshot::Value>(const std::any&, std::size_t)> values;
        const std::string& (*place)(const std::any&, std::size_t) = nullptr;
    };
    std::map<std::string_view, Rows> rows_;
    std::vector<Note> notes_;
    std::map<std::string, std::string, std::less<>> coverage_;
    std::map<std::string, std::string, std::less<>> outlines_;
};

/// Understands the documents of one kind. Pure: no file, no clock, no database. It never fails as a whole: a malformed
/// document gives the rows that could be read, and notes for the rest.
using AnalyzeFunction = void (*)(const snapshot::Document& document, Analysis& out);

/// Understands documents that are parts of one, as a collector brings a long capture in chunks. What it gives is what
/// the whole would give as one document. Pure as an AnalyzeFunction is.
class PartsAnalysis {
  public:
    PartsAnalysis() = default;
    PartsAnalysis(const PartsAnalysis&) = delete;
    PartsAnalysis& operator=(const PartsAnalysis&) = delete;
    virtual ~PartsAnalysis() = default;

    /// The next part, in the order in which they were stored.
    virtual void add(const snapshot::Document& part) = 0;
    /// What was understood, as one analysis for each part that was added: a row belongs to the part that it begins in.
    [[nodiscard]] virtual std::vector<Analysis> finish() = 0;
};

struct Analyzer {
    std::string_view kind;  ///< one of snapshot/kinds.h
    AnalyzeFunction analyze;
    std::vector<std::string_view> tables;  ///< the derived tables that documents of this kind may fill
    /// For what one collector brings in several documents of this kind; nullptr where each of them is whole. Imported
    /// documents always are.
    std::unique_ptr<PartsAnalysis> (*begin_parts)() = nullptr;
};

}  // namespace kwd::analyzers
