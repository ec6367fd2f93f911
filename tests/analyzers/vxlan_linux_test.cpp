// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzers/vxlan_nodes.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

TEST_CASE("routes, neighbors and the FDB say what packets of a Linux node must look like", "[analyzers][vxlan]") {
    const std::string route =
        "route 10.244.2.0/24 via 10.244.2.0 dev flannel.1, MAC 5a:00:00:00:00:02, FDB to 192.168.77.2";
    CHECK(verdict(linux_node(), from_linux()) == "out right; -; " + route);
    struct In {
        const char* destination;
        const char* told;
    };
    for (const In& each : {In{"10.244.1.5", "in right; -; neighbor 10.244.1.5 on cni0"},
                           In{"10.244.1.1", "in right; -; address of cni0"},
                           In{"10.244.1.6",
                              "in no-endpoint; an address of this node or its pods; neighbor 10.244.1.6 on "
                              "cni0: nobody answers there"},
                           In{"10.244.1.9",
                              "in unknown; -; whether anybody has an address of 10.244.1.0/24 is not known: "
                              "cni0 has no neighbor entry for it"},
                           In{"10.244.2.7",
                              "in no-endpoint; an address of this node or its pods; route 10.244.2.0/24 via "
                              "10.244.2.0 dev flannel.1"},
                           In{"8.8.8.8",
                              "in unknown; -; not for an address of this node: route 0.0.0.0/0 via "
                              "192.168.77.254 dev eth0"}}) {
        CHECK(verdict(linux_node(), to_linux(each.destination)) == each.told);
    }
    VxlanPathsRow path = from_linux();
    SECTION("a neighbor entry is not enough to belong here") {
        path.inner_source = "172.31.9.9";
        CHECK(verdict(linux_node(), path) ==
              "out source-unknown; an address of this node or its pods; nothing but the default leads there: route "
              "0.0.0.0/0 via 192.168.77.254 dev eth0");
    }
    SECTION("what a route of its own leads to may have been forwarded") {
        GivenTables given = linux_node();
        given.row(kRoutes, {.destination = "172.31.0.0/16", .next_hop = "192.168.77.9", .interface_name = "eth0"});
        path.inner_source = "172.31.9.9";
        CHECK(verdict(std::move(given), path) ==
              "out source-unknown; an address of this node or its pods; forwarded from outside, or made up: route "
              "172.31.0.0/16 via 192.168.77.9 dev eth0 leads there");
    }
    SECTION("a VTEP that the FDB does not name") {
        path.outer_destination = "192.168.77.9";
        CHECK(verdict(linux_node(), path) == "out vtep-unknown; 192.168.77.2; " + route);
        GivenTables learning = linux_node();
        learning.row(kInterfaces,
                     {.name = "vx9", .kind = "vxlan", .vni = 1, .vxlan_port = 8472, .vxlan_learning = true});
        path.inner_destination = "10.77.0.1";
        CHECK(verdict(std::move(learning), path) == "out unknown; -; vx9 learns VTEPs, and forgets them");
    }
    SECTION("without the FDB nothing tells the MAC") {
        GivenTables given = linux_node();
        given.partly("fdb_entries");
        path.outer_destination = "192.168.77.9";
        CHECK(verdict(std::move(given), path) == "out unknown; -; fdb_entries: cut");
    }
    SECTION("without all routes and neighbor entries, one that is missing may say otherwise") {
        for (const char* table : {"routes", "neighbors"}) {
            GivenTables given = linux_node();
            given.partly(table)
                .row(kRoutes, {.destination = "10.244.3.0/24", .next_hop = "10.244.3.0", .interface_name = "flannel.1"})
                .row(kNeighbors, {.interface_name = "flannel.1", .address = "10.244.3.0", .mac = "5a:00:00:00:00:03"})
                .row(kFdbEntries,
                     {.interface_name = "flannel.1", .mac = "5a:00:00:00:00:03", .destination = "192.168.77.3"});
            VxlanPathsRow other = from_linux();
            other.outer_destination = "192.168.77.3";
            other.inner_destination_mac = "5a:00:00:00:00:03";
            CHECK(verdict(std::move(given), other) == "out unknown; -; " + std::string(table) + ": cut");
        }
        GivenTables given = linux_node();
        given.partly("routes");
        CHECK(verdict(std::move(given), to_linux("10.244.2.7")) == "in unknown; -; routes: cut");
    }
    SECTION("a route whose gateway has no neighbor entry says no VTEP") {
        GivenTables given = linux_node();
        given.row(kRoutes, {.destination = "10.244.9.0/24", .next_hop = "10.244.9.0", .interface_name = "flannel.1"});
        path.inner_destination = "10.244.9.9";
        CHECK(verdict(std::move(given), path) ==
              "out unknown; -; which VTEP is meant is not known: route 10.244.9.0/24 via 10.244.9.0 dev flannel.1");
    }
    SECTION("the port and VNI of an FDB entry are for what is sent") {
        GivenTables given = linux_node();
        given.row(kFdbEntries, {.interface_name = "flannel.1",
                                .mac = "5a:00:00:00:00:03",
                                .destination = "192.168.77.3",
                                .vni = 7,
                                .port = 4789});
        VxlanPathsRow in = to_linux("10.244.1.5");
        in.udp_port = 4789;
        CHECK(verdict(std::move(given), in) == "in port-wrong; UDP port 8472; VXLAN device flannel.1");
    }
    SECTION("Calico's pods have a route each, and what is left of its blocks is a black hole") {
        GivenTables given = linux_node();
        given.row(kInterfaces, {.name = "cali1", .kind = "veth"})
            .row(kRoutes, {.destination = "10.99.1.5/32", .interface_name = "cali1", .type = "unicast"})
            .row(kRoutes, {.destination = "10.99.1.0/26", .type = "blackhole"});
        GivenTables same = linux_node();
        same.row(kRoutes, {.destination = "10.99.1.0/26", .type = "blackhole"});
        CHECK(verdict(std::move(given), to_linux("10.99.1.5")) == "in right; -; route 10.99.1.5/32 dev cali1");
        CHECK(verdict(std::move(same), to_linux("10.99.1.5")) ==
              "in no-endpoint; an address of this node or its pods; route blackhole 10.99.1.0/26");
    }
    SECTION("a table that only some packets are routed by") {
        GivenTables given = linux_node();
        given.row(kRoutingRules, {.priority = 100, .routing_table = "100"});
        path.inner_source = "172.31.9.9";
        CHECK(verdict(std::move(given), path) == "out unknown; -; some packets are routed by table 100");
    }
    SECTION("Cilium's device takes everything from each packet, and its pods are not in the tables") {
        GivenTables given;
        given.row(kSystem, {.os_family = "linux"})
            .row(kInterfaces, {.name = "cilium_vxlan",
                               .kind = "vxlan",
                               .mac = "5a:00:00:00:00:01",
                               .vxlan_port = 8472,
                               .vxlan_learning = false})
            .row(kInterfaces, {.name = "cilium_host", .kind = "veth"})
            .row(kAddresses, {.interface_name = "eth0", .address = "192.168.77.1"})
            .row(kRoutes, {.destination = "10.244.1.0/24", .next_hop = "10.244.1.9", .interface_name = "cilium_host"})
            .row(kRoutes, {.destination = "0.0.0.0/0", .next_hop = "192.168.77.254", .interface_name = "eth0"});
        GivenTables same = linux_node();
        same.row(kInterfaces, {.name = "cilium_host", .kind = "veth"})
            .row(kRoutes, {.destination = "10.50.1.0/24", .next_hop = "10.50.1.9", .interface_name = "cilium_host"});
        VxlanPathsRow in = to_linux("10.50.1.7");
        CHECK(verdict(std::move(given), path) == "out unknown; -; the VNI of cilium_vxlan is not known");
        CHECK(verdict(std::move(same), in) ==
              "in unknown; -; what is behind route 10.50.1.0/24 via 10.50.1.9 dev cilium_host is not known");
    }
    SECTION("a device on a bridge carries frames of machines that the host does not know") {
        GivenTables given = linux_node();
        given.row(kInterfaces, {.name = "br-vx",
                                .kind = "vxlan",
                                .master_name = "br0",
                                .vni = 77,
                                .vxlan_port = 4790,
                                .vxlan_learning = true});
        VxlanPathsRow in = to_linux("10.50.0.9");
        in.udp_port = 4790;
        in.vni = 77;
        in.inner_destination_mac = "02:00:00:00:50:09";
        CHECK(verdict(std::move(given), in) == "in right; -; VXLAN device br-vx");
    }
}

}  // namespace
}  // namespace kwd::analyzers
