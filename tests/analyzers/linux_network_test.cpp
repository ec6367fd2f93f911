// SPDX-License-Identifier: Apache-2.0
#include "analyzers/linux_network.h"

#include "analyzers/packet_filter.h"
#include "snapshot/tables/network.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace kwd::analyzers {
namespace {

Analysis recorded(AnalyzeFunction analyze, const std::string& file) {
    return analyzed(analyze, file, fixture("linux/" + file));
}

TEST_CASE("links of iproute2 become interfaces", "[analyzers][linux]") {
    const auto analysis = recorded(&analyze_linux_links, "links.json");
    const auto links = analysis.rows(snapshot::kInterfaces);
    REQUIRE(links.size() == 7);

    const auto& loopback = links[0].row;
    CHECK(loopback.kind == "loopback");
    CHECK(loopback.state == "up");
    CHECK_FALSE(loopback.mac.has_value());

    const auto& vxlan = links[3].row;
    CHECK(links[3].place == "/3");
    CHECK(vxlan.name == "flannel.1");
    CHECK(vxlan.interface_index == 4);
    CHECK(vxlan.kind == "vxlan");
    CHECK(vxlan.state == "up");
    CHECK(vxlan.mac == "5a:0c:77:10:22:01");
    CHECK(vxlan.mtu_bytes == 1450);
    CHECK(vxlan.vni == 1);
    CHECK(vxlan.vxlan_port == 8472);
    CHECK(vxlan.vxlan_local == "10.0.0.4");
    CHECK(vxlan.vxlan_learning == false);
    CHECK(vxlan.parent_name == "eth0");

    CHECK(links[4].row.kind == "bridge");
    CHECK(links[4].row.state == "disconnected");
    CHECK(links[5].row.state == "down");
    CHECK(links[6].row.kind == "veth");
    CHECK(links[6].row.master_name == "cni0");
    CHECK(links[6].row.parent_name == "pod0");
    CHECK_FALSE(links[6].row.vni.has_value());
    CHECK(analysis.notes().empty());
}

TEST_CASE("addresses know their prefix and origin", "[analyzers][linux]") {
    const auto addresses = recorded(&analyze_linux_addresses, "addresses.json").rows(snapshot::kAddresses);
    REQUIRE(addresses.size() == 10);
    CHECK(addresses[3].row.interface_name == "eth0");
    CHECK(addresses[3].row.address == "10.0.0.4");
    CHECK(addresses[3].row.prefix == "10.0.0.0/24");
    CHECK(addresses[3].row.family == 4);
    CHECK(addresses[3].row.origin == "manual");
    CHECK(addresses[3].row.state == "preferred");
    CHECK(addresses[3].place == "/2/addr_info/0");
    CHECK(addresses[4].row.address == "fd00:1::4");
    CHECK(addresses[5].row.origin == "link-local");
}

TEST_CASE("leases, advertised and duplicate addresses are told apart", "[analyzers][linux]") {
    const auto addresses = analyzed(&analyze_linux_addresses, "a.json",
                                    R"([{},{"ifname":"eth0","addr_info":[
  {"family":"inet","local":"10.0.0.5","prefixlen":24,"scope":"global","dynamic":true},
  {"family":"inet6","local":"2001:db8::5","prefixlen":64,"scope":"global","dynamic":true,"deprecated":true},
  {"family":"inet6","local":"2001:db8::6","prefixlen":64,"scope":"global","dadfailed":true,"tentative":true},
  {"family":"inet","local":"what","prefixlen":24}]}])");
    const auto rows = addresses.rows(snapshot::kAddresses);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].row.origin == "dhcp");
    CHECK(rows[1].row.origin == "router-advertisement");
    CHECK(rows[1].row.state == "deprecated");
    CHECK(rows[2].row.state == "duplicate");
    CHECK(notes_of(addresses) == std::vector<std::string>{"bad_value at /1/addr_info/3"});
}

TEST_CASE("routes of all tables and families, one row a next hop", "[analyzers][linux]") {
    const auto routes = recorded(&analyze_linux_routes, "routes.json").rows(snapshot::kRoutes);
    const auto to = [&](std::string_view destination) {
        std::vector<std::string> found;
        for (const auto& each : routes) {
            if (each.row.destination == destination) {
                found.push_back(each.row.routing_table.value_or("?") + " via " + each.row.next_hop.value_or("-") +
                                " dev " + each.row.interface_name.value_or("-") + " " + each.row.type.value_or("?") +
                                " " + each.place);
            }
        }
        return found;
    };
    using Found = std::vector<std::string>;
    CHECK(to("0.0.0.0/0") == Found{"main via 10.0.0.1 dev eth0 unicast /ipv4/1"});
    CHECK(to("::/0") == Found{"main via fd00:1::1 dev eth0 unicast /ipv6/5"});
    CHECK(to("10.60.0.0/16") == Found{"100 via 10.0.0.9 dev eth0 unicast /ipv4/0"});
    CHECK(to("10.50.0.0/16") == Found{"main via 10.0.0.2 dev eth0 unicast /ipv4/3/nexthops/0",
                                      "main via 10.0.0.3 dev eth0 unicast /ipv4/3/nexthops/1"});
    CHECK(to("10.70.0.0/16") == Found{"main via fd00:1::9 dev eth0 unicast /ipv4/4"});
    CHECK(to("10.98.0.0/16") == Found{"main via - dev - unreachable /ipv4/5"});
    CHECK(to("10.0.0.4/32") == Found{"local via - dev eth0 local /ipv4/9"});
    CHECK(routes[1].row.family == 4);
    CHECK(routes[1].row.protocol == "boot");
    CHECK_FALSE(routes[1].row.metric.has_value());
    CHECK(routes[1].row.metric_includes_interface == false);
    CHECK(routes[6].row.metric == 50);
}

TEST_CASE("a family that could not be asked leaves its table covered in part", "[analyzers][linux]") {
    const auto analysis = analyzed(&analyze_linux_routes, "routes.json", R"({"ipv4": []})");
    CHECK(analysis.coverage().at("routes") == "IPv6 could not be asked");
}

TEST_CASE("somebody's plain list of routes is read too", "[analyzers][linux]") {
    const auto row =
        only_row(analyzed(&analyze_linux_routes, "r.json", R"([{"dst":"default","gateway":"fe80::1","dev":"eth0"}])"),
                 snapshot::kRoutes)
            .row;
    CHECK(row.destination == "::/0");
    CHECK(row.routing_table == "main");
    CHECK(row.type == "unicast");
}

TEST_CASE("rules have their selector in words", "[analyzers][linux]") {
    const auto rules = recorded(&analyze_linux_rules, "rules.json").rows(snapshot::kRoutingRules);
    REQUIRE(rules.size() == 7);
    CHECK(rules[0].row.selector == "from all");
    CHECK(rules[0].row.routing_table == "local");
    CHECK(rules[1].row.priority == 100);
    CHECK(rules[1].row.selector == "from 10.244.0.0/16");
    CHECK(rules[2].row.selector == "from all fwmark 0x1/0xff iif eth0");
    CHECK(rules[5].row.family == 6);
}

TEST_CASE("rules with ranges, and rules that look up no table", "[analyzers][linux]") {
    const auto rules =
        analyzed(&analyze_linux_rules, "rules.json",
                 R"({"ipv4": [{"priority":1,"src":"all","sport_start":1,"sport_end":100,"dport":53,"table":"7"},
                              {"priority":2,"src":"all","uid_start":0,"uid_end":100,"table":"8"},
                              {"priority":3,"src":"all","table":"main","suppress_prefixlen":0},
                              {"priority":4,"src":"all","oif":"eth0","goto":32766},
                              {"priority":5,"not":null,"src":"10.3.0.0","srclen":16,"action":"blackhole"},
                              {"priority":6,"src":"all","l3mdev":null}], "ipv6": []})")
            .rows(snapshot::kRoutingRules);
    REQUIRE(rules.size() == 6);
    CHECK(rules[0].row.selector == "from all dport 53 sport 1-100");
    CHECK_FALSE(rules[0].row.action.has_value());
    CHECK(rules[1].row.selector == "from all uidrange 0-100");
    CHECK(rules[2].row.routing_table == "main");
    CHECK(rules[2].row.action == "suppress_prefixlength 0");
    CHECK(rules[3].row.action == "goto 32766");
    CHECK(rules[4].row.selector == "not from 10.3.0.0/16");
    CHECK(rules[4].row.action == "blackhole");
    CHECK(rules[5].row.action == "l3mdev");
}

TEST_CASE("a route into a tunnel is left out with a word, for its destination is told twice", "[analyzers][linux]") {
    const auto analysis = analyzed(
        &analyze_linux_routes, "routes.json",
        R"({"ipv4": [{"type":"unicast","dst":"10.244.5.0/24","encap":"ip","id":7,"src":"0.0.0.0","dst":"192.0.2.99",
                      "ttl":0,"tos":0,"dev":"vx2","table":"main"}], "ipv6": []})");
    CHECK(analysis.rows(snapshot::kRoutes).empty());
    CHECK_FALSE(analysis.coverage().at("routes").empty());
}

TEST_CASE("a VXLAN device that takes its VNI from elsewhere has none", "[analyzers][linux]") {
    const auto row = only_row(analyzed(&analyze_linux_links, "links.json",
                                       R"([{"ifname":"vx2","link_type":"ether","linkinfo":{"info_kind":"vxlan",
                                            "info_data":{"external":true,"id":0,"port":4790,"learning":false}}}])"),
                              snapshot::kInterfaces)
                         .row;
    CHECK_FALSE(row.vni.has_value());
    CHECK(row.vxlan_port == 4790);
}

TEST_CASE("an FDB entry may name a next hop object", "[analyzers][linux]") {
    const auto row =
        only_row(analyzed(&analyze_linux_fdb, "fdb.json",
                          R"([{"mac":"02:00:00:00:00:02","ifname":"vx1","nhid":100,"state":"permanent"}])"),
                 snapshot::kFdbEntries)
            .row;
    CHECK_FALSE(row.destination.has_value());
    CHECK(row.nexthop_id == 100);
}

TEST_CASE("neighbors and their states", "[analyzers][linux]") {
    const auto neighbors = recorded(&analyze_linux_neighbors, "neighbors.json").rows(snapshot::kNeighbors);
    REQUIRE(neighbors.size() == 14);
    CHECK(neighbors[0].row.address == "10.0.0.1");
    CHECK(neighbors[0].row.mac == "02:00:00:00:00:01");
    CHECK(neighbors[0].row.state == "stale");
    CHECK(neighbors[1].row.interface_name == "flannel.1");
    CHECK(neighbors[1].row.state == "permanent");
    CHECK(neighbors[2].row.state == "failed");
    CHECK_FALSE(neighbors[2].row.mac.has_value());
    CHECK(neighbors[3].row.family == 6);
}

TEST_CASE("FDB entries of VXLAN devices and bridges", "[analyzers][linux]") {
    const auto entries = recorded(&analyze_linux_fdb, "fdb.json").rows(snapshot::kFdbEntries);
    REQUIRE(entries.size() == 18);
    CHECK(entries[7].row.interface_name == "flannel.1");
    CHECK(entries[7].row.mac == "00:15:5d:9a:40:03");
    CHECK(entries[7].row.destination == "192.168.10.23");
    CHECK(entries[7].row.vni == 4096);
    CHECK(entries[7].row.port == 4789);
    CHECK_FALSE(entries[8].row.vni.has_value());
    CHECK(entries[15].row.master_name == "cni0");
}

TEST_CASE("offloads per interface", "[analyzers][linux]") {
    const auto rows =
        analyzed(
            &analyze_linux_offloads, "offloads.json",
            R"({"interfaces":[{"interface_name":"eth0","features":[{"feature":"tso","enabled":true},{"feature":"gro","enabled":false}]}]})")
            .rows(snapshot::kInterfaceOffloads);
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].row.feature == "gro");
    CHECK(rows[1].row.enabled == false);
    CHECK(rows[1].place == "/interfaces/0/features/1");
}

TEST_CASE("nftables: base chains, verdicts and counters", "[analyzers][linux]") {
    const auto analysis = recorded(&analyze_nftables, "nftables.json");
    const auto chains = analysis.rows(snapshot::kPacketFilterChains);
    REQUIRE(chains.size() == 2);
    CHECK(chains[0].row.chain == "forwarding");
    CHECK(chains[0].row.hook == "forward");
    CHECK(chains[0].row.policy == "drop");

    const auto rules = analysis.rows(snapshot::kPacketFilterRules);
    REQUIRE(rules.size() == 5);
    CHECK(rules[0].row.family == "inet");
    CHECK(rules[0].row.verdict == "accept");
    CHECK(rules[0].row.packets == 12);
    CHECK(rules[0].row.bytes == 720);
    CHECK(rules[0].row.position == 0);
    CHECK(rules[0].place == "/nftables/4/rule");
    CHECK(rules[2].row.verdict == "jump other");
    CHECK(rules[2].row.position == 2);
    CHECK(rules[3].row.verdict == "drop");
    CHECK(rules[3].row.position == 0);
    CHECK(rules[4].row.verdict == "masquerade");
}

TEST_CASE("iptables: policies, verdicts and counters", "[analyzers][linux]") {
    const auto analysis = recorded(&analyze_iptables, "iptables-nft.txt");
    const auto chains = analysis.rows(snapshot::kPacketFilterChains);
    REQUIRE(chains.size() == 7);
    CHECK(chains[1].row.table_name == "filter");
    CHECK(chains[1].row.chain == "FORWARD");
    CHECK(chains[1].row.hook == "forward");
    CHECK(chains[1].row.policy == "drop");

    const auto rules = analysis.rows(snapshot::kPacketFilterRules);
    REQUIRE(rules.size() == 3);
    CHECK(rules[0].row.family == "ip");
    CHECK(rules[0].row.rule == R"(-A FORWARD -s 10.244.0.0/16 -m comment --comment "flanneld \"forward\"" -j ACCEPT)");
    CHECK(rules[0].row.verdict == "accept");
    CHECK(rules[0].row.packets == 0);
    CHECK(rules[1].row.verdict == "reject");
    CHECK(rules[2].row.table_name == "nat");
    CHECK(rules[2].row.verdict == "masquerade");
    CHECK(analysis.notes().empty());
}

TEST_CASE("ip6tables is told by its first line, and jumps by their chain", "[analyzers][linux]") {
    const auto row =
        only_row(
            analyzed(&analyze_iptables, "x.txt",
                     "# Generated by ip6tables-save v1.8.9\n*nat\n:PREROUTING ACCEPT [0:0]\n"
                     "[7:420] -A PREROUTING -m comment --comment \"a -j TRAP b\" -j KUBE-SERVICES\nCOMMIT\nwhat\n"),
            snapshot::kPacketFilterRules)
            .row;
    CHECK(row.family == "ip6");
    CHECK(row.verdict == "jump KUBE-SERVICES");
    CHECK(row.packets == 7);
    CHECK(row.bytes == 420);
}

TEST_CASE("resolv.conf gives the node's name servers in order", "[analyzers][linux]") {
    const auto analysis = analyzed(
        &analyze_resolv_conf, "/etc/resolv.conf",
        "# nameserver 1.1.1.1\nsearch example.com\nnameserver 10.0.0.2\nnameserver\tfe80::1%eth0\nnameserver what\n");
    const auto servers = analysis.rows(snapshot::kDnsServers);
    REQUIRE(servers.size() == 2);
    CHECK(servers[0].row.address == "10.0.0.2");
    CHECK(servers[0].row.position == 0);
    CHECK(servers[1].row.address == "fe80::1");
    CHECK(servers[1].place == "line:4");
    CHECK(notes_of(analysis) == std::vector<std::string>{"bad_value at line:5"});
}

}  // namespace
}  // namespace kwd::analyzers
