// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/whole_node.h"

#include "tests/windows/tool_answers.h"

#include <fstream>
#include <iterator>
#include <system_error>

namespace kwd::test {
namespace {

namespace fs = std::filesystem;

const std::string kServices = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\";

std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

MadeFile::MadeFile(const fs::path& path, const std::string& content) : path_(path), topmost_(path) {
    for (fs::path folder = path.parent_path(); !fs::exists(folder); folder = folder.parent_path()) {
        topmost_ = folder;
    }
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

MadeFile::~MadeFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
    fs::remove_all(topmost_, ignored);
}

WholeNode::WholeNode()
    : hns_state_(kServices + "hns\\State"),
      firewall_(kServices + "SharedAccess\\Parameters\\FirewallPolicy\\StandardProfile"),
      kubelet_(kServices + "kwdtest-kubelet"),
      nssm_(kServices + "kwdtest-kubelet\\Parameters"),
      cni_("C:\\etc\\cni\\net.d\\10-flannel.conf", R"({"name":"flannel.4096","type":"flannel"})"),
      log_("C:\\var\\log\\kubelet\\kubelet.log",
           "E0131 10:00:00.000000    1234 kubelet.go:1] \"a line of the test\"\n"),
      reservation_("C:\\var\\lib\\cni\\networks\\flannel.4096\\10.244.2.5", "container\r\neth0"),
      kubeconfig_("C:\\k\\config", "clusters: [{name: k, cluster: {server: 'https://10.0.0.9:6443'}}]\n"),
      kubectl_("C:\\k\\kubectl.exe", bytes_of(fs::path(KWD_DOUBLES) / "kubectl.exe")) {
    hns_state_.number("HNSControlFlag", 16);
    firewall_.number("EnableFirewall", 1);
    kubelet_.text("ImagePath", "C:\\k\\nssm.exe");
    nssm_.text("Application", "C:\\k\\kubelet.exe");
    nssm_.text("AppStdout", "C:\\var\\log\\kubelet\\kubelet.log");
    serve_fixture("hns\\networks.json", "hns/flannel-vxlan-network-v2.json");
    serve_fixture("hns\\endpoints.json", "hns/flannel-vxlan-endpoints-v2.json");
    serve_fixture("hns\\load-balancers.json", "hns/kube-proxy-load-balancers-v2.json");
    serve("hns\\v1-globals-version.json", R"({"Success":true,"Output":{"Major":13,"Minor":3}})");
    serve("vfp\\list-vmswitch-port.txt",
          "ITEM LIST\r\n===========\r\n\r\n  Port name             : 11111111-2222-4333-8444-555555555501\r\n"
          "  Port Friendly name    : ExternalPort\r\n\r\nCommand list-vmswitch-port succeeded!\r\n");
    serve("events\\System.xml",
          "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
          "<Provider Name='Service Control Manager'/><EventID>7031</EventID><Level>2</Level>"
          "<TimeCreated SystemTime='2024-01-31T10:00:00.2Z'/><Channel>System</Channel><Computer>win-1</Computer>"
          "</System><EventData><Data Name='param1'>Host Network Service</Data></EventData></Event>\n");
    serve_port_ranges(*this);
    serve_clock(*this, "-0.0250000");
    install_npcap();
    fs::create_directories("C:\\kwdiag-double\\kube");
    serve("kube\\_api_v1_nodes_limit_500.json",
          R"({"kind":"NodeList","items":[{"kind":"Node","metadata":{"name":"node-1"}}]})");
}

}  // namespace kwd::test
