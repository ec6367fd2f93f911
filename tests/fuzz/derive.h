// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/merge.h"
#include "snapshot/place.h"
#include "snapshot/schema.h"
#include "tests/fuzz/check.h"

#include <set>
#include <string>
#include <string_view>

namespace kwd::fuzz {

/// Derives a document of hostile content into tables, and merges them. Whatever it holds, its rows must fit the tables,
/// and each row's place must show something of the document.
inline void derive(analyzers::AnalyzeFunction analyze, std::string_view content) {
    static snapshot::Database database = [] {
        snapshot::Database made = snapshot::Database::memory();
        snapshot::create_schema(made);
        return made;
    }();
    snapshot::Document document;
    document.info.id = 1;
    document.info.name = "fuzzed.txt";
    document.content = content;
    analyzers::Analysis analysis;
    analyze(document, analysis);

    if (content.size() % 8 != 0) {
        return;
    }
    std::set<std::string> tables;
    for (const auto& [table, why] : analysis.coverage()) {
        tables.insert(table);
    }
    for (const auto& [table, why] : analysis.outlines()) {
        tables.insert(table);
    }
    database.execute("BEGIN");
    analysis.write(database, document.info.id);
    snapshot::Excerpts excerpts{document.content};
    for (const std::string& table : tables) {
        check(snapshot::find_derived_table(table) != nullptr);
        snapshot::Statement places = database.prepare("SELECT DISTINCT place FROM " + table);
        while (places.step()) {
            check(!excerpts.at(places.text(0)).empty());
        }
    }
    analyzers::merge_documents(database);
    database.execute("ROLLBACK");
}

}  // namespace kwd::fuzz
