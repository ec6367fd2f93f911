// SPDX-License-Identifier: Apache-2.0
#include "reports/report.h"
#include "tests/reports/example.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace kwd;
using nlohmann::json;

TEST_CASE("the JSON report holds what its schema promises", "[reports][json]") {
    const json report = json::parse(reports::render_json(test::example_results()));
    CHECK(report["report_version"] == 1);
    CHECK(report["node"]["name"] == "win-a");
    CHECK(report["node"]["os_version"] == "10.0.17763.379");
    CHECK(report["summary"]["critical"] == 1);
    CHECK(report["summary"]["not_evaluated"] == 1);

    const json& finding = report["findings"][0];
    CHECK(finding["rule"] == "overlay-vni-below-4096");
    CHECK(finding["severity"] == "critical");
    CHECK(finding["confidence"] == "definite");
    CHECK(finding["subject"] == "N1");
    CHECK(finding["message"] == "Overlay network vxlan0 uses VNI 1; Windows needs 4096 or more.");
    CHECK(finding["remedy"] == "Set VNI to 4096.");
    CHECK(finding["evidence"] == json::parse(R"([{"document": "hns/networks.json", "place": "/0/Ipams/0/Subnets/0",
                                                  "text": "{ \"IsolationId\": 1 }"}])"));

    const json& suppressed = report["evaluations"][1];
    CHECK(suppressed["rule"] == "hns-error-code-seen");
    CHECK(suppressed["verdict"] == "suppressed");
    CHECK(suppressed["reason"] == "overlay-vni-below-4096 explains it");

    CHECK(report["collections"][1]["collector"] == "logs");
    CHECK(report["collections"][1]["outcome"] == "failed");
    CHECK(report["collections"][1]["error"] == "access_denied, Win32 5");
    CHECK(report["documents"][1]["truncated"] == true);
    CHECK(report["notes"][0]["document"] == "kubelet.log");
}

TEST_CASE("findings that another explains stand below it, and are counted apart", "[reports][json]") {
    const json report = json::parse(reports::render_json(test::example_results()));
    REQUIRE(report["findings"].size() == 3);
    CHECK(report["summary"]["critical"] == 1);
    CHECK(report["summary"]["warning"] == 1);
    CHECK(report["summary"]["consequences"] == 3);

    const json& root = report["findings"][0];
    CHECK(root["rule"] == "overlay-vni-below-4096");
    CHECK(root["causes"] == json::array());
    REQUIRE(root["consequences"].size() == 1);
    const json& below = root["consequences"][0];
    CHECK(below["rule"] == "hns-error-code-seen");
    CHECK(below["message"] == "HNS answered 0x803b0014 <i>twice</i>.");
    CHECK(below["causes"] == json::array({"overlay-vni-below-4096"}));
    REQUIRE(below["consequences"].size() == 2);
    CHECK(below["consequences"][1]["subject"] == "pod-b");
    CHECK(below["consequences"][1]["causes"] == json::array({"hns-error-code-seen"}));
    CHECK(report["findings"][1]["consequences"] == json::array());
}

TEST_CASE("VXLAN packets are told by verdict with the first of each, what is wrong before what is right",
          "[reports][json]") {
    const json vxlan = json::parse(reports::render_json(test::example_results()))["vxlan"];
    REQUIRE(vxlan.size() == 4);
    CHECK(vxlan[0]["verdict"] == "mac-wrong");
    CHECK(vxlan[0]["words"] == "for a MAC that the receiver does not have");
    CHECK(vxlan[0]["packets"] == 7);
    CHECK(vxlan[0]["exclusive"] == true);
    CHECK(vxlan[0]["first_packet"] == 12);
    CHECK(vxlan[0]["seen"] == "00:15:5d:00:00:98");
    CHECK(vxlan[1]["verdict"] == "fragmented");
    CHECK(vxlan[1]["exclusive"] == false);
    CHECK(vxlan[2]["verdict"] == "unknown");
    CHECK(vxlan[3]["verdict"] == "right");
    CHECK(vxlan[3]["expected"].is_null());
}

TEST_CASE("layers that part come before those that are not known and those that agree", "[reports][json]") {
    const json layers = json::parse(reports::render_json(test::example_results()))["reconciliation"];
    REQUIRE(layers.size() == 4);
    CHECK(layers[0]["aspect"] == "VNI");
    CHECK(layers[0]["agrees"] == false);
    CHECK(layers[0]["says"] == json{{"kubernetes", "4096"}, {"configuration", "1"}, {"hns", "1"}});
    CHECK(layers[0]["difference"] == "Kubernetes has 4096, the configuration has 1, HNS has 1");
    CHECK(layers[1]["aspect"] == "gateway");
    CHECK(layers[1]["agrees"].is_null());
    CHECK(layers[2]["aspect"] == "subnet");
    CHECK(layers[2]["agrees"] == true);
    CHECK(layers[2]["difference"].is_null());
}

TEST_CASE("a rule names the collector that failed, which says why", "[reports][json]") {
    snapshot::Database database = test::example_results();
    database.execute(
        "UPDATE evaluations SET reason = 'packets is missing: the collector packets took too long: no answer within 20 "
        "s'"
        " WHERE rule_id = 'overlay-no-vxlan-frames'");
    const json report = json::parse(reports::render_json(database));
    const json& evaluations = report["evaluations"];
    const auto found =
        std::ranges::find_if(evaluations, [](const json& each) { return each["rule"] == "overlay-no-vxlan-frames"; });
    REQUIRE(found != evaluations.end());
    CHECK((*found)["reason"] == "packets is missing: the collector packets took too long");
    CHECK((*found)["collectors"] == json::array({"packets"}));
    CHECK(report["collections"][2]["reason"] == "no answer within 20 s");
    CHECK(evaluations[1]["collectors"] == json::array());
}

TEST_CASE("a collector that was asked again has a row for each time, and a rule names it once", "[reports][json]") {
    snapshot::Database database = test::example_results();
    database.execute(
        "INSERT INTO collections (collector, outcome, reason, started_at_utc) VALUES ('packets', 'failed', 'it died', "
        "'2026-01-02T03:14:06Z');"
        "UPDATE evaluations SET reason = 'a is missing: the collector packets took too long: no answer within 20 s; b "
        "is missing: the collector packets failed: it died' WHERE rule_id = 'overlay-no-vxlan-frames'");
    const json report = json::parse(reports::render_json(database));
    REQUIRE(report["collections"].size() == 4);
    CHECK(report["collections"][3]["collector"] == "packets");
    CHECK(report["collections"][3]["started_at_utc"] == "2026-01-02T03:14:06Z");
    const json& evaluations = report["evaluations"];
    const auto found =
        std::ranges::find_if(evaluations, [](const json& each) { return each["rule"] == "overlay-no-vxlan-frames"; });
    REQUIRE(found != evaluations.end());
    CHECK((*found)["reason"] ==
          "a is missing: the collector packets took too long; b is missing: the collector packets failed");
    CHECK((*found)["collectors"] == json::array({"packets"}));
}

TEST_CASE("the same results give the same bytes", "[reports][json]") {
    CHECK(reports::render_json(test::example_results()) == reports::render_json(test::example_results()));
}
