// SPDX-License-Identifier: Apache-2.0
#include "analyzers/analysis.h"

#include "snapshot/schema.h"

namespace kwd::analyzers {

void Analysis::write(snapshot::Database& database, std::int64_t document_id) const {
    for (const auto& [name, rows] : rows_) {
        snapshot::Statement insert = database.prepare(snapshot::insert_sql(*snapshot::find_derived_table(name)));
        for (std::size_t i = 0; i < rows.count; ++i) {
            insert.bind(1, document_id);
            insert.bind(2, std::string_view(rows.place(rows.typed, i)));
            int position = 3;
            for (const snapshot::Value& value : rows.values(rows.typed, i)) {
                insert.bind_value(position++, value);
            }
            insert.run();
        }
    }
    snapshot::Statement note =
        database.prepare("INSERT INTO analysis_notes (document_id, place, problem, text) VALUES (?, ?, ?, ?)");
    for (const Note& each : notes_) {
        note.bind(1, document_id);
        note.bind(2, std::string_view(each.place));
        note.bind(3, std::string_view(each.problem));
        note.bind(4, std::string_view(each.text));
        note.run();
    }
    snapshot::Statement cover = database.prepare(
        "INSERT INTO table_coverage (table_name, state, reason) VALUES (?1, iif(?2 = '', 'ok', 'partial'), nullif(?2, "
        "'')) "
        "ON CONFLICT (table_name) DO UPDATE SET state = 'partial', reason = excluded.reason "
        "WHERE excluded.state = 'partial' AND state = 'ok'");
    for (const auto& [table, why] : coverage_) {
        cover.bind(1, std::string_view(table));
        cover.bind(2, std::string_view(why));
        cover.run();
    }
}

}  // namespace kwd::analyzers
