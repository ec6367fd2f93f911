// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"
#include "tests/windows/whole_node.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::Collected;
using test::MadeKey;

// Wine itself keeps nobody from anything but keys of the registry. The doubles refuse what HNS, VFP and compartments
// refuse to an ordinary prompt.

TEST_CASE("without elevation all that can be read is read, and the rest is listed with what it needs",
          "[windows][run][elevation]") {
    const test::WholeNode node;
    node.install_compartments();
    node.serve("compartments.json", R"([{"id": 1, "listens": 10250, "process_id": 812}, {"id": 5}])");
    node.fault("EvtQuery:Microsoft-Windows-Host-Network-Service-Admin fail 5");  // ERROR_ACCESS_DENIED
    const MadeKey state("HKLM\\SYSTEM\\CurrentControlSet\\Services\\hns\\State");
    state.number("HNSControlFlag", 16);
    state.only_for_administrators();

    const Collected collected{node, node.file("node.kwsnap")};
    const std::string report = node.file("node.html");
    const test::Node::Ran ran =
        node.kwdiag_not_elevated("run --quiet --packets 0 --out " + collected.snapshot + " --report " + report);
    INFO(ran.err);
    CHECK(ran.code == 1);

    CHECK(collected.query("SELECT elevated FROM system") == json::parse(R"([{"elevated": 0}])"));
    CHECK(collected.verdict("cap-not-elevated") == "finding");

    for (const char* each : {"hns", "vfp", "ip", "ports", "registry", "events"}) {
        const json collection = collected.collection(each);
        CAPTURE(collection.dump());
        CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("needs an elevated process"));
    }
    CHECK(collected.collection("hns")["error_code"] == "access_denied");
    CHECK_THAT(collected.collection("ip")["reason"].get<std::string>(),
               ContainsSubstring("enter the network compartments of pods"));
    CHECK_THAT(collected.collection("registry")["reason"].get<std::string>(), ContainsSubstring("hns\\State"));
    CHECK_THAT(collected.collection("events")["reason"].get<std::string>(),
               ContainsSubstring("Host-Network-Service-Admin"));

    for (const char* table :
         {"routes", "interfaces", "addresses", "sockets", "services", "processes", "registry_values",
          "firewall_profiles", "cni_networks", "log_lines", "events", "ip_reservations", "kubeconfigs", "k8s_nodes"}) {
        CAPTURE(table);
        CHECK(collected.query(std::string("SELECT count(*) AS n FROM ") + table).at(0)["n"].get<int>() > 0);
    }
    CHECK(collected.query("SELECT count(*) AS n FROM registry_values WHERE name = 'HNSControlFlag'").at(0)["n"] == 0);
    CHECK(collected.query("SELECT DISTINCT compartment_id FROM addresses") ==
          json::parse(R"([{"compartment_id": 1}])"));

    std::ifstream file(report, std::ios::binary);
    const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    CHECK_THAT(page, ContainsSubstring("needs an elevated process"));
}

TEST_CASE("rules that need HNS are not evaluated where it refused an ordinary prompt", "[windows][hns][elevation]") {
    const test::WholeNode node;
    const Collected collected{node, node.file("node.kwsnap")};
    const test::Node::Ran ran =
        node.kwdiag_not_elevated("collect --quiet --only hns,system,services,processes --out " + collected.snapshot);
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(collected.verdict("cap-hns-query-failed") == "finding");
    CHECK(collected.verdict("hns-duplicate-endpoint-ip") == "not_evaluated");
    CHECK(collected.verdict("cap-not-elevated") == "finding");
}
