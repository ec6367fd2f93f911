// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzers/vxlan_nodes.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

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
    SECTION("what is sent has the VNI of the node that gets it, what comes in has this node's") {
        GivenTables given = windows_node();
        given.row(kHnsRemoteSubnets, {.network_id = "N",
                                      .destination_prefix = "10.244.4.0/24",
                                      .isolation_id = 4097,
                                      .provider_address = "192.168.10.23",
                                      .dr_mac = "00:15:5d:00:00:23"});
        const std::string other =
            "RemoteSubnetRoute of network vxlan0: 10.244.4.0/24 at 192.168.10.23, VNI 4097, MAC 00:15:5d:00:00:23";
        SECTION("received with the peer's") {
            VxlanPathsRow in = received();
            in.outer_source = "192.168.10.23";
            in.vni = 4097;
            CHECK(verdict(std::move(given), in) ==
                  "in vni-wrong; VNI 4096; VSID policy of subnet 10.244.2.0/24 of network vxlan0");
        }
        path.outer_destination = "192.168.10.23";
        path.inner_destination = "10.244.4.4";
        path.inner_destination_mac = "00:15:5d:00:00:23";
        SECTION("sent with this node's") {
            CHECK(verdict(std::move(given), path) == "out vni-wrong; VNI 4097; " + other);
        }
        SECTION("sent with the peer's") {
            path.vni = 4097;
            CHECK(verdict(std::move(given), path) == "out right; -; " + other);
        }
    }
    SECTION("nothing leads to the destination, though its VTEP and MAC are known") {
        path.inner_destination = "10.244.9.9";
        CHECK(verdict(windows_node(), path) == "out unknown; -; nothing of vxlan0 leads to 10.244.9.9");
    }
    SECTION("a service's address should have been translated before the tunnel") {
        const std::string why =
            " unknown; -; 10.96.0.10 is a service's address, which is translated before the tunnel (load balancer L "
            "has 10.96.0.10)";
        path.inner_destination = "10.96.0.10";
        CHECK(verdict(windows_node(), path) == "out" + why);
        VxlanPathsRow in = received();
        in.inner_destination = "10.96.0.10";
        CHECK(verdict(windows_node(), in) == "in" + why);
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
    SECTION("an endpoint whose address is not known") {
        VxlanPathsRow path = sent();
        path.inner_source = "10.244.2.99";
        GivenTables nat = windows_node();
        nat.row(kHnsEndpoints, {.id = "D", .network_id = "X", .is_remote = false});
        CHECK(verdict(std::move(nat), path).starts_with("out source-unknown"));  // it can have none of these
        GivenTables overlay = windows_node();
        overlay.row(kHnsEndpoints, {.id = "D", .network_id = "N", .is_remote = false});
        CHECK(verdict(std::move(overlay), path) == "out unknown; -; the address of endpoint D is not known");
    }
    SECTION("remote subnets in part") {
        GivenTables given = windows_node();
        given.partly("hns_remote_subnets");
        VxlanPathsRow path = sent();
        path.outer_destination = "192.168.10.99";
        CHECK(verdict(std::move(given), path) == "out unknown; -; hns_remote_subnets: cut");
    }
    SECTION("networks in part") {
        GivenTables given = windows_node();
        given.partly("hns_networks");
        VxlanPathsRow path = sent();
        SECTION("the port") {
            path.udp_port = 9898;
        }
        SECTION("the VNI") {
            path.vni = 77;
        }
        CHECK(verdict(std::move(given), path) == "out unknown; -; hns_networks: cut");
    }
    SECTION("subnets in part") {
        GivenTables given = windows_node();
        given.partly("hns_subnets");
        VxlanPathsRow path = received();
        path.vni = 77;
        CHECK(verdict(std::move(given), path) == "in unknown; -; hns_subnets: cut");
    }
    SECTION("endpoints in part: one of them may have the MAC") {
        GivenTables given = windows_node();
        given.partly("hns_endpoints");
        VxlanPathsRow path = received();
        path.inner_destination_mac = "00:15:5d:aa:00:99";
        CHECK(verdict(std::move(given), path) == "in unknown; -; hns_endpoints: cut");
    }
    SECTION("remote subnets in part: a longer prefix may lead elsewhere") {
        GivenTables given = windows_node();
        given.row(kHnsRemoteSubnets, {.network_id = "N",
                                      .destination_prefix = "10.244.4.0/24",
                                      .isolation_id = 4096,
                                      .provider_address = "192.168.10.23",
                                      .dr_mac = "00:15:5d:00:00:23"});
        VxlanPathsRow path = sent();
        path.outer_destination = "192.168.10.23";
        path.inner_destination_mac = "00:15:5d:00:00:23";
        SECTION("whole") {
            CHECK(verdict(std::move(given), path).starts_with("out vtep-wrong; 192.168.10.22; "));
        }
        SECTION("in part") {
            given.partly("hns_remote_subnets");
            CHECK(verdict(std::move(given), path) == "out unknown; -; hns_remote_subnets: cut");
        }
    }
    SECTION("the addresses of the node") {
        GivenTables given;
        given.row(kSystem, {.os_family = "windows"})
            .row(kHnsNetworks, {.id = "N", .name = "vxlan0", .type = "Overlay"});
        CHECK(verdict(std::move(given), sent()) == "other unknown; -; addresses: not collected");
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

TEST_CASE("a long packet is as it is on the wire where nothing can have cut or joined it", "[analyzers][vxlan]") {
    const auto told = [](std::vector<InterfaceOffloadsRow> offloads, const char* local) {
        GivenTables given = windows_node();
        given.row(kHnsNetworks, {.id = "M", .name = "second", .type = "Overlay", .management_ip = "192.168.20.21"})
            .row(kAddresses, {.compartment_id = 1, .interface_name = "jumbo", .address = "192.168.20.21"})
            .row(kInterfaces, {.name = "jumbo", .mtu_bytes = 9000});
        for (auto& each : offloads) {
            given.row(kInterfaceOffloads, std::move(each));
        }
        given.row(kVxlanSizes,
                  {.outer_source = local,
                   .outer_destination = "192.168.10.22",
                   .udp_port = 4789,
                   .vni = 4096,
                   .inner_protocol = 6,
                   .outer_bytes = 1550,
                   .packets = 2},
                  "capture");
        given.none("vxlan_paths").none("address_pairs").derive();
        const auto rows = given.ask("SELECT verdict FROM vxlan_verdicts");
        return rows.empty() ? std::string("fits") : rows.front();
    };
    const auto off = [](const char* interface, const char* feature) {
        return InterfaceOffloadsRow{.interface_name = interface, .feature = feature, .enabled = false};
    };
    const char* card = "vEthernet (Ethernet)";
    CHECK(told({}, "192.168.10.21") == "maybe-over-mtu");
    CHECK(told({off(card, "rsc"), off(card, "tx-udp_tnl-segmentation")}, "192.168.10.21") == "maybe-over-mtu");
    CHECK(told({off(card, "rsc"), off(card, "lso")}, "192.168.10.21") ==
          "maybe-over-mtu");  // of jumbo nothing is known
    CHECK(told({off(card, "rsc"), off(card, "lso"), off("jumbo", "rsc"), off("jumbo", "lso")}, "192.168.10.21") ==
          "over-mtu");
    CHECK(told({}, "192.168.20.21") == "fits");  // the other interface's MTU is not this one's
}

TEST_CASE("packets that found no room in any table of tunnels are counted as unknown", "[analyzers][vxlan]") {
    GivenTables given = windows_node();
    given.row(kCaptures, {.name = "card", .vxlan_packets = 15});
    with_packets(given, sent()).derive();
    CHECK(given.ask("SELECT verdict, packets FROM vxlan_verdicts ORDER BY verdict") == Rows{"right 10", "unknown 5"});
}

TEST_CASE("captures are told apart by whether tunnels leave where they were taken", "[analyzers][vxlan]") {
    GivenTables given = windows_node();
    given.row(kCaptures, {.name = "card", .interface_name = "\\Device\\NPF_{aaaa}"})
        .row(kCaptures, {.name = "pktmon", .interface_name = "pktmon"})
        .row(kCaptures, {.name = "nameless"});
    with_packets(given, sent()).derive();
    CHECK(given.ask("SELECT name, on_underlay FROM captures") == Rows{"card 1", "pktmon ~", "nameless ~"});
}

TEST_CASE("a capture of all interfaces, or of one that the state does not tell, is not called one beside the tunnels",
          "[analyzers][vxlan]") {
    GivenTables given = linux_node();
    given.row(kInterfaces, {.name = "bond0.7", .kind = "vlan", .parent_name = "bond0"})
        .row(kInterfaces, {.name = "bond0", .kind = "bond"})
        .row(kAddresses, {.interface_name = "bond0.7", .address = "192.168.77.1"})
        .row(kInterfaces, {.name = "eth1", .kind = "ethernet", .master_name = "eth0"});
    for (const char* each : {"any", "pktmon", "eth0", "bond0", "eth1", "cni0", "gone", "vmxnet3 Ethernet Adapter"}) {
        given.row(kCaptures, {.name = each, .interface_name = each});
    }
    // In a tunnel, and on the way into it.
    for (const char* each : {"any", "vmxnet3 Ethernet Adapter"}) {
        VxlanPathsRow path = from_linux();
        path.interface_name = each;
        path.inner_destination = "10.244.2.5";
        given.row(kVxlanPaths, path, "capture");
        for (const char* to : {"10.244.2.5", "10.244.2.6"}) {
            given.row(kAddressPairs,
                      {.interface_name = each, .source = "10.244.1.5", .destination = to, .packets = 3, .bytes = 300},
                      "capture");
        }
    }
    VxlanPathsRow others = from_linux();
    others.interface_name = "cni0";
    others.outer_source = "192.168.99.1";
    others.outer_destination = "192.168.99.2";
    given.row(kVxlanPaths, others, "capture").none("vxlan_sizes").derive();
    CHECK(given.ask("SELECT name, on_underlay FROM captures") ==
          Rows{"any ~", "pktmon ~", "eth0 1", "bond0 ~", "eth1 ~", "cni0 0", "gone ~", "vmxnet3 Ethernet Adapter 1"});
    CHECK(
        given.ask("SELECT interface_name, inner_destination FROM vxlan_verdicts WHERE verdict = 'not-encapsulated'") ==
        Rows{"vmxnet3 Ethernet Adapter 10.244.2.6"});
}

TEST_CASE("tunnels pass whatever is under their interface, however deep, and what stands on it may have them",
          "[analyzers][vxlan]") {
    GivenTables given = linux_node();
    const auto interface = [&](const char* name, const char* kind, snapshot::Text parent, snapshot::Text master) {
        given.row(kInterfaces, {.name = name, .kind = kind, .parent_name = parent, .master_name = master})
            .row(kCaptures, {.name = name, .interface_name = name});
    };
    const auto tunnels_end_at = [&](const char* name) {
        given.row(kAddresses, {.interface_name = name, .address = "192.168.77.1"});
    };
    // A VLAN on a bond.
    interface("bond0.7", "vlan", "bond0", {});
    interface("bond0", "bond", {}, {});
    interface("ens1", "ethernet", {}, "bond0");
    interface("bond0.8", "vlan", "bond0", {});
    tunnels_end_at("bond0.7");
    // A bridge over a bond.
    interface("br0", "bridge", {}, {});
    interface("bond1", "bond", {}, "br0");
    interface("ens2", "ethernet", {}, "bond1");
    tunnels_end_at("br0");
    // A VLAN on a bridge, whose port names a circle.
    interface("br1.9", "vlan", "br1", {});
    interface("br1", "bridge", {}, {});
    interface("ens3", "ethernet", "ens4", "br1");
    interface("ens4", "ethernet", "ens3", {});
    tunnels_end_at("br1.9");
    // On eth0, which flannel.1 is on as well, and on what is there.
    interface("macvlan0", "other", "eth0", "br2");
    interface("br2", "bridge", {}, {});
    interface("eth0.5", "vlan", "eth0", {});
    // Beside them, a circle too.
    interface("veth1", "veth", "veth2", "cni0");
    interface("veth2", "veth", "veth1", {});
    for (const char* each : {"flannel.1", "cni0"}) {
        given.row(kCaptures, {.name = each, .interface_name = each});
    }
    with_packets(given, from_linux()).derive();
    CHECK(given.ask("SELECT name, on_underlay FROM captures WHERE on_underlay = 1") ==
          Rows{"bond0.7 1", "br0 1", "br1.9 1"});
    CHECK(
        given.ask("SELECT name, on_underlay FROM captures WHERE on_underlay IS NULL") ==
        Rows{"bond0 ~", "ens1 ~", "bond1 ~", "ens2 ~", "br1 ~", "ens3 ~", "ens4 ~", "macvlan0 ~", "br2 ~", "eth0.5 ~"});
    CHECK(given.ask("SELECT name, on_underlay FROM captures WHERE on_underlay = 0") ==
          Rows{"bond0.8 0", "veth1 0", "veth2 0", "flannel.1 0", "cni0 0"});
}

TEST_CASE("what is wrong by a state of another time is unknown", "[analyzers][vxlan]") {
    const auto told = [](const char* collector, const char* read, const char* captured, const char* first,
                         const char* last, const char* inner_source) {
        GivenTables given = windows_node();
        given.row(kHnsEndpoints, {.id = "E2", .network_id = "N", .ip_address = "10.244.2.8", .is_remote = false},
                  "other", collector, read);
        VxlanPathsRow path = sent();
        path.inner_source = inner_source;
        path.first_time_utc = first;
        path.last_time_utc = last;
        given.row(kVxlanPaths, path, "capture", collector, captured).none("vxlan_sizes").none("address_pairs").derive();
        return given.one("SELECT verdict || '; ' || decided_by FROM vxlan_verdicts");
    };
    const char* read = "2024-01-01T00:00:10Z";
    const auto live = [&](const char* first, const char* last, const char* inner_source) {
        return told("packets", read, read, first, last, inner_source);
    };
    const char* wrong = "source-unknown; no endpoint in subnet 10.244.2.0/24 of network vxlan0 has it";
    const char* late =
        "unknown; source-unknown by what was read, but the first packet came after the node's state was read";
    const char* early =
        "unknown; source-unknown by what was read, but the last packet came before the node's state was read";
    CHECK(live("2024-01-01T00:00:09Z", "2024-01-01T00:00:50Z", "10.244.2.99") == wrong);
    CHECK(live("2024-01-01T00:00:12.5Z", "2024-01-01T00:00:50Z", "10.244.2.99") == wrong);  // reading takes time
    CHECK(live("2024-01-01T00:00:13.5Z", "2024-01-01T00:00:50Z", "10.244.2.99") == late);
    CHECK(live("2024-01-01T00:00:01Z", "2024-01-01T00:00:06Z", "10.244.2.99") == early);
    CHECK(live("2024-01-01T00:00:40Z", "2024-01-01T00:00:50Z", "10.244.2.7").starts_with("right; "));
    const auto files = [&](const char* captured, const char* inner_source) {
        return told("import", read, captured, "2019-01-01T00:00:00Z", "2019-01-01T00:00:01Z", inner_source);
    };
    CHECK(files("2024-01-01T05:00:00Z", "10.244.2.99") == wrong);
    for (const char* inner_source : {"10.244.2.99", "10.244.2.7"}) {
        CHECK(files("2024-01-02T00:00:11Z", inner_source) ==
              "unknown; the files with the node's state are more than a day older than the capture");
        CHECK(files("2023-12-30T00:00:00Z", inner_source) ==
              "unknown; the files with the node's state are more than a day newer than the capture");
    }
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
