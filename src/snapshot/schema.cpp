// SPDX-License-Identifier: Apache-2.0
#include "snapshot/schema.h"

#include "snapshot/tables/config.h"
#include "snapshot/tables/facts.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/kubernetes.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/packets.h"
#include "snapshot/tables/system.h"
#include "snapshot/tables/vfp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kwd::snapshot {
namespace {

// Tables that every snapshot stores. Rows of `documents` keep their content as zstd; NULL content stands only in a
// working copy, whose documents are read from the snapshot itself.
constexpr const char* kStoredTables = R"sql(
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE collections (
    id             INTEGER PRIMARY KEY,
    collector      TEXT NOT NULL,
    outcome        TEXT NOT NULL CHECK (outcome IN ('ok', 'partial', 'skipped', 'failed', 'timed_out')),
    reason         TEXT,
    error_code     TEXT,
    native_domain  TEXT,
    native_code    INTEGER,
    started_at_utc TEXT,
    duration_ms    INTEGER,
    documents      INTEGER NOT NULL DEFAULT 0,
    bytes          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE documents (
    id                INTEGER PRIMARY KEY,
    collector         TEXT NOT NULL,
    kind              TEXT NOT NULL,
    name              TEXT NOT NULL,
    original_path     TEXT,
    collected_at_utc  TEXT,
    size_bytes        INTEGER NOT NULL,
    sha256            TEXT NOT NULL,
    truncated         INTEGER NOT NULL DEFAULT 0,
    note              TEXT,
    content           BLOB
) STRICT;
)sql";

constexpr const char* kResultTables = R"sql(
CREATE TABLE analysis_notes (
    id          INTEGER PRIMARY KEY,
    document_id INTEGER,
    place       TEXT,
    problem     TEXT NOT NULL,
    text        TEXT NOT NULL,
    at          TEXT AS (document_id || '#' || coalesce(place, '')) VIRTUAL
) STRICT;
CREATE TABLE table_coverage (
    table_name TEXT NOT NULL PRIMARY KEY,
    state      TEXT NOT NULL CHECK (state IN ('ok', 'partial', 'missing')),
    reason     TEXT
) STRICT;
CREATE TABLE findings (
    id         INTEGER PRIMARY KEY,
    rule_id    TEXT NOT NULL,
    area       TEXT NOT NULL,
    severity   TEXT NOT NULL,
    confidence TEXT NOT NULL,
    subject    TEXT,
    title      TEXT NOT NULL,
    message    TEXT NOT NULL,
    columns    TEXT NOT NULL,
    remedy     TEXT NOT NULL,
    cause      TEXT,
    cause_id   INTEGER
) STRICT;
CREATE TABLE finding_evidence (
    finding_id  INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    document_id INTEGER,
    document    TEXT,
    place       TEXT,
    text        TEXT,
    PRIMARY KEY (finding_id, position)
) STRICT;
CREATE TABLE evaluations (
    rule_id     TEXT NOT NULL PRIMARY KEY,
    area        TEXT NOT NULL,
    title       TEXT NOT NULL,
    severity    TEXT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('finding', 'clear', 'not_applicable', 'not_evaluated', 'suppressed', 'error')),
    reason      TEXT,
    findings    INTEGER NOT NULL DEFAULT 0,
    duration_us INTEGER
) STRICT;
)sql";

const char* spelled(SqlType type) {
    switch (type) {
        case SqlType::integer: return "INTEGER";
        case SqlType::real: return "REAL";
        case SqlType::text: return "TEXT";
    }
    return "TEXT";
}

const std::vector<TableSchema>& all_tables() {
    static const std::vector<TableSchema> tables = {
        kNodeFacts.schema(),
        kNetworkIntents.schema(),
        kIpPlan.schema(),
        kKubeProxySettings.schema(),
        kKubeletSettings.schema(),
        kEndpointRoles.schema(),
        kVxlanVerdicts.schema(),
        kReconciliation.schema(),
        kSystem.schema(),
        kHotfixes.schema(),
        kFeatures.schema(),
        kServices.schema(),
        kProcesses.schema(),
        kComponentFlags.schema(),
        kComponentVersions.schema(),
        kFeatureGates.schema(),
        kRegistryValues.schema(),
        kEnvironment.schema(),
        kSysctl.schema(),
        kNodeFiles.schema(),
        kInterfaces.schema(),
        kInterfaceOffloads.schema(),
        kAddresses.schema(),
        kIpInterfaces.schema(),
        kRoutes.schema(),
        kRoutingRules.schema(),
        kNeighbors.schema(),
        kFdbEntries.schema(),
        kDnsServers.schema(),
        kSockets.schema(),
        kPortRanges.schema(),
        kFirewallProfiles.schema(),
        kFirewallRules.schema(),
        kPacketFilterRules.schema(),
        kPacketFilterChains.schema(),
        kVfpPorts.schema(),
        kVfpLayers.schema(),
        kVfpGroups.schema(),
        kVfpRules.schema(),
        kVfpCounters.schema(),
        kHnsNetworks.schema(),
        kHnsSubnets.schema(),
        kHnsRemoteSubnets.schema(),
        kHnsPolicies.schema(),
        kHnsNatExceptions.schema(),
        kHnsEndpoints.schema(),
        kHnsLoadBalancers.schema(),
        kHnsLoadBalancerVips.schema(),
        kHnsLoadBalancerPorts.schema(),
        kHnsLoadBalancerEndpoints.schema(),
        kHnsNamespaces.schema(),
        kHnsNamespaceResources.schema(),
        kHnsExtensions.schema(),
        kHnsPortPools.schema(),
        kHnsCalls.schema(),
        kCniNetworks.schema(),
        kCniPolicies.schema(),
        kCniNatExceptions.schema(),
        kFlannelConfig.schema(),
        kFlannelSubnetEnv.schema(),
        kKubeletConfig.schema(),
        kKubeProxyConfig.schema(),
        kKubeconfigs.schema(),
        kContainerdConfig.schema(),
        kIpReservations.schema(),
        kSourceVipFiles.schema(),
        kClusterSettings.schema(),
        kLogLines.schema(),
        kEvents.schema(),
        kEventChannels.schema(),
        kK8sNodes.schema(),
        kK8sPods.schema(),
        kK8sServices.schema(),
        kK8sServicePorts.schema(),
        kK8sEndpoints.schema(),
        kK8sEvents.schema(),
        kCaptures.schema(),
        kVxlanFlows.schema(),
        kVxlanInnerMacs.schema(),
        kVxlanPaths.schema(),
        kVxlanSizes.schema(),
        kAddressPairs.schema(),
        kFlows.schema(),
        kDnsQueries.schema(),
        kIcmpErrors.schema(),
        kArpExchanges.schema(),
    };
    return tables;
}

}  // namespace

std::span<const TableSchema> derived_tables() {
    return all_tables();
}

const TableSchema* find_derived_table(std::string_view name) {
    const auto& tables = all_tables();
    const auto found = std::ranges::find(tables, name, &TableSchema::name);
    return found != tables.end() ? &*found : nullptr;
}

std::string create_table_sql(const TableSchema& table) {
    std::string sql = fmt::format("CREATE TABLE {} (document_id INTEGER, place TEXT", table.name);
    for (const ColumnSchema& each : table.columns) {
        sql += fmt::format(", \"{}\" {}{}", each.name, spelled(each.type), each.required ? " NOT NULL" : "");
    }
    return sql + ", at TEXT AS (document_id || '#' || coalesce(place, '')) VIRTUAL) STRICT";
}

std::string insert_sql(const TableSchema& table) {
    std::string names = "document_id, place";
    std::string values = "?, ?";
    for (const ColumnSchema& each : table.columns) {
        names += fmt::format(", \"{}\"", each.name);
        values += ", ?";
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, names, values);
}

void create_schema(Database& database) {
    database.execute(kStoredTables);
    database.execute(kResultTables);
    for (const TableSchema& table : all_tables()) {
        database.execute(create_table_sql(table).c_str());
    }
}

void clear_derived(Database& database) {
    for (const char* results : {"analysis_notes", "table_coverage", "findings", "finding_evidence", "evaluations"}) {
        database.execute(fmt::format("DROP TABLE IF EXISTS {}", results).c_str());
    }
    database.execute(kResultTables);
    for (const TableSchema& table : all_tables()) {
        database.execute(fmt::format("DROP TABLE IF EXISTS {}", table.name).c_str());
        database.execute(create_table_sql(table).c_str());
    }
}

std::string tables_as_markdown() {
    std::string text =
        "# Tables\n\nWhat `kwdiag query` and rules can ask. Unknown is NULL. Beside its own columns each table has "
        "`document_id` and "
        "`place` (which\ndocument a row was read from, and where in it; NULL for rows derived from several), and `at`, "
        "both in one "
        "text.\nThe first eight are derived from the others. Made by the snapshot tests with KWD_UPDATE_DOCS=1.\n\n";
    for (const TableSchema& table : all_tables()) {
        text += fmt::format("## `{}`\n\n{}\n\n| column | type | holds |\n|---|---|---|\n", table.name, table.doc);
        for (const ColumnSchema& each : table.columns) {
            text += fmt::format("| `{}` | {}{} | {} |\n", each.name, spelled(each.type),
                                each.required ? ", never NULL" : "", each.doc);
        }
        text += "\n";
    }
    return text;
}

}  // namespace kwd::snapshot
