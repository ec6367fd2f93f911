// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_views.h"

#include "analyzers/facts_rows.h"
#include "snapshot/tables/facts.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Statement;
using snapshot::Text;

constexpr std::size_t kLongestValue = 200;  // bytes of a list in a row: a load balancer may have a thousand backends

struct Attribute {
    std::string_view name;
    std::string_view column;      ///< of the object; NULL where a view does not tell
    std::string_view parts = {};  ///< a table of parts: then a list of their `column`
    std::string_view owner = {};  ///< its column that joins the object's id
};

struct Kind {
    std::string_view name;
    std::string_view table;
    std::string_view label;  ///< of the object `o`; a list is `lN.x`, N its position among the attributes
    bool lists_are_stable;   ///< what one view lists alone is not merely newer
    std::vector<Attribute> attributes;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all = {
        {"network",
         "hns_networks",
         "coalesce(o.name, o.id)",
         true,
         {{"name", "o.name"},
          {"type", "o.type"},
          {"management IP", "o.management_ip"},
          {"adapter", "o.adapter_name"},
          {"DR MAC", "o.dr_mac"},
          {"subnets", "prefix", "hns_subnets", "network_id"},
          {"gateways", "gateway", "hns_subnets", "network_id"},
          {"VNIs", "isolation_id", "hns_subnets", "network_id"},
          {"remote subnets", "destination_prefix || ' at ' || provider_address", "hns_remote_subnets", "network_id"}}},
        {"endpoint",
         "hns_endpoints",
         "coalesce(o.ip_address, o.ipv6_address, o.name, o.id)",
         false,
         {{"name", "o.name"},
          {"network", "o.network_id"},
          {"address", "o.ip_address"},
          {"IPv6 address", "o.ipv6_address"},
          {"MAC", "o.mac"},
          {"gateway", "o.gateway"},
          {"remote", "o.is_remote"}}},
        {"load-balancer",
         "hns_load_balancers",
         "coalesce(l0.x, o.id)",
         false,
         {{"VIPs", "vip", "hns_load_balancer_vips", "load_balancer_id"},
          {"source VIP", "o.source_vip"},
          {"ports", "external_port || '/' || internal_port || '/' || protocol", "hns_load_balancer_ports",
           "load_balancer_id"},
          {"backends", "endpoint_id", "hns_load_balancer_endpoints", "load_balancer_id"}}},
    };
    return all;
}

// One row for each object: its name, id, document and place, whether V1 and V2 tell of it, and the values of each
// attribute in both. Lists are put in order, so that equal ones are equal texts.
std::string select_of(const Kind& kind) {
    std::string lists;
    std::string joins;
    std::string values;
    std::string pairs;
    for (std::size_t i = 0; i < kind.attributes.size(); ++i) {
        const Attribute& each = kind.attributes[i];
        if (each.parts.empty()) {
            values += fmt::format(", {} AS a{}", each.column, i);
        } else {
            lists += fmt::format(
                "l{0} AS MATERIALIZED (SELECT owner, document_id, group_concat(x, ', ') AS x FROM (SELECT DISTINCT {1} "
                "AS owner, document_id, {2} AS x FROM {3} WHERE {2} IS NOT NULL ORDER BY owner, document_id, x) "
                "GROUP BY owner, document_id), ",
                i, each.owner, each.column, each.parts);
            joins += fmt::format(" LEFT JOIN l{0} ON l{0}.owner = o.id AND l{0}.document_id = o.document_id", i);
            values += fmt::format(", l{0}.x AS a{0}", i);
        }
        pairs += fmt::format(", v1.a{0}, v2.a{0}", i);
    }
    return fmt::format(
        "WITH {4}told AS MATERIALIZED (SELECT o.id, o.schema, o.document_id, o.place, {2} AS label{0} FROM {1} AS o{5} "
        "WHERE o.schema IN ('v1', 'v2') AND o.rowid IN (SELECT min(rowid) FROM {1} GROUP BY id, schema)) "
        "SELECT coalesce(v2.label, v1.label), ids.id, coalesce(v2.document_id, v1.document_id), "
        "coalesce(v2.place, v1.place), v1.id IS NOT NULL, v2.id IS NOT NULL{3} "
        "FROM (SELECT DISTINCT id FROM told) AS ids "
        "LEFT JOIN told AS v1 ON v1.id = ids.id AND v1.schema = 'v1' "
        "LEFT JOIN told AS v2 ON v2.id = ids.id AND v2.schema = 'v2' ORDER BY ids.id",
        values, kind.table, kind.label, pairs, lists, joins);
}

std::string shortened(const std::string& value) {
    return value.size() <= kLongestValue ? value : value.substr(0, value.rfind(", ", kLongestValue)) + ", …";
}

void add_words(std::string& list, std::string_view between, const std::string& words) {
    list += (list.empty() ? "" : std::string(between)) + words;
}

snapshot::ReconciliationRow row_of(const Kind& kind, const Statement& object) {
    snapshot::ReconciliationRow row{
        .kind = std::string(kind.name), .name = object.text(0), .object_key = object.text(1)};
    row.aspect = "views of HNS";
    std::string v1;
    std::string v2;
    std::string difference;
    bool compared = false;
    for (std::size_t i = 0; i < kind.attributes.size(); ++i) {
        const int column = 6 + static_cast<int>(i) * 2;
        const std::string name(kind.attributes[i].name);
        if (!object.is_null(column)) {
            add_words(v1, "; ", name + " " + shortened(object.text(column)));
        }
        if (!object.is_null(column + 1)) {
            add_words(v2, "; ", name + " " + shortened(object.text(column + 1)));
        }
        if (object.is_null(column) || object.is_null(column + 1)) {
            continue;
        }
        compared = true;
        if (object.text(column) != object.text(column + 1)) {
            add_words(difference, "; ",
                      fmt::format("{}: V1 has {}, V2 has {}", name, shortened(object.text(column)),
                                  shortened(object.text(column + 1))));
        }
    }
    const bool in_v1 = object.integer(4) != 0;
    const bool in_v2 = object.integer(5) != 0;
    row.hns_v1 = in_v1 ? v1 : "none";
    row.hns_v2 = in_v2 ? v2 : "none";
    if (in_v1 && in_v2) {
        row.agrees = compared ? snapshot::Flag(difference.empty()) : std::nullopt;
        row.difference = difference.empty() ? std::nullopt : Text(difference);
        return row;
    }
    row.agrees = kind.lists_are_stable ? snapshot::Flag(false) : std::nullopt;
    row.difference =
        fmt::format("only {} lists it{}", in_v1 ? "V1" : "V2",
                    kind.lists_are_stable ? "" : ", and it may have come or gone between the two listings");
    return row;
}

bool both_views_are_whole(const Database& database, std::string_view table) {
    return database
        .integer(fmt::format("SELECT 1 FROM {0} WHERE schema = 'v1' AND EXISTS (SELECT 1 FROM {0} WHERE "
                             "schema = 'v2') AND NOT EXISTS (SELECT 1 FROM table_coverage WHERE table_name "
                             "= '{0}' AND state <> 'ok')",
                             table))
        .has_value();
}

}  // namespace

void compare_hns_views(Database& database) {
    DerivedRows rows(database, snapshot::kReconciliation);
    for (const Kind& kind : kinds()) {
        const bool whole = both_views_are_whole(database, kind.table);
        std::vector<std::pair<snapshot::ReconciliationRow, RowOrigin>> found;
        Statement objects = database.prepare(select_of(kind));
        while (objects.step()) {
            const bool in_both = objects.integer(4) != 0 && objects.integer(5) != 0;
            if (in_both || whole) {
                found.emplace_back(row_of(kind, objects),
                                   RowOrigin{objects.optional_integer(2), objects.optional_text(3)});
            }
        }
        for (const auto& [row, origin] : found) {
            rows.add(row, origin);
        }
    }
}

}  // namespace kwd::analyzers
