// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace kwd::analyzers {
namespace {

// What a collector brings in several documents are the chunks of one capture; imported files are captures each.
constexpr std::string_view kOneCapture =
    "coalesce((SELECT nullif(collector, 'import') FROM documents WHERE id = document_id), document_id)";

struct Merged {
    std::string_view column;
    std::string_view function;  // how the values of a group become one
};

// Keeps the first row of each group of equal keys, with the columns of all of them put together.
void merge_groups(snapshot::Database& database, std::string_view table, std::string_view keys,
                  std::initializer_list<Merged> columns) {
    std::string aggregates;
    std::string assignments;
    for (const Merged& each : columns) {
        aggregates += fmt::format(", {}({}) AS {}", each.function, each.column, each.column);
        assignments += fmt::format("{}{} = together.{}", assignments.empty() ? "" : ", ", each.column, each.column);
    }
    database.execute(
        fmt::format("CREATE TEMP TABLE together AS SELECT min(rowid) AS first_row, count(*) AS size{} FROM "
                    "{} GROUP BY {} HAVING size > 1",
                    aggregates, table, keys)
            .c_str());
    database.execute(
        fmt::format("DELETE FROM {0} WHERE rowid NOT IN (SELECT min(rowid) FROM {0} GROUP BY {1})", table, keys)
            .c_str());
    database.execute(
        fmt::format("UPDATE {0} SET {1} FROM together WHERE {0}.rowid = together.first_row", table, assignments)
            .c_str());
    database.execute("DROP TABLE together");
}

}  // namespace

void merge_captures(snapshot::Database& database) {
    if (database.integer("SELECT count(*) FROM (SELECT DISTINCT document_id FROM captures)").value_or(0) < 2) {
        return;
    }
    merge_groups(database, "captures", fmt::format("{}, interface_name, link_type", kOneCapture),
                 {{"packets", "sum"},
                  {"bytes", "sum"},
                  {"truncated_packets", "sum"},
                  {"malformed_packets", "sum"},
                  {"dropped_packets", "sum"},
                  {"vxlan_packets", "sum"},
                  {"dropped_by_interface", "sum"},
                  {"first_time_utc", "min"},
                  {"last_time_utc", "max"}});
    merge_groups(database, "vxlan_flows", "outer_source, outer_destination, udp_port, vni",
                 {{"vni_valid", "min"},
                  {"packets", "sum"},
                  {"bytes", "sum"},
                  {"largest_inner_bytes", "max"},
                  {"outer_fragments", "sum"},
                  {"zero_checksum", "sum"},
                  {"first_time_utc", "min"},
                  {"last_time_utc", "max"}});
    merge_groups(database, "vxlan_inner_macs", "vni, outer_source, outer_destination, source_mac, destination_mac",
                 {{"packets", "sum"}});
    merge_groups(
        database, "vxlan_paths",
        fmt::format("{}, interface_name, outer_source, outer_destination, udp_port, vni, vni_valid, inner_source_mac, "
                    "inner_destination_mac, inner_ethertype, inner_source, inner_destination",
                    kOneCapture),
        {{"packets", "sum"},
         {"bytes", "sum"},
         {"largest_outer_bytes", "max"},
         {"outer_fragments", "sum"},
         {"first_time_utc", "min"},
         {"last_time_utc", "max"}});
    merge_groups(
        database, "vxlan_sizes",
        fmt::format("{}, interface_name, outer_source, outer_destination, udp_port, vni, fragment, inner_protocol, "
                    "outer_bytes",
                    kOneCapture),
        {{"packets", "sum"}, {"first_time_utc", "min"}, {"last_time_utc", "max"}});
    merge_groups(database, "address_pairs", fmt::format("{}, interface_name, source, destination", kOneCapture),
                 {{"packets", "sum"}, {"bytes", "sum"}, {"first_time_utc", "min"}, {"last_time_utc", "max"}});
    merge_groups(database, "flows", "source, destination, protocol, source_port, destination_port, vni",
                 {{"packets", "sum"},
                  {"bytes", "sum"},
                  {"syn", "sum"},
                  {"syn_ack", "sum"},
                  {"rst", "sum"},
                  {"fin", "sum"},
                  {"first_time_utc", "min"},
                  {"last_time_utc", "max"}});
    merge_groups(database, "icmp_errors",
                 "source, destination, type, code, next_hop_mtu_bytes, original_destination, original_protocol, "
                 "original_destination_port",
                 {{"time_utc", "min"}, {"count", "sum"}});
    merge_groups(database, "arp_exchanges", "sender, target",
                 {{"requests", "sum"}, {"replies", "sum"}, {"replier_mac", "max"}});
}

}  // namespace kwd::analyzers
