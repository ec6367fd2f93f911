// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace kwd::analyzers {

/// The bytes of a file below tests/fixtures.
inline std::string fixture(const std::string& path) {
    std::ifstream file(std::filesystem::path(KWD_FIXTURES) / path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("no fixture " + path);
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What an analyzer understands of a document that lay at `path`.
inline Analysis analyzed(AnalyzeFunction analyze, std::string path, std::string content,
                         std::string collected_at_utc = "2024-02-01T12:00:00Z") {
    snapshot::Document document;
    document.info.id = 1;
    document.info.collector = "import";
    document.info.name = path;
    document.info.original_path = std::move(path);
    document.info.collected_at_utc = std::move(collected_at_utc);
    document.content = std::move(content);
    Analysis out;
    analyze(document, out);
    return out;
}

/// What an analyzer understands of a text.
inline Analysis analyzed(AnalyzeFunction analyze, std::string content) {
    return analyzed(analyze, "document.txt", std::move(content));
}

/// The only row of a table. A table of several rows, or none, fails the test that asks.
template <class Table>
Analysis::Placed<typename Table::RowType> only_row(const Analysis& analysis, const Table& table) {
    return analysis.rows(table).size() == 1 ? analysis.rows(table).front()
                                            : Analysis::Placed<typename Table::RowType>{{}, "not one row"};
}

/// One member of all rows, in order.
template <class Table, class Row, class Member>
std::vector<Member> column_of(const Analysis& analysis, const Table& table, Member Row::*member) {
    std::vector<Member> values;
    for (const auto& each : analysis.rows(table)) {
        values.push_back(each.row.*member);
    }
    return values;
}

/// The notes as "problem at place".
inline std::vector<std::string> notes_of(const Analysis& analysis) {
    std::vector<std::string> notes;
    for (const auto& each : analysis.notes()) {
        notes.push_back(each.problem + " at " + each.place);
    }
    return notes;
}

/// Why a table is not covered whole: empty when it is, "not covered" when the document does not speak of it.
inline std::string coverage_of(const Analysis& analysis, std::string_view table) {
    const auto found = analysis.coverage().find(table);
    return found != analysis.coverage().end() ? found->second : "not covered";
}

}  // namespace kwd::analyzers
