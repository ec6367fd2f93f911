// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::Collected;
using test::Node;

// Wine has the host's network compartment alone; a double of iphlpapi.dll has those of pods.

namespace {

constexpr const char* kPods = R"json(
    {"id": 5, "interface_index": 40, "name": "vEthernet (pod-5)", "guid": "{AAAAAAAA-0000-4000-8000-000000000005}",
     "mac": "00:15:5d:01:02:05", "mtu": 1450, "address": "10.244.2.5", "prefix_length": 24, "gateway": "10.244.2.1",
     "gateway_mac": "00:15:5d:01:02:01", "listens": 8080, "process_id": 4242},
    {"id": 9, "interface_index": 44, "name": "vEthernet (pod-9)", "guid": "{AAAAAAAA-0000-4000-8000-000000000009}",
     "mac": "00:15:5d:01:02:09", "mtu": 1450, "address": "10.244.2.9", "prefix_length": 24, "gateway": "10.244.2.1",
     "gateway_mac": "00:15:5d:01:02:01", "listens": 9090, "process_id": 4343})json";

// A listener by which the host's sockets are known; Wine may not know whose a socket is.
constexpr const char* kHost = R"json({"id": 1, "listens": 10250, "process_id": 812})json";

struct NodeWithPods : Node {
    explicit NodeWithPods(const char* pods = kPods) {
        install_compartments();
        serve("compartments.json", std::string("[") + kHost + "," + pods + "]");
    }

    [[nodiscard]] std::vector<std::string> moves() const {
        std::vector<std::string> lines = calls();
        std::erase_if(lines, [](const std::string& line) {
            return !line.starts_with("SetCurrentThreadCompartmentId") && !line.starts_with("a thread ends");
        });
        return lines;
    }
};

const std::vector<std::string> kThereAndBack{"SetCurrentThreadCompartmentId 5", "SetCurrentThreadCompartmentId 1",
                                             "SetCurrentThreadCompartmentId 9", "SetCurrentThreadCompartmentId 1",
                                             "a thread ends in compartment 1"};

std::string reason(const Collected& collected, const char* collector) {
    return collected.collection(collector)["reason"].get<std::string>();
}

}  // namespace

TEST_CASE("what is in the network compartments of pods is told as theirs", "[windows][ip][compartments]") {
    const NodeWithPods node;
    const Collected collected = test::collect(node, "ip");
    CHECK(collected.collection("ip")["reason"].dump().find("compartment") == std::string::npos);
    CHECK(collected.query("SELECT compartment_id, name, guid, mac, mtu_bytes, state FROM interfaces WHERE "
                          "compartment_id > 1 ORDER BY 1") ==
          json::parse(R"json([{"compartment_id": 5, "name": "vEthernet (pod-5)", "mac": "00:15:5d:01:02:05",
                           "guid": "AAAAAAAA-0000-4000-8000-000000000005", "mtu_bytes": 1450, "state": "up"},
                          {"compartment_id": 9, "name": "vEthernet (pod-9)", "mac": "00:15:5d:01:02:09",
                           "guid": "AAAAAAAA-0000-4000-8000-000000000009", "mtu_bytes": 1450, "state": "up"}])json"));
    CHECK(collected.query("SELECT compartment_id, address, prefix, interface_name FROM addresses WHERE "
                          "compartment_id > 1 ORDER BY 1") ==
          json::parse(R"json([{"compartment_id": 5, "address": "10.244.2.5", "prefix": "10.244.2.0/24",
                           "interface_name": "vEthernet (pod-5)"},
                          {"compartment_id": 9, "address": "10.244.2.9", "prefix": "10.244.2.0/24",
                           "interface_name": "vEthernet (pod-9)"}])json"));
    CHECK(collected.query("SELECT compartment_id, destination, next_hop, metric, protocol FROM routes WHERE "
                          "compartment_id = 5") ==
          json::parse(R"json([{"compartment_id": 5, "destination": "0.0.0.0/0", "next_hop": "10.244.2.1", "metric": 256,
                           "protocol": "netmgmt"}])json"));
    CHECK(collected.query("SELECT compartment_id, metric, mtu_bytes, forwarding FROM ip_interfaces WHERE "
                          "compartment_id = 9") ==
          json::parse(R"json([{"compartment_id": 9, "metric": 5000, "mtu_bytes": 1450, "forwarding": 0}])json"));
    CHECK(collected.query("SELECT compartment_id, address, mac, state FROM neighbors WHERE compartment_id = 9") ==
          json::parse(R"json([{"compartment_id": 9, "address": "10.244.2.1", "mac": "00:15:5d:01:02:01",
                           "state": "reachable"}])json"));
    CHECK(collected.query("SELECT count(*) AS n FROM addresses WHERE compartment_id = 1 AND address = '127.0.0.1'")
              .at(0)["n"] == 1);
    CHECK(node.moves() == kThereAndBack);
}

TEST_CASE("the sockets of a pod are told as its own", "[windows][ports][compartments]") {
    const NodeWithPods node;
    const Collected collected = test::collect(node, "ports");
    CHECK(collected.query("SELECT compartment_id, protocol, local_address, local_port, state, process_id FROM sockets "
                          "WHERE compartment_id > 1 ORDER BY 1") ==
          json::parse(R"json([{"compartment_id": 5, "protocol": "tcp", "local_address": "0.0.0.0", "local_port": 8080,
                           "state": "listen", "process_id": 4242},
                          {"compartment_id": 9, "protocol": "tcp", "local_address": "0.0.0.0", "local_port": 9090,
                           "state": "listen", "process_id": 4343}])json"));
    CHECK(collected.query("SELECT compartment_id FROM sockets WHERE local_port = 10250") ==
          json::parse(R"json([{"compartment_id": 1}])json"));
    CHECK(node.moves() == kThereAndBack);
}

TEST_CASE("sockets that Windows gives again in a compartment are the host's", "[windows][ports][compartments]") {
    const NodeWithPods node(R"json({"id": 5, "gives_sockets_of_host": true})json");
    const Collected collected = test::collect(node, "ports");
    CHECK(collected.query("SELECT DISTINCT compartment_id FROM sockets") ==
          json::parse(R"json([{"compartment_id": 1}])json"));
    CHECK_THAT(reason(collected, "ports"), ContainsSubstring("compartment 5: Windows gave those of the host again"));
}

TEST_CASE("what fails in the compartment of a pod is told, and the thread goes back", "[windows][ip][compartments]") {
    const NodeWithPods node;
    node.fault("GetIpForwardTable2/5 fail 0x1f");  // ERROR_GEN_FAILURE
    const Collected collected = test::collect(node, "ip");
    CHECK_THAT(reason(collected, "ip"), ContainsSubstring("GetIpForwardTable2 in network compartment 5"));
    CHECK(collected.query("SELECT compartment_id FROM routes WHERE compartment_id > 1") ==
          json::parse(R"json([{"compartment_id": 9}])json"));
    CHECK(collected.query("SELECT compartment_id FROM addresses WHERE compartment_id > 1 ORDER BY 1") ==
          json::parse(R"json([{"compartment_id": 5}, {"compartment_id": 9}])json"));
    CHECK(node.moves() == kThereAndBack);
}

TEST_CASE("a compartment of a pod that cannot be entered is told", "[windows][ip][compartments]") {
    const NodeWithPods node;
    node.fault("SetCurrentThreadCompartmentId/5 fail 0x1f");
    const Collected collected = test::collect(node, "ip");
    CHECK_THAT(reason(collected, "ip"), ContainsSubstring("enter network compartment 5"));
    CHECK(collected.query("SELECT DISTINCT compartment_id FROM addresses ORDER BY 1") ==
          json::parse(R"json([{"compartment_id": 1}, {"compartment_id": 9}])json"));
    CHECK_FALSE(test::was_called(node, "GetIpForwardTable2 in compartment 5"));
}

TEST_CASE("a thread that cannot leave the compartment of a pod asks in no other", "[windows][ip][compartments]") {
    const NodeWithPods node;
    node.fault("SetCurrentThreadCompartmentId/1 fail 0x1f");
    const Collected collected = test::collect(node, "ip");
    CHECK_THAT(reason(collected, "ip"), ContainsSubstring("the thread could not leave 5"));
    CHECK(collected.query("SELECT DISTINCT compartment_id FROM addresses ORDER BY 1") ==
          json::parse(R"json([{"compartment_id": 1}, {"compartment_id": 5}])json"));
    CHECK_FALSE(test::was_called(node, "SetCurrentThreadCompartmentId 9"));
}

TEST_CASE("a crash in the compartment of a pod leaves what was known before", "[windows][ip][compartments]") {
    const NodeWithPods node;
    node.fault("GetIpNetTable2/9 crash");
    const Collected collected = test::collect(node, "ip");
    CHECK(collected.query("SELECT DISTINCT compartment_id FROM addresses ORDER BY 1") ==
          json::parse(R"json([{"compartment_id": 1}, {"compartment_id": 5}])json"));
    CHECK(collected.collection("ip")["outcome"] == "failed");
}
