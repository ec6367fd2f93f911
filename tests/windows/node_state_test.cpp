// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"
#include "tests/windows/made_key.h"
#include "tests/windows/running_service.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

// system, registry and firewall: what they read of a registry that the tests write.

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::collect;
using test::Collected;
using test::MadeKey;
using test::Node;
using test::RunningService;

namespace {

const std::string kServices = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\";
const std::string kVersion = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const std::string kServicing = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";
const std::string kFirewall = kServices + "SharedAccess\\Parameters\\FirewallPolicy";
const std::string kFirewallPolicy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall";

}  // namespace

TEST_CASE("the version of Windows is told to its patch level, with its updates", "[windows][system]") {
    const MadeKey version(kVersion);
    version.text("CurrentVersion", "10.0");
    version.text("CurrentBuild", "20348");
    version.text("CurrentBuildNumber", "20348");
    version.number("UBR", 2227);
    version.text("ProductName", "Windows Server 2022 Datacenter");
    version.text("EditionID", "ServerDatacenter");
    version.text("InstallationType", "Server Core");
    const MadeKey bios("HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS");
    bios.text("SystemManufacturer", "VMware, Inc.");
    bios.text("SystemProductName", "VMware7,1");
    const MadeKey rollup(kServicing + "\\Packages\\Package_for_RollupFix~31bf3856ad364e35~amd64~~20348.2227.1.8");
    rollup.number("CurrentState", 112);
    rollup.number("InstallTimeHigh", 0x01DA4000);  // 133478126110674944, 2024-01-05
    rollup.number("InstallTimeLow", 0);
    const MadeKey update(kServicing + "\\Packages\\Package_for_KB5012170~31bf3856ad364e35~amd64~~20348.880.1.0");
    update.number("CurrentState", 112);
    const MadeKey superseded(kServicing + "\\Packages\\Package_for_KB5000001~31bf3856ad364e35~amd64~~20348.1.1.0");
    superseded.number("CurrentState", 80);
    const MadeKey odd(kServicing + "\\Packages\\Package_for_KB5000002~31bf3856ad364e35~amd64~~20348.1.1.0");
    odd.text("CurrentState", "112");
    const Node node;
    const Collected collected = collect(node, "system");

    const json system = collected.query("SELECT * FROM system").at(0);
    CHECK(system["os_family"] == "windows");
    CHECK(system["os_name"] == "Windows Server 2022 Datacenter");
    CHECK(system["os_version"] == "10.0.20348.2227");
    CHECK(system["build"] == 20348);
    CHECK(system["ubr"] == 2227);
    CHECK(system["edition"] == "ServerDatacenter");
    CHECK(system["installation_type"] == "Server Core");
    CHECK(system["vendor"] == "VMware, Inc.");
    CHECK(system["model"] == "VMware7,1");
    CHECK(system["uptime_seconds"].get<double>() > 0);
    CHECK_FALSE(system["boot_time_utc"].is_null());
    CHECK_FALSE(system["host_name"].is_null());
    CHECK_FALSE(system["locale"].is_null());
    CHECK_FALSE(system["time_zone"].is_null());

    const json facts = collected.query("SELECT os_family, build, ubr, cloud FROM node_facts").at(0);
    CHECK(facts == json{{"os_family", "windows"}, {"build", 20348}, {"ubr", 2227}, {"cloud", "vmware"}});

    const json updates = collected.query(
        "SELECT kb, installed_on FROM hotfixes WHERE kb LIKE 'Rollup%' OR kb LIKE 'KB50%' ORDER BY kb DESC");
    REQUIRE(updates.size() == 2);
    CHECK(updates[0]["kb"] == "RollupFix 20348.2227");
    CHECK_THAT(updates[0]["installed_on"].get<std::string>(), ContainsSubstring("2024-01-"));
    CHECK(updates[1]["kb"] == "KB5012170");
}

TEST_CASE("a cumulative update has the KB number of the place where it was unpacked", "[windows][system]") {
    const std::string rollups = kServicing + "\\Packages\\Package_for_RollupFix~31bf3856ad364e35~amd64~~";
    const MadeKey named(rollups + "20348.2227.1.8");
    named.number("CurrentState", 112);
    named.text("InstallLocation",
               R"(\\?\C:\Windows\SoftwareDistribution\Download\0a1b\Windows10.0-KB5034129-x64.cab\)");
    const MadeKey unsure(rollups + "20348.2159.1.2");
    unsure.number("CurrentState", 112);
    unsure.text("InstallLocation", R"(C:\KB5033118\windows10.0-kb5033372-x64\)");
    unsure.text("InstallName", "update.mum");
    const MadeKey odd(rollups + "20348.1000.1.1");
    odd.number("CurrentState", 112);
    odd.number("InstallLocation", 5034129);
    const Node node;
    CHECK(collect(node, "system")
              .query("SELECT kb, description FROM hotfixes WHERE description LIKE 'cumul%' ORDER BY kb") ==
          json::array({{{"kb", "KB5034129"}, {"description", "cumulative update, RollupFix 20348.2227"}},
                       {{"kb", "RollupFix 20348.1000"}, {"description", "cumulative update"}},
                       {{"kb", "RollupFix 20348.2159"}, {"description", "cumulative update"}}}));
}

TEST_CASE("updates whose packages bear another name than a KB number are told too", "[windows][system]") {
    const std::string packages = kServicing + "\\Packages\\";
    // As DISM lists them on Server 2019 and later.
    const MadeKey net(packages + "Package_for_DotNetRollup_481~31bf3856ad364e35~amd64~~10.0.9282.1");
    net.number("CurrentState", 112);
    const MadeKey older_net(packages + "Package_for_DotNetRollup~31bf3856ad364e35~amd64~~10.0.4785.1");
    older_net.number("CurrentState", 112);
    older_net.text("InstallLocation",
                   R"(\\?\C:\Windows\SoftwareDistribution\Download\2b\Windows10.0-KB5055175-x64.cab\)");
    const MadeKey stack(packages + "Package_for_ServicingStack_2227~31bf3856ad364e35~amd64~~20348.2227.1.4");
    stack.number("CurrentState", 128);  // permanent: it cannot be taken away
    const MadeKey superseded(packages + "Package_for_ServicingStack_880~31bf3856ad364e35~amd64~~20348.880.1.0");
    superseded.number("CurrentState", 80);
    const MadeKey part(packages + "Package_1_for_KB5012170~31bf3856ad364e35~amd64~~10.0.1.1");
    part.number("CurrentState", 112);
    part.number("InstallTimeHigh", 0x01DA4000);  // 2024-01-05
    part.number("InstallTimeLow", 0);
    const MadeKey other_part(packages + "Package_23_for_KB5012170~31bf3856ad364e35~amd64~~10.0.1.1");
    other_part.number("CurrentState", 112);
    const MadeKey component(packages + "Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~10.0.20348.1");
    component.number("CurrentState", 112);
    const Node node;
    const Collected collected = collect(node, "system");
    CHECK(collected.query("SELECT kb, description FROM hotfixes ORDER BY kb") ==
          json::array({{{"kb", "DotNetRollup_481 10.0.9282.1"}, {"description", nullptr}},
                       {{"kb", "KB5012170"}, {"description", nullptr}},
                       {{"kb", "KB5055175"}, {"description", "DotNetRollup 10.0.4785.1"}},
                       {{"kb", "ServicingStack_2227 20348.2227.1.4"}, {"description", nullptr}}}));
    CHECK_THAT(collected.query("SELECT installed_on FROM hotfixes WHERE kb = 'KB5012170'")
                   .at(0)["installed_on"]
                   .get<std::string>(),
               ContainsSubstring("2024-01-"));
}

TEST_CASE("whether kwdiag was elevated is told, and judged", "[windows][system]") {
    // Wine gives every process an elevated token.
    const Node node;
    const Collected collected = collect(node, "system");
    CHECK(collected.query("SELECT elevated FROM system").at(0)["elevated"] == 1);
    CHECK(collected.verdict("cap-not-elevated") == "clear");
}

TEST_CASE("what NSSM was told of a service is told value by value, without secrets", "[windows][registry]") {
    const std::string token = "abcdef.0123456789abcdef";
    const MadeKey parameters(kServices + "kubelet\\Parameters");
    parameters.text("Application", "C:\\k\\kubelet.exe");
    parameters.text("AppParameters", "--node-ip=10.0.0.4 --token " + token + " --v=2");
    parameters.text("AppStdout", "C:\\k\\kubelet.log");
    parameters.number("AppRotateFiles", 1);
    parameters.list("AppEnvironmentExtra", {"KUBE_NETWORK=cbr0", "DB_PASSWORD=geheim", "OWN=private"});
    // Not NSSM's: its Parameters name no program.
    const MadeKey other(kServices + "made-other\\Parameters");
    other.text("AppStdout", "C:\\other.log");
    const Node node;
    const Collected collected = collect(node, "registry");
    CHECK(collected.query(
              "SELECT name, type, value, present FROM registry_values WHERE key = "
              "'HKLM\\SYSTEM\\CurrentControlSet\\Services\\kubelet\\Parameters' AND name IN ('AppParameters', "
              "'AppStdout', 'AppStderr', 'AppRotateFiles', 'AppEnvironmentExtra') ORDER BY name") ==
          json::array({{{"name", "AppEnvironmentExtra"},
                        {"type", "REG_MULTI_SZ"},
                        {"value", "KUBE_NETWORK=cbr0"},
                        {"present", 1}},
                       {{"name", "AppParameters"},
                        {"type", "REG_SZ"},
                        {"value", "--node-ip=10.0.0.4 --token \"[removed: token]\" --v=2"},
                        {"present", 1}},
                       {{"name", "AppRotateFiles"}, {"type", "REG_DWORD"}, {"value", "1"}, {"present", 1}},
                       {{"name", "AppStderr"}, {"type", nullptr}, {"value", nullptr}, {"present", 0}},
                       {{"name", "AppStdout"}, {"type", "REG_SZ"}, {"value", "C:\\k\\kubelet.log"}, {"present", 1}}}));
    CHECK(collected.query("SELECT 1 AS n FROM registry_values WHERE key LIKE '%made-other%'").empty());
    CHECK(collected.query("SELECT 1 AS n FROM registry_values WHERE value LIKE '%geheim%' OR value LIKE '%private%'")
              .empty());
}

TEST_CASE("a version that is not what it should be is not known, and the rest is there", "[windows][system]") {
    const MadeKey version(kVersion);
    version.number("ProductName", 7);
    version.text("UBR", "2227");
    version.text("CurrentBuild", "not a number");
    const Node node;
    const json system = collect(node, "system").query("SELECT * FROM system").at(0);
    CHECK(system["os_name"].is_null());
    CHECK(system["ubr"].is_null());
    CHECK_FALSE(system["build"].is_null());
    CHECK(system["os_family"] == "windows");
}

TEST_CASE("what waits for a restart is told", "[windows][system]") {
    const Node node;
    {
        const MadeKey pending(kServicing + "\\RebootPending");
        const MadeKey manager("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager");
        manager.list("PendingFileRenameOperations", {"\\??\\C:\\old.dll"});
        const Collected collected = collect(node, "system");
        CHECK(collected.query("SELECT pending_reboot FROM system")[0]["pending_reboot"] ==
              "component-servicing,file-renames");
        CHECK(collected.verdict("update-pending-reboot") == "finding");
    }
    const Collected collected = collect(node, "system");
    CHECK(collected.query("SELECT pending_reboot FROM system")[0]["pending_reboot"] == "");
    CHECK(collected.verdict("update-pending-reboot") == "clear");
}

TEST_CASE("Containers are not taken as installed by services that Hyper-V brings too", "[windows][system]") {
    const std::string containers = "SELECT state, evidence FROM features WHERE name = 'Containers'";
    const Node node;
    {
        const MadeKey hns(kServices + "hns");
        const MadeKey compute(kServices + "vmcompute");
        CHECK(collect(node, "system").query(containers).empty());
        const MadeKey noted(
            "HKLM\\SOFTWARE\\Microsoft\\ServerManager\\ServicingStorage\\ServerComponentCache\\Containers");
        // As Server Manager leaves it when DISM installs the feature.
        noted.number("InstallState", 0);
        CHECK(collect(node, "system").query(containers).empty());
        noted.number("InstallState", 1);
        CHECK(collect(node, "system").query(containers) ==
              json::array(
                  {{{"state", "installed"}, {"evidence", "Server Manager's notes, services hns and vmcompute"}}}));
    }
    const Collected collected = collect(node, "system");
    CHECK(collected.query(containers)[0]["state"] == "absent");
    CHECK(collected.query("SELECT state FROM features WHERE name = 'Hyper-V'")[0]["state"] == "absent");
}

TEST_CASE("WMI is asked only for what the registry does not tell", "[windows][system]") {
    const std::string by_wmi = "SELECT name FROM documents WHERE name LIKE '%-wmi.json'";
    const Node node;
    const RunningService wmi(L"Winmgmt");
    // Wine has no store of packages, and one update in its WMI.
    CHECK(collect(node, "system").query(by_wmi) == json::array({{{"name", "updates-wmi.json"}}}));
    const MadeKey update(kServicing + "\\Packages\\Package_for_KB5012170~31bf3856ad364e35~amd64~~20348.880.1.0");
    update.number("CurrentState", 112);
    CHECK(collect(node, "system").query(by_wmi).empty());
}

TEST_CASE("updates of which some may not be read are whole only with WMI's list", "[windows][system]") {
    const MadeKey update(kServicing + "\\Packages\\Package_for_KB5012170~31bf3856ad364e35~amd64~~20348.880.1.0");
    update.number("CurrentState", 112);
    const MadeKey refused(kServicing + "\\Packages\\Package_for_KB5000001~31bf3856ad364e35~amd64~~20348.1.1.0");
    refused.number("CurrentState", 112);
    refused.deny_reading();
    const Node node;
    const auto state = [](const Collected& collected) {
        CHECK(collected.query("SELECT 1 AS n FROM hotfixes WHERE kb = 'KB5012170'").size() == 1);
        return collected.query("SELECT state FROM table_coverage WHERE table_name = 'hotfixes'").at(0)["state"];
    };
    CHECK(state(collect(node, "system")) == "partial");
    const RunningService wmi(L"Winmgmt");
    const Collected with_wmi = collect(node, "system");
    CHECK(state(with_wmi) == "ok");
    CHECK(with_wmi.query("SELECT 1 AS n FROM documents WHERE name = 'updates-wmi.json'").size() == 1);
}

TEST_CASE("WMI is not asked while its service does not run, and that is told", "[windows][system]") {
    const Node node;
    const json system = collect(node, "system").collection("system");
    CHECK(system["outcome"] == "partial");
    CHECK_THAT(system["reason"].get<std::string>(), ContainsSubstring("its service, Winmgmt, does not run"));
}

TEST_CASE("chosen variables of the machine are told, without secrets", "[windows][system]") {
    const MadeKey environment("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment");
    environment.text("NODE_NAME", "win-a");
    environment.text("HTTPS_PROXY", "http://user:geheim@proxy.example:3128");
    environment.text("K8S_BOOTSTRAP_TOKEN", "abcdef.0123456789abcdef");
    environment.text("MY_OWN_AFFAIRS", "private");
    const Node node;
    const Collected collected = collect(node, "system");
    const json rows = collected.query("SELECT name, value FROM environment WHERE scope = 'machine'");
    const auto value = [&](std::string_view name) {
        const auto found = std::ranges::find_if(rows, [&](const json& row) { return row["name"] == name; });
        return found == rows.end() ? std::string("(none)") : (*found)["value"].get<std::string>();
    };
    CHECK(value("NODE_NAME") == "win-a");
    CHECK_THAT(value("HTTPS_PROXY"), ContainsSubstring("proxy.example:3128"));
    CHECK(value("HTTPS_PROXY").find("geheim") == std::string::npos);
    CHECK(value("K8S_BOOTSTRAP_TOKEN") == "[removed: secret]");
    CHECK(value("MY_OWN_AFFAIRS") == "(none)");
}

TEST_CASE("registry values are told, and those that are not there too", "[windows][registry]") {
    const MadeKey six(kServices + "Tcpip6\\Parameters");
    six.number("DisabledComponents", 0xFF);
    const MadeKey state(kServices + "hns\\State");
    state.number("HNSControlFlag", 16);
    state.text("SDNRemoteArpMacAddress", "12-34-56-78-9a-bc");
    state.text("SomeApiToken", "topsecretvalue");
    const MadeKey nic(kServices + "vmsmp\\parameters\\SwitchList\\NicList\\A1");
    nic.text("FriendlyName", "cbr0");
    const MadeKey interface_key(kServices + "Tcpip\\Parameters\\Interfaces\\{7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101}");
    interface_key.list("IPAddress", {"10.0.0.5", "10.0.0.6"});
    interface_key.bytes("Blob", REG_BINARY, std::string(2000, 'x'));
    const MadeKey name(
        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\"
        "{7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101}\\Connection");
    name.text("Name", "Ethernet");
    name.text("Other", "not asked for");
    const Node node;
    const Collected collected = collect(node, "registry");
    CHECK(collected.collection("registry")["outcome"] == "ok");

    const auto row = [&](const std::string& key, const std::string& value) {
        const json rows = collected.query("SELECT type, value, present FROM registry_values WHERE key LIKE '%" + key +
                                          "' AND name = '" + value + "'");
        return rows.size() == 1 ? rows[0] : json();
    };
    CHECK(row("\\Tcpip6\\Parameters", "DisabledComponents") ==
          json{{"type", "REG_DWORD"}, {"value", "255"}, {"present", 1}});
    CHECK(row("\\hns\\State", "HNSControlFlag")["value"] == "16");
    CHECK(row("\\hns\\State", "SDNRemoteArpMacAddress")["value"] == "12-34-56-78-9a-bc");
    CHECK(row("\\hns\\State", "SomeApiToken")["value"] == "[removed: secret]");
    CHECK(row("\\hns\\State", "EnableCompartmentNamespace") ==
          json{{"type", nullptr}, {"value", nullptr}, {"present", 0}});
    // One that Windows does not have of its own accord, and that is not there.
    CHECK(row("\\hns\\State", "HNSLbNatDupRuleChange")["present"] == 0);
    CHECK(row("\\npcap\\Parameters", "Dot11Support").is_null());
    CHECK(row("\\NicList\\A1", "FriendlyName")["value"] == "cbr0");
    CHECK(row("2B1D5E7F0101}", "IPAddress")["value"] == "10.0.0.5; 10.0.0.6");
    CHECK(row("2B1D5E7F0101}", "Blob")["value"].get<std::string>().size() == 1024 + 3);
    CHECK(row("\\Connection", "Name")["value"] == "Ethernet");
    CHECK(row("\\Connection", "Other").is_null());
    // A key that is not there.
    CHECK(row("\\VfpExt\\Parameters", "") == json{{"type", nullptr}, {"value", nullptr}, {"present", 0}});

    CHECK(collected.verdict("ipv6-disabled-on-host") == "finding");
    CHECK(collected.query("SELECT 1 AS n FROM registry_values WHERE value LIKE '%topsecret%'").empty());
}

TEST_CASE("the interfaces that a node ever had leave room for every other key, and are named where they are cut",
          "[windows][registry]") {
    const std::string interfaces = kServices + "Tcpip\\Parameters\\Interfaces\\";
    const MadeKey many[] = {MadeKey(interfaces + "made-1"), MadeKey(interfaces + "made-2"),
                            MadeKey(interfaces + "made-3")};
    for (const MadeKey& each : many) {
        for (int i = 0; i < 7000; ++i) {
            each.number("Value" + std::to_string(i), 1);
        }
    }
    const MadeKey state(kServices + "hns\\State");
    state.number("HNSControlFlag", 16);
    const MadeKey nic(kServices + "vmsmp\\parameters\\SwitchList\\NicList\\A1");
    nic.text("FriendlyName", "cbr0");
    const Node node;
    const Collected collected = collect(node, "registry");
    const json collection = collected.collection("registry");
    CHECK(collection["outcome"] == "partial");
    CHECK(collection["error_code"] == "too_large");
    CHECK_THAT(collection["reason"].get<std::string>(),
               ContainsSubstring("20000 values of HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"
                                 "Interfaces and the keys below it"));
    const auto count = [&](const std::string& condition) {
        return collected.query("SELECT count(*) AS n FROM registry_values WHERE " + condition).at(0)["n"].get<int>();
    };
    CHECK(count("key LIKE '%Parameters_Interfaces%'") == 20'000);
    CHECK(count("name = 'HNSControlFlag' AND value = '16'") == 1);
    CHECK(count("name = 'FriendlyName' AND value = 'cbr0'") == 1);
    CHECK(count("key LIKE '%RebootRequired'") == 1);
}

TEST_CASE("the node's list of DNS suffixes is a policy's before its own, and its primary suffix without any",
          "[windows][system]") {
    const Node node;
    const MadeKey parameters(kServices + "Tcpip\\Parameters");
    const auto search = [&] {
        return collect(node, "system").query("SELECT dns_search FROM system").at(0)["dns_search"];
    };
    parameters.text("Domain", "");
    CHECK(search() == "");
    parameters.text("Domain", "corp.example");
    CHECK(search() == "corp.example");
    parameters.text("SearchList", "lab.example, corp.example,");
    CHECK(search() == "lab.example,corp.example");
    const MadeKey policy("HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient");
    policy.text("SearchList", "policy.example");
    CHECK(search() == "policy.example");
    policy.number("SearchList", 7);
    CHECK(search().is_null());
}

TEST_CASE("keys that may not be read are told, and everything else is there", "[windows][registry]") {
    const MadeKey state(kServices + "hns\\State");
    state.number("HNSControlFlag", 16);
    state.deny_reading();
    const MadeKey domain(kFirewall + "\\DomainProfile");
    domain.number("EnableFirewall", 1);
    const MadeKey rules(kFirewall + "\\FirewallRules");
    rules.deny_reading();
    const MadeKey packages(kServicing + "\\Packages");
    packages.deny_reading();
    const Node node;
    const Collected collected = collect(node, "registry,firewall,system");
    const json registry = collected.collection("registry");
    CHECK(registry["outcome"] == "partial");
    CHECK(registry["error_code"] == "access_denied");
    CHECK_THAT(registry["reason"].get<std::string>(), ContainsSubstring("hns\\State"));
    // It is not said that there is none.
    CHECK(collected.query("SELECT 1 AS n FROM registry_values WHERE key LIKE '%hns_State'").empty());
    CHECK(collected.query("SELECT 1 AS n FROM registry_values WHERE key LIKE '%Tcpip_Parameters'").size() > 1);

    CHECK(collected.collection("firewall")["outcome"] == "partial");
    CHECK(collected.query("SELECT enabled FROM firewall_profiles WHERE name = 'domain'")[0]["enabled"] == 1);
    CHECK(collected.query("SELECT state FROM table_coverage WHERE table_name = 'firewall_rules'")[0]["state"] ==
          "partial");
    CHECK(collected.query("SELECT note FROM documents WHERE name = 'firewall.json'")[0]["note"] ==
          "rules of the store local not read");
    CHECK_THAT(collected.collection("system")["reason"].get<std::string>(),
               ContainsSubstring("Component Based Servicing\\Packages ("));
}

TEST_CASE("profiles and rules of the firewall are told, those of policies too", "[windows][firewall]") {
    const MadeKey domain(kFirewall + "\\DomainProfile");
    domain.number("EnableFirewall", 1);
    domain.number("DefaultInboundAction", 1);
    const MadeKey standard(kFirewall + "\\StandardProfile");
    standard.number("EnableFirewall", 1);
    const MadeKey public_profile(kFirewall + "\\PublicProfile");
    public_profile.number("EnableFirewall", 1);
    const MadeKey rules(kFirewall + "\\FirewallRules");
    rules.text("kubelet", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=10250|Name=kubelet|");
    rules.text("vxlan", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=4780-4790|Name=Überlagerung|");
    rules.text("junk", "this is no rule");
    rules.number("number", 7);
    const MadeKey policy(kFirewallPolicy + "\\DomainProfile");
    policy.number("AllowLocalPolicyMerge", 0);
    const MadeKey policy_rules(kFirewallPolicy + "\\FirewallRules");
    policy_rules.text("{B}", "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort2_10=10000-10300|Name=deny|");
    const Node node;
    // Its load balancers make it a node of a cluster.
    node.serve_fixture("hns\\load-balancers.json", "hns/kube-proxy-load-balancers-v2.json");
    const Collected collected = collect(node, "firewall,hns,system");

    CHECK(
        collected.query("SELECT name, enabled, default_inbound, local_rules FROM firewall_profiles ORDER BY name") ==
        json::array({{{"name", "domain"}, {"enabled", 1}, {"default_inbound", "block"}, {"local_rules", 0}},
                     {{"name", "private"}, {"enabled", 1}, {"default_inbound", "notconfigured"}, {"local_rules", 1}},
                     {{"name", "public"}, {"enabled", 1}, {"default_inbound", "notconfigured"}, {"local_rules", 1}}}));
    CHECK(collected.query("SELECT name, origin, action, protocol, local_ports FROM firewall_rules ORDER BY name") ==
          json::array({{{"name", "kubelet"},
                        {"origin", "local"},
                        {"action", "allow"},
                        {"protocol", "tcp"},
                        {"local_ports", "10250"}},
                       {{"name", "vxlan"},
                        {"origin", "local"},
                        {"action", "allow"},
                        {"protocol", "udp"},
                        {"local_ports", "4780-4790"}},
                       {{"name", "{B}"},
                        {"origin", "group-policy"},
                        {"action", "block"},
                        {"protocol", "tcp"},
                        {"local_ports", "10000-10300"}}}));
    CHECK(collected.verdict("fw-explicit-block") == "finding");
    CHECK(collected.verdict("fw-kubelet-10250-blocked") == "clear");

    const json row = collected.collection("firewall");
    CHECK(row["outcome"] == "partial");
    CHECK_THAT(row["reason"].get<std::string>(),
               ContainsSubstring("1 are no texts, or too long (number, REG_DWORD of 4 bytes)"));
    // Wine has the firewall's object, which does not say which profiles are in use.
    CHECK_THAT(row["reason"].get<std::string>(), ContainsSubstring("which profiles are in use"));
    CHECK(collected.query("SELECT 1 AS n FROM firewall_profiles WHERE active IS NOT NULL").empty());
    const json note = collected.query("SELECT note FROM documents WHERE name = 'firewall.json'");
    CHECK_THAT(note[0]["note"].get<std::string>(), ContainsSubstring("3 rules of the store local, 1 rules"));
}

TEST_CASE("a Windows without a firewall store says so", "[windows][firewall]") {
    const Node node;
    const Collected collected = collect(node, "firewall");
    const json row = collected.collection("firewall");
    CHECK(row["outcome"] == "skipped");
    CHECK_THAT(row["reason"].get<std::string>(), ContainsSubstring("FirewallPolicy"));
}
