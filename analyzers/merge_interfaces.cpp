// SPDX-License-Identifier: Apache-2.0
#include "analyzers/merge_interfaces.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace kwd::analyzers {
namespace {

using snapshot::Database;

constexpr std::array<std::string_view, 4> kWithInterfaces = {"addresses", "ip_interfaces", "neighbors", "routes"};

// Names and indexes that stand side by side in some row. route print gives descriptions for names, and tables cut long
// names: neither is a name here.
constexpr const char* kNames = R"sql(
CREATE TEMP TABLE named AS
    SELECT interface_index, min(name) AS name FROM (
        SELECT interface_index, name FROM interfaces WHERE name IS NOT description AND name NOT LIKE '%...'
        UNION SELECT interface_index, interface_name FROM addresses
        UNION SELECT interface_index, interface_name FROM ip_interfaces
        UNION SELECT interface_index, interface_name FROM neighbors
        UNION SELECT interface_index, interface_name FROM routes)
     WHERE interface_index IS NOT NULL AND name IS NOT NULL AND name NOT LIKE '%...'
     GROUP BY interface_index HAVING count(*) = 1;
CREATE INDEX temp.named_by_index ON named (interface_index);
CREATE INDEX temp.named_by_name ON named (name);
UPDATE interfaces SET name = (SELECT named.name FROM named WHERE named.interface_index = interfaces.interface_index)
 WHERE (name IS description OR name LIKE '%...')
   AND interface_index IN (SELECT interface_index FROM named);
UPDATE interfaces SET interface_index = (SELECT min(interface_index) FROM named WHERE named.name = interfaces.name)
 WHERE interface_index IS NULL;
)sql";

// route print names the interface of an IPv4 route by its address.
constexpr const char* kRouteInterfaces = R"sql(
CREATE TEMP TABLE owners AS
    SELECT address, min(interface_index) AS interface_index, min(interface_name) AS interface_name FROM addresses
     WHERE family = 4 AND (interface_index IS NOT NULL OR interface_name IS NOT NULL)
     GROUP BY address HAVING count(DISTINCT coalesce(interface_name, interface_index)) = 1;
CREATE INDEX temp.owners_by ON owners (address);
UPDATE routes SET (interface_index, interface_name) =
       (SELECT coalesce(routes.interface_index, interface_index), coalesce(routes.interface_name, interface_name)
          FROM owners WHERE owners.address = routes.interface_address)
 WHERE interface_address IN (SELECT address FROM owners);
DROP TABLE owners;
)sql";

void name_rows(Database& database, std::string_view table) {
    database.execute(
        fmt::format("UPDATE {0} SET interface_name = (SELECT name FROM named WHERE named.interface_index = "
                    "{0}.interface_index) WHERE interface_name IS NULL OR interface_name LIKE '%...';"
                    "UPDATE {0} SET interface_index = (SELECT min(interface_index) FROM named WHERE named.name = "
                    "{0}.interface_name) WHERE interface_index IS NULL;",
                    table)
            .c_str());
}

void place_rows_in_compartments(Database& database, std::string_view table) {
    database.execute(fmt::format("UPDATE {0} SET compartment_id = (SELECT compartment_id FROM placed WHERE placed.name "
                                 "= {0}.interface_name) WHERE compartment_id IS NULL",
                                 table)
                         .c_str());
}

}  // namespace

void name_interfaces(Database& database) {
    if (!database.integer("SELECT 1 FROM interfaces UNION ALL SELECT 1 FROM addresses UNION ALL SELECT 1 FROM "
                          "ip_interfaces UNION ALL SELECT 1 FROM neighbors UNION ALL SELECT 1 FROM routes LIMIT 1")) {
        return;
    }
    database.execute(kNames);
    for (const std::string_view table : kWithInterfaces) {
        name_rows(database, table);
    }
    database.execute(kRouteInterfaces);
    name_rows(database, "routes");
    database.execute(
        "CREATE TEMP TABLE placed AS SELECT name, min(compartment_id) AS compartment_id FROM interfaces "
        "WHERE compartment_id IS NOT NULL GROUP BY name HAVING count(DISTINCT compartment_id) = 1;"
        "CREATE INDEX temp.placed_by ON placed (name);");
    for (const std::string_view table : kWithInterfaces) {
        place_rows_in_compartments(database, table);
    }
    database.execute("DROP TABLE placed; DROP TABLE named;");
}

void complete_interfaces(Database& database) {
    database.execute(
        "UPDATE interfaces SET mtu_bytes = coalesce(interfaces.mtu_bytes, v4.mtu_bytes), "
        "dhcp = coalesce(interfaces.dhcp, v4.dhcp) FROM (SELECT interface_name, mtu_bytes, dhcp FROM ip_interfaces "
        "WHERE family = 4) AS v4 WHERE v4.interface_name = interfaces.name");
}

}  // namespace kwd::analyzers
