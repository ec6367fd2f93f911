// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "snapshot/database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::snapshot {

/// PRAGMA application_id of a fleet database: the letters "kwdf".
inline constexpr std::int64_t kFleetApplicationId = 0x6b776466;
/// PRAGMA user_version of a fleet database.
inline constexpr std::int64_t kFleetSchemaVersion = 1;

/// Makes the schema of a fleet, which is many analyzed snapshots in one database, in an empty one:
/// - the stored and derived tables of snapshots under their own names, each with a leading column `node`; documents
///   without their content, under ids of the fleet's own, which `document_id` and `at` of all rows follow;
/// - what node rules said of each snapshot as `node_findings`, `node_finding_evidence`, `node_evaluations`, likewise;
/// - `findings`, `finding_evidence`, `evaluations` as in a snapshot: what rules of cluster scope said;
/// - `fleet_nodes`, the snapshots that are compared, and `fleet_snapshots`, all that were given and how each fared.
void create_fleet_schema(Database& database);

/// Opens a fleet database that `kwdiag analyze … --out` wrote, to read it; nullopt for a file that is none, or cannot
/// be opened. Nothing in it is trusted. Errors: unsupported, when a newer kwdiag wrote it.
[[nodiscard]] Result<std::optional<Database>> open_fleet(const std::string& path);

/// Tables that hold rows of nodes, by the names that they have in a snapshot: all of a snapshot's.
[[nodiscard]] const std::vector<std::string>& fleet_tables();
/// The name in a fleet of a snapshot's table that holds rows of nodes.
[[nodiscard]] std::string fleet_name_of(std::string_view table);

/// Copies the rows of an analyzed snapshot into a fleet as those of `node`: of all tables, or only those in `tables`.
void add_to_fleet(Database& fleet, const std::string& node, const Database& snapshot,
                  std::span<const std::string> tables);
/// Takes all rows of a node away again, that of `fleet_nodes` included.
void remove_from_fleet(Database& fleet, const std::string& node);

/// While it lives, the fleet's tables of nodes show the rows of some nodes alone. What reads tables needs no word for
/// it. Views and tables are made beside the fleet's own (SQLite's schema `temp`), which stay as they are.
class FleetView {
  public:
    /// The tables look as in the snapshot of `node`, results of node rules included: readers of a snapshot read it.
    FleetView(Database& fleet, const std::string& node);
    /// The tables keep their column `node` and show the nodes that show() says; none at first.
    explicit FleetView(Database& fleet);
    ~FleetView();
    FleetView(const FleetView&) = delete;
    FleetView& operator=(const FleetView&) = delete;

    /// Shows these nodes; in the tables `heard`, which any snapshot may tell for all, those of `tellers`.
    void show(std::span<const std::string> nodes, std::span<const std::string> tellers = {},
              std::span<const std::string> heard = {});

  private:
    void make_view(const std::string& table, std::string_view columns, std::string_view condition);

    Database& fleet_;
    std::vector<std::string> views_;
    std::vector<std::string> heard_;
};

}  // namespace kwd::snapshot
