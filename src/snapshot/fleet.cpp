// SPDX-License-Identifier: Apache-2.0
#include "snapshot/fleet.h"

#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>

namespace kwd::snapshot {
namespace {

constexpr std::array<std::string_view, 3> kResults = {"findings", "finding_evidence", "evaluations"};

constexpr const char* kFleetTables = R"sql(
CREATE TABLE fleet_nodes (
    node             TEXT NOT NULL PRIMARY KEY,
    name             TEXT NOT NULL,
    snapshot         TEXT NOT NULL,
    collected_at_utc TEXT,
    os_family        TEXT,
    cluster          TEXT,
    cluster_why      TEXT
) STRICT;
CREATE TABLE fleet_snapshots (
    snapshot TEXT NOT NULL,
    node     TEXT,
    state    TEXT NOT NULL CHECK (state IN ('used', 'older', 'unreadable')),
    reason   TEXT
) STRICT;
CREATE INDEX node_findings_node ON node_findings (node);
CREATE INDEX node_finding_evidence_finding ON node_finding_evidence (node, finding_id);
CREATE INDEX node_evaluations_node ON node_evaluations (node);
)sql";

struct FleetColumn {
    std::string name;
    std::string type;
    bool required = false;
};

struct FleetTable {
    std::string name;                  ///< as in a snapshot
    std::vector<FleetColumn> columns;  ///< without `node`, generated ones, and content
    bool refers = false;               ///< to documents, so that it has `at`
};

bool is_result(std::string_view table) {
    return std::ranges::find(kResults, table) != kResults.end();
}

std::vector<FleetTable> read_tables() {
    Database one = Database::memory();
    create_schema(one);
    std::vector<FleetTable> tables;
    Statement names = one.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    while (names.step()) {
        FleetTable& table = tables.emplace_back(FleetTable{names.text(0), {}, false});
        Statement columns =
            one.prepare("SELECT name, type, \"notnull\" FROM pragma_table_xinfo(?) WHERE type <> 'BLOB'");
        columns.bind(1, std::string_view(table.name));
        while (columns.step()) {
            if (columns.text(0) == "at") {
                table.refers = true;
            } else {
                table.columns.push_back({columns.text(0), columns.text(1), columns.integer(2) != 0});
            }
        }
    }
    return tables;
}

std::string results_sql() {
    Database one = Database::memory();
    create_schema(one);
    std::string sql;
    for (const std::string_view table : kResults) {
        const std::array<Value, 1> name = {std::string(table)};
        sql += one.text("SELECT sql FROM sqlite_schema WHERE name = ?", name).value_or("") + ";";
    }
    return sql;
}

// Made from a snapshot's schema, so that no table is named twice.
const std::vector<FleetTable>& all_tables() {
    static const std::vector<FleetTable> tables = read_tables();
    return tables;
}

std::string columns_of(const FleetTable& table) {
    std::string names;
    for (const FleetColumn& each : table.columns) {
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", each.name);
    }
    return names;
}

std::string create_sql(const FleetTable& table) {
    std::string sql = fmt::format("CREATE TABLE {} (node TEXT NOT NULL", fleet_name_of(table.name));
    for (const FleetColumn& each : table.columns) {
        sql += fmt::format(", \"{}\" {}{}", each.name, each.type, each.required ? " NOT NULL" : "");
    }
    return sql +
           (table.refers ? ", at TEXT AS (document_id || '#' || coalesce(place, '')) VIRTUAL) STRICT" : ") STRICT");
}

/// Gives the documents of one snapshot their ids in the fleet.
class DocumentIds {
  public:
    explicit DocumentIds(const Database& fleet)
        : next_(fleet.integer("SELECT max(id) FROM documents").value_or(0) + 1) {}

    [[nodiscard]] std::int64_t of(std::int64_t id) {
        const auto [found, first] = ids_.try_emplace(id, next_);
        next_ += first ? 1 : 0;
        return found->second;
    }

  private:
    std::int64_t next_;
    std::map<std::int64_t, std::int64_t> ids_;
};

void copy_rows(const FleetTable& table, Database& fleet, const std::string& node, const Database& snapshot,
               DocumentIds& ids) {
    std::string marks = "?";
    std::optional<std::size_t> id_column;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        marks += ", ?";
        const bool refers = table.columns[i].name == "document_id";
        if (refers || (table.name == "documents" && table.columns[i].name == "id")) {
            id_column = i;
        }
    }
    const std::string columns = columns_of(table);
    Statement select = snapshot.prepare(fmt::format("SELECT {} FROM main.\"{}\" ORDER BY rowid", columns, table.name));
    Statement insert = fleet.prepare(
        fmt::format("INSERT INTO main.{} (node, {}) VALUES ({})", fleet_name_of(table.name), columns, marks));
    while (select.step()) {
        insert.bind(1, std::string_view(node));
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const int column = static_cast<int>(i);
            if (i == id_column && !select.is_null(column)) {
                insert.bind(column + 2, ids.of(select.integer(column)));
            } else {
                insert.bind_value(column + 2, select.value(column));
            }
        }
        insert.run();
    }
}

}  // namespace

void create_fleet_schema(Database& database) {
    database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kFleetApplicationId, kFleetSchemaVersion)
            .c_str());
    for (const FleetTable& table : all_tables()) {
        database.execute(create_sql(table).c_str());
    }
    static const std::string results = results_sql();
    database.execute(results.c_str());
    database.execute(kFleetTables);
}

Result<std::optional<Database>> open_fleet(const std::string& path) {
    auto database = Database::open(path, Database::Access::hostile);
    if (!database || database->integer("PRAGMA application_id") != kFleetApplicationId) {
        return std::optional<Database>();
    }
    if (const auto version = database->integer("PRAGMA user_version").value_or(0); version > kFleetSchemaVersion) {
        return Error{Errc::unsupported,
                     fmt::format("open {}: a newer kwdiag wrote it (schema {} of fleets, this one reads up to {})",
                                 path, version, kFleetSchemaVersion)};
    }
    return std::optional<Database>(std::move(*database));
}

const std::vector<std::string>& fleet_tables() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const FleetTable& table : all_tables()) {
            all.push_back(table.name);
        }
        return all;
    }();
    return names;
}

std::string fleet_name_of(std::string_view table) {
    return is_result(table) ? fmt::format("node_{}", table) : std::string(table);
}

void add_to_fleet(Database& fleet, const std::string& node, const Database& snapshot,
                  std::span<const std::string> tables) {
    Transaction transaction(fleet);
    DocumentIds ids(fleet);
    for (const FleetTable& table : all_tables()) {
        if (tables.empty() || std::ranges::find(tables, table.name) != tables.end()) {
            copy_rows(table, fleet, node, snapshot, ids);
        }
    }
    transaction.commit();
}

void remove_from_fleet(Database& fleet, const std::string& node) {
    Transaction transaction(fleet);
    const auto remove = [&](const std::string& table) {
        Statement statement = fleet.prepare(fmt::format("DELETE FROM main.{} WHERE node = ?", table));
        statement.bind(1, std::string_view(node));
        statement.run();
    };
    for (const FleetTable& table : all_tables()) {
        remove(fleet_name_of(table.name));
    }
    remove("fleet_nodes");
    transaction.commit();
}

FleetView::FleetView(Database& fleet, const std::string& node) : fleet_(fleet) {
    fleet_.execute("CREATE TEMP TABLE shown_nodes (node TEXT NOT NULL PRIMARY KEY)");
    Statement insert = fleet_.prepare("INSERT INTO temp.shown_nodes VALUES (?)");
    insert.bind(1, std::string_view(node));
    insert.run();
    for (const FleetTable& table : all_tables()) {
        const std::string columns = columns_of(table) + (table.refers ? ", at" : "");
        make_view(table.name, columns, "node = (SELECT node FROM temp.shown_nodes)");
    }
}

FleetView::FleetView(Database& fleet) : fleet_(fleet) {
    fleet_.execute(
        "CREATE TEMP TABLE shown_nodes (node TEXT NOT NULL PRIMARY KEY);"
        "CREATE TEMP TABLE telling_nodes (node TEXT NOT NULL PRIMARY KEY)");
    for (const FleetTable& table : all_tables()) {
        if (!is_result(table.name)) {
            make_view(table.name, "*", "node IN (SELECT node FROM temp.shown_nodes)");
        }
    }
    make_view("fleet_nodes", "*", "node IN (SELECT node FROM temp.shown_nodes)");
}

FleetView::~FleetView() {
    try {
        for (const std::string& view : views_) {
            fleet_.execute(fmt::format("DROP VIEW temp.\"{}\"", view).c_str());
        }
        fleet_.execute("DROP TABLE temp.shown_nodes; DROP TABLE IF EXISTS temp.telling_nodes");
    } catch (const DatabaseError&) {  // NOLINT(bugprone-empty-catch): they end with the connection at the latest
    }
}

void FleetView::show(std::span<const std::string> nodes, std::span<const std::string> tellers,
                     std::span<const std::string> heard) {
    fleet_.execute("DELETE FROM temp.shown_nodes; DELETE FROM temp.telling_nodes");
    const auto put = [&](const char* sql, std::span<const std::string> names) {
        Statement insert = fleet_.prepare(sql);
        for (const std::string& each : names) {
            insert.bind(1, std::string_view(each));
            insert.run();
        }
    };
    put("INSERT INTO temp.shown_nodes VALUES (?)", nodes);
    put("INSERT INTO temp.telling_nodes VALUES (?)", tellers);
    const auto remake = [&](std::span<const std::string> tables, std::string_view condition) {
        for (const std::string& table : tables) {
            fleet_.execute(fmt::format("DROP VIEW temp.\"{}\"", table).c_str());
            std::erase(views_, table);
            make_view(table, "*", condition);
        }
    };
    remake(heard_, "node IN (SELECT node FROM temp.shown_nodes)");
    remake(heard, "node IN (SELECT node FROM temp.telling_nodes)");
    heard_.assign(heard.begin(), heard.end());
}

void FleetView::make_view(const std::string& table, std::string_view columns, std::string_view condition) {
    fleet_.execute(fmt::format("CREATE TEMP VIEW \"{}\" AS SELECT {} FROM main.\"{}\" WHERE {}", table, columns,
                               fleet_name_of(table), condition)
                       .c_str());
    views_.push_back(table);
}

}  // namespace kwd::snapshot
