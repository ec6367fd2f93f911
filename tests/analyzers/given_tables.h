// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/facts.h"
#include "snapshot/database.h"
#include "snapshot/schema.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::analyzers {

/// A snapshot with the rows of the first tier that a test writes down, each from a document of its own.
class GivenTables {
  public:
    GivenTables() : database_(snapshot::Database::memory()) { snapshot::create_schema(database_); }

    /// Adds a row from a document of this kind; its place is `line:1`.
    template <class Table>
    GivenTables& row(const Table& table, typename Table::RowType row, std::string_view kind = "other",
                     std::string_view collector = "import", std::string_view collected_at_utc = {}) {
        Analysis analysis;
        analysis.add(table, std::move(row), "line:1");
        const std::int64_t id = document(kind, collector);
        analysis.write(database_, id);
        if (!collected_at_utc.empty()) {
            snapshot::Statement update = database_.prepare("UPDATE documents SET collected_at_utc = ? WHERE id = ?");
            update.bind(1, collected_at_utc);
            update.bind(2, id);
            update.run();
        }
        return *this;
    }
    /// Adds all rows of one document.
    GivenTables& rows(const Analysis& analysis, std::string_view kind) {
        analysis.write(database_, document(kind, "import"));
        return *this;
    }
    /// Says that a table was covered, without rows.
    GivenTables& none(std::string_view table) {
        Analysis analysis;
        analysis.covers(table);
        analysis.write(database_, document("other", "import"));
        return *this;
    }
    GivenTables& partly(std::string_view table) {
        Analysis analysis;
        analysis.covers_partly(table, "cut");
        analysis.write(database_, document("other", "import"));
        return *this;
    }

    GivenTables& meta(std::string_view key, std::string_view value) {
        snapshot::Statement insert = database_.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
        insert.bind(1, key);
        insert.bind(2, value);
        insert.run();
        return *this;
    }

    GivenTables& skipped(std::string_view collector, std::string_view error_code) {
        snapshot::Statement insert =
            database_.prepare("INSERT INTO collections (collector, outcome, error_code) VALUES (?, 'skipped', ?)");
        insert.bind(1, collector);
        insert.bind(2, error_code);
        insert.run();
        return *this;
    }

    GivenTables& derive() {
        derive_facts(database_);
        return *this;
    }
    /// Where the state was read before as well, which gave these tables, oldest first.
    GivenTables& derive_after(std::vector<GivenTables>& before) {
        std::vector<snapshot::Database> states;
        for (GivenTables& each : before) {
            states.push_back(std::move(each.derive().database_));
        }
        derive_facts(database_, states);
        return *this;
    }
    GivenTables& derive_after(GivenTables& before) {
        std::vector<GivenTables> one;
        one.push_back(std::move(before));
        return derive_after(one);
    }
    [[nodiscard]] const snapshot::Database& database() const noexcept { return database_; }

    /// The rows of a query, their columns joined by blanks; NULL is `~`.
    [[nodiscard]] std::vector<std::string> ask(std::string_view sql) const {
        std::vector<std::string> rows;
        snapshot::Statement query = database_.prepare(sql);
        while (query.step()) {
            std::string row;
            for (int column = 0; column < query.column_count(); ++column) {
                row += column == 0 ? "" : " ";
                row += query.is_null(column) ? "~" : query.text(column);
            }
            rows.push_back(std::move(row));
        }
        return rows;
    }
    [[nodiscard]] std::string one(std::string_view sql) const {
        const auto rows = ask(sql);
        return rows.size() == 1 ? rows.front() : std::to_string(rows.size()) + " rows";
    }
    [[nodiscard]] std::string coverage(std::string_view table) const {
        return one("SELECT coalesce(max(state), 'missing') FROM table_coverage WHERE table_name = '" +
                   std::string(table) + "'");
    }

  private:
    std::int64_t document(std::string_view kind, std::string_view collector) {
        snapshot::Statement insert = database_.prepare(
            "INSERT INTO documents (collector, kind, name, size_bytes, sha256, content) VALUES (?, ?, 'd', 0, '', "
            "x'')");
        insert.bind(1, collector);
        insert.bind(2, kind);
        insert.run();
        return database_.last_insert_id();
    }

    snapshot::Database database_;
};

}  // namespace kwd::analyzers
