// SPDX-License-Identifier: Apache-2.0
#include "analyzers/merge.h"

#include "analyzers/hns_views.h"
#include "analyzers/merge_interfaces.h"
#include "analyzers/merge_rows.h"
#include "snapshot/schema.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace kwd::analyzers {
namespace {

using snapshot::Database;

// Objects of HNS: a document that kept their policies before one that lost them, V2 before V1 before names alone.
constexpr std::string_view kBetterWithPolicies =
    "(policies_known IS NOT 1) * 4 + CASE schema WHEN 'v2' THEN 0 WHEN 'v1' THEN 1 ELSE 2 END";
constexpr std::string_view kBetterSchema = "CASE schema WHEN 'v2' THEN 0 WHEN 'v1' THEN 1 ELSE 2 END";

constexpr MergeRule kNetworks{"hns_networks", "id", kBetterWithPolicies};
constexpr MergeRule kEndpoints{"hns_endpoints", "id", kBetterWithPolicies};
constexpr MergeRule kBalancers{"hns_load_balancers", "id", kBetterSchema};
constexpr MergeRule kNamespaces{"hns_namespaces", "id", "type IS NULL"};

struct Parts {
    MergeRule objects;
    std::string_view table;
    std::string_view owner;   ///< column that joins objects.id
    bool where_told = false;  ///< a document that gives none for an object says nothing of them
};
constexpr std::array<Parts, 10> kParts = {{
    {kNetworks, "hns_subnets", "network_id"},
    {kNetworks, "hns_remote_subnets", "network_id"},
    {kNetworks, "hns_extensions", "network_id", true},  // V2 does not speak of them
    {kNetworks, "hns_policies", "owner_id"},
    {kEndpoints, "hns_policies", "owner_id"},
    {kEndpoints, "hns_nat_exceptions", "endpoint_id"},
    {kBalancers, "hns_load_balancer_vips", "load_balancer_id"},
    {kBalancers, "hns_load_balancer_ports", "load_balancer_id"},
    {kBalancers, "hns_load_balancer_endpoints", "load_balancer_id"},
    {kNamespaces, "hns_namespace_resources", "namespace_id"},
}};

std::string columns_of(std::string_view table) {
    std::string list;
    for (const snapshot::ColumnSchema& each : snapshot::find_derived_table(table)->columns) {
        list += fmt::format(", \"{}\"", each.name);
    }
    return list;
}

// The parts of an object come from the one document that tells most of it. Where a document tells of an object twice,
// equal parts are one.
void keep_parts_of_one_document(Database& database, const Parts& parts) {
    if (!database.integer(fmt::format("SELECT 1 FROM {} GROUP BY id HAVING count(*) > 1", parts.objects.table))) {
        return;
    }
    const std::string told_parts =
        fmt::format("WHERE (id, document_id) IN (SELECT {}, document_id FROM {})", parts.owner, parts.table);
    database.execute(
        fmt::format("CREATE TEMP TABLE told AS SELECT id, document_id, count(*) AS times, "
                    "row_number() OVER (PARTITION BY id ORDER BY min({}), document_id) AS position "
                    "FROM {} {} GROUP BY id, document_id; CREATE INDEX temp.told_by ON told (id, document_id);",
                    parts.objects.better, parts.objects.table, parts.where_told ? told_parts : "")
            .c_str());
    database.execute(fmt::format("DELETE FROM {0} WHERE EXISTS (SELECT 1 FROM told WHERE told.id = {0}.{1} "
                                 "AND told.document_id = {0}.document_id AND told.position > 1)",
                                 parts.table, parts.owner)
                         .c_str());
    database.execute(fmt::format("DELETE FROM {0} WHERE {1} IN (SELECT id FROM told WHERE times > 1) AND rowid NOT IN "
                                 "(SELECT min(rowid) FROM {0} GROUP BY document_id{2})",
                                 parts.table, parts.owner, columns_of(parts.table))
                         .c_str());
    database.execute("DROP TABLE told");
}

// Tables that cannot be whole where a source lost the policies of an object.
void tell_lost_policies(Database& database) {
    for (const auto& [objects, table] :
         {std::pair{"hns_networks", "hns_remote_subnets"}, std::pair{"hns_endpoints", "hns_nat_exceptions"}}) {
        database.execute(
            fmt::format("UPDATE table_coverage SET state = 'partial', reason = (SELECT 'the policies of ' || count(*) "
                        "|| ' {0} were lost when they were printed' FROM {0} WHERE policies_known = 0) "
                        "WHERE state = 'ok' AND table_name IN ('{1}', 'hns_policies') AND EXISTS "
                        "(SELECT 1 FROM {0} WHERE policies_known = 0 AND schema IS NOT 'list')",
                        objects, table)
                .c_str());
    }
}

// What stands in several listings of an operating system. Interfaces have been named before, so that an index and a
// name mean the same.
constexpr std::array<MergeRule, 15> kListings = {{
    {"system", "1", "ubr IS NULL"},
    {"hotfixes", "kb"},
    {"features", "lower(name)", "evidence IS NOT 'Win32_OptionalFeature'"},
    {"services", "lower(name)"},
    {"interfaces", "name"},
    {"interface_offloads", "json_array(interface_name, feature)"},
    {"addresses", "json_array(address, coalesce(interface_name, interface_index))"},
    {"ip_interfaces", "json_array(family, coalesce(interface_name, interface_index))"},
    {"neighbors", "json_array(address, coalesce(interface_name, interface_index))"},
    {"dns_servers", "json_array(interface_name, address)"},
    {"port_ranges", "json_array(protocol, coalesce(family, 4), kind, first_port, last_port)"},
    {"firewall_profiles", "name"},
    {"firewall_rules", "json_array(name, origin IS 'group-policy')"},
    {"vfp_ports", "port_name"},
    // Linux tells its routes in one piece. A persistent route names no interface in route print; of an active one, the
    // metric that counts is the sum.
    {"routes",
     "CASE WHEN routing_table IS NULL THEN json_array(coalesce(compartment_id, 1), destination, next_hop, "
     "persistent IS 1, iif(persistent IS 1, NULL, coalesce(interface_name, interface_index, interface_address))) END",
     "(metric IS NULL) * 2 + (metric_includes_interface IS NOT 1)"},
}};

}  // namespace

void merge_documents(Database& database) {
    compare_hns_views(database);
    for (const Parts& parts : kParts) {
        keep_parts_of_one_document(database, parts);
    }
    for (const MergeRule& objects : {kNetworks, kEndpoints, kBalancers, kNamespaces}) {
        merge_rows(database, objects);
    }
    tell_lost_policies(database);
    name_interfaces(database);
    for (const MergeRule& listing : kListings) {
        merge_rows(database, listing);
    }
    complete_interfaces(database);
}

}  // namespace kwd::analyzers
