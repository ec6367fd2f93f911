// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/vxlan_sender.h"
#include "tests/windows/whole_node.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

using namespace kwd;
using nlohmann::json;
using test::Node;

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("kwdiag run writes a snapshot and a report with data of every collector", "[windows][run]") {
    const test::WholeNode node;
    const test::VxlanSender sender("127.0.0.1", 4097);

    const std::string snapshot = node.file("node.kwsnap");
    const std::string report = node.file("node.html");
    const Node::Ran ran =
        node.kwdiag("run --quiet --packets 3 --interface lo --out " + snapshot + " --report " + report);
    INFO(ran.err);
    REQUIRE((ran.code == 0 || ran.code == 1 || ran.code == 3));

    for (const char* each : {"hns", "ip", "ports", "system", "services", "processes", "registry", "firewall", "vfp",
                             "node-files", "kubeconfigs", "logs", "events", "ip-reservations", "k8s", "packets"}) {
        const json row = node.query(snapshot, "SELECT outcome, documents, reason FROM collections WHERE collector = '" +
                                                  std::string(each) + "'")
                             .at(0);
        INFO(each << ": " << row.dump());
        CHECK((row["outcome"] == "ok" || row["outcome"] == "partial"));
        CHECK(row["documents"].get<int>() > 0);
    }
    constexpr auto kFilled = std::to_array<std::pair<const char*, const char*>>({
        {"hns_networks", "name = 'flannel.4096'"},
        {"routes", "1"},
        {"interfaces", "1"},
        {"addresses", "address = '127.0.0.1' AND prefix = '127.0.0.0/8'"},
        {"sockets", "1"},
        {"port_ranges", "family = 4 AND protocol = 'tcp' AND kind = 'dynamic' AND first_port = 49152"},
        {"port_ranges", "family = 6 AND protocol = 'udp' AND kind = 'excluded' AND last_port = 64063 AND administered"},
        {"system", "os_family = 'windows'"},
        {"system", "clock_synchronized = 1 AND abs(clock_offset_ms - 25) < 0.001"},
        {"services", "1"},
        {"processes", "name = 'kwdiag'"},
        {"registry_values", "name = 'HNSControlFlag' AND value = '16'"},
        {"firewall_profiles", "name = 'private' AND enabled = 1"},
        {"vfp_ports", "friendly_name = 'ExternalPort'"},
        {"cni_networks", "name = 'flannel.4096'"},
        {"log_lines", "message LIKE '%a line of the test%'"},
        {"events", "event_id = 7031"},
        {"ip_reservations", "address = '10.244.2.5'"},
        {"kubeconfigs", "server = 'https://10.0.0.9:6443'"},
        {"k8s_nodes", "name = 'node-1'"},
        {"vxlan_flows", "vni = 4097"},
    });
    for (const auto& [table, condition] : kFilled) {
        CAPTURE(table, condition);
        CHECK(node.query(snapshot, std::string("SELECT count(*) AS n FROM ") + table + " WHERE " + condition)[0]["n"]
                  .get<int>() > 0);
    }
    const std::string page = text_of(report);
    CHECK(page.starts_with("<!doctype html>"));
    CHECK(page.find("flannel.4096") != std::string::npos);

    // For the test that has the same snapshot read on Linux.
    fs::copy_file(snapshot, "Z:" KWD_KEPT_SNAPSHOT, fs::copy_options::overwrite_existing);
}
