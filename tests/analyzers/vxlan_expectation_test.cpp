// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_expectation.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

namespace kwd::analyzers {
namespace {

IpAddress ip(const char* text) {
    return IpAddress::parse(text).value();
}
Cidr net(const char* text) {
    return Cidr::parse(text).value();
}

// This node is 10.0.0.1 and has pods of 10.244.1.0/24; 10.0.0.2 and .3 have 10.244.2.0/24 and 10.244.3.0/24.
VxlanState node() {
    VxlanNetwork network{.name = "vxlan0", .by = {"vxlan0", "1#n"}};
    network.ports = {{4789, {"port", "1#p"}}};
    network.vnis = {{4096, {"vsid", "1#v"}}};
    network.own_mac = {"00:15:5d:00:00:01", {"dr mac", "1#d"}};
    for (const int n : {2, 3}) {
        const auto end = std::to_string(n);
        const StatedBy by{"remote " + end, "1#r" + end};
        const IpAddress vtep = ip(("10.0.0." + end).c_str());
        network.remotes.add(net(("10.244." + end + ".0/24").c_str()), {vtep, 4096, "00:15:5d:00:00:0" + end, by});
        network.vteps.try_emplace(vtep, by);
        network.macs[vtep].try_emplace("00:15:5d:00:00:0" + end, by);
    }
    network.local_subnets.add(net("10.244.1.0/24"), {"subnet", "1#s"});
    VxlanState state;
    state.networks = {std::move(network)};
    state.own = {{ip("10.0.0.1"), {}}};
    state.holders.add(net("10.244.1.7/32"), {Presence::here, {"endpoint a", "2#a"}});
    state.holders.add(net("10.244.1.0/24"), {Presence::nobody, {"no endpoint", "1#s"}});
    state.other_addresses = {Presence::nobody, {"no endpoint at all", {}}};
    return state;
}

SeenPath out() {
    return {.outer_source = ip("10.0.0.1"),
            .outer_destination = ip("10.0.0.2"),
            .port = 4789,
            .vni = 4096,
            .destination_mac = "00:15:5d:00:00:02",
            .inner_source = ip("10.244.1.7"),
            .inner_destination = ip("10.244.2.9")};
}
SeenPath in() {
    return {.outer_source = ip("10.0.0.2"),
            .outer_destination = ip("10.0.0.1"),
            .port = 4789,
            .vni = 4096,
            .destination_mac = "00:15:5d:00:00:01",
            .inner_source = ip("10.244.2.9"),
            .inner_destination = ip("10.244.1.7")};
}

std::string told(const Judgement& judgement) {
    return std::string(name_of(judgement.direction)) + " " + std::string(name_of(judgement.verdict)) + ", " +
           judgement.expected + ", " + judgement.seen + ", " + judgement.by.words;
}

struct Case {
    const char* is;
    SeenPath path;
    const char* told;
};

template <class Change>
SeenPath with(SeenPath path, Change change) {
    change(path);
    return path;
}

TEST_CASE("a packet is right, or wrong in the first way that holds", "[analyzers][vxlan]") {
    const std::vector<Case> cases = {
        {"sent as the policy says", out(), "out right, , , remote 2"},
        {"came in for an endpoint", in(), "in right, , , endpoint a"},
        {"of two other nodes", with(in(), [](auto& p) { p.outer_destination = ip("10.0.0.3"); }),
         "other of-others, , , neither end of the tunnel is this node"},
        {"another port", with(in(), [](auto& p) { p.port = 8472; }),
         "in port-wrong, UDP port 4789, UDP port 8472, port"},
        {"a wrong port comes before a wrong VNI", with(out(), [](auto& p) { p.port = 8472, p.vni = 1; }),
         "out port-wrong, UDP port 4789, UDP port 8472, port"},
        {"another VNI", with(in(), [](auto& p) { p.vni = 1; }), "in vni-wrong, VNI 4096, VNI 1, vsid"},
        {"no I flag", with(out(), [](auto& p) { p.vni_valid = false; }),
         "out vni-wrong, a valid VNI, a header without the I flag, RFC 7348 section 5: the I flag must be set"},
        {"a VTEP that nothing names", with(out(), [](auto& p) { p.outer_destination = ip("10.0.0.9"); }),
         "out vtep-unknown, 10.0.0.2, 10.0.0.9, remote 2"},
        {"such a VTEP, for a destination that nothing names",
         with(out(), [](auto& p) { p.outer_destination = ip("10.0.0.9"), p.inner_destination = ip("10.99.0.1"); }),
         "out vtep-unknown, one of 10.0.0.2, 10.0.0.3, 10.0.0.9, nothing of vxlan0 names it"},
        {"another MAC", with(out(), [](auto& p) { p.destination_mac = "00:15:5d:00:00:99"; }),
         "out mac-wrong, 00:15:5d:00:00:02, 00:15:5d:00:00:99, remote 2"},
        {"of the other node is the MAC too",
         with(out(), [](auto& p) { p.outer_destination = ip("10.0.0.3"), p.destination_mac = "00:15:5d:00:00:03"; }),
         "out vtep-wrong, 10.0.0.2, 10.0.0.3, remote 2"},
        {"from an address that nobody here has", with(out(), [](auto& p) { p.inner_source = ip("10.244.1.8"); }),
         "out source-unknown, an address of this node or its pods, 10.244.1.8, no endpoint"},
        {"from an address of somewhere else", with(out(), [](auto& p) { p.inner_source = ip("172.31.9.9"); }),
         "out source-unknown, an address of this node or its pods, 172.31.9.9, no endpoint at all"},
        {"came in with another node's MAC", with(in(), [](auto& p) { p.destination_mac = "00:15:5d:00:00:02"; }),
         "in mac-wrong, 00:15:5d:00:00:01, 00:15:5d:00:00:02, dr mac"},
        {"came in for a pod that is gone", with(in(), [](auto& p) { p.inner_destination = ip("10.244.1.8"); }),
         "in no-endpoint, an address of this node or its pods, 10.244.1.8, no endpoint"},
        {"came in from an address that no subnet has: host traffic of the other node",
         with(in(), [](auto& p) { p.inner_source = ip("10.0.0.2"); }), "in right, , , endpoint a"},
        {"broadcast goes to nobody's MAC",
         with(out(),
              [](auto& p) { p.destination_mac = "ff:ff:ff:ff:ff:ff", p.inner_destination = {}, p.inner_source = {}; }),
         "out right, , , remote 2"},
        {"so does multicast that comes in",
         with(in(), [](auto& p) { p.destination_mac = "01:00:5e:00:00:fb", p.inner_destination = ip("224.0.0.251"); }),
         "in right, , , vxlan0"},
        {"an ARP answer has a MAC and no IP",
         with(out(), [](auto& p) { p.inner_source = {}, p.inner_destination = {}; }), "out right, , , remote 2"},
        {"cut before the frame within",
         with(out(), [](auto& p) { p.destination_mac = {}, p.inner_source = {}, p.inner_destination = {}; }),
         "out unknown, , , the capture kept too little of the packet to see the frame within"},
        {"cut, and to the wrong place",
         with(out(),
              [](auto& p) { p.destination_mac = {}, p.inner_destination = {}, p.outer_destination = ip("10.0.0.9"); }),
         "out vtep-unknown, one of 10.0.0.2, 10.0.0.3, 10.0.0.9, nothing of vxlan0 names it"},
    };
    for (const Case& each : cases) {
        INFO(each.is);
        CHECK(told(judge(node(), each.path)) == each.told);
    }
}

TEST_CASE("what the node's state does not tell is unknown, never right", "[analyzers][vxlan]") {
    VxlanState state = node();
    VxlanNetwork& network = state.networks[0];
    const auto out_is = [&](const char* expected) { CHECK(told(judge(state, out())) == expected); };
    const auto in_is = [&](const char* expected) { CHECK(told(judge(state, in())) == expected); };
    SECTION("nothing of it") {
        state.unknown = "hns_networks: not collected";
        out_is("out unknown, , , hns_networks: not collected");
    }
    SECTION("no network") {
        state.networks.clear();
        in_is("in unknown, , , no VXLAN network of this node is known");
    }
    SECTION("the port") {
        network.ports.clear();
        in_is("in unknown, , , the VXLAN port of vxlan0 is not known");
    }
    SECTION("the VNI") {
        network.vnis.clear();
        out_is("out unknown, , , the VNI of vxlan0 is not known");
        SeenPath path = out();
        path.destination_mac = "00:15:5d:00:00:99";
        CHECK(judge(state, path).verdict == VxlanVerdict::mac_wrong);  // that much is known
    }
    SECTION("all VTEPs") {
        network.vteps_missing = "hns_remote_subnets: cut";
        out_is("out right, , , remote 2");
        SeenPath path = out();
        path.outer_destination = ip("10.0.0.9");
        CHECK(judge(state, path).verdict == VxlanVerdict::unknown);
        path = out();
        path.destination_mac = "00:15:5d:00:00:99";
        CHECK(judge(state, path).verdict == VxlanVerdict::unknown);
    }
    SECTION("all MACs") {
        network.macs_missing = "a default entry";
        out_is("out right, , , remote 2");
        SeenPath path = out();
        path.destination_mac = "00:15:5d:00:00:99";
        CHECK(told(judge(state, path)) == "out unknown, , , a default entry");
    }
    SECTION("the MAC of a VTEP") {
        network.macs.clear();
        out_is("out unknown, , , nothing states the MAC of 10.0.0.2");
    }
    SECTION("the node's own MAC") {
        network.own_mac.reset();
        in_is("in unknown, , , the MAC of vxlan0 on this node is not known");
    }
    SECTION("the addresses within") {
        const std::string why =
            "the addresses within are not known: the capture kept too little, or vxlan_paths had no room";
        SeenPath path = out();
        path.inner_source.reset();
        path.inner_destination.reset();
        path.addresses_lost = true;
        CHECK(told(judge(state, path)) == "out unknown, , , " + why);
        path.destination_mac = "00:15:5d:00:00:99";
        CHECK(judge(state, path).verdict == VxlanVerdict::mac_wrong);
        path = in();
        path.inner_destination.reset();
        path.addresses_lost = true;
        CHECK(told(judge(state, path)) == "in unknown, , , " + why);
    }
    SECTION("who has an address") {
        state.holders = {};
        state.other_addresses = {Presence::unknown, {"hns_endpoints: cut", {}}};
        out_is("out unknown, , , hns_endpoints: cut");
        in_is("in unknown, , , hns_endpoints: cut");
    }
}

TEST_CASE("of two networks the one with the port and the VNI judges", "[analyzers][vxlan]") {
    VxlanState state = node();
    VxlanNetwork old{.name = "old", .by = {"old", {}}};
    old.ports = {{8472, {"old port", {}}}};
    old.vnis = {{1, {"old vni", {}}}};
    state.networks.insert(state.networks.begin(), std::move(old));
    CHECK(told(judge(state, out())) == "out right, , , remote 2");
    SeenPath path = in();
    path.port = 8472;
    CHECK(told(judge(state, path)) == "in vni-wrong, VNI 1, VNI 4096, old vni");
    path.port = 9999;
    CHECK(told(judge(state, path)) == "in port-wrong, UDP port 4789, 8472, UDP port 9999, old port");
}

TEST_CASE("pods' packets on the wire belong into the tunnel", "[analyzers][vxlan]") {
    VxlanState state = node();
    const auto wrong = judge_not_encapsulated(state, ip("10.244.1.7"), ip("10.244.2.9"));
    REQUIRE(wrong);
    CHECK(wrong->direction == VxlanDirection::out);
    CHECK(wrong->expected == "VXLAN to 10.0.0.2, VNI 4096");
    CHECK(wrong->by.words == "remote 2");
    CHECK(judge_not_encapsulated(state, ip("10.244.3.1"), ip("10.244.1.7"))->direction == VxlanDirection::in);
    CHECK_FALSE(judge_not_encapsulated(state, ip("10.244.1.7"), ip("10.244.1.8")));  // both here
    CHECK_FALSE(judge_not_encapsulated(state, ip("10.0.0.1"), ip("10.244.2.9")));    // a node's address: SNAT, host
    CHECK_FALSE(judge_not_encapsulated(state, ip("10.244.1.7"), ip("8.8.8.8")));
    state.holders.add(net("10.244.2.9/32"), {Presence::elsewhere, {"route past it", "3#r"}});
    CHECK(judge_not_encapsulated(state, ip("10.244.1.7"), ip("10.244.2.9"))->by.words == "route past it");
}

TEST_CASE("a packet is too long for the least that its way carries", "[analyzers][vxlan]") {
    VxlanState state = node();
    state.own.try_emplace(ip("10.9.0.1"));
    state.mtus = {{ip("10.0.0.1"), {}, 1500, {"MTU of eth0", {}}},
                  {{}, ip("10.0.0.2"), 1400, {"a router", {}}},
                  {ip("10.9.0.1"), {}, 1000, {"MTU of eth1", {}}}};  // other tunnels leave by it
    const auto told_of = [&](const char* to, std::int64_t bytes, std::int64_t protocol) -> std::string {
        const auto longer = judge_size(state, {ip("10.0.0.1"), ip(to), bytes, protocol});
        return longer ? (longer->maybe ? "maybe " : "") + longer->by.words : "fits";
    };
    CHECK(told_of("10.0.0.2", 1400, 1) == "fits");
    CHECK(told_of("10.0.0.2", 1450, 6) == "a router");  // sent like that: it fits the interface
    CHECK(told_of("10.0.0.3", 1500, 6) == "fits");
    CHECK(told_of("10.0.0.3", 1550, 1) == "MTU of eth0");
    CHECK(told_of("10.0.0.3", 1550, 6) == "maybe MTU of eth0");  // the network card may cut it up
    state.offloads = false;
    CHECK(told_of("10.0.0.3", 1550, 6) == "MTU of eth0");
    state.longer_is_offload = true;
    CHECK(told_of("10.0.0.3", 1550, 6) == "fits");
    CHECK_FALSE(judge_size(state, {ip("10.0.0.8"), ip("10.0.0.9"), 9000, 1}));  // of others
}

}  // namespace
}  // namespace kwd::analyzers
