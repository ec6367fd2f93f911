// SPDX-License-Identifier: Apache-2.0
#include "analyzers/merge.h"

#include "analyzers/analyze.h"
#include "analyzers/merge_rows.h"
#include "snapshot/schema.h"
#include "tests/analyzers/analyzed.h"
#include "tests/analyzers/given_documents.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using snapshot::Database;

Database empty_snapshot() {
    Database database = Database::memory();
    snapshot::create_schema(database);
    return database;
}

Database derived(const GivenDocuments& documents) {
    Database database = empty_snapshot();
    analyze(documents, database);
    return database;
}

std::string coverage(const Database& database, const char* table) {
    Database const& from = database;
    const snapshot::Value name = std::string(table);
    return from
        .text("SELECT state || coalesce(': ' || reason, '') FROM table_coverage WHERE table_name = ?", {&name, 1})
        .value_or("no row");
}

TEST_CASE("one row stays for each key, filled from the others", "[analyzers][merge]") {
    Database database = empty_snapshot();
    database.execute(
        "INSERT INTO services (document_id, place, name, display_name, state) VALUES "
        "(1, 'line:4', 'HNS', NULL, 'running'), (2, 'line:9', 'hns', 'Host Network Service', NULL),"
        "(2, 'line:12', 'kubelet', NULL, 'stopped'), (3, 'line:1', 'hns', 'other', 'stopped')");

    merge_rows(database, {"services", "lower(name)", "document_id = 3"});

    CHECK(database.text("SELECT group_concat(at || ' ' || name || ' ' || coalesce(display_name, '') || ' ' || state, "
                        "'; ') FROM services") ==
          "1#line:4 HNS Host Network Service running; 2#line:12 kubelet  stopped");
}

TEST_CASE("rows without a key are left alone", "[analyzers][merge]") {
    Database database = empty_snapshot();
    database.execute(
        "INSERT INTO routes (destination, routing_table) VALUES ('0.0.0.0/0', 'main'), "
        "('0.0.0.0/0', 'main')");
    merge_documents(database);
    CHECK(database.integer("SELECT count(*) FROM routes") == 2);
}

TEST_CASE("a network that V1 and V2 tell of is one row, its parts from V2, its extensions from V1",
          "[analyzers][merge]") {
    GivenDocuments documents;
    documents.add("hns-networks", fixture("hns/flannel-vxlan-network-v1.json"));
    documents.add("hns-networks", fixture("hns/flannel-vxlan-network-v2.json"));
    documents.add("hnsdiag-list", fixture("hns/hnsdiag-list-all.txt"));

    const Database database = derived(documents);

    CHECK(database.text("SELECT document_id || name || schema || state || hns_version || dr_mac FROM hns_networks "
                        "WHERE id = '7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101'") ==
          "2flannel.4096v1+v2113.300:15:5d:3e:21:a1");
    CHECK(database.integer("SELECT count(*) FROM hns_networks") == 2);
    CHECK(database.text("SELECT group_concat(document_id) FROM hns_subnets") == "2");
    CHECK(database.text("SELECT group_concat(document_id) FROM hns_remote_subnets") == "2,2");
    CHECK(database.integer("SELECT count(*) FROM hns_extensions") == 3);
    CHECK(database.integer("SELECT count(*) FROM hns_policies WHERE owner_kind = 'network'") == 6);
    CHECK(coverage(database, "hns_networks") == "ok");
    CHECK(coverage(database, "hns_endpoints") == "partial: only names and ids are listed");
}

TEST_CASE("a source that kept the policies is believed before one that lost them", "[analyzers][merge]") {
    GivenDocuments documents;
    documents.add("hns-endpoints", R"([{"ID":"E","HostComputeNetwork":"N","Policies":["System.Object[]"]}])");
    documents.add("hns-endpoints", R"([{"ID":"E","VirtualNetwork":"N","State":3,
                                        "Policies":[{"Type":"OutBoundNAT","ExceptionList":["10.0.0.0/8"]}]}])");

    const Database database = derived(documents);

    CHECK(database.text("SELECT schema || outbound_nat || policies_known || document_id FROM hns_endpoints") ==
          "v1+v2112");
    CHECK(coverage(database, "hns_nat_exceptions") == "ok");
}

TEST_CASE("policies that every source lost make their tables partial", "[analyzers][merge]") {
    GivenDocuments documents;
    documents.add("hns-endpoints", R"([{"ID":"E","HostComputeNetwork":"N","Policies":["System.Object[]"]}])");

    const Database database = derived(documents);

    CHECK(coverage(database, "hns_endpoints") == "ok");
    CHECK(coverage(database, "hns_nat_exceptions") ==
          "partial: the policies of 1 hns_endpoints were lost when they were printed");
}

TEST_CASE("an object that a document tells twice has its parts once", "[analyzers][merge]") {
    GivenDocuments documents;
    const std::string balancer =
        R"({"ID":"L","HostComputeEndpoints":["E"],"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6}]})";
    documents.add("hns-load-balancers", "[" + balancer + "," + balancer + "]");

    const Database database = derived(documents);

    CHECK(database.integer("SELECT count(*) FROM hns_load_balancers") == 1);
    CHECK(database.integer("SELECT count(*) FROM hns_load_balancer_vips") == 1);
    CHECK(database.integer("SELECT count(*) FROM hns_load_balancer_ports") == 1);
}

TEST_CASE("an interface that is told by name, index, address and description is one", "[analyzers][merge]") {
    GivenDocuments documents;
    documents.add("ipconfig", fixture("loose/ipconfig/english-allcompartments.txt"));
    documents.add("route-print", fixture("loose/routes/route-print-english.txt"));
    documents.add("ps-list", fixture("loose/cmdlets/get-netadapter-table.txt"));
    documents.add("netsh", fixture("loose/windows/netsh-interfaces-german-cp850.txt"));
    documents.add("arp", fixture("loose/windows/arp-german-cp850.txt"));

    const Database database = derived(documents);

    CHECK(database.text("SELECT compartment_id || '|' || interface_index || '|' || mtu_bytes || '|' || link_speed_bps "
                        "FROM interfaces WHERE name = 'vEthernet (Ethernet)'") == "1|12|1500|10000000000");
    CHECK(database.integer("SELECT count(*) FROM interfaces WHERE name = description") == 0);
    CHECK(database.integer("SELECT count(*) FROM interfaces WHERE interface_index = 12") == 1);
    CHECK(database.integer("SELECT count(*) FROM neighbors WHERE interface_name = 'vEthernet (Ethernet)' "
                           "AND compartment_id = 1") == 2);
    CHECK(coverage(database, "interfaces") == "ok");
}

TEST_CASE("a route that route print, Get-NetRoute and ipconfig tell of is one", "[analyzers][merge]") {
    GivenDocuments documents;
    documents.add("ipconfig", fixture("loose/ipconfig/english-allcompartments.txt"));
    documents.add("route-print", fixture("loose/routes/route-print-english.txt"));
    documents.add("ps-list", fixture("loose/routes/get-netroute-list.txt"));

    const Database database = derived(documents);

    CHECK(database.text("SELECT group_concat(compartment_id || ' ' || next_hop || ' ' || coalesce(metric, '-') || ' ' "
                        "|| interface_name || ' ' || coalesce(protocol, '-'), '; ') FROM routes "
                        "WHERE destination = '0.0.0.0/0' AND persistent IS NOT 1 ORDER BY compartment_id") ==
          "2 10.244.2.1 - vEthernet (4f0e6c1d9b2a) -; 1 192.168.10.1 281 vEthernet (Ethernet) netmgmt");
    CHECK(coverage(database, "routes") == "ok");
}

TEST_CASE("which profiles of the firewall are in use joins what its stores say", "[analyzers][merge]") {
    const std::string active = R"({"active_firewall_profiles": ["domain"]})";
    GivenDocuments documents;
    documents.add("windows-state", R"({"firewall_stores": [{"origin": "local", "present": true, "rules": [],)"
                                   R"("profiles": {"DomainProfile": {"EnableFirewall": 1},)"
                                   R"("StandardProfile": {"EnableFirewall": 1}, "PublicProfile":)"
                                   R"({"EnableFirewall": 0}}}]})");
    documents.add("windows-state", active);
    const Database database = derived(documents);
    CHECK(database.text("SELECT group_concat(name || ' ' || enabled || active, ', ') FROM firewall_profiles") ==
          "domain 11, private 10, public 00");
    CHECK(coverage(database, "firewall_profiles") == "ok");

    GivenDocuments alone;
    alone.add("windows-state", active);
    CHECK(coverage(derived(alone), "firewall_profiles") == "partial: only which profiles are in use is known");
}

TEST_CASE("a persistent route that the registry and WMI tell of is one", "[analyzers][merge]") {
    GivenDocuments documents;
    documents.add("windows-state", R"({"routes": [{"compartment_id": 1, "destination": "10.244.1.0/24", "family": 4,)"
                                   R"("next_hop": "192.168.10.22", "metric": 1, "persistent": true}]})");
    documents.add("windows-state",
                  R"({"routes": [{"compartment_id": 1, "destination": "10.244.1.0/24", "family": 4,)"
                  R"("next_hop": "192.168.10.22", "metric": 1, "interface_index": 9, "persistent": true},)"
                  R"({"compartment_id": 1, "destination": "fd00::/64", "family": 6, "next_hop": "fe80::1",)"
                  R"("persistent": true}]})");
    const Database database = derived(documents);
    CHECK(database.text("SELECT group_concat(destination || ' ' || coalesce(interface_index, ''), '; ') FROM "
                        "(SELECT * FROM routes ORDER BY destination)") == "10.244.1.0/24 9; fd00::/64 ");
}

TEST_CASE("the order of documents does not change what is known", "[analyzers][merge]") {
    GivenDocuments one;
    one.add("winver", fixture("loose/windows/winver-utf16le.txt"));
    one.add("winver", fixture("loose/windows/ver.txt"));
    one.add("systeminfo", fixture("loose/windows/systeminfo-german-cp850.txt"));
    GivenDocuments other;
    other.add("systeminfo", fixture("loose/windows/systeminfo-german-cp850.txt"));
    other.add("winver", fixture("loose/windows/ver.txt"));
    other.add("winver", fixture("loose/windows/winver-utf16le.txt"));

    for (const GivenDocuments* documents : {&one, &other}) {
        const Database database = derived(*documents);
        CHECK(database.text("SELECT os_version || '|' || ubr || '|' || host_name || '|' || locale FROM system") ==
              "10.0.17763.2300|2300|WIN-A|de");
        CHECK(database.integer("SELECT count(*) FROM hotfixes") == 2);
    }
}

}  // namespace
}  // namespace kwd::analyzers
