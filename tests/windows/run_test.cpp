// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/made_key.h"
#include "tests/windows/node.h"
#include "tests/windows/vxlan_sender.h"

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
using test::MadeKey;
using test::Node;

namespace {

namespace fs = std::filesystem;

/// A file on the system drive, taken away again with the folders that were made for it.
class MadeFile {
  public:
    MadeFile(const fs::path& path, const std::string& content) : path_(path), topmost_(path) {
        for (fs::path folder = path.parent_path(); !fs::exists(folder); folder = folder.parent_path()) {
            topmost_ = folder;
        }
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }
    ~MadeFile() {
        std::error_code ignored;
        fs::remove(path_, ignored);
        fs::remove_all(topmost_, ignored);
    }
    MadeFile(const MadeFile&) = delete;
    MadeFile& operator=(const MadeFile&) = delete;

  private:
    fs::path path_;
    fs::path topmost_;
};

void serve_everything(const Node& node) {
    node.serve_fixture("hns\\networks.json", "hns/flannel-vxlan-network-v2.json");
    node.serve_fixture("hns\\endpoints.json", "hns/flannel-vxlan-endpoints-v2.json");
    node.serve_fixture("hns\\load-balancers.json", "hns/kube-proxy-load-balancers-v2.json");
    node.serve("hns\\v1-globals-version.json", R"({"Success":true,"Output":{"Major":13,"Minor":3}})");
    node.serve("vfp\\list-vmswitch-port.txt",
               "ITEM LIST\r\n===========\r\n\r\n  Port name             : 11111111-2222-4333-8444-555555555501\r\n"
               "  Port Friendly name    : ExternalPort\r\n\r\nCommand list-vmswitch-port succeeded!\r\n");
    node.serve("events\\System.xml",
               "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
               "<Provider Name='Service Control Manager'/><EventID>7031</EventID><Level>2</Level>"
               "<TimeCreated SystemTime='2024-01-31T10:00:00.2Z'/><Channel>System</Channel><Computer>win-1</Computer>"
               "</System><EventData><Data Name='param1'>Host Network Service</Data></EventData></Event>\n");
    node.install_npcap();
}

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("kwdiag run writes a snapshot and a report with data of every collector", "[windows][run]") {
    const Node node;
    serve_everything(node);
    const MadeKey state("HKLM\\SYSTEM\\CurrentControlSet\\Services\\hns\\State");
    state.number("HNSControlFlag", 16);
    const MadeKey profile(
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\StandardProfile");
    profile.number("EnableFirewall", 1);
    const MadeFile conf("C:\\etc\\cni\\net.d\\10-flannel.conf", R"({"name":"flannel.4096","type":"flannel"})");
    const MadeFile log("C:\\var\\log\\kubelet\\kubelet.log",
                       "E0131 10:00:00.000000    1234 kubelet.go:1] \"a line of the test\"\n");
    const MadeFile reservation("C:\\var\\lib\\cni\\networks\\flannel.4096\\10.244.2.5", "container\r\neth0");
    const test::VxlanSender sender("127.0.0.1", 4097);

    const std::string snapshot = node.file("node.kwsnap");
    const std::string report = node.file("node.html");
    const Node::Ran ran =
        node.kwdiag("run --quiet --packets 3 --interface lo --out " + snapshot + " --report " + report);
    INFO(ran.err);
    REQUIRE((ran.code == 0 || ran.code == 1 || ran.code == 3));

    for (const char* each : {"hns", "ip", "ports", "system", "services", "processes", "registry", "firewall", "vfp",
                             "node-files", "logs", "events", "ip-reservations", "capture"}) {
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
        {"system", "os_family = 'windows'"},
        {"services", "1"},
        {"processes", "name = 'kwdiag'"},
        {"registry_values", "name = 'HNSControlFlag' AND value = '16'"},
        {"firewall_profiles", "name = 'private' AND enabled = 1"},
        {"vfp_ports", "friendly_name = 'ExternalPort'"},
        {"cni_networks", "name = 'flannel.4096'"},
        {"log_lines", "message LIKE '%a line of the test%'"},
        {"events", "event_id = 7031"},
        {"ip_reservations", "address = '10.244.2.5'"},
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
