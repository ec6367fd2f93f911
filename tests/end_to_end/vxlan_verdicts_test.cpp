// SPDX-License-Identifier: Apache-2.0
// Each fault that Linux can make is made on real tunnels, and what kwdiag says of the packets is held against it.
#include "tests/end_to_end/two_hosts.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <thread>

using kwd::test::TwoHosts;
using nlohmann::json;

namespace {

void need_root() {
    if (::geteuid() != 0) {
        SKIP("network namespaces need root");
    }
}

// "in mac-wrong" to packets; all that are exclusive add up to the VXLAN packets of the capture.
std::map<std::string, int> verdicts(const TwoHosts& hosts, char host) {
    std::map<std::string, int> counts;
    for (const json& row : hosts.query(host,
                                       "SELECT direction, verdict, sum(packets) AS packets FROM vxlan_verdicts "
                                       "GROUP BY direction, verdict")) {
        counts[row["direction"].get<std::string>() + " " + row["verdict"].get<std::string>()] =
            row["packets"].get<int>();
    }
    INFO(hosts.query(host, "SELECT * FROM vxlan_verdicts").dump(2));
    CHECK(hosts.query(host,
                      "SELECT (SELECT total(packets) FROM vxlan_verdicts WHERE exclusive = 1) = "
                      "(SELECT total(packets) FROM vxlan_flows) AS same")[0]["same"] == 1);
    return counts;
}

// The first row of a verdict.
json first(const TwoHosts& hosts, char host, const std::string& verdict) {
    const json rows = hosts.query(
        host, fmt::format("SELECT * FROM vxlan_verdicts WHERE verdict = '{}' ORDER BY first_time_utc", verdict));
    INFO(hosts.query(host, "SELECT verdict, direction, packets, expected, seen, decided_by FROM vxlan_verdicts")
             .dump(2));
    REQUIRE_FALSE(rows.empty());
    return rows[0];
}

bool finds(const TwoHosts::Answer& answer, const std::string& rule) {
    const json report = json::parse(answer.said);
    INFO(report["findings"].dump(2));
    return std::ranges::any_of(report["findings"], [&](const json& each) { return each["rule"] == rule; });
}

std::string as_text(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

constexpr const char* kPing = "ping -q -c 16 -i 0.1 -W 1 ";

}  // namespace

TEST_CASE("packets of a tunnel that is well are right, both ways, and the route and address that say so are named",
          "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.add_pod('a');
    hosts.add_pod('b');
    const auto answer = hosts.run_kwdiag('a', hosts.as_pod('a', std::string(kPing) + "10.244.2.5"));
    CHECK(std::ranges::none_of(json::parse(answer.said)["findings"],
                               [](const json& each) { return each["severity"] != "info"; }));
    const auto counts = verdicts(hosts, 'a');
    CHECK(counts.size() == 2);
    CHECK(counts.at("out right") >= 10);
    CHECK(counts.at("in right") >= 10);
    const json rows = hosts.query('a',
                                  "SELECT direction, decided_by, capture, first_packet, first_time_utc FROM "
                                  "vxlan_verdicts ORDER BY direction DESC");
    CHECK(as_text(rows[0]["decided_by"]) ==
          "route 10.244.2.0/24 via 10.244.2.0 dev flannel.4096, MAC 5a:0c:77:00:00:02, FDB to 192.168.77.2");
    CHECK(as_text(rows[1]["decided_by"]) == "neighbor 10.244.1.5 on cni0");
    CHECK(as_text(rows[0]["capture"]) == "packets-1.pcapng");
    CHECK(rows[0]["first_packet"].get<int>() >= 1);
    CHECK(as_text(rows[0]["first_time_utc"]).starts_with("20"));
}

TEST_CASE("packets to a VTEP that the FDB does not name are found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('a', "ip neigh add 192.168.77.99 lladdr 02:00:00:00:00:99 dev eth0 nud permanent");
    // Another tool changes the entry after the node's state was read.
    const auto answer = hosts.run_kwdiag(
        'a', std::string("sleep 1.8; bridge fdb del 5a:0c:77:00:00:02 dev flannel.4096 dst 192.168.77.2; "
                         "bridge fdb append 5a:0c:77:00:00:02 dev flannel.4096 dst 192.168.77.99; ") +
                 "ping -q -c 3 -i 0.2 -W 1 -I 10.244.1.1 10.244.2.1");
    CHECK(finds(answer, "overlay-vtep-not-known"));
    CHECK(verdicts(hosts, 'a').at("out vtep-unknown") == 3);
    const json row = first(hosts, 'a', "vtep-unknown");
    CHECK(as_text(row["expected"]) == "192.168.77.2");
    CHECK(as_text(row["seen"]) == "192.168.77.99");
    CHECK(as_text(row["decided_by"]).starts_with("route 10.244.2.0/24 via 10.244.2.0 dev flannel.4096"));
}

TEST_CASE("frames for a MAC that is not the VTEP's are found by the one that sends them and the one that gets them",
          "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    SECTION("sent: the neighbor entry changes after the node's state was read") {
        const auto answer = hosts.run_kwdiag(
            'a', std::string("sleep 1.8; bridge fdb append 5a:0c:77:00:00:77 dev flannel.4096 dst "
                             "192.168.77.2; ip neigh replace 10.244.2.0 lladdr 5a:0c:77:00:00:77 dev "
                             "flannel.4096 nud permanent; ping -q -c 3 -i 0.2 -W 1 -I 10.244.1.1 10.244.2.1"));
        CHECK(finds(answer, "overlay-inner-mac-not-dr"));
        CHECK(verdicts(hosts, 'a').at("out mac-wrong") == 3);
        const json row = first(hosts, 'a', "mac-wrong");
        CHECK(as_text(row["expected"]) == "5a:0c:77:00:00:02");
        CHECK(as_text(row["seen"]) == "5a:0c:77:00:00:77");
    }
    SECTION("received: the sender kept the MAC of a device that was made anew") {
        hosts.in('b', "ip link set flannel.4096 address 5a:0c:77:00:00:22");
        (void)hosts.run_kwdiag('b', "sleep 3");
        CHECK(verdicts(hosts, 'b').empty());
        const auto answer = hosts.run_kwdiag('b', hosts.as_host('a', std::string(kPing) + "-I 10.244.1.1 10.244.2.1"));
        CHECK(finds(answer, "overlay-inner-mac-not-dr"));
        CHECK(verdicts(hosts, 'b').at("in mac-wrong") >= 5);
        const json row = first(hosts, 'b', "mac-wrong");
        CHECK(as_text(row["expected"]) == "5a:0c:77:00:00:22");
        CHECK(as_text(row["seen"]) == "5a:0c:77:00:00:02");
        CHECK(as_text(row["decided_by"]) == "MAC of flannel.4096");
    }
}

TEST_CASE("a pod that sends from an address that nobody here has is found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.add_pod('a');
    for (const char* each : {"all", "cni0", "default"}) {
        hosts.in('a', fmt::format("sysctl -qw net.ipv4.conf.{}.rp_filter=0", each));
    }
    hosts.in('a', hosts.as_pod('a', "ip addr add 172.31.9.9/32 dev eth0"));
    const auto answer = hosts.run_kwdiag('a', hosts.as_pod('a', std::string(kPing) + "-I 172.31.9.9 10.244.2.1"));
    CHECK(finds(answer, "overlay-inner-source-not-here"));
    CHECK(verdicts(hosts, 'a').at("out source-unknown") >= 10);
    const json row = first(hosts, 'a', "source-unknown");
    CHECK(as_text(row["seen"]) == "172.31.9.9");
    CHECK(as_text(row["inner_destination"]) == "10.244.2.1");
    CHECK(as_text(row["decided_by"]) == "no route leads to it");
}

TEST_CASE("packets for a pod that is gone are found by the host that gets them", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.try_in('a', "ping -q -c 4 -W 1 -I 10.244.1.1 10.244.2.5 >/dev/null");  // until b's ARP has failed
    const auto answer = hosts.run_kwdiag('b', hosts.as_host('a', std::string(kPing) + "-I 10.244.1.1 10.244.2.5"));
    CHECK(finds(answer, "overlay-received-for-nobody"));
    CHECK(verdicts(hosts, 'b').at("in no-endpoint") >= 5);
    const json row = first(hosts, 'b', "no-endpoint");
    CHECK(as_text(row["seen"]) == "10.244.2.5");
    CHECK(as_text(row["decided_by"]) == "neighbor 10.244.2.5 on cni0: nobody answers there");
}

TEST_CASE("a capture ends at the first finding when that is asked for, and says which", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.try_in('a', "ping -q -c 4 -W 1 -I 10.244.1.1 10.244.2.5 >/dev/null");  // until b's ARP has failed
    const auto begin = std::chrono::steady_clock::now();
    const std::string said =
        hosts.capture('b', "--seconds 100 --stop-on-finding",
                      "exec " + hosts.as_host('a', "ping -q -c 600 -i 0.2 -W 1 -I 10.244.1.1 10.244.2.5"));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(80));
    INFO(said);
    CHECK(said.find("\nended when overlay-received-for-nobody was found: ") != std::string::npos);
    const json rows = hosts.query('b', "SELECT value FROM meta WHERE key = 'capture_ended_when'");
    CHECK(as_text(rows.at(0)["value"]).starts_with("overlay-received-for-nobody was found: "));
    CHECK(verdicts(hosts, 'b').at("in no-endpoint") >= 3);
}

TEST_CASE("a capture ends at a fault that begins long after the node's state was read", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('b', "ip link set flannel.4096 address 5a:0c:77:00:00:22");
    const std::string said =
        hosts.capture('b', "--seconds 100 --ring 1 --stop-on-finding",
                      "sleep 10; exec " + hosts.as_host('a', "ping -q -c 450 -i 0.2 -W 1 -I 10.244.1.1 10.244.2.1"));
    INFO(said);
    CHECK(said.find("\nended when overlay-inner-mac-not-dr was found: ") != std::string::npos);
    CHECK(verdicts(hosts, 'b').at("in mac-wrong") >= 3);
    CHECK(hosts.query('b', "SELECT name FROM documents WHERE name = 'links.json'").size() >= 2);
}

TEST_CASE("a pod that comes while packets are captured is known to their verdicts", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.try_in('a', "ping -q -c 4 -W 1 -I 10.244.1.1 10.244.2.5 >/dev/null");  // until b's ARP has failed
    {
        const std::jthread comes([&] {
            std::this_thread::sleep_for(std::chrono::seconds(5));
            hosts.add_pod('b');
        });
        const std::string said = hosts.capture(
            'b', "--seconds 16", "exec " + hosts.as_host('a', "ping -q -c 200 -i 0.1 -W 1 -I 10.244.1.1 10.244.2.5"));
        CHECK(said.find("\nended when the time was over\n") != std::string::npos);
    }
    const auto counts = verdicts(hosts, 'b');
    CHECK(counts.at("in right") >= 50);
    CHECK_FALSE(counts.contains("in no-endpoint"));
    CHECK(hosts.query('b', "SELECT name FROM documents WHERE name = 'neighbors.json'").size() == 2);
    CHECK(hosts.query('b', "SELECT collector FROM collections WHERE collector = 'neighbors'").size() == 2);
}

TEST_CASE("pods' packets that a route leads past the tunnel are found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.add_pod('a');
    hosts.add_pod('b');
    hosts.in('a', "ip route add 10.244.2.5/32 via 192.168.77.2 dev eth0");
    const auto answer = hosts.run_kwdiag('a', hosts.as_pod('a', std::string(kPing) + "10.244.2.5"));
    CHECK(finds(answer, "overlay-pod-traffic-not-encapsulated"));
    const auto counts = verdicts(hosts, 'a');
    CHECK(counts.at("out not-encapsulated") >= 10);
    CHECK(counts.at("in right") >= 10);  // b answers through the tunnel
    const json row = first(hosts, 'a', "not-encapsulated");
    CHECK(as_text(row["expected"]) == "VXLAN to 192.168.77.2");
    CHECK(as_text(row["decided_by"]) == "route 10.244.2.5/32 via 192.168.77.2 dev eth0");
    CHECK(as_text(row["inner_source"]) == "10.244.1.5");
    CHECK(row["outer_source"].is_null());
}

TEST_CASE("packets that are fragmented outside are found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('a', "ip link set eth0 mtu 1400");
    hosts.in('a', "ip route change 10.244.2.0/24 via 10.244.2.0 dev flannel.4096 onlink mtu lock 1450");
    const auto answer = hosts.run_kwdiag('a', std::string(kPing) + "-s 1400 -I 10.244.1.1 10.244.2.1");
    CHECK(finds(answer, "mtu-outer-fragments"));
    const auto counts = verdicts(hosts, 'a');
    CHECK(counts.at("out fragmented") >= 10);
    CHECK(counts.at("out right") >= 10);
}

TEST_CASE("packets that are longer than the way carries are found once a router says so", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.put_router_between(1400);
    REQUIRE(hosts.pods_reach_each_other());
    hosts.in('a', "ip link set flannel.4096 type vxlan df set");
    const auto answer =
        hosts.run_kwdiag('a', std::string("sleep 1; ") + kPing + "-M dont -s 1400 -I 10.244.1.1 10.244.2.1");
    CHECK(finds(answer, "mtu-outer-exceeds-path"));
    CHECK(verdicts(hosts, 'a').at("out over-mtu") >= 1);
    const json row = first(hosts, 'a', "over-mtu");
    CHECK(as_text(row["expected"]) == "at most 1400 bytes");
    CHECK(as_text(row["decided_by"]) == "ICMP from 192.168.77.101: the way to 192.168.77.2 carries 1400 bytes");
}

TEST_CASE("packets on another UDP port or with another VNI than this node's are found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    const auto remake = [&](int vni, int port) {
        hosts.in('b', "ip link del flannel.4096");
        hosts.in('b',
                 fmt::format("ip link add flannel.4096 address 5a:0c:77:00:00:02 mtu 1450 type vxlan id {} dstport {} "
                             "local 192.168.77.2 dev eth0 nolearning",
                             vni, port));
        hosts.in('b', "ip addr add 10.244.2.0/32 dev flannel.4096");
        hosts.in('b', "ip link set flannel.4096 up");
        hosts.in('b', "ip route add 10.244.1.0/24 via 10.244.1.0 dev flannel.4096 onlink");
        hosts.in('b', "ip neigh add 10.244.1.0 lladdr 5a:0c:77:00:00:01 dev flannel.4096 nud permanent");
        hosts.in('b', "bridge fdb append 5a:0c:77:00:00:01 dev flannel.4096 dst 192.168.77.1");
    };
    SECTION("port") {
        remake(4096, 8472);
        const auto answer = hosts.run_kwdiag('a');
        CHECK(finds(answer, "overlay-vxlan-port-differs"));
        const auto counts = verdicts(hosts, 'a');
        CHECK(counts.at("in port-wrong") >= 10);
        CHECK(counts.at("out right") >= 10);
        CHECK(as_text(first(hosts, 'a', "port-wrong")["expected"]) == "UDP port 4789");
    }
    SECTION("VNI") {
        remake(1, 4789);
        const auto answer = hosts.run_kwdiag('a');
        CHECK(finds(answer, "overlay-unknown-vni-received"));
        CHECK(verdicts(hosts, 'a').at("in vni-wrong") >= 10);
        const json row = first(hosts, 'a', "vni-wrong");
        CHECK(as_text(row["expected"]) == "VNI 4096");
        CHECK(as_text(row["decided_by"]) == "VXLAN device flannel.4096");
    }
}
