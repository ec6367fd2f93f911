// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/two_hosts.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <set>

using kwd::test::TwoHosts;
using nlohmann::json;

namespace {

// Rules with a finding at warning or above.
std::set<std::string> serious(const TwoHosts::Answer& answer) {
    std::set<std::string> rules;
    const json report = json::parse(answer.said);
    for (const json& finding : report["findings"]) {
        if (finding["severity"] != "info") {
            rules.insert(finding["rule"].get<std::string>());
        }
    }
    return rules;
}

void need_root() {
    if (::geteuid() != 0) {
        SKIP("network namespaces need root");
    }
}

}  // namespace

TEST_CASE("two hosts with a VXLAN that is well: no finding at warning or above", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    REQUIRE(hosts.pods_reach_each_other());
    const auto answer = hosts.run_kwdiag('a');
    CHECK(serious(answer) == std::set<std::string>{});
    CHECK((answer.exit_code == 0 || answer.exit_code == 3));
    std::set<std::string> clear;
    const json report = json::parse(answer.said);
    for (const json& each : report["evaluations"]) {
        if (each["verdict"] == "clear") {
            clear.insert(each["rule"].get<std::string>());
        }
    }
    for (const char* rule : {"linux-vxlan-vni-mismatch", "linux-vxlan-port-mismatch", "linux-vxlan-mtu-too-large",
                             "linux-vxlan-fdb-missing", "linux-vxlan-route-missing", "overlay-unknown-vni-received"}) {
        INFO(rule);
        CHECK(clear.contains(rule));
    }
}

TEST_CASE("a VXLAN device with another VNI than net-conf.json is found on its host", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('b', "ip link del flannel.4096");
    hosts.in('b',
             "ip link add flannel.1 address 5a:0c:77:00:00:02 mtu 1450 type vxlan id 1 dstport 4789 local 192.168.77.2 "
             "dev eth0 nolearning");
    hosts.in('b', "ip addr add 10.244.2.0/32 dev flannel.1");
    hosts.in('b', "ip link set flannel.1 up");
    hosts.in('b', "ip route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink");
    hosts.in('b', "ip neigh add 10.244.1.0 lladdr 5a:0c:77:00:00:01 dev flannel.1 nud permanent");
    hosts.in('b', "bridge fdb append 5a:0c:77:00:00:01 dev flannel.1 dst 192.168.77.1");
    REQUIRE_FALSE(hosts.pods_reach_each_other());

    SECTION("on the host that is wrong, by its configuration") {
        const auto answer = hosts.run_kwdiag('b');
        CHECK(serious(answer).contains("linux-vxlan-vni-mismatch"));
        CHECK(answer.exit_code == 1);
    }
    SECTION("on the host that is right, by what it receives") {
        const auto answer = hosts.run_kwdiag('a');
        CHECK(serious(answer) == std::set<std::string>{"overlay-unknown-vni-received"});
    }
}

TEST_CASE("a VXLAN device on another UDP port than net-conf.json is found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('a', "ip link del flannel.4096");
    hosts.in('a',
             "ip link add flannel.4096 address 5a:0c:77:00:00:01 mtu 1450 type vxlan id 4096 dstport 8472 local "
             "192.168.77.1 dev eth0 nolearning");
    hosts.in('a', "ip addr add 10.244.1.0/32 dev flannel.4096");
    hosts.in('a', "ip link set flannel.4096 up");
    hosts.in('a', "ip route add 10.244.2.0/24 via 10.244.2.0 dev flannel.4096 onlink");
    hosts.in('a', "ip neigh add 10.244.2.0 lladdr 5a:0c:77:00:00:02 dev flannel.4096 nud permanent");
    hosts.in('a', "bridge fdb append 5a:0c:77:00:00:02 dev flannel.4096 dst 192.168.77.2");
    REQUIRE_FALSE(hosts.pods_reach_each_other());
    CHECK(serious(hosts.run_kwdiag('a')).contains("linux-vxlan-port-mismatch"));
}

TEST_CASE("a VXLAN device whose MTU leaves no room for its headers is found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('a', "ip link set eth0 mtu 1400");
    CHECK(serious(hosts.run_kwdiag('a')).contains("linux-vxlan-mtu-too-large"));
}

TEST_CASE("a missing FDB entry is found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('a', "bridge fdb del 5a:0c:77:00:00:02 dev flannel.4096 dst 192.168.77.2");
    REQUIRE_FALSE(hosts.pods_reach_each_other());
    CHECK(serious(hosts.run_kwdiag('a')) == std::set<std::string>{"linux-vxlan-fdb-missing"});
}

TEST_CASE("a missing route to another node's pods is found", "[end_to_end][vxlan]") {
    need_root();
    const TwoHosts hosts;
    hosts.in('a', "ip route del 10.244.2.0/24");
    REQUIRE_FALSE(hosts.pods_reach_each_other());
    CHECK(serious(hosts.run_kwdiag('a')) == std::set<std::string>{"linux-vxlan-route-missing"});
}
