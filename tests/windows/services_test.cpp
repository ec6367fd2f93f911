// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "base/windows_handle.h"
#include "tests/windows/collected.h"
#include "tests/windows/made_key.h"
#include "tests/windows/made_service.h"
#include "tests/windows/running_service.h"

#include <windows.h>
#include <winsvc.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::MadeKey;
using test::MadeService;
using test::Node;

namespace {

constexpr const char* kServices = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\";
constexpr const char* kToken = "abcdef.0123456789abcdef";

/// A program that does nothing until it is ended.
class StandingProcess {
  public:
    StandingProcess(const std::string& program, const std::string& arguments) {
        std::wstring command = wide("\"" + program + "\" " + arguments);
        STARTUPINFOW startup{};
        startup.cb = sizeof startup;
        REQUIRE(CreateProcessW(wide(program).c_str(), command.data(), nullptr, nullptr, FALSE, CREATE_SUSPENDED,
                               nullptr, nullptr, &startup, &made_) != 0);
    }
    ~StandingProcess() {
        TerminateProcess(made_.hProcess, 0);
        WaitForSingleObject(made_.hProcess, 10'000);
        CloseHandle(made_.hProcess);
        CloseHandle(made_.hThread);
    }
    StandingProcess(const StandingProcess&) = delete;
    StandingProcess& operator=(const StandingProcess&) = delete;
    [[nodiscard]] std::string id() const { return std::to_string(made_.dwProcessId); }

  private:
    PROCESS_INFORMATION made_{};
};

// A document of a snapshot as it was stored.
std::string document(const Node& node, const std::string& snapshot, const std::string& name) {
    const std::filesystem::path folder = node.file("exported");
    REQUIRE(node.kwdiag("export " + snapshot + " --out " + folder.string()).code == 0);
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
        if (each.path().filename().string().ends_with(name)) {
            std::ifstream file(each.path(), std::ios::binary);
            return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        }
    }
    FAIL("no document " << name);
    return {};
}

}  // namespace

TEST_CASE("services are listed whole, with what NSSM runs for them", "[windows][services]") {
    const Node node;
    const MadeService kubelet(L"kubelet", L"\"C:\\Program Files\\nssm\\nssm.exe\"", SERVICE_DEMAND_START,
                              L"Dnscache\0hns\0");
    const MadeService proxy(L"kubeproxy", L"C:\\k\\kube-proxy.exe --proxy-mode=kernelspace --network-name=cbr0",
                            SERVICE_DISABLED, nullptr);
    const MadeKey parameters(std::string(kServices) + "kubelet\\Parameters");
    parameters.text("Application", "C:\\k\\kubelet.exe");
    parameters.text(
        "AppParameters",
        std::string("--node-ip=192.168.10.21 --resolv-conf=\"\" --feature-gates=\"WinDSR=true\" --token ") + kToken);
    parameters.text("AppDirectory", "C:\\k");
    parameters.text("AppStdout", "C:\\k\\kubelet.log");
    // The last has a name that becomes shorter.
    parameters.list("AppEnvironmentExtra", {"KUBE_NETWORK=cbr0", "DB_PASSWORD=geheim", "OWN=private",
                                            std::string("KUBELET_X-") + kToken + "=1"});
    const std::string snapshot = test::collect(node, "services").snapshot;

    CHECK(node.query(snapshot, "SELECT outcome, reason FROM collections WHERE collector = 'services'")[0] ==
          json{{"outcome", "ok"}, {"reason", nullptr}});
    // Wine does not tell what a service depends on.
    CHECK(node.query(snapshot,
                     "SELECT name, state, start_type, binary_path, process_id FROM services WHERE name "
                     "LIKE 'kube%' ORDER BY name") ==
          json::array({{{"name", "kubelet"},
                        {"state", "stopped"},
                        {"start_type", "manual"},
                        {"binary_path", "\"C:\\Program Files\\nssm\\nssm.exe\""},
                        {"process_id", nullptr}},
                       {{"name", "kubeproxy"},
                        {"state", "stopped"},
                        {"start_type", "disabled"},
                        {"binary_path", "C:\\k\\kube-proxy.exe --proxy-mode=kernelspace --network-name=cbr0"},
                        {"process_id", nullptr}}}));
    CHECK(node.query(snapshot, "SELECT node_ip, resolv_conf FROM kubelet_settings") ==
          json::array({{{"node_ip", "192.168.10.21"}, {"resolv_conf", ""}}}));
    CHECK(node.query(snapshot, "SELECT network_name, mode, running FROM kube_proxy_settings") ==
          json::array({{{"network_name", "cbr0"}, {"mode", "kernelspace"}, {"running", 0}}}));
    CHECK(node.query(snapshot, "SELECT component, gate, enabled, origin FROM feature_gates") ==
          json::array({{{"component", "kubelet"}, {"gate", "WinDSR"}, {"enabled", 1}, {"origin", "service"}}}));
    CHECK(node.query(snapshot, "SELECT name, value FROM environment WHERE scope = 'kubelet' ORDER BY name") ==
          json::array({{{"name", "KUBELET_X-[removed: token]"}, {"value", "1"}},
                       {{"name", "KUBE_NETWORK"}, {"value", "cbr0"}}}));

    const std::string stored = document(node, snapshot, "services.json");
    CHECK_THAT(stored, !ContainsSubstring(kToken));
    CHECK_THAT(stored, !ContainsSubstring("geheim"));
    const json services = json::parse(stored);
    // Wine has no HNS; kubelet is there.
    const auto absent = services["absent_services"].get<std::vector<std::string>>();
    CHECK(std::ranges::count(absent, "hns") == 1);
    CHECK(std::ranges::count(absent, "kubelet") == 0);
    for (const char* each : {"CalicoUpgrade", "Dhcp", "hosts-config-agent", "hvsics", "k3s", "NetSetupSvc", "VMSP",
                             "VMSVSF", "VMSVSP", "windows-exporter"}) {
        INFO(each);
        CHECK(std::ranges::count(absent, each) == 1);
    }
    int found = 0;
    for (const json& each : services["services"]) {
        if (each["name"] == "kubelet" && each.contains("nssm")) {
            ++found;
            CHECK(each["nssm"]["directory"] == "C:\\k");
            CHECK(each["nssm"]["stdout"] == "C:\\k\\kubelet.log");
            CHECK(each["nssm"]["arguments"][0] == "C:\\k\\kubelet.exe");
        }
    }
    CHECK(found == 1);
    CHECK(node.query(snapshot, "SELECT note FROM documents WHERE name = 'services.json'")[0]["note"] ==
          "secrets removed: 2 token");
}

TEST_CASE("a running service tells when its process started", "[windows][services]") {
    const Node node;
    const test::RunningService wmi(L"Winmgmt");
    const Handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, wmi.process_id()));
    FILETIME created{};
    FILETIME other{};
    SYSTEMTIME start{};
    REQUIRE(GetProcessTimes(process.get(), &created, &other, &other, &other) != 0);
    REQUIRE(FileTimeToSystemTime(&created, &start) != 0);
    const test::Collected collected = test::collect(node, "services");
    const json row = collected.query("SELECT state, started_at_utc FROM services WHERE name = 'Winmgmt'").at(0);
    CHECK(row["state"] == "running");
    CHECK_THAT(row["started_at_utc"].get<std::string>(),
               ContainsSubstring(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", start.wYear, start.wMonth,
                                             start.wDay, start.wHour, start.wMinute, start.wSecond)));
    CHECK(collected.query("SELECT name FROM services WHERE started_at_utc IS NOT NULL AND process_id IS NULL").empty());
}

TEST_CASE("processes are listed with their flags, and without the secrets among them", "[windows][processes]") {
    const Node node;
    const std::string program = node.file("kubelet.exe");
    std::filesystem::copy_file("Z:" KWD_KWDIAG, program);
    const StandingProcess kubelet(program, std::string("--node-ip=192.168.10.22 --bootstrap-token=") + kToken +
                                               " --hostname-override=\"node 1\"");
    const std::string snapshot = test::collect(node, "processes").snapshot;

    CHECK(node.query(snapshot, "SELECT outcome, reason FROM collections WHERE collector = 'processes'")[0] ==
          json{{"outcome", "ok"}, {"reason", nullptr}});
    const json process = node.query(snapshot, "SELECT * FROM processes WHERE process_id = " + kubelet.id()).at(0);
    CHECK(process["name"] == "kubelet");
    CHECK(process["parent_id"] == static_cast<std::int64_t>(GetCurrentProcessId()));
    CHECK(process["thread_count"] == 1);
    CHECK(process["working_set_bytes"].get<std::int64_t>() > 0);
    CHECK(process["started_at_utc"].get<std::string>().starts_with("20"));
    CHECK_THAT(process["command_line"].get<std::string>(), ContainsSubstring("[removed: token]"));
    CHECK_THAT(document(node, snapshot, "processes.json"), !ContainsSubstring(kToken));
    CHECK(node.query(snapshot,
                     "SELECT name, value FROM component_flags WHERE component = 'kubelet' AND origin = "
                     "'process' AND name <> 'bootstrap-token' ORDER BY name") ==
          json::array({{{"name", "hostname-override"}, {"value", "node 1"}},
                       {{"name", "node-ip"}, {"value", "192.168.10.22"}}}));
    CHECK(node.query(snapshot, "SELECT running, node_ip FROM kubelet_settings") ==
          json::array({{{"running", 1}, {"node_ip", "192.168.10.22"}}}));
}
