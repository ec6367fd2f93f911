// SPDX-License-Identifier: Apache-2.0
// Each file of tests/fixtures/loose is what this table says, and nothing in that folder is left out of it.
#include "collectors/import/recognise.h"
#include "snapshot/kinds.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace kwd::collectors;

namespace {

namespace fs = std::filesystem;
const fs::path kLoose = fs::path(KWD_FIXTURES) / "loose";

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Expected {
    const char* file;
    const char* kind;
    const char* component = "";
};

const Expected kExpected[] = {
    {"ipconfig/english-utf8.txt", "ipconfig"},
    {"ipconfig/english-utf16be.txt", "ipconfig"},
    {"ipconfig/english-allcompartments.txt", "ipconfig"},
    {"ipconfig/german-cp850.txt", "ipconfig"},
    {"ipconfig/german-utf16le.txt", "ipconfig"},
    {"ipconfig/german-utf8-read-as-cp1252.txt", "ipconfig"},
    {"ipconfig/french-cp1252.txt", "ipconfig"},
    {"ipconfig/french-utf16le-no-bom.txt", "ipconfig"},
    {"ipconfig/japanese-cp932.txt", "ipconfig"},
    {"ipconfig/chinese-gbk.txt", "ipconfig"},
    {"ipconfig/chinese-utf8-bom.txt", "ipconfig"},
    {"ipconfig/russian-cp866.txt", "ipconfig"},
    {"ipconfig/russian-cp1251.txt", "ipconfig"},
    {"ipconfig/spanish-utf8-lf.txt", "ipconfig"},
    {"routes/route-print-english.txt", "route-print"},
    {"routes/route-print-german-cp850.txt", "route-print"},
    {"routes/route-print-japanese-cp932.txt", "route-print"},
    {"routes/get-netroute-table.txt", "ps-list"},
    {"routes/get-netroute-list.txt", "ps-list"},
    {"cmdlets/get-netadapter-table.txt", "ps-list"},
    {"cmdlets/get-netadapter-list-utf16le.txt", "ps-list"},
    {"cmdlets/get-netview-route.txt", "ps-list"},
    {"cmdlets/get-service-list.txt", "windows-services"},
    {"windows/sc-queryex-german-cp850.txt", "windows-services"},
    {"windows/arp-german-cp850.txt", "arp"},
    {"windows/ver.txt", "winver"},
    {"windows/ver-chinese-gbk.txt", "winver"},
    {"windows/winver-utf16le.txt", "winver"},
    {"windows/systeminfo-english", "systeminfo"},
    {"windows/systeminfo-german-cp850.txt", "systeminfo"},
    {"windows/netsh-interfaces-german-cp850.txt", "netsh"},
    {"windows/netsh-excluded-french-cp850.txt", "netsh"},
    {"windows/netsh-dynamic-german-cp850.txt", "netsh"},
    {"windows/netstat.txt", "netstat"},
    {"windows/netstat-ano.txt", "netstat"},
    {"windows/tasklist-v.txt", "process-list"},
    {"windows/tasklist.csv", "process-list"},
    {"windows/advfirewall-rules.txt", "netsh"},
    {"windows/advfirewall-profiles.txt", "netsh"},
    {"windows/dir-cni.txt", "folder-listing"},
    {"windows/reg-query.txt", "registry-text"},
    {"windows/nssm.reg", "registry-text"},
    {"cmdlets/get-process.txt", "process-list"},
    {"cmdlets/win32-process-list.txt", "process-list"},
    {"cmdlets/win32-process.csv", "process-list"},
    {"cmdlets/win32-process.json", "process-list"},
    {"cmdlets/get-service.json", "windows-services"},
    {"cmdlets/get-service.csv", "windows-services"},
    {"cmdlets/get-computerinfo-list.txt", "winver"},
    {"cmdlets/get-hotfix.csv", "winver"},
    {"cmdlets/netroute.json", "ps-list"},
    {"cmdlets/netroute.csv", "ps-list"},
    {"cmdlets/get-nettcpconnection.txt", "ps-list"},
    {"cmdlets/get-childitem-cni.txt", "folder-listing"},
    {"events/system.evtx", "event-records"},
    {"events/networkhealth.json", "event-records"},
    {"events/wevtutil-text.txt", "event-records"},
    {"events/get-winevent.txt", "event-records"},
    {"events/get-winevent-list.txt", "event-records"},
    {"events/system-eventlogs.csv", "event-records"},

    {"hns/answer-chinese-wrapped-gbk.txt", "hns-networks"},
    {"hns/networks-v1-ps51.json", "hns-networks"},
    {"hns/networks-v2.json", "hns-networks"},
    {"hns/networks-v2-german-chatter.txt", "hns-networks"},
    {"hns/get-netview-hnsnetwork-1.txt", "hns-networks"},
    {"hns/get-hnsnetwork-list.txt", "hns-networks"},
    {"hns/get-hnsnetwork-table.txt", "hns-networks"},
    {"hns/endpoints-v1.json", "hns-endpoints"},
    {"hns/endpoints-v2.json", "hns-endpoints"},
    {"hns/endpoints-v2-cut-off.json", "hns-endpoints"},
    {"hns/get-hnsendpoint-list-utf16le.txt", "hns-endpoints"},
    {"hns/policylists-v1.json", "hns-load-balancers"},
    {"hns/loadbalancers-v2.json", "hns-load-balancers"},
    {"hns/get-hnspolicylist-list.txt", "hns-load-balancers"},
    {"hns/namespaces-v1.json", "hns-namespaces"},
    {"hns/namespaces-v2.json", "hns-namespaces"},
    {"hns/everything-in-one.txt", "hns-mixed"},
    {"hns/hnsdiag-list-all-d.txt", "hns-mixed"},
    {"hns/hnsdiag-list-all.txt", "hnsdiag-list"},
    {"hns/hnsdiag-list-blocks.txt", "hnsdiag-list"},

    {"config/10-flannel.conflist", "cni-conf"},
    {"config/10-azure.conflist", "cni-conf"},
    {"config/cni.conf", "cni-conf"},
    {"config/cni-conf-named.yaml", "cni-conf"},
    {"config/net-conf.json", "flannel-net-conf"},
    {"config/net-conf-utf16le.json", "flannel-net-conf"},
    {"config/subnet.env", "subnet-env"},
    {"config/sourceVip.json", "source-vip"},
    {"config/sourceVip-error.json", "source-vip"},
    {"config/sourceVipRequest.json", "other"},
    {"config/kubelet-config.json", "kubelet-config"},
    {"config/kubelet-config.yaml", "kubelet-config"},
    {"config/kubelet-configz.json", "kubelet-config"},
    {"config/kube-proxy.yaml", "kube-proxy-config"},
    {"config/kubeconfig", "kubeconfig"},
    {"config/kubeclusterconfig.json", "cluster-config"},
    {"config/kubeadm-join.yaml", "cluster-config"},
    {"config/calico-config.ps1", "cluster-config"},
    {"config/kubeadm-flags.env", "command-line", "kubelet"},
    {"config/StartKubelet.ps1", "command-line", "kubelet"},
    {"config/nssm-kubeproxy.txt", "command-line", "kube-proxy"},
    {"config/rke2-cmdline.txt", "command-line", "rke2"},
    {"config/config.toml", "containerd-config"},
    {"config/networks/cbr0/10.244.4.9", "ip-reservation"},
    {"config/networks/cbr0/last_reserved_ip.0", "ip-reservation"},
    {"config/azure-vnet-ipam.json", "ip-reservation"},

    {"logs/kubelet.err.log", "log", "kubelet"},
    {"logs/proxy-old-klog.txt", "log", "kube-proxy"},
    {"logs/pod-kube-proxy/0.log", "log", "kube-proxy"},
    {"logs/klog.json.log", "log", "kube-proxy"},
    {"logs/containerd.log", "log", "containerd"},
    {"logs/azure-vnet.log", "log", "azure-vnet"},
    {"logs/azure-vnet-zap.log", "log", "azure-vnet"},
    {"logs/calico-felix.log", "log", "felix"},
    {"logs/cni.log", "log", "calico-cni"},
    {"logs/renamed.txt", "log", "flanneld"},
    {"logs/journal.json", "journal"},
    {"events/hns-admin.json", "event-records"},
    {"events/services.csv", "event-records"},
    {"events/system-wevtutil.xml", "event-records"},
    {"events/hns-event-viewer.xml", "event-records"},
    {"config/docker-network-inspect.json", "docker-networks"},
    {"config/docker-inspect.json", "other"},
    {"config/crictl-pods.txt", "other"},
    {"config/debug-windows-node.txt", "other"},
    {"kubectl/nodes.json", "k8s-objects"},
    {"kubectl/node.yaml", "k8s-objects"},
    {"kubectl/kube-proxy-configmap.yaml", "k8s-objects"},
    {"kubectl/pasted-with-ipconfig.txt", "transcript"},
    {"kubectl/get-nodes.txt", "kubectl-text"},
    {"kubectl/get-nodes-wide.txt", "kubectl-text"},
    {"kubectl/get-pods-wide.txt", "kubectl-text"},
    {"kubectl/get-svc.txt", "kubectl-text"},
    {"kubectl/get-events.txt", "kubectl-text"},
    {"kubectl/describe-node.txt", "kubectl-text"},
    {"kubectl/describe-pod.txt", "kubectl-text"},
    {"kubectl/describe-service.txt", "kubectl-text"},
    {"kubectl/events-only.txt", "kubectl-text"},
    {"captures/arp.pcap", "capture"},
    {"captures/empty.pcapng", "capture"},

    // content wins over the name
    {"hostile/log-quoting-hns.log", "log", "kube-proxy"},
    {"hostile/log-quoting-ipconfig.txt", "log"},
    {"hostile/kubelet.log", "hns-networks"},
    {"hostile/endpoint.txt", "hns-networks"},
    {"hostile/ipconfig.txt", "flannel-net-conf"},
    // and a name alone makes nothing of prose, of nothing, or of bytes
    {"hostile/network.txt", "other"},
    {"hostile/empty.txt", "other"},
    {"hostile/garbage.json", "other"},
    {"hostile/deep.json", "other"},
    {"hostile/zip-named.log", "other"},
    {"hostile/System.evtx", "event-records"},
    {"hostile/server.etl", "other"},
};

}  // namespace

TEST_CASE("every loose fixture is recognised for what it is", "[import][recognise]") {
    for (const auto& [file, kind, component] : kExpected) {
        const auto recognition = recognise(file, read(kLoose / file));
        INFO(file << ": " << recognition.why);
        CHECK(recognition.kind == kind);
        CHECK(recognition.component == component);
    }
}

TEST_CASE("the table of loose fixtures leaves no file out", "[import][recognise]") {
    std::set<std::string> named{"README.md"};
    for (const auto& expected : kExpected) {
        named.insert(expected.file);
    }
    for (const auto& entry : fs::recursive_directory_iterator(kLoose)) {
        if (entry.is_regular_file()) {
            CHECK(named.count(entry.path().lexically_relative(kLoose).generic_string()) == 1);
        }
    }
}

TEST_CASE("a file without content is what its name tells", "[import][recognise]") {
    const std::string utf16_nothing("\xff\xfe\r\0\n\0", 6);
    CHECK(recognise("bundle/endpoint.txt", "").kind == "hns-endpoints");
    CHECK(recognise("bundle/endpoint.txt", "[]\r\n").kind == "hns-endpoints");
    CHECK(recognise("bundle\\policy.txt", utf16_nothing).kind == "hns-load-balancers");
    CHECK(recognise("HNS/Get-HNSNetwork-1.txt", "{}").kind == "hns-networks");
    CHECK(recognise("endpoint.txt", "").by_name);
    CHECK(recognise("bundle/anything.txt", "").kind == "other");
    CHECK(recognise("bundle/anything.txt", "").why == "empty file");
}

TEST_CASE("output in a language that no test covers is what its script calls it", "[import][recognise]") {
    // no dash, no leader dot, no address: nothing but the name can tell
    const std::string text = "Polecenie nie powiodło się.\r\n";
    CHECK(recognise("sdn/dynamicportrange.txt", text).kind == "netsh");
    CHECK(recognise("sdn/dynamicportrange.txt", text).by_name);
    CHECK(recognise("notes.txt", text).kind == "other");
}

TEST_CASE("what is kept without being read says what it is", "[import][recognise]") {
    CHECK(recognise("System.evtx", std::string("ElfFile\0\0\0", 10)).why.find("evtx") != std::string::npos);
    CHECK(recognise("kubelet.exe", std::string("MZ\x90\0\3\0\0\0", 8)).why == "program");
    CHECK(recognise("x.txt", "Approx number of available 64-port blocks: 231\r\n").why ==
          "estimate of free port blocks");
    CHECK(recognise("key.pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n").why == "private key: removed");
}

TEST_CASE("every recognised kind is one that snapshots know", "[import][recognise]") {
    const auto kinds = kwd::snapshot::document_kinds();
    for (const auto& entry : fs::recursive_directory_iterator(kLoose)) {
        if (entry.is_regular_file()) {
            const auto kind = recognise(entry.path().generic_string(), read(entry.path())).kind;
            CHECK(std::any_of(kinds.begin(), kinds.end(), [&](const auto& known) { return known.name == kind; }));
        }
    }
}

TEST_CASE("where a file lies does not matter, whichever way the slashes lean", "[import][recognise]") {
    const auto content = read(kLoose / "logs/pod-kube-proxy/0.log");
    CHECK(recognise("C:\\var\\log\\pods\\kube-system_kube-proxy-x_1\\kube-proxy\\0.log", content).component ==
          "kube-proxy");
    CHECK(recognise("kube-system/kube-proxy-windows-9tjxq/logs.txt", "I0101 00:00:00.000001   1 main.go:1] x\n")
              .component == "kube-proxy");
}

TEST_CASE("a component's own lines win over a name that lies", "[import][recognise]") {
    const std::string proxy_lines =
        "I0629 08:09:11.421046    1256 proxier.go:450] a\nI0629 08:09:11.421046    1256 proxier.go:451] b\n"
        "I0629 08:09:11.421046    1256 proxier.go:452] c\n";
    CHECK(recognise("kubelet.log", proxy_lines).component == "kube-proxy");
    const std::string one_foreign_line = "I0629 08:09:11.421046    1256 proxier.go:450] a\n";
    CHECK(recognise("kubelet.log", one_foreign_line).component == "kubelet");
}
