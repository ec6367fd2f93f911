// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/collectors.h"
#include "tests/windows/collected.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::collect;
using test::Collected;
using test::Node;

namespace {

const std::string kHostPort = "11111111-2222-4333-8444-555555555500";
const std::string kPodPort = "11111111-2222-4333-8444-555555555501";
const std::string kEndpoint = "B7D0C1F2-0001-4A00-9000-000000000001";

void serve_vfp(const Node& node) {
    // "B\x81ro" is "Büro" in code page 850, as a German Windows prints it.
    node.serve("vfp\\list-vmswitch-port.txt",
               "ITEM LIST\r\n===========\r\n\r\n"
               "  Port name             : " +
                   kPodPort +
                   "\r\n"
                   "  Port Friendly name    : " +
                   kEndpoint +
                   "\r\n"
                   "  Switch Friendly name  : B\x81ro\r\n"
                   "  Port is Initialized.\r\n"
                   "  MAC address           : 00-15-5D-3E-21-A1\r\n\r\n"
                   "  Port name             : " +
                   kHostPort +
                   "\r\n"
                   "  Port Friendly name    : Container NIC 1a2b3c4d\r\n\r\n"
                   "Command list-vmswitch-port succeeded!\r\n");
    for (const std::string& port : {kHostPort, kPodPort}) {
        node.serve("vfp\\" + port + "-get-port-state.txt",
                   "  Enabled : TRUE\r\n  Blocked : " + std::string(port == kPodPort ? "TRUE" : "FALSE") + "\r\n");
        node.serve("vfp\\" + port + "-list-rule.txt",
                   "ITEM LIST\r\n===========\r\n\r\nLAYER : LB_DSR\r\n  GROUP : LB_DSR_IPv4_OUT\r\n    RULE : R1\r\n"
                   "        Type : lbnat\r\n\r\nCommand list-rule succeeded!\r\n");
        node.serve("vfp\\" + port + "-get-port-counter.txt",
                   "Direction - OUT\r\n  Dropped ACL packets : 3\r\nDirection - IN\r\n  Dropped ACL packets : 0\r\n");
    }
}

class KeptDocuments final : public collectors::DocumentSink {
  public:
    Result<void> put(collectors::NewDocument document) override {
        documents.push_back(std::move(document));
        return {};
    }
    void missed(Error error) override { errors.push_back(std::move(error)); }

    std::vector<collectors::NewDocument> documents;
    std::vector<Error> errors;
};

}  // namespace

TEST_CASE("VFP is asked of every port, and only asked", "[windows][vfp]") {
    const Node node;
    serve_vfp(node);
    const Collected collected = collect(node, "vfp");
    INFO(collected.collection("vfp").dump());
    CHECK(collected.collection("vfp")["outcome"] == "ok");
    CHECK(collected.query("SELECT port_name, friendly_name, mac, enabled, blocked FROM vfp_ports ORDER BY port_name") ==
          json::array({{{"port_name", kHostPort},
                        {"friendly_name", "Container NIC 1a2b3c4d"},
                        {"mac", nullptr},
                        {"enabled", 1},
                        {"blocked", 0}},
                       {{"port_name", kPodPort},
                        {"friendly_name", kEndpoint},
                        {"mac", "00:15:5d:3e:21:a1"},
                        {"enabled", 1},
                        {"blocked", 1}}}));
    CHECK(collected.query("SELECT switch_friendly_name FROM vfp_ports WHERE port_name = '" + kPodPort +
                          "'")[0]["switch_friendly_name"] == "B\xC3\xBCro");
    CHECK(collected.query("SELECT layer, group_name, name, type FROM vfp_rules WHERE port_name = '" + kPodPort + "'") ==
          json::array({{{"layer", "LB_DSR"}, {"group_name", "LB_DSR_IPv4_OUT"}, {"name", "R1"}, {"type", "lbnat"}}}));
    CHECK(collected.query("SELECT value FROM vfp_counters WHERE direction = 'OUT' AND port_name = '" + kPodPort +
                          "'") == json::array({{{"value", 3}}}));
    CHECK(collected.verdict("vfp-port-blocked") == "finding");

    // The host's port is asked first although it is listed last, and all states before any counters.
    const auto calls = node.calls();
    const auto at = [&](const std::string& call) { return std::ranges::find(calls, call) - calls.begin(); };
    CHECK(at("vfpctrl /port " + kHostPort + " /list-rule") < at("vfpctrl /port " + kPodPort + " /list-rule"));
    CHECK(at("vfpctrl /port " + kPodPort + " /list-rule") < at("vfpctrl /port " + kHostPort + " /get-port-counter"));
    CHECK(static_cast<std::size_t>(at("vfpctrl /port " + kPodPort + " /get-flow-stats")) < calls.size());
    CHECK_FALSE(test::changed_anything(node));
}

TEST_CASE("a question that VFP refuses is told once, and leaves its table known in part", "[windows][vfp]") {
    const Node node;
    serve_vfp(node);
    node.fault("vfpctrl:list-rule fail 0x1");
    const Collected collected = collect(node, "vfp");
    const json vfp = collected.collection("vfp");
    CHECK(vfp["outcome"] == "partial");
    CHECK_THAT(vfp["reason"].get<std::string>(), ContainsSubstring("and so with 1 other port"));
    CHECK(collected.query("SELECT state FROM table_coverage WHERE table_name = 'vfp_rules'")[0]["state"] == "partial");
    CHECK(collected.query("SELECT count(*) AS n FROM vfp_ports")[0]["n"] == 2);
}

TEST_CASE("a VFP that may not be asked says so", "[windows][vfp]") {
    const Node node;
    node.fault("vfpctrl fail 0x5");
    const Collected collected = collect(node, "vfp");
    CHECK(collected.collection("vfp")["error_code"] == "access_denied");
    // Wine gives every process an elevated token.
    CHECK_THAT(collected.collection("vfp")["reason"].get<std::string>(),
               ContainsSubstring("(refused to an elevated process too)"));
    CHECK(collected.query("SELECT state FROM table_coverage WHERE table_name = 'vfp_ports'")[0]["state"] == "missing");
}

TEST_CASE("a port that VFP keeps to itself says what it needs", "[windows][vfp]") {
    const Node node;
    serve_vfp(node);
    node.fault("vfpctrl:list-rule fail 0x5");
    const json vfp = collect(node, "vfp").collection("vfp");
    CHECK(vfp["error_code"] == "access_denied");
    CHECK_THAT(vfp["reason"].get<std::string>(), ContainsSubstring("(refused to an elevated process too)"));
}

TEST_CASE("a VFP that hangs is asked until the time is up, and what was left out is told", "[windows][vfp][slow]") {
    const Node node;
    serve_vfp(node);
    node.fault("vfpctrl:get-rule-counter hang");
    const Collected collected = collect(node, "vfp");
    const json vfp = collected.collection("vfp");
    CHECK(vfp["outcome"] == "partial");
    CHECK(vfp["error_code"] == "timed_out");
    CHECK(collected.query("SELECT count(*) AS n FROM vfp_rules")[0]["n"] == 2);
    CHECK(collected.query("SELECT state FROM table_coverage WHERE table_name = 'vfp_counters'")[0]["state"] ==
          "partial");
}

TEST_CASE("what there was no time to ask is listed in a document that is not whole", "[windows][vfp]") {
    const Node node;
    serve_vfp(node);
    node.fault("vfpctrl:get-port-state hang");
    KeptDocuments kept;
    CHECK(collectors::collect_vfp({}, kept, std::chrono::steady_clock::now() + std::chrono::seconds(3)));
    const auto left_out = std::ranges::find(kept.documents, "vfp/left-out.txt", &collectors::NewDocument::name);
    REQUIRE(left_out != kept.documents.end());
    CHECK(left_out->truncated);
    CHECK_THAT(left_out->content, ContainsSubstring("> vfpctrl /port " + kHostPort + " /list-rule\n") &&
                                      ContainsSubstring("> vfpctrl /port " + kPodPort + " /get-port-state\n"));
    REQUIRE(kept.errors.size() == 2);
    CHECK(kept.errors[0].code == Errc::timed_out);
    CHECK_THAT(kept.errors[1].doing, ContainsSubstring("of 2 of 2 ports not everything was asked"));
}

TEST_CASE("a system without vfpctrl is skipped", "[windows][vfp]") {
    const Node node;
    node.without("vfpctrl.exe");
    const Collected collected = collect(node, "vfp");
    CHECK(collected.collection("vfp")["outcome"] == "skipped");
}
