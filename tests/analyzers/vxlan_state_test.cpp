// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_expectation.h"
#include "snapshot/tables/facts.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/packets.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/given_tables.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

namespace kwd::analyzers {
namespace {

using namespace snapshot;
using Rows = std::vector<std::string>;

// A path as a Windows node with 10.244.2.0/24 (VNI 4096, VTEP 192.168.10.21) would send it to win-c.
VxlanPathsRow sent() {
    return {.outer_source = "192.168.10.21",
            .outer_destination = "192.168.10.22",
            .udp_port = 4789,
            .vni = 4096,
            .vni_valid = true,
            .inner_source_mac = "00:15:5d:aa:00:07",
            .inner_destination_mac = "00:15:5d:00:00:22",
            .inner_ethertype = 2048,
            .inner_source = "10.244.2.7",
            .inner_destination = "10.244.3.4",
            .packets = 10,
            .bytes = 1000,
            .first_time_utc = "2024-01-01T00:00:01Z",
            .last_time_utc = "2024-01-01T00:00:02Z"};
}
VxlanPathsRow received() {
    VxlanPathsRow row = sent();
    std::swap(row.outer_source, row.outer_destination);
    std::swap(row.inner_source, row.inner_destination);
    row.inner_destination_mac = "00:15:5d:00:00:21";
    return row;
}

GivenTables windows_node() {
    GivenTables given;
    given.row(kSystem, {.os_family = "windows"})
        .row(kHnsNetworks, {.id = "N",
                            .name = "vxlan0",
                            .type = "Overlay",
                            .management_ip = "192.168.10.21",
                            .dr_mac = "00:15:5d:00:00:21",
                            .policies_known = true})
        .row(kHnsNetworks, {.id = "X", .name = "nat", .type = "NAT"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.244.2.0/24", .gateway = "10.244.2.1", .isolation_id = 4096})
        .row(kHnsRemoteSubnets, {.network_id = "N",
                                 .destination_prefix = "10.244.3.0/24",
                                 .isolation_id = 4096,
                                 .provider_address = "192.168.10.22",
                                 .dr_mac = "00:15:5d:00:00:22"})
        .row(kHnsEndpoints, {.id = "E",
                             .name = "pod-e",
                             .network_id = "N",
                             .mac = "00:15:5d:aa:00:07",
                             .ip_address = "10.244.2.7",
                             .is_remote = false})
        .row(kHnsEndpoints, {.id = "R",
                             .name = "remote",
                             .network_id = "N",
                             .mac = "02:11:0a:f4:03:04",
                             .ip_address = "10.244.3.4",
                             .is_remote = true,
                             .provider_address = "192.168.10.22"})
        .row(kHnsLoadBalancerVips, {.load_balancer_id = "L", .vip = "10.96.0.10"})
        .row(kAddresses, {.compartment_id = 1, .interface_name = "vEthernet (Ethernet)", .address = "192.168.10.21"})
        .row(kInterfaces, {.name = "vEthernet (Ethernet)", .mtu_bytes = 1500, .guid = "AAAA"});
    return given;
}

GivenTables& with_packets(GivenTables& given, VxlanPathsRow path) {
    given.row(kVxlanPaths, std::move(path), "capture").none("vxlan_sizes").none("address_pairs");
    return given;
}

std::string verdict(GivenTables given, VxlanPathsRow path) {
    with_packets(given, std::move(path)).derive();
    return given.one(
        "SELECT direction || ' ' || verdict || '; ' || coalesce(expected, '-') || '; ' || decided_by FROM "
        "vxlan_verdicts");
}

TEST_CASE("HNS policies and endpoints say what packets of a Windows node must look like", "[analyzers][vxlan]") {
    const std::string policy =
        "RemoteSubnetRoute of network vxlan0: 10.244.3.0/24 at 192.168.10.22, VNI 4096, MAC 00:15:5d:00:00:22";
    CHECK(verdict(windows_node(), sent()) == "out right; -; " + policy);
    CHECK(verdict(windows_node(), received()) == "in right; -; endpoint pod-e has 10.244.2.7");
    VxlanPathsRow path = sent();
    SECTION("the MAC that kube-proxy gives its remote endpoints is never on the wire") {
        path.inner_destination_mac = "02:11:0a:f4:03:04";
        CHECK(verdict(windows_node(), path) == "out mac-wrong; 00:15:5d:00:00:22; " + policy);
    }
    SECTION("no VxlanPort policy is 4789") {
        path.udp_port = 8472;
        CHECK(verdict(windows_node(), path) ==
              "out port-wrong; UDP port 4789; network vxlan0, which has no VxlanPort policy: 4789");
    }
    SECTION("the VSID is the VNI") {
        path.vni = 4097;
        CHECK(verdict(windows_node(), path) ==
              "out vni-wrong; VNI 4096; VSID policy of subnet 10.244.2.0/24 of network vxlan0");
    }
    SECTION("a node that is gone") {
        path.outer_destination = "192.168.10.99";
        CHECK(verdict(windows_node(), path) == "out vtep-unknown; 192.168.10.22; " + policy);
    }
    SECTION("an address of the subnet that no endpoint has") {
        path.inner_source = "10.244.2.99";
        CHECK(verdict(windows_node(), path)
                  .starts_with("out source-unknown; an address of this node or its pods; no endpoint in subnet"));
        VxlanPathsRow in = received();
        in.inner_destination = "10.244.2.99";
        CHECK(verdict(windows_node(), in) ==
              "in no-endpoint; an address of this node or its pods; no endpoint in subnet "
              "10.244.2.0/24 of network vxlan0 has it");
    }
    SECTION("addresses that are no pods' and belong here") {
        for (const char* address : {"10.96.0.10", "192.168.10.21", "10.244.2.1"}) {
            INFO(address);
            path.inner_source = address;
            CHECK(verdict(windows_node(), path).starts_with("out right"));
        }
    }
    SECTION("frames from another node are for the router's MAC or an endpoint's") {
        VxlanPathsRow in = received();
        in.inner_destination_mac = "00:15:5d:aa:00:07";
        CHECK(verdict(windows_node(), in).starts_with("in right"));
        in.inner_destination_mac = "00:15:5d:00:00:22";
        CHECK(verdict(windows_node(), in) ==
              "in mac-wrong; 00:15:5d:00:00:21; distributed router MAC of network vxlan0");
    }
}

TEST_CASE("HNS tables that are missing or in part make packets unknown, not right or wrong", "[analyzers][vxlan]") {
    SECTION("no HNS at all") {
        GivenTables given;
        given.row(kSystem, {.os_family = "windows"});
        CHECK(verdict(std::move(given), sent()) == "other unknown; -; hns_networks: not collected");
    }
    SECTION("endpoints in part") {
        GivenTables given = windows_node();
        given.partly("hns_endpoints");
        VxlanPathsRow path = sent();
        path.inner_source = "10.244.2.99";
        CHECK(verdict(std::move(given), path) == "out unknown; -; hns_endpoints: cut");
    }
    SECTION("remote subnets in part") {
        GivenTables given = windows_node();
        given.partly("hns_remote_subnets");
        VxlanPathsRow path = sent();
        path.outer_destination = "192.168.10.99";
        CHECK(verdict(std::move(given), path) == "out unknown; -; hns_remote_subnets: cut");
    }
    SECTION("nobody knows what system it is") {
        CHECK(verdict(GivenTables(), sent()) == "other unknown; -; nothing tells what the node does with VXLAN");
    }
    SECTION("without a capture there is no table") {
        GivenTables given = windows_node();
        given.derive();
        CHECK(given.coverage("vxlan_verdicts") == "missing");
    }
}

// flannel's way on Linux: 10.244.1.0/24 here on cni0, 10.244.2.0/24 at 192.168.77.2.
GivenTables linux_node() {
    GivenTables given;
    given.row(kSystem, {.os_family = "linux"})
        .row(kInterfaces, {.name = "eth0", .kind = "ethernet", .mtu_bytes = 1500})
        .row(kInterfaces, {.name = "cni0", .kind = "bridge", .mtu_bytes = 1450})
        .row(kInterfaces, {.name = "flannel.1",
                           .kind = "vxlan",
                           .mac = "5a:00:00:00:00:01",
                           .parent_name = "eth0",
                           .vni = 1,
                           .vxlan_port = 8472,
                           .vxlan_local = "192.168.77.1",
                           .vxlan_learning = false})
        .row(kAddresses, {.interface_name = "eth0", .address = "192.168.77.1"})
        .row(kAddresses, {.interface_name = "cni0", .address = "10.244.1.1"})
        .row(kRoutes, {.destination = "10.244.1.0/24", .interface_name = "cni0", .type = "unicast"})
        .row(kRoutes, {.destination = "192.168.77.0/24", .interface_name = "eth0", .type = "unicast"})
        .row(kRoutes,
             {.destination = "0.0.0.0/0", .next_hop = "192.168.77.254", .interface_name = "eth0", .type = "unicast"})
        .row(kRoutes, {.destination = "10.244.2.0/24",
                       .next_hop = "10.244.2.0",
                       .interface_name = "flannel.1",
                       .type = "unicast"})
        .row(kNeighbors,
             {.interface_name = "flannel.1", .address = "10.244.2.0", .mac = "5a:00:00:00:00:02", .state = "permanent"})
        .row(kNeighbors,
             {.interface_name = "cni0", .address = "10.244.1.5", .mac = "5a:00:00:00:01:05", .state = "stale"})
        .row(kNeighbors, {.interface_name = "cni0", .address = "10.244.1.6", .state = "failed"})
        .row(kNeighbors,
             {.interface_name = "cni0", .address = "172.31.9.9", .mac = "5a:00:00:00:01:05", .state = "stale"})
        .row(kFdbEntries, {.interface_name = "flannel.1", .mac = "5a:00:00:00:00:02", .destination = "192.168.77.2"});
    return given;
}
VxlanPathsRow from_linux() {
    VxlanPathsRow row = sent();
    row.outer_source = "192.168.77.1";
    row.outer_destination = "192.168.77.2";
    row.udp_port = 8472;
    row.vni = 1;
    row.inner_destination_mac = "5a:00:00:00:00:02";
    row.inner_source = "10.244.1.5";
    row.inner_destination = "10.244.2.9";
    return row;
}
VxlanPathsRow to_linux(const char* inner_destination) {
    VxlanPathsRow row = from_linux();
    std::swap(row.outer_source, row.outer_destination);
    row.inner_destination_mac = "5a:00:00:00:00:01";
    row.inner_source = "10.244.2.9";
    row.inner_destination = inner_destination;
    return row;
}

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
              "out source-unknown; an address of this node or its pods; route 0.0.0.0/0 via 192.168.77.254 dev eth0");
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

TEST_CASE("pods' packets outside of a tunnel count on the wire under the tunnel alone", "[analyzers][vxlan]") {
    const auto pair = [](const char* interface, const char* source, const char* destination) {
        return AddressPairsRow{
            .interface_name = interface, .source = source, .destination = destination, .packets = 3, .bytes = 300};
    };
    GivenTables given = linux_node();
    given
        .row(kRoutes,
             {.destination = "10.244.2.5/32", .next_hop = "192.168.77.2", .interface_name = "eth0", .type = "unicast"})
        .row(kAddressPairs, pair("eth0", "10.244.1.5", "10.244.2.5"))
        .row(kAddressPairs, pair("cni0", "10.244.1.5", "10.244.2.6"))  // on its way into the tunnel
        .row(kAddressPairs, pair("eth0", "192.168.77.1", "10.244.2.5"))
        .none("vxlan_paths")
        .none("vxlan_sizes")
        .derive();
    CHECK(given.ask("SELECT verdict, exclusive, inner_destination, packets, decided_by FROM vxlan_verdicts") ==
          Rows{"not-encapsulated 0 10.244.2.5 3 route 10.244.2.5/32 via 192.168.77.2 dev eth0"});
    GivenTables windows = windows_node();
    windows.row(kAddressPairs, pair("\\Device\\NPF_{aaaa}", "10.244.2.7", "10.244.3.4"))
        .row(kAddressPairs, pair("pktmon", "10.244.2.7", "10.244.3.4"))
        .none("vxlan_paths")
        .none("vxlan_sizes")
        .derive();
    CHECK(windows.one("SELECT verdict || ' ' || expected FROM vxlan_verdicts") ==
          "not-encapsulated VXLAN to 192.168.10.22, VNI 4096");
}

TEST_CASE("verdicts name the first packet, and those that the same thing decided are one row", "[analyzers][vxlan]") {
    GivenTables given = windows_node();
    VxlanPathsRow later = sent();
    later.inner_destination = "10.244.3.5";
    later.first_time_utc = "2024-01-01T00:00:00Z";
    given.row(kVxlanPaths, sent(), "capture", "packets").row(kVxlanPaths, later, "capture", "packets");
    given.row(kVxlanPaths, sent(), "capture", "import");  // another capture
    given.none("vxlan_sizes").none("address_pairs").derive();
    CHECK(given.ask("SELECT packets, bytes, paths, inner_destination, first_time_utc, exclusive FROM vxlan_verdicts "
                    "ORDER BY first_time_utc") ==
          Rows{"20 2000 2 10.244.3.5 2024-01-01T00:00:00Z 1", "10 1000 1 10.244.3.4 2024-01-01T00:00:01Z 1"});
}

TEST_CASE("fragments and lengths are counted beside the verdicts", "[analyzers][vxlan]") {
    GivenTables given = windows_node();
    const auto size = [](bool fragment, std::int64_t protocol, std::int64_t bytes) {
        return VxlanSizesRow{.outer_source = "192.168.10.21",
                             .outer_destination = "192.168.10.22",
                             .udp_port = 4789,
                             .vni = 4096,
                             .fragment = fragment,
                             .inner_protocol = protocol,
                             .outer_bytes = bytes,
                             .packets = 2};
    };
    with_packets(given, sent());
    given.row(kVxlanSizes, size(true, 1, 1498), "capture")
        .row(kVxlanSizes, size(false, 1, 1550), "capture")
        .row(kVxlanSizes, size(false, 6, 1550), "capture")
        .row(kVxlanSizes, size(false, 6, 1500), "capture")
        .derive();
    CHECK(given.ask("SELECT verdict, exclusive, packets, decided_by FROM vxlan_verdicts WHERE exclusive = 0 ORDER BY "
                    "verdict") == Rows{"fragmented 0 2 RFC 7348 section 4.3: VTEPs must not fragment VXLAN packets",
                                       "maybe-over-mtu 0 2 MTU of vEthernet (Ethernet)",
                                       "over-mtu 0 2 MTU of vEthernet (Ethernet)"});
}

}  // namespace
}  // namespace kwd::analyzers
