// SPDX-License-Identifier: Apache-2.0
// What people save of Windows' own programs and cmdlets when they are asked for it.
#include "analyzers/docker_networks.h"
#include "analyzers/event_records.h"
#include "analyzers/registry_text.h"
#include "analyzers/windows_text.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

Analysis of_file(const std::string& path) {
    return analyzed(&analyze_windows_text, path, fixture("loose/" + path));
}

Analysis of_text(std::string text) {
    return analyzed(&analyze_windows_text, std::move(text));
}

TEST_CASE("tasklist tells processes in any language and form", "[analyzers][processes]") {
    const Analysis table = of_file("windows/tasklist-v.txt");
    REQUIRE(table.rows(kProcesses).size() == 2);
    CHECK(table.rows(kProcesses)[1].row.process_id == 3412);
    CHECK(table.rows(kProcesses)[1].row.name == "kubelet");
    CHECK(table.rows(kProcesses)[1].row.working_set_bytes == 85120 * 1024);
    CHECK(table.rows(kProcesses)[1].row.account == "NT AUTHORITY\\SYSTEM");
    CHECK(table.rows(kProcesses)[1].place == "line:5");

    const Analysis csv = of_file("windows/tasklist.csv");
    REQUIRE(csv.rows(kProcesses).size() == 2);
    CHECK(csv.rows(kProcesses)[1].row.working_set_bytes == 85120 * 1024);
    CHECK_FALSE(csv.rows(kProcesses)[1].row.account);

    const Analysis german = of_text(
        "Abbildname                     PID Sitzungsname       Sitz.-Nr. Speichernutzung\n"
        "========================= ======== ================ =========== ===============\n"
        "System                           4 Services                   0         1.234 K\n");
    CHECK(only_row(german, kProcesses).row.process_id == 4);
    CHECK(only_row(german, kProcesses).row.working_set_bytes == 1234 * 1024);
    CHECK(coverage_of(german, "processes").empty());
}

TEST_CASE("a list of processes without System is a choice of them", "[analyzers][processes]") {
    CHECK(coverage_of(of_file("cmdlets/get-process.txt"), "processes") == "a choice of the processes was listed");
    CHECK(only_row(of_text("Handles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName\n"
                           "-------  ------    -----      -----     ------     --  -- -----------\n"
                           "    215      16    45376      52000      12.34   3412   0 kubelet\n"),
                   kProcesses)
              .row.working_set_bytes == 52000 * 1024);
}

TEST_CASE("Win32_Process gives the flags of components, as list, CSV and JSON", "[analyzers][processes]") {
    for (const char* file : {"cmdlets/win32-process-list.txt", "cmdlets/win32-process.csv"}) {
        INFO(file);
        const Analysis read = of_file(file);
        REQUIRE(read.rows(kProcesses).size() == 2);
        CHECK(read.rows(kProcesses)[0].row.name == "kubelet");
        const auto flags = read.rows(kComponentFlags);
        REQUIRE(flags.size() >= 3);
        CHECK(flags[0].row.component == "kubelet");
        CHECK(flags[0].row.name == "config");
        CHECK(flags[0].row.origin == "process");
        CHECK(flags[1].row.value == "win-a");
        CHECK(flags.back().row.component == "kube-proxy");
        CHECK(flags.back().row.name == "source-vip");
        CHECK(flags.back().row.value == "10.244.2.2");
    }
    const Analysis json = of_file("cmdlets/win32-process.json");
    REQUIRE(json.rows(kProcesses).size() == 2);
    CHECK(json.rows(kProcesses)[0].row.parent_id == 2000);
    CHECK(json.rows(kProcesses)[0].place == "/0");
    CHECK(json.rows(kComponentFlags).size() == 1);
    CHECK(coverage_of(json, "component_flags") == "the command line of kube-proxy is not known whole");
}

TEST_CASE("a command line that a table cut off is not taken for whole", "[analyzers][processes]") {
    const Analysis read = of_text(
        "ProcessId Name        CommandLine\n"
        "--------- ----        -----------\n"
        "     3412 kubelet.exe C:\\k\\kubelet.exe --v=2 --node-i...\n");
    CHECK(only_row(read, kComponentFlags).row.name == "v");
    CHECK(coverage_of(read, "component_flags") == "the command line of kubelet is not known whole");
    CHECK(notes_of(read) == std::vector<std::string>{"truncated at line:3"});
}

TEST_CASE("netstat tells who listens and who is connected", "[analyzers][sockets]") {
    const Analysis read = of_file("windows/netstat-ano.txt");
    const auto rows = read.rows(kSockets);
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].row.protocol == "tcp");
    CHECK(rows[0].row.local_address == "0.0.0.0");
    CHECK(rows[0].row.local_port == 10250);
    CHECK(rows[0].row.state == "listen");
    CHECK(rows[0].row.process_id == 3412);
    CHECK_FALSE(rows[0].row.remote_port);
    CHECK(rows[1].row.state == "established");
    CHECK(rows[1].row.remote_address == "192.168.10.10");
    CHECK(rows[1].row.remote_port == 6443);
    CHECK(rows[2].row.local_address == "::");
    CHECK(rows[3].row.protocol == "udp");
    CHECK(rows[3].row.local_port == 4789);
    CHECK(rows[3].row.process_id == 4);
    CHECK_FALSE(rows[3].row.state);
    CHECK(coverage_of(read, "sockets").empty());

    const Analysis german = of_text(
        "  Proto  Lokale Adresse         Remoteadresse          Status           PID\n"
        "  TCP    0.0.0.0:135            0.0.0.0:0              ABH\xC3\x96REN         968\n"
        "  TCP    10.0.0.1:50000         10.0.0.2:443           HERGESTELLT     12\n"
        " [kubelet.exe]\n");
    REQUIRE(german.rows(kSockets).size() == 2);
    CHECK(german.rows(kSockets)[0].row.state == "listen");
    CHECK(german.rows(kSockets)[1].row.state == "established");
    CHECK(german.rows(kSockets)[1].row.process_name == "kubelet");
}

TEST_CASE("netstat that cannot tell all says so", "[analyzers][sockets]") {
    CHECK(coverage_of(of_text("  TCP    10.0.0.1:50000         10.0.0.2:443           ESTABLISHED\n"), "sockets") ==
          "netstat without -a leaves out what listens");
    const Analysis names = of_text("  TCP    win-a:epmap            win-b:0                LISTENING       968\n");
    CHECK(names.rows(kSockets).empty());
    CHECK(coverage_of(names, "sockets") == "netstat shows ports by name");
}

TEST_CASE("Get-NetTCPConnection is an outline of sockets, since UDP is not in it", "[analyzers][sockets]") {
    const Analysis read = of_file("cmdlets/get-nettcpconnection.txt");
    REQUIRE(read.rows(kSockets).size() == 2);
    CHECK(read.rows(kSockets)[0].row.state == "listen");
    CHECK(read.rows(kSockets)[1].row.remote_port == 6443);
    CHECK(read.rows(kSockets)[1].row.process_id == 3412);
    CHECK(coverage_of(read, "sockets") == "not covered");
    CHECK(read.outlines().contains("sockets"));
}

TEST_CASE("what ConvertTo-Json writes as numbers is read as the word it means", "[analyzers][cmdlets]") {
    const auto service = only_row(of_file("cmdlets/get-service.json"), kServices);
    CHECK(service.row.name == "hns");
    CHECK(service.row.state == "running");
    CHECK(service.row.start_type == "manual");
    CHECK(service.place == "/0");

    const auto route = only_row(of_file("cmdlets/netroute.json"), kRoutes);
    CHECK(route.row.destination == "0.0.0.0/0");
    CHECK(route.row.next_hop == "192.168.10.1");
    CHECK(route.row.metric == 271);
    CHECK(route.row.protocol == "netmgmt");
    CHECK(route.row.persistent == false);

    const Analysis rule = of_text(
        R"([{"Name": "k", "DisplayName": "K", "Enabled": 2, "Direction": 1, "Action": 4, "EdgeTraversalPolicy": 0}])");
    CHECK(only_row(rule, kFirewallRules).row.enabled == false);
    CHECK(only_row(rule, kFirewallRules).row.direction == "in");
    CHECK(only_row(rule, kFirewallRules).row.action == "block");
}

TEST_CASE("a number that is not known to mean anything stays unknown", "[analyzers][cmdlets]") {
    const auto service =
        only_row(of_text(R"({"Name": "x", "DisplayName": "X", "Status": 99, "ServicesDependedOn": []})"), kServices);
    CHECK(service.row.name == "x");
    CHECK_FALSE(service.row.state);
}

TEST_CASE("Export-Csv gives what the list form gives", "[analyzers][cmdlets]") {
    const auto service = only_row(of_file("cmdlets/get-service.csv"), kServices);
    CHECK(service.row.state == "running");
    CHECK(service.row.start_type == "manual");
    CHECK(service.place == "line:3");
    CHECK(only_row(of_file("cmdlets/netroute.csv"), kRoutes).row.metric == 271);
    CHECK(only_row(of_file("cmdlets/get-hotfix.csv"), kHotfixes).row.kb == "KB5034439");
}

TEST_CASE("Get-ComputerInfo names updates too", "[analyzers][cmdlets]") {
    const Analysis read = of_file("cmdlets/get-computerinfo-list.txt");
    CHECK(only_row(read, kSystem).row.build == 20348);
    CHECK(column_of(read, kHotfixes, &HotfixesRow::kb) == std::vector<std::string>{"KB5034439", "KB5034129"});
    CHECK(read.outlines().contains("hotfixes"));
}

TEST_CASE("exports that break off say so", "[analyzers][cmdlets]") {
    const std::string json = fixture("loose/cmdlets/win32-process.json");
    const Analysis cut = of_text(json.substr(0, json.find("3500")));
    CHECK(cut.rows(kProcesses).size() == 1);
    CHECK(coverage_of(cut, "processes") != "");
    CHECK_FALSE(cut.notes().empty());

    const Analysis csv = of_text("\"Name\",\"Status\",\"DisplayName\"\n\"hns\",\"Running\",\"HNS\"\n\"vfp\n");
    CHECK(csv.rows(kServices).size() == 1);
    CHECK(notes_of(csv) == std::vector<std::string>{"truncated at line:3"});
}

TEST_CASE("netsh advfirewall tells rules and profiles", "[analyzers][firewall]") {
    const auto rule = only_row(of_file("windows/advfirewall-rules.txt"), kFirewallRules);
    CHECK(rule.row.name == "Kubelet");
    CHECK(rule.row.enabled == true);
    CHECK(rule.row.direction == "in");
    CHECK(rule.row.action == "allow");
    CHECK(rule.row.protocol == "tcp");
    CHECK(rule.row.local_ports == "10250");
    CHECK(rule.row.profiles == "domain,private,public");
    CHECK_FALSE(rule.row.conditions);
    CHECK(rule.place == "line:2-14");

    const auto profile = only_row(of_file("windows/advfirewall-profiles.txt"), kFirewallProfiles);
    CHECK(profile.row.name == "domain");
    CHECK(profile.row.enabled == true);
    CHECK(profile.row.default_inbound == "block");
    CHECK(profile.row.default_outbound == "allow");
}

TEST_CASE("listings of folders tell which files are there", "[analyzers][files]") {
    for (const char* file : {"windows/dir-cni.txt", "cmdlets/get-childitem-cni.txt"}) {
        INFO(file);
        const Analysis read = of_file(file);
        REQUIRE(read.rows(kNodeFiles).size() >= 2);
        CHECK(read.rows(kNodeFiles)[0].row.path == "C:\\opt\\cni\\bin\\flannel.exe");
        CHECK(read.rows(kNodeFiles)[0].row.role == "cni-binary");
        CHECK(read.rows(kNodeFiles)[0].row.present == true);
        CHECK(read.rows(kNodeFiles)[0].row.size_bytes == 4123648);
        CHECK(read.outlines().contains("node_files"));
    }
    CHECK(of_file("windows/dir-cni.txt").rows(kNodeFiles).size() == 3);
}

TEST_CASE("reg query and registry files give values, and what NSSM starts", "[analyzers][registry]") {
    const Analysis query = analyzed(&analyze_registry_text, fixture("loose/windows/reg-query.txt"));
    const auto values = query.rows(kRegistryValues);
    REQUIRE(values.size() == 3);
    CHECK(values[0].row.key == "HKLM\\SYSTEM\\CurrentControlSet\\Services\\hns\\State");
    CHECK(values[0].row.name == "HNSControlFlag");
    CHECK(values[0].row.type == "REG_DWORD");
    CHECK(values[0].row.value == "1");
    CHECK(values[2].row.value == "12-34-56-78-9a-bc");
    CHECK(values[2].place == "line:5");
    CHECK(query.outlines().contains("registry_values"));

    const Analysis file = analyzed(&analyze_registry_text, fixture("loose/windows/nssm.reg"));
    const auto read = file.rows(kRegistryValues);
    REQUIRE(read.size() == 3);
    CHECK(read[0].row.type == "REG_EXPAND_SZ");
    CHECK(read[0].row.value == "C:\\k\\kubelet.exe");
    CHECK(read[0].place == "line:4-5");
    CHECK(read[1].row.value == "--config=C:\\var\\lib\\kubelet\\config.yaml --hostname-override=win-a");
    CHECK(read[2].row.value == "10485760");
    REQUIRE(file.rows(kComponentFlags).size() == 2);
    CHECK(file.rows(kComponentFlags)[0].row.component == "kubelet");
    CHECK(file.rows(kComponentFlags)[0].row.value == "C:\\var\\lib\\kubelet\\config.yaml");
    CHECK(file.rows(kComponentFlags)[1].row.name == "hostname-override");
}

TEST_CASE("registry values of every type are read, and broken ones named", "[analyzers][registry]") {
    const Analysis read = analyzed(&analyze_registry_text,
                                   "Windows Registry Editor Version 5.00\n\n"
                                   "[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n"
                                   "@=\"default\"\n"
                                   "\"Multi\"=hex(7):61,00,00,00,62,00,00,00,00,00\n"
                                   "\"Wide\"=hex(b):01,00,00,00,01,00,00,00\n"
                                   "\"Raw\"=hex:de,ad\n"
                                   "\"Gone\"=-\n"
                                   "\"Odd\"=dword:xyz\n"
                                   "\"Open\n");
    const auto values = read.rows(kRegistryValues);
    REQUIRE(values.size() == 4);
    CHECK(values[0].row.name.empty());
    CHECK(values[1].row.value == "a; b");
    CHECK(values[2].row.value == "4294967297");
    CHECK(values[3].row.value == "dead");
    CHECK(notes_of(read) == std::vector<std::string>{"malformed at line:9", "truncated at line:10"});
}

TEST_CASE("docker network inspect tells of networks that HNS has", "[analyzers][docker]") {
    const std::string text = fixture("loose/config/docker-network-inspect.json");
    const Analysis read = analyzed(&analyze_docker_networks, text);
    const auto network = only_row(read, kHnsNetworks);
    CHECK(network.row.id == "11112222-3333-4444-5555-666677778888");
    CHECK(network.row.name == "nat");
    CHECK(network.row.type == "NAT");
    CHECK(network.place == "/0");
    CHECK(only_row(read, kHnsSubnets).row.prefix == "172.20.0.0/20");
    CHECK(only_row(read, kHnsSubnets).row.gateway == "172.20.0.1");
    CHECK(read.outlines().contains("hns_networks"));

    CHECK(analyzed(&analyze_docker_networks, R"([{"Name": "none", "Id": "x", "Driver": "null", "IPAM": {}}])")
              .rows(kHnsNetworks)
              .empty());
}

TEST_CASE("wevtutil and Get-WinEvent as text give events", "[analyzers][events]") {
    const Analysis read = analyzed(&analyze_event_records, fixture("loose/events/wevtutil-text.txt"));
    const auto events = read.rows(kEvents);
    REQUIRE(events.size() == 2);
    CHECK(events[0].row.channel == "Microsoft-Windows-Host-Network-Service-Admin");
    CHECK(events[0].row.provider == "Microsoft-Windows-Host-Network-Service");
    CHECK(events[0].row.event_id == 1000);
    CHECK(events[0].row.level == "error");
    CHECK(events[0].row.time_utc == "2024-01-31T10:11:12");
    CHECK(events[0].row.code == "0x803b0014");
    CHECK(events[1].row.event_id == 7031);
    CHECK(coverage_of(read, "events") != "");

    const Analysis table = analyzed(&analyze_event_records, fixture("loose/events/get-winevent.txt"));
    REQUIRE(table.rows(kEvents).size() == 2);
    CHECK(table.rows(kEvents)[0].row.provider == "Service Control Manager");
    CHECK(table.rows(kEvents)[0].row.event_id == 7031);
    CHECK(table.rows(kEvents)[0].row.level == "error");
    CHECK(notes_of(table) == std::vector<std::string>{"truncated at line:7"});

    const Analysis list = analyzed(&analyze_event_records, fixture("loose/events/get-winevent-list.txt"));
    CHECK(only_row(list, kEvents).row.message.value_or("").ends_with("Restart the service."));

    const Analysis cut = analyzed(&analyze_event_records, "Event[0]:\n  Log Name: System\n  Source: x\n  Date: y\n");
    CHECK(cut.rows(kEvents).empty());
    CHECK(notes_of(cut) == std::vector<std::string>{"truncated at line:1-4"});
}

TEST_CASE("what an agent logs to the event log are lines of its log", "[analyzers][events]") {
    const std::string path =
        "bundles/eks/eks_i-0b318f704c74b6ab2_20240131T1011123456Z/system/kubelet/kubelet-service.csv";
    const Analysis read = analyzed(&analyze_event_records, path, fixture(path));
    CHECK(read.rows(kEvents).size() == 2);
    const auto line = only_row(read, kLogLines);  // the other is no line of klog's
    CHECK(line.row.component == "kubelet");
    CHECK(line.row.time_utc == "2024-01-31T10:11:10");
    CHECK(line.row.time_is_local == true);
    CHECK(line.row.severity == "error");
    CHECK(line.row.source_file == "pod_workers.go");
    CHECK(line.row.code == "0x803b0014");
    CHECK(line.place == "line:3");
}

TEST_CASE("what networkhealth.ps1 prints is the event that it writes", "[analyzers][events]") {
    const std::string text = fixture("loose/events/networkhealth.json");
    const Analysis read = analyzed(&analyze_event_records, text + "\n" + text);
    REQUIRE(read.rows(kEvents).size() == 2);
    CHECK(read.rows(kEvents)[0].row.provider == "NetworkHealth");
    CHECK(read.rows(kEvents)[0].row.event_id == 1);
    CHECK(read.rows(kEvents)[0].row.level == "warning");
    CHECK(read.rows(kEvents)[0].row.message.value_or("").find("LB_DSR policy is missing") != std::string::npos);
    CHECK_FALSE(read.rows(kEvents)[0].row.time_utc);
    CHECK(coverage_of(read, "events") == "only what networkhealth.ps1 found");

    const Analysis cut = analyzed(&analyze_event_records, text.substr(0, text.find("Resolution")));
    CHECK(coverage_of(cut, "events") == "the document breaks off");
}

TEST_CASE("events of a CSV without their ids are kept", "[analyzers][events]") {
    const auto event =
        only_row(analyzed(&analyze_event_records, "system-eventlogs.csv", fixture("loose/events/system-eventlogs.csv")),
                 kEvents);
    CHECK_FALSE(event.row.event_id);
    CHECK(event.row.level == "error");
    CHECK(event.row.time_utc == "2024-01-31T10:11:12");
    CHECK(event.row.message ==
          "The Host Network Service service terminated unexpectedly.\r\nIt has done this 1 time(s).");
}

}  // namespace
}  // namespace kwd::analyzers
