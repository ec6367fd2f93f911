// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::changed_anything;
using test::collect;
using test::Collected;
using test::Node;

namespace {

std::string coverage_of(const Collected& collected, const std::string& table) {
    return collected.query("SELECT state FROM table_coverage WHERE table_name = '" + table + "'").at(0)["state"];
}

void serve_flannel(const Node& node) {
    node.serve_fixture("hns\\networks.json", "hns/flannel-vxlan-network-v2.json");
    node.serve_fixture("hns\\endpoints.json", "hns/flannel-vxlan-endpoints-v2.json");
    node.serve_fixture("hns\\load-balancers.json", "hns/kube-proxy-load-balancers-v2.json");
    node.serve("hns\\v1-globals-version.json", R"({"Success":true,"Output":{"Major":13,"Minor":3}})");
    node.serve("hns\\v1-networks.json", R"({"Success":true,"Output":[{"ID":"7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101",)"
                                        R"("Name":"flannel.4096","Type":"Overlay","ManagementIP":"192.168.10.21"}]})");
    node.serve("hns\\v1-portpools.json", R"({"Success":true,"Output":{"PortPoolAllocations":[)"
                                         R"({"RequiresHostPortReservation":true,"PortRanges":[{},{}]}]}})");
}

}  // namespace

TEST_CASE("HNS is asked by both interfaces, and its objects are one", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.collection("hns")["outcome"] == "ok");

    // The VNI is V2's, the management address V1's.
    const json networks = node.query(collected.snapshot,
                                     "SELECT n.name, n.type, n.management_ip, s.isolation_id FROM hns_networks AS n "
                                     "JOIN hns_subnets AS s ON s.network_id = n.id");
    REQUIRE(networks.size() == 1);
    CHECK(networks[0] == json{{"name", "flannel.4096"},
                              {"type", "Overlay"},
                              {"management_ip", "192.168.10.21"},
                              {"isolation_id", 4096}});
    CHECK(node.query(collected.snapshot, "SELECT hns_version FROM node_facts")[0]["hns_version"] == "13.3");
    CHECK(node.query(collected.snapshot, "SELECT range_count FROM hns_port_pools WHERE reserves_host_ports = 1") ==
          json::array({{{"range_count", 2}}}));

    const json calls = node.query(collected.snapshot,
                                  "SELECT calls, result FROM hns_calls WHERE function = 'HcnQueryNetworkProperties'");
    CHECK(calls == json::array({{{"calls", 1}, {"result", "0x00000000"}}}));
    CHECK_FALSE(changed_anything(node));
}

TEST_CASE("an object that goes between list and query is named, and the others are there", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault("HcnOpenEndpoint lose B7D0C1F2-0001-4A00-9000-000000000001");
    const Collected collected = collect(node, "hns");
    CHECK(collected.collection("hns")["outcome"] == "ok");
    const json note = node.query(collected.snapshot, "SELECT note FROM documents WHERE name = 'hns/v2-endpoints.json'");
    CHECK_THAT(note[0]["note"].get<std::string>(),
               ContainsSubstring("gone when asked for: B7D0C1F2-0001-4A00-9000-000000000001"));
    CHECK(node.query(collected.snapshot, "SELECT count(*) AS n FROM hns_networks")[0]["n"] == 1);
}

TEST_CASE("an error record beside a success is told, and the object kept", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault(R"(HcnQueryNetworkProperties record {"Success":false,"ErrorCode":2151350285})");
    const Collected collected = collect(node, "hns");
    CHECK(collected.collection("hns")["outcome"] == "partial");
    CHECK_THAT(collected.collection("hns")["reason"].get<std::string>(), ContainsSubstring("2151350285"));
    CHECK(node.query(collected.snapshot, "SELECT count(*) AS n FROM hns_networks")[0]["n"] == 1);
    CHECK(node.query(collected.snapshot, "SELECT error FROM hns_calls WHERE error IS NOT NULL").size() == 1);
}

TEST_CASE("an HNS that gives a part of its objects is not taken to have no others", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault("HcnQueryEndpointProperties fail 0x80070005");
    node.fault(R"(HcnEnumerateLoadBalancers record {"Success":false,"ErrorCode":2151350285})");
    const Collected collected = collect(node, "hns");
    CHECK(collected.collection("hns")["outcome"] == "partial");
    const json partly = node.query(
        collected.snapshot, "SELECT name FROM documents WHERE truncated = 1 AND collector = 'hns' ORDER BY name");
    CHECK(partly == json::array({{{"name", "hns/v2-endpoints.json"}}, {{"name", "hns/v2-load-balancers.json"}}}));
    const json coverage =
        node.query(collected.snapshot,
                   "SELECT table_name, state FROM table_coverage WHERE table_name IN ('hns_endpoints', "
                   "'hns_load_balancers', 'hns_networks') ORDER BY table_name");
    CHECK(coverage == json::array({{{"table_name", "hns_endpoints"}, {"state", "partial"}},
                                   {{"table_name", "hns_load_balancers"}, {"state", "partial"}},
                                   {{"table_name", "hns_networks"}, {"state", "ok"}}}));
}

TEST_CASE("an HNS that does not list its endpoints fails, even if its other interface lists none", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault("HcnEnumerateEndpoints fail 0x803b0020");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.collection("hns")["outcome"] == "partial");
    CHECK(coverage_of(collected, "hns_endpoints") == "partial");
    CHECK(coverage_of(collected, "hns_networks") == "ok");
    CHECK(collected.query("SELECT result FROM hns_calls WHERE function = 'HcnEnumerateEndpoints'") ==
          json::array({{{"result", "0x803b0020"}}}));
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "not_evaluated");
}

TEST_CASE("an HNS whose older interface fails, or whose list is none, gives a part", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault("HNSCall/endpoints/ fail 0x80070005");
    node.fault(R"(HcnEnumerateLoadBalancers answer {"not":"a list"})");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(coverage_of(collected, "hns_endpoints") == "partial");
    CHECK(coverage_of(collected, "hns_load_balancers") == "partial");
    CHECK(collected.query("SELECT count(*) AS n FROM hns_endpoints")[0]["n"].get<int>() > 0);
    CHECK(collected.query("SELECT function, error FROM hns_calls WHERE error IS NOT NULL") ==
          json::array({{{"function", "HcnEnumerateLoadBalancers"}, {"error", "its answer is no list of ids"}}}));
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "not_evaluated");
}

TEST_CASE("what this Windows does not have is no failure of HNS", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault("HcnEnumerateSdnRoutes fail 0x80004001");
    node.fault("HNSCall/portpools fail 0x80070490");
    node.fault(R"(HNSCall/policylists/ answer {"Success":false,"Error":"Nicht unterst. ","ErrorCode":2147942450})");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.query("SELECT result FROM hns_calls WHERE function = 'GET /policylists/'") ==
          json::array({{{"result", "0x80070032"}}}));
    CHECK(coverage_of(collected, "hns_endpoints") == "ok");
    CHECK(coverage_of(collected, "hns_load_balancers") == "ok");
    CHECK(collected.verdict("cap-hns-query-failed") == "clear");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "clear");
}

TEST_CASE("a Windows without computenetwork.dll is asked by HNSCall alone, and that is whole", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.without("computenetwork.dll");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(coverage_of(collected, "hns_endpoints") == "ok");
    CHECK(collected.verdict("cap-hns-query-failed") == "clear");
}

TEST_CASE("a success of HNSCall without JSON is no answer, and its text is kept", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault("HNSCall/networks/ answer");
    node.fault("HNSCall/endpoints/ answer <html>");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.collection("hns")["outcome"] == "partial");
    CHECK(collected.query("SELECT name, size_bytes FROM documents WHERE truncated = 1 ORDER BY name") ==
          json::array({{{"name", "hns/v1-endpoints.json"}, {"size_bytes", 6}},
                       {{"name", "hns/v1-networks.json"}, {"size_bytes", 0}}}));
    CHECK(coverage_of(collected, "hns_networks") == "partial");
    CHECK(coverage_of(collected, "hns_endpoints") == "partial");
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
}

TEST_CASE("an HNS of which both interfaces give nothing that can be read is told as one that failed",
          "[windows][hns]") {
    const Node node;
    for (const char* each : {"Networks", "Endpoints", "LoadBalancers", "Namespaces", "SdnRoutes"}) {
        node.fault(std::string("HcnEnumerate") + each + " fail 0x803b0020");
    }
    node.fault("HNSCall answer");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK_THAT(collected.collection("hns")["reason"].get<std::string>(), ContainsSubstring("it refuses all of them"));
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
}

TEST_CASE("an HNS that refuses says so, and everything else is there", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    for (const char* each : {"HcnEnumerateNetworks", "HcnEnumerateEndpoints", "HcnEnumerateLoadBalancers",
                             "HcnEnumerateNamespaces", "HcnEnumerateSdnRoutes", "HNSCall"}) {
        node.fault(std::string(each) + " fail 0x80070005");
    }
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.collection("hns")["error_code"] == "access_denied");
    CHECK(collected.collection("hns")["native_domain"] == "HRESULT");
    CHECK(collected.collection("hns")["native_code"].get<std::int64_t>() == static_cast<std::int32_t>(0x80070005));
    CHECK(node.query(collected.snapshot, "SELECT count(*) AS n FROM interfaces")[0]["n"].get<int>() > 0);
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "not_evaluated");
}

TEST_CASE("an HNS that crashes its caller costs only its own data", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    node.fault("HcnEnumerateEndpoints crash");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.collection("hns")["outcome"] == "failed");
    CHECK_THAT(collected.collection("hns")["reason"].get<std::string>(), ContainsSubstring("0xc0000005"));
    // What came before the crash is kept.
    CHECK(node.query(collected.snapshot, "SELECT count(*) AS n FROM hns_networks")[0]["n"] == 1);
    CHECK(node.query(collected.snapshot, "SELECT count(*) AS n FROM interfaces")[0]["n"].get<int>() > 0);
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "not_evaluated");
}

// HCN has six tenths of the minute, and HNSCall is asked then.
TEST_CASE("an HNS that hangs is left when its time is up, and asked by its other interface", "[windows][hns][slow]") {
    const Node node;
    serve_flannel(node);
    node.fault("HcnEnumerateEndpoints hang");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.collection("hns")["outcome"] == "partial");
    CHECK(collected.collection("hns")["error_code"] == "timed_out");
    CHECK(collected.query("SELECT management_ip FROM hns_networks") ==
          json::array({{{"management_ip", "192.168.10.21"}}}));
    CHECK(collected.query("SELECT api, function, result, slowest_ms > 5000 AS slow FROM hns_calls "
                          "WHERE function LIKE '%Endpoint%' OR function LIKE '%endpoints%' ORDER BY api") ==
          json::array({{{"api", "HCN"}, {"function", "HcnEnumerateEndpoints"}, {"result", "not returned"}, {"slow", 1}},
                       {{"api", "HNSCall"}, {"function", "GET /endpoints/"}, {"result", "0x00000000"}, {"slow", 0}}}));
    CHECK(coverage_of(collected, "hns_endpoints") == "partial");
    CHECK(coverage_of(collected, "hns_load_balancers") == "partial");
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
    CHECK(collected.verdict("hns-api-slow-or-timeout") == "finding");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "not_evaluated");
}

TEST_CASE("a slow HNS gives what it can, and the times of its calls", "[windows][hns][slow]") {
    const Node node;
    serve_flannel(node);
    node.fault("HcnQueryEndpointProperties delay 22000");
    const Collected collected = collect(node, "hns,ip,system");
    CHECK(collected.collection("hns")["error_code"] == "timed_out");
    CHECK_THAT(collected.collection("hns")["reason"].get<std::string>(),
               ContainsSubstring("hns/v2-load-balancers.json: the time was up"));
    CHECK(collected.query("SELECT calls, slowest_ms > 21000 AS slow, result FROM hns_calls "
                          "WHERE function = 'HcnQueryEndpointProperties' ORDER BY result") ==
          json::array({{{"calls", 1}, {"slow", 1}, {"result", "0x00000000"}},
                       {{"calls", 1}, {"slow", 0}, {"result", "not returned"}}}));
    CHECK(collected.query("SELECT count(*) AS n FROM hns_endpoints")[0]["n"] == 1);
    CHECK(coverage_of(collected, "hns_endpoints") == "partial");
    CHECK(coverage_of(collected, "hns_networks") == "ok");
    CHECK(collected.query("SELECT hns_version FROM node_facts")[0]["hns_version"] == "13.3");
    CHECK(collected.verdict("hns-api-slow-or-timeout") == "finding");
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "not_evaluated");
}

TEST_CASE("a library or program that lies beside the executable is not used", "[windows][hns]") {
    const Node node;
    serve_flannel(node);
    namespace fs = std::filesystem;
    const fs::path beside = node.file("beside");
    fs::create_directories(beside);
    fs::copy_file("Z:" KWD_KWDIAG, beside / "kwdiag.exe");
    for (const char* each : {"computenetwork.dll", "vmcompute.dll", "wevtapi.dll", "vfpctrl.exe"}) {
        fs::copy_file(fs::path(KWD_DOUBLES) / each, beside / each);
        node.without(each);
    }
    const std::string snapshot = node.file("node.kwsnap");
    const Node::Ran ran =
        node.run((beside / "kwdiag.exe").string(), "collect --quiet --only hns,vfp,events --out " + snapshot);
    INFO(ran.err);
    CHECK(node.query(snapshot, "SELECT outcome FROM collections WHERE collector = 'hns'")[0]["outcome"] == "skipped");
    CHECK(std::ranges::none_of(
        node.calls(), [](const std::string& call) { return call.starts_with("Hcn") || call.starts_with("HNSCall"); }));
}
