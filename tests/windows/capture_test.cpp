// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"
#include "tests/windows/vxlan_sender.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::Collected;
using test::Node;

namespace {

// By Wine's capturing library, whose devices are Linux's interfaces.
Collected capture(const Node& node, const std::string& options) {
    return test::collect(node, "packets", options);
}

std::string notes(const Collected& captured) {
    const json rows =
        captured.query("SELECT note FROM documents WHERE collector = 'packets' AND note IS NOT NULL ORDER BY name");
    std::string all;
    for (const json& row : rows) {
        all += row["note"].get<std::string>() + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("VXLAN on the wire is captured by Npcap, and its VNI is right", "[windows][capture]") {
    const Node node;
    node.install_npcap();
    const test::VxlanSender sender("127.0.0.1", 4097);
    const Collected captured = capture(node, "--packets 3 --interface lo");
    const json collection = captured.collection("packets");
    INFO(collection.dump());
    CHECK(collection["outcome"] == "ok");
    const json flows = captured.query(
        "SELECT outer_source, outer_destination, udp_port, vni, vni_valid, "
        "largest_inner_bytes, packets FROM vxlan_flows");
    REQUIRE(flows.size() == 1);
    CHECK(flows[0]["outer_source"] == "127.0.0.1");
    CHECK(flows[0]["outer_destination"] == "127.0.0.1");
    CHECK(flows[0]["udp_port"] == 4789);
    CHECK(flows[0]["vni"] == 4097);
    CHECK(flows[0]["vni_valid"] == 1);
    CHECK(flows[0]["largest_inner_bytes"] == 32);
    CHECK(flows[0]["packets"].get<int>() > 20);
    CHECK_THAT(notes(captured), ContainsSubstring("by Npcap; interface lo") && ContainsSubstring("udp port 4789") &&
                                    ContainsSubstring("matched the filter"));
}

TEST_CASE("a packet filter that is wrong is told with the words of the capturing library", "[windows][capture]") {
    const Node node;
    node.install_npcap();
    const Collected captured = capture(node, "--packets 1 --interface lo --filter \"udp prt 4789\"");
    const json collection = captured.collection("packets");
    CHECK(collection["outcome"] == "failed");
    CHECK(collection["error_code"] == "invalid_input");
    CHECK_THAT(collection["reason"].get<std::string>(),
               ContainsSubstring("'udp prt 4789'") && ContainsSubstring("syntax error"));
}

TEST_CASE("an interface that is not there is told with those that are", "[windows][capture]") {
    const Node node;
    node.install_npcap();
    const Collected captured = capture(node, "--packets 1 --interface vEthernet");
    const json collection = captured.collection("packets");
    CHECK(collection["outcome"] == "failed");
    CHECK(collection["error_code"] == "not_found");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("'vEthernet'") && ContainsSubstring("'lo'"));
}

TEST_CASE("a capture of kwdiag.exe ends at a number of packets, and says what it has", "[windows][capture]") {
    const Node node;
    node.install_npcap();
    const test::VxlanSender sender("127.0.0.1", 4097);
    const std::string snapshot = node.file("count.kwsnap");
    const auto ran = node.kwdiag(
        "capture --quiet --only packets --seconds 60 --count 5 --interface lo --filter \"udp port "
        "4789\" --out " +
        snapshot);
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.out, ContainsSubstring("lo: 5 packets of ") && ContainsSubstring(" 0 dropped for want of buffer"));
    CHECK(node.query(snapshot, "SELECT outcome FROM collections WHERE collector = 'packets'")[0]["outcome"] == "ok");
    CHECK_THAT(
        node.query(snapshot, "SELECT note FROM documents WHERE kind = 'capture'").back()["note"].get<std::string>(),
        ContainsSubstring("5 packets kept"));
}

TEST_CASE("a capture of kwdiag.exe ends when a packet comes that is waited for", "[windows][capture]") {
    const Node node;
    node.install_npcap();
    const test::VxlanSender sender("127.0.0.1", 4097);
    const std::string snapshot = node.file("stop.kwsnap");
    const auto begin = std::chrono::steady_clock::now();
    const auto ran = node.kwdiag(
        "capture --quiet --only packets --seconds 120 --ring 1 --interface lo --filter \"tcp port 1\" --stop-when "
        "\"udp port "
        "4789\" --out " +
        snapshot);
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
    CHECK_THAT(
        node.query(snapshot, "SELECT note FROM documents WHERE kind = 'capture'").back()["note"].get<std::string>(),
        ContainsSubstring("ended by a packet that was waited for"));
    CHECK(node.query(snapshot, "SELECT packets FROM captures")[0]["packets"].get<int>() > 50);
}

TEST_CASE("a capture of kwdiag.exe ends at the first finding, and says which", "[windows][capture]") {
    const Node node;
    node.install_npcap();
    const std::filesystem::path rules = node.file("rules");
    std::filesystem::create_directories(rules / "overlay");
    std::ofstream(rules / "overlay" / "test-many-packets.yaml", std::ios::binary) << R"(id: test-many-packets
title: There are packets in tunnels
area: overlay
status: experimental
severity: warning
confidence: likely
needs: [captures]
query: |
  SELECT interface_name AS subject, vxlan_packets AS packets, at AS evidence FROM captures WHERE vxlan_packets >= 20
message: "{packets} packets in tunnels came by {subject}."
impact: none
remedy:
  text: none
  risk: none
  verify: none
false_positives: none known
references: [RFC 7348]
tests:
  - name: 20 are reported
    given: {captures: [{name: a, interface_name: lo, vxlan_packets: 20}]}
    expect: [{subject: lo, packets: 20}]
  - name: 19 are clear
    given: {captures: [{name: a, interface_name: lo, vxlan_packets: 19}]}
    expect: clear
  - name: without captures it is not evaluated
    missing: [captures]
    expect: not_evaluated
)";
    const test::VxlanSender sender("127.0.0.1", 4097);
    const std::string snapshot = node.file("finding.kwsnap");
    const auto begin = std::chrono::steady_clock::now();
    const auto ran =
        node.kwdiag("capture --quiet --only packets --seconds 120 --ring 1 --interface lo --stop-on-finding --rules " +
                    rules.string() + " --out " + snapshot);
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
    CHECK_THAT(ran.out, ContainsSubstring("ended when test-many-packets was found: "));
    CHECK_THAT(
        node.query(snapshot, "SELECT value FROM meta WHERE key = 'capture_ended_when'")[0]["value"].get<std::string>(),
        ContainsSubstring("test-many-packets was found: "));
}
