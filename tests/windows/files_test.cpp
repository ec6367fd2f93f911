// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"
#include "tests/windows/made_files.h"
#include "tests/windows/made_key.h"

#include <windows.h>
#include <winioctl.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::Collected;
using test::MadeFiles;
using test::Node;
namespace fs = std::filesystem;

namespace {

std::string utf16(std::string_view text) {
    std::string bytes = "\xFF\xFE";
    for (const char c : text) {
        bytes += {c, '\0'};
    }
    return bytes;
}

/// Y:, a folder that Wine takes for a network drive, as winecfg makes one.
class NetworkDrive {
  public:
    explicit NetworkDrive(const wchar_t* folder) {
        using UnixName = char* CDECL(const wchar_t*);
        auto* const unix_name = reinterpret_cast<UnixName*>(
            reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name")));
        REQUIRE(unix_name != nullptr);
        char* const path = unix_name(folder);
        define(DRIVE_REMOTE, path);
        HeapFree(GetProcessHeap(), 0, path);
        REQUIRE(GetDriveTypeW(L"Y:\\") == DRIVE_REMOTE);
    }
    ~NetworkDrive() { define(DRIVE_NO_ROOT_DIR, {}); }
    NetworkDrive(const NetworkDrive&) = delete;
    NetworkDrive& operator=(const NetworkDrive&) = delete;

  private:
    // struct mountmgr_unix_drive of ddk/mountmgr.h.
    struct Drive {
        ULONG size;
        ULONG type;
        ULONG file_system;
        DWORD serial;
        ULONGLONG device;
        WCHAR letter;
        USHORT mount_point_offset;
        USHORT device_offset;
        USHORT label_offset;
    };

    static void define(ULONG type, const std::string& mount_point) {
        Drive drive{};
        drive.type = type;
        drive.letter = L'y';
        drive.mount_point_offset = mount_point.empty() ? 0 : sizeof drive;
        drive.size = static_cast<ULONG>(sizeof drive + (mount_point.empty() ? 0 : mount_point.size() + 1));
        std::string request(reinterpret_cast<const char*>(&drive), sizeof drive);
        request += mount_point + '\0';
        HANDLE manager = CreateFileW(L"\\\\.\\MountPointManager", GENERIC_READ | GENERIC_WRITE,
                                     FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr);
        constexpr DWORD define_unix_drive = CTL_CODE('m', 32, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS);
        DWORD got = 0;
        (void)DeviceIoControl(manager, define_unix_drive, request.data(), drive.size, nullptr, 0, &got, nullptr);
        CloseHandle(manager);
    }
};

// Sorted, as they are told.
constexpr std::string_view kMoreLogs[] = {
    "Windows\\System32\\azure-vnet.log.1",
    "etc\\kubernetes\\logs\\kubelet.exe.node-1.SYSTEM.log.INFO.20240131-101112.1234",
    "var\\lib\\rancher\\rke2\\agent\\containerd\\containerd-2024-01-31T10-11-12.345.log",
    "var\\log\\calico\\cni\\cni.log",
    "var\\log\\calico\\node.log",
    "var\\log\\containers\\x-1_net_aws-vpc-0a1b.log",
    "var\\log\\containers\\x-1_net_confd-0a1b.log",
    "var\\log\\containers\\x-1_net_felix-0a1b.log",
    "var\\log\\containers\\x-1_net_node-0a1b.log",
    "var\\log\\containers\\x-1_net_ovnkube-node-0a1b.log",
    "var\\log\\flanneld\\flanneld.INFO",
    "var\\log\\kubelet.log",
    "var\\log\\set-up.log",
};

// What AKS, kubeadm's scripts and microsoft/SDN's leave behind, with a secret in each that may hold one.
void make_node(MadeFiles& files) {
    files.write("etc\\cni\\net.d\\10-flannel.conflist",
                R"({"name":"flannel.4096","cniVersion":"1.0.0","plugins":[{"type":"flannel","delegate":)"
                R"({"type":"win-overlay","apiVersion":2}}]})");
    files.write("opt\\cni\\bin\\flannel.exe", "MZ");
    files.write("opt\\cni\\bin\\win-overlay.exe", "MZ12");
    files.write("etc\\kube-flannel\\net-conf.json",
                R"({"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","VNI":4096,"Port":4789}})");
    files.write("run\\flannel\\subnet.env", "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.2.1/24\n");
    files.write("sourcevip\\sourceVip.json", utf16(R"({"cniVersion":"0.2.0","ip4":{"ip":"10.244.2.5/24"}})"));
    files.write("var\\lib\\kubelet\\config.yaml", "kind: KubeletConfiguration\nclusterDNS: [10.96.0.10]\n");
    files.write("var\\lib\\kubelet\\kubeadm-flags.env",
                "KUBELET_KUBEADM_ARGS=\"--node-ip=192.168.10.21 --token=secret-of-kubeadm\"\n");
    files.write("var\\lib\\cni\\networks\\flannel.4096\\10.244.2.7", "0123456789ab\r\neth0");
    files.write("var\\lib\\cni\\networks\\flannel.4096\\fd00__7", "0123456789ab\r\neth0");
    files.write("var\\lib\\cni\\networks\\flannel.4096\\last_reserved_ip.0", "10.244.2.9");
    files.write("k\\config",
                "clusters: [{name: k, cluster: {server: 'https://10.0.0.9:6443'}}]\n"
                "users: [{name: n, user: {token: secret-of-kubelet}}]\n");
    files.write("k\\azure.json", R"({"cloud": "AzurePublicCloud", "aadClientSecret": "secret-of-azure"})");
    files.write("k\\kubelet.exe", "MZ");
    files.write("k\\azure-vnet.json.lock", "");
    files.write("k\\kubelet.err.log",
                "I0131 10:11:12.123456    1234 server.go:1] using token=secret-of-log\nthe last line\n");
    files.write("k\\kubelet-20240131T101112.345.log", "rotated\n");
    files.write("k\\old.log", "of last year\n");
    files.age("k\\old.log", std::chrono::hours(24 * 400));
    files.write("var\\log\\pods\\kube-system_kube-proxy-x_1\\kube-proxy\\0.log",
                "2024-01-31T10:11:12.123456789Z stderr F E0131 10:11:12.123456    1234 proxier.go:1] nothing\n");
    for (const std::string_view each : kMoreLogs) {
        files.write(each, "a line\n");
    }
    files.write("etc\\rancher\\k3s\\config.yaml", "server: https://10.0.0.9:6443\ntoken: secret-of-k3s\n");
    files.write("etc\\rancher\\k3s\\config.yaml.d\\10.yaml", "node-ip: 192.168.10.21\n");
    files.write("sourcevip\\sourceVipRequest.json", R"({"cniVersion":"0.2.0","ipam":{"type":"host-local"}})");
}

// What reads files, and nothing else.
Collected collect_files(const Node& node, const std::string& options = {}) {
    return test::collect(node, "node-files,kubeconfigs,ip-reservations,logs", options);
}

std::vector<std::string> column(const json& rows, const char* name) {
    std::vector<std::string> values;
    for (const json& row : rows) {
        values.push_back(row[name].get<std::string>());
    }
    return values;
}

// One question instead of many: starting a program takes its time under Wine.
json lists(const Collected& collected, const std::vector<std::pair<const char*, const char*>>& parts) {
    std::string sql;
    for (const auto& [name, from] : parts) {
        sql += sql.empty() ? "SELECT " : ", ";
        sql += std::string("(SELECT json_group_array(v) FROM (SELECT ") + from + " ORDER BY v)) AS " + name;
    }
    json row = collected.query(sql).at(0);
    for (auto& [name, value] : row.items()) {
        value = value.is_string() ? json::parse(value.get<std::string>()) : value;
    }
    return row;
}

void check_made_node(const Collected& collected) {
    const json found = lists(
        collected,
        {{"outcomes",
          "collector || ' ' || outcome AS v FROM collections WHERE collector IN ('node-files', 'kubeconfigs', "
          "'ip-reservations')"},
         {"plugins", "path || ' ' || size_bytes AS v FROM node_files WHERE role = 'cni-binary' AND present"},
         {"absent", "path AS v FROM node_files WHERE path LIKE 'C:_Program Files_containerd_cni_conf' AND NOT present"},
         {"locks", "path AS v FROM node_files WHERE role = 'cni-lock' AND present"},
         {"programs", "path AS v FROM node_files WHERE role = 'agent-binary' AND present AND path LIKE 'C:_k_%'"},
         {"cni", "name || ' ' || original_path AS v FROM documents WHERE kind = 'cni-conf'"},
         {"flannel", "vni || ' ' || port AS v FROM flannel_config"},
         {"source_vip", "address AS v FROM source_vip_files"},
         {"kubeconfigs", "path || ' ' || server || ' ' || token_present AS v FROM kubeconfigs"},
         {"reserved", "network_name || ' ' || address || ' ' || owner AS v FROM ip_reservations"},
         {"logs", "name AS v FROM documents WHERE kind = 'log' AND (name LIKE 'C:_k_%' OR name LIKE '%proxy%')"},
         {"more_logs",
          "name AS v FROM documents WHERE kind = 'log' AND NOT (name LIKE 'C:_k_%' OR name LIKE '%proxy%')"},
         {"source_vip_files", "path AS v FROM node_files WHERE role = 'source-vip' AND present"},
         {"cluster", "name AS v FROM documents WHERE kind = 'cluster-config' AND name LIKE '%rancher%'"},
         {"lines", "component || ' ' || severity AS v FROM log_lines WHERE message = 'nothing'"}});
    json more_logs = json::array();
    for (const std::string_view each : kMoreLogs) {
        more_logs.push_back("C:\\" + std::string(each));
    }
    const json expected{
        {"outcomes", {"ip-reservations ok", "kubeconfigs ok", "node-files ok"}},
        {"plugins", {"C:\\opt\\cni\\bin\\flannel.exe 2", "C:\\opt\\cni\\bin\\win-overlay.exe 4"}},
        {"absent", {"C:\\Program Files\\containerd\\cni\\conf"}},
        {"locks", {"C:\\k\\azure-vnet.json.lock"}},
        {"programs", {"C:\\k\\kubelet.exe"}},
        {"cni", {"C:\\etc\\cni\\net.d\\10-flannel.conflist C:\\etc\\cni\\net.d\\10-flannel.conflist"}},
        {"flannel", {"4096 4789"}},
        {"source_vip", {"10.244.2.5"}},
        {"kubeconfigs", {"C:\\k\\config https://10.0.0.9:6443 1"}},
        {"reserved", {"flannel.4096 10.244.2.7 0123456789ab", "flannel.4096 fd00::7 0123456789ab"}},
        {"logs",
         {"C:\\k\\kubelet-20240131T101112.345.log", "C:\\k\\kubelet.err.log",
          "C:\\var\\log\\pods\\kube-system_kube-proxy-x_1\\kube-proxy\\0.log"}},
        {"more_logs", more_logs},
        {"source_vip_files", {"C:\\sourcevip\\sourceVip.json", "C:\\sourcevip\\sourceVipRequest.json"}},
        {"cluster", {"C:\\etc\\rancher\\k3s\\config.yaml", "C:\\etc\\rancher\\k3s\\config.yaml.d\\10.yaml"}},
        {"lines", {"kube-proxy error"}},
    };
    CHECK(found == expected);
    const std::string stored = collected.node.stored(collected.snapshot);
    CHECK(stored.find("AzurePublicCloud") != std::string::npos);
    CHECK(stored.find("the last line") != std::string::npos);
    CHECK(stored.find("secret-of") == std::string::npos);
}

}  // namespace

TEST_CASE("a node's files are read where its agents keep them", "[windows][files]") {
    const Node node;
    MadeFiles files("C:\\");
    make_node(files);
    check_made_node(collect_files(node));
}

TEST_CASE("places that agents are told of on their command lines are looked at", "[windows][files]") {
    const Node node;
    MadeFiles files("C:\\");
    files.write("agents\\out.log", "I0131 10:11:12.123456    1234 server.go:1] out\n");
    files.write("agents\\out-20240131T101112.345.log", "rotated\n");
    files.write("agents\\err.log", "E0131 10:11:12.123456    1234 server.go:1] err\n");
    files.write("agents\\other.log", "nobody named it\n");
    files.write("agents\\containerd.log", "time=\"2024-01-31T10:11:12Z\" level=info msg=x\n");
    files.write("agents\\kube.cfg", "clusters: [{name: k, cluster: {server: 'https://10.0.0.8:6443'}}]\n");
    files.write("agents\\kubelet.yaml", "kind: KubeletConfiguration\nclusterDNS: [10.96.0.11]\n");
    files.write("agents\\containerd.toml",
                "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".cni]\n  bin_dir = \"C:\\\\agents\\\\bin\"\n"
                "  conf_dir = 'C:\\agents\\conf'\n");
    files.write("agents\\bin\\win-bridge.exe", "MZ");
    files.write("agents\\conf\\10.conf", R"({"cniVersion":"0.3.0","name":"l2","type":"win-bridge",)"
                                         R"("ipam":{"type":"host-local","dataDir":"C:/agents/ipam"}})");
    files.write("agents\\ipam\\l2\\10.0.0.7", "0123456789ab\r\neth0");
    files.write("agents\\ipam\\l2\\diary.txt", "of somebody else\n");
    const std::string kubeconfig = "clusters: [{name: k, cluster: {server: 'https://10.0.0.7:6443'}}]\n";
    for (const char* each : {"agents\\boot.cfg", "agents\\flannel.cfg", "agents\\conf\\calico-kubeconfig",
                             "Program Files\\containerd\\cni\\conf\\calico-kubeconfig",
                             "var\\lib\\rancher\\rke2\\agent\\etc\\cni\\net.d\\calico-kubeconfig",
                             "var\\lib\\rancher\\rke2\\agent\\etc\\cni\\x-kubeconfig"}) {
        files.write(each, kubeconfig);
    }
    files.write("agents\\net.json", R"({"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","VNI":4097}})");
    files.write("agents\\subnet.env", "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.2.1/24\n");
    for (const char* each : {"agents\\exporter.log", "agents\\flanneld.log", "agents\\k3s.log"}) {
        files.write(each, "a line\n");
    }
    const std::string services = R"(HKLM\SYSTEM\CurrentControlSet\Services\)";
    const test::MadeKey kubelet(services + "kwdtest-kubelet");
    kubelet.text("ImagePath", R"(C:\k\nssm.exe)");
    const test::MadeKey parameters(services + "kwdtest-kubelet\\Parameters");
    parameters.text("Application", R"(C:\k\kubelet.exe)");
    parameters.text("AppParameters", R"(--config=C:/agents/kubelet.yaml --kubeconfig c:\agents\kube.cfg )"
                                     R"(--bootstrap-kubeconfig=C:\agents\boot.cfg)");
    const test::MadeKey flanneld(services + "kwdtest-flanneld");
    flanneld.text("ImagePath",
                  R"(C:\x\flanneld.exe -kubeconfig-file=C:\agents\flannel.cfg -net-config-path )"
                  R"(C:/agents/net.json --subnet-file=C:\agents\subnet.env --log_file=C:\agents\flanneld.log)");
    const test::MadeKey k3s(services + "kwdtest-k3s\\Parameters");
    k3s.text("AppStdout", R"(C:\agents\k3s.log)");
    const test::MadeKey exporter(services + "kwdtest-windows-exporter\\Parameters");
    exporter.text("AppStdout", R"(C:\agents\exporter.log)");
    parameters.text("AppStdout", R"(C:\agents\out.log)");
    parameters.text("AppStderr", R"(%SystemDrive%\agents\err.log)");
    const test::MadeKey containerd(services + "kwdtest-containerd");
    containerd.text("ImagePath", R"("C:\Program Files\containerd\containerd.exe" --run-service --config )"
                                 R"("C:\agents\containerd.toml" --log-file C:\agents\containerd.log)");
    const test::MadeKey other(services + "kwdtest-other\\Parameters");
    other.text("Application", R"(C:\shop\sql.exe)");
    other.text("AppStdout", R"(C:\agents\other.log)");

    const Collected collected = collect_files(node);
    const json found =
        lists(collected, {{"named", "kind || ' ' || name AS v FROM documents WHERE name LIKE 'C:_agents%'"},
                          {"others", "path AS v FROM kubeconfigs WHERE path NOT LIKE 'C:_agents%'"},
                          {"reserved", "address || ' ' || owner AS v FROM ip_reservations"},
                          {"plugins", "path AS v FROM node_files WHERE role = 'cni-binary' AND present"}});
    CHECK(found["named"] == json{"cni-conf C:\\agents\\conf\\10.conf", "containerd-config C:\\agents\\containerd.toml",
                                 "flannel-net-conf C:\\agents\\net.json", "kubeconfig C:\\agents\\boot.cfg",
                                 "kubeconfig C:\\agents\\conf\\calico-kubeconfig", "kubeconfig C:\\agents\\flannel.cfg",
                                 "kubeconfig C:\\agents\\kube.cfg", "kubelet-config C:\\agents\\kubelet.yaml",
                                 "log C:\\agents\\containerd.log", "log C:\\agents\\err.log",
                                 "log C:\\agents\\exporter.log", "log C:\\agents\\flanneld.log",
                                 "log C:\\agents\\k3s.log", "log C:\\agents\\out-20240131T101112.345.log",
                                 "log C:\\agents\\out.log", "subnet-env C:\\agents\\subnet.env"});
    CHECK(found["others"] == json{"C:\\Program Files\\containerd\\cni\\conf\\calico-kubeconfig",
                                  "C:\\var\\lib\\rancher\\rke2\\agent\\etc\\cni\\net.d\\calico-kubeconfig",
                                  "C:\\var\\lib\\rancher\\rke2\\agent\\etc\\cni\\x-kubeconfig"});
    CHECK(found["reserved"] == json{"10.0.0.7 0123456789ab"});
    CHECK(node.stored(collected.snapshot).find("of somebody else") == std::string::npos);
    CHECK(found["plugins"] == json{"C:\\agents\\bin\\win-bridge.exe"});
}

TEST_CASE("RKE2's plugins are told as such, though they lie among its agents", "[windows][files]") {
    const Node node;
    MadeFiles files("C:\\");
    const std::string rke2 = "var\\lib\\rancher\\rke2\\";
    // As RKE2 writes it: conf_dir and bin_dir in its own folder.
    files.write(rke2 + "agent\\etc\\containerd\\config.toml",
                "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".cni]\n"
                "  bin_dir = \"C:\\\\var\\\\lib\\\\rancher\\\\rke2\\\\bin\"\n"
                "  conf_dir = \"C:\\\\var\\\\lib\\\\rancher\\\\rke2\\\\agent\\\\etc\\\\cni\"\n");
    files.write(rke2 + "agent\\etc\\cni\\07-flannel.conflist",
                R"({"name":"flannel.4096","cniVersion":"1.0.0","plugins":[{"type":"flannel","delegate":)"
                R"({"type":"win-overlay"}}]})");
    for (const char* each : {"flannel.exe", "host-local.exe", "kubelet.exe", "win-overlay.exe"}) {
        files.write(rke2 + "bin\\" + each, "MZ");
    }
    // Without the right role of the others this one alone would be what is installed.
    files.write("opt\\cni\\bin\\nat.exe", "MZ");
    const Collected collected = test::collect(node, "node-files,system");
    CHECK(column(collected.query("SELECT path FROM node_files WHERE role = 'cni-binary' AND present ORDER BY path"),
                 "path") == std::vector<std::string>{"C:\\opt\\cni\\bin\\nat.exe", "C:\\" + rke2 + "bin\\flannel.exe",
                                                     "C:\\" + rke2 + "bin\\host-local.exe",
                                                     "C:\\" + rke2 + "bin\\kubelet.exe",
                                                     "C:\\" + rke2 + "bin\\win-overlay.exe"});
    // Each file once.
    CHECK(collected.query("SELECT path FROM node_files GROUP BY lower(path) HAVING count(*) > 1") == json::array());
    CHECK(collected.verdict("cni-bin-missing") == "clear");
}

TEST_CASE("what is named on a network drive is not touched, and told", "[windows][files]") {
    const Node node;
    MadeFiles files("C:\\");
    files.write("agents\\out.log", "I0131 10:11:12.123456    1234 server.go:1] out\n");
    const NetworkDrive drive(L"C:\\agents");
    REQUIRE(fs::exists("Y:\\out.log"));
    const std::string services = R"(HKLM\SYSTEM\CurrentControlSet\Services\)";
    const test::MadeKey kubelet(services + "kwdtest-kubelet");
    kubelet.text("ImagePath", R"(C:\k\nssm.exe)");
    const test::MadeKey parameters(services + "kwdtest-kubelet\\Parameters");
    parameters.text("Application", R"(C:\k\kubelet.exe)");
    parameters.text("AppStdout", R"(Y:\out.log)");

    const Collected collected = collect_files(node);
    const json found =
        lists(collected,
              {{"named", "name AS v FROM documents WHERE name LIKE 'Y:%'"},
               {"told", "collector AS v FROM collections WHERE reason LIKE '%drive Y: is no disk of this node%'"}});
    CHECK(found["named"] == json::array());
    CHECK(found["told"] == json{"logs"});
}

TEST_CASE("services that may not be read are told wherever they may name files", "[windows][files]") {
    const Node node;
    MadeFiles files("C:\\");
    files.write("k\\kubelet.log", "a line\n");
    const std::string services = R"(HKLM\SYSTEM\CurrentControlSet\Services\)";
    const test::MadeKey kubelet(services + "kwdtest-kubelet");
    kubelet.text("ImagePath", R"(C:\k\nssm.exe)");
    const test::MadeKey parameters(services + "kwdtest-kubelet\\Parameters");
    parameters.text("AppParameters", R"(--config=C:\agents\kubelet.yaml)");
    const auto told = [&] {
        const Collected collected = collect_files(node);
        CHECK(collected
                  .query("SELECT table_name FROM table_coverage WHERE table_name IN ('ip_reservations', "
                         "'node_files') AND state = 'partial'")
                  .size() == 2);
        return lists(collected, {{"told",
                                  "collector || ' ' || outcome AS v FROM collections WHERE reason LIKE "
                                  "'%kwdtest-kubelet%' AND error_code = 'access_denied'"}})["told"];
    };
    SECTION("what NSSM was told of them") {
        parameters.deny_reading();
        CHECK(told() == json{"ip-reservations partial", "kubeconfigs failed", "logs partial", "node-files partial"});
    }
    SECTION("the services themselves") {
        kubelet.deny_reading();
        CHECK(told() == json{"ip-reservations partial", "kubeconfigs failed", "logs partial", "node-files partial"});
    }
}

TEST_CASE("the files of a node's disk are read below another root, as they are on the node", "[windows][files]") {
    const Node node;
    const fs::path top = node.file("disk");
    fs::create_directories(top);
    MadeFiles files(top);
    make_node(files);
    check_made_node(collect_files(node, "--root " + top.string()));
}

TEST_CASE("a file that another process holds is told of, one that is shared is read", "[windows][files]") {
    const Node node;
    const fs::path top = node.file("disk");
    fs::create_directories(top);
    MadeFiles files(top);
    make_node(files);
    HANDLE shared =
        CreateFileW(files.at("k\\kubelet.err.log").c_str(), GENERIC_WRITE,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, 0, nullptr);
    HANDLE held =
        CreateFileW(files.at("run\\flannel\\subnet.env").c_str(), GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr);
    REQUIRE(shared != INVALID_HANDLE_VALUE);
    REQUIRE(held != INVALID_HANDLE_VALUE);
    const Collected collected = collect_files(node, "--root " + top.string());
    CloseHandle(shared);
    CloseHandle(held);

    const json taken = collected.collection("node-files");
    CHECK(taken["outcome"] == "partial");
    CHECK_THAT(taken["reason"].get<std::string>(), ContainsSubstring("C:\\run\\flannel\\subnet.env"));
    CHECK(taken["native_code"] == 32);  // ERROR_SHARING_VIOLATION
    CHECK(collected.query("SELECT count(*) AS n FROM documents WHERE name = 'C:\\k\\kubelet.err.log'")[0]["n"] == 1);
}

TEST_CASE("no reservations are no answer where a CNI configuration cannot be read", "[windows][files]") {
    const Node node;
    const fs::path top = node.file("disk");
    fs::create_directories(top);
    MadeFiles files(top);
    files.write("etc\\cni\\net.d\\10-bridge.conf", R"({"type":"win-bridge","ipam":{"dataDir":"C:/ipam"}})");
    HANDLE held = CreateFileW(files.at("etc\\cni\\net.d\\10-bridge.conf").c_str(), GENERIC_READ, 0, nullptr,
                              OPEN_EXISTING, 0, nullptr);
    REQUIRE(held != INVALID_HANDLE_VALUE);
    const Collected collected = test::collect(node, "ip-reservations", "--root " + top.string());
    CloseHandle(held);
    const json taken = collected.collection("ip-reservations");
    CHECK(taken["outcome"] == "partial");
    CHECK(taken["native_code"] == 32);  // ERROR_SHARING_VIOLATION
    const json covered =
        collected.query("SELECT state, reason FROM table_coverage WHERE table_name = 'ip_reservations'").at(0);
    CHECK(covered["state"] == "partial");
    CHECK_THAT(covered["reason"].get<std::string>(), ContainsSubstring("may name others"));
}

TEST_CASE("long paths are read, and files that are named after devices are files", "[windows][files]") {
    // On the drive itself: Wine cannot tell where a file with so long a path lies, and below another root that is
    // asked.
    const Node node;
    const fs::path top = "C:\\";
    const std::string pod = "kube-system_" + std::string(200, 'x') + "_1";
    const std::string folder = "var\\log\\pods\\" + pod + "\\kube-proxy";
    MadeFiles files(top);
    files.write(folder + "\\0.log", "deep\n");
    files.write("k\\plain.log", "plain\n");
    // std::filesystem would mean the device, also when it clears up.
    const std::wstring device = L"\\\\?\\" + (top / "k" / "con.log").wstring();
    HANDLE made = CreateFileW(device.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr);
    REQUIRE(made != INVALID_HANDLE_VALUE);
    CloseHandle(made);
    const Collected collected = collect_files(node);
    DeleteFileW(device.c_str());
    const auto logs = column(collected.query("SELECT name FROM documents WHERE kind = 'log' ORDER BY name"), "name");
    CHECK(logs == std::vector<std::string>{"C:\\k\\con.log", "C:\\k\\plain.log", "C:\\" + folder + "\\0.log"});
}

TEST_CASE("a node without any of the files says so", "[windows][files]") {
    const Node node;
    const fs::path top = node.file("empty");
    fs::create_directories(top);
    const Collected collected = collect_files(node, "--root " + top.string());
    const json found =
        lists(collected,
              {{"outcomes",
                "collector || ' ' || outcome AS v FROM collections WHERE collector IN ('node-files', 'kubeconfigs', "
                "'ip-reservations', 'logs')"},
               {"present", "path AS v FROM node_files WHERE present"},
               {"notes", "note AS v FROM documents WHERE name = 'ip-reservations.json'"}});
    CHECK(found["outcomes"] == json{"ip-reservations ok", "kubeconfigs skipped", "logs skipped", "node-files ok"});
    CHECK(found["present"] == json::array());
    CHECK_THAT(found["notes"][0].get<std::string>(), ContainsSubstring("not there"));
}
