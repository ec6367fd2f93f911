// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_rows.h"

#include <fmt/format.h>

#include <array>

namespace kwd::analyzers {

bool has_rows(const snapshot::Database& database, std::string_view table) {
    return database.integer(fmt::format("SELECT 1 FROM {} LIMIT 1", table)).has_value();
}

Covered covered(const snapshot::Database& database, std::string_view table) {
    const std::array<snapshot::Value, 1> name = {std::string(table)};
    const auto state = database.text("SELECT state FROM table_coverage WHERE table_name = ?", name);
    if (state == "ok") {
        return Covered::ok;
    }
    return state == "partial" || has_rows(database, table) ? Covered::partial : Covered::missing;
}

void cover(snapshot::Database& database, std::string_view table, Covered state, std::string_view why_partly) {
    if (state == Covered::missing) {
        return;
    }
    snapshot::Statement insert =
        database.prepare("INSERT OR REPLACE INTO table_coverage (table_name, state, reason) VALUES (?, ?, ?)");
    insert.bind(1, table);
    insert.bind(2, std::string_view(state == Covered::ok ? "ok" : "partial"));
    if (state == Covered::ok) {
        insert.bind(3, nullptr);
    } else {
        insert.bind(3, why_partly);
    }
    insert.run();
}

}  // namespace kwd::analyzers
