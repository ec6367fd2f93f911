// SPDX-License-Identifier: Apache-2.0
#include "analyzers/component_config.h"
#include "analyzers/containerd_config.h"
#include "analyzers/flannel_files.h"
#include "analyzers/ip_reservations.h"
#include "analyzers/kubeconfig.h"
#include "analyzers/node_files.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kwd::analyzers {
namespace {

TEST_CASE("net-conf.json gives what it says and nothing by default", "[analyzers][config]") {
    const auto full =
        only_row(analyzed(&analyze_flannel_net_conf, "net-conf.json",
                          R"({"Network":"10.244.0.0/16","EnableIPv6":true,"IPv6Network":"fd00::/48","SubnetLen":25,
  "Backend":{"Type":"vxlan","Name":"flannel.4096","VNI":4096,"Port":4789,"MacPrefix":"0E-2A","DirectRouting":false,"MTU":1400}})"),
                 snapshot::kFlannelConfig)
            .row;
    CHECK(full.network == "10.244.0.0/16");
    CHECK(full.ipv6_network == "fd00::/48");
    CHECK(full.subnet_length == 25);
    CHECK(full.vni == 4096);
    CHECK(full.port == 4789);
    CHECK(full.direct_routing == false);
    CHECK(full.mtu_bytes == 1400);

    const auto bare = only_row(analyzed(&analyze_flannel_net_conf, "net-conf.json",
                                        R"({"network":"10.244.0.0/16","backend":{"type":"host-gw"}})"),
                               snapshot::kFlannelConfig)
                          .row;
    CHECK(bare.network == "10.244.0.0/16");
    CHECK(bare.backend_type == "host-gw");
    CHECK_FALSE(bare.vni.has_value());
    CHECK_FALSE(bare.port.has_value());
    CHECK_FALSE(bare.enable_ipv4.has_value());
}

TEST_CASE("subnet.env is one row over its lines", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_subnet_env, "subnet.env",
                 "FLANNEL_NETWORK=10.244.0.0/16\r\nFLANNEL_SUBNET=10.244.2.1/24\r\nFLANNEL_MTU=1450\r\n"
                 "FLANNEL_IPMASQ=true\r\n");
    const auto [row, place] = only_row(analysis, snapshot::kFlannelSubnetEnv);
    CHECK(place == "line:1-4");
    CHECK(row.network == "10.244.0.0/16");
    CHECK(row.subnet == "10.244.2.1/24");
    CHECK(row.mtu_bytes == 1450);
    CHECK(row.ip_masq == true);
    CHECK_FALSE(row.ipv6_subnet.has_value());
}

TEST_CASE("an empty subnet.env is noted and gives no row", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_subnet_env, "subnet.env", "\r\n");
    CHECK(analysis.rows(snapshot::kFlannelSubnetEnv).empty());
    CHECK(notes_of(analysis) == std::vector<std::string>{"malformed at "});
    CHECK(analysis.coverage().contains("flannel_subnet_env"));
}

TEST_CASE("kubelet's configuration keeps empty values apart from absent ones", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_kubelet_config, "config.yaml",
                 "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupsPerQOS: false\n"
                 "clusterDNS:\n- 10.96.0.10\n- fd00::a\nclusterDomain: cluster.local\nenforceNodeAllocatable: []\n"
                 "resolvConf: \"\"\nmaxPods: 110\nfeatureGates:\n  GracefulNodeShutdown: false\n");
    const auto row = only_row(analysis, snapshot::kKubeletConfig).row;
    CHECK(row.cluster_dns == "10.96.0.10,fd00::a");
    CHECK(row.cgroups_per_qos == false);
    CHECK(row.enforce_node_allocatable == "");
    CHECK(row.resolv_conf == "");
    CHECK(row.max_pods == 110);
    CHECK_FALSE(row.pod_cidr.has_value());

    const auto gate = only_row(analysis, snapshot::kFeatureGates);
    CHECK(gate.row.component == "kubelet");
    CHECK(gate.row.gate == "GracefulNodeShutdown");
    CHECK(gate.row.enabled == false);
    CHECK(gate.place == "line:12");
}

TEST_CASE("kubelet's configuration may be JSON", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_kubelet_config, R"(C:\ProgramData\kubernetes\kubelet-config.json)",
                 R"({"kind":"KubeletConfiguration","clusterDNS":["10.100.0.10"],"resolvConf":"\\etc\\resolv.conf"})");
    CHECK(only_row(analysis, snapshot::kKubeletConfig).row.resolv_conf == R"(\etc\resolv.conf)");
}

TEST_CASE("kube-proxy's configuration of the right document of several", "[analyzers][config]") {
    const auto analysis = analyzed(
        &analyze_kube_proxy_config, "config.conf",
        "kind: Config\napiVersion: v1\n---\nkind: KubeProxyConfiguration\nmode: kernelspace\n"
        "clusterCIDR: 10.244.0.0/16\nwinkernel:\n  enableDSR: true\n  networkName: flannel.4096\n"
        "  sourceVip: 10.244.2.2\n  rootHnsEndpointName: \"\"\nfeatureGates: {WinDSR: true, WinOverlay: true}\n");
    const auto [row, place] = only_row(analysis, snapshot::kKubeProxyConfig);
    CHECK(place == "line:4-12");
    CHECK(row.mode == "kernelspace");
    CHECK(row.network_name == "flannel.4096");
    CHECK(row.source_vip == "10.244.2.2");
    CHECK(row.enable_dsr == true);
    CHECK_FALSE(row.root_hns_endpoint_name.has_value());
    CHECK(analysis.rows(snapshot::kFeatureGates).size() == 2);
}

TEST_CASE("broken YAML is noted with its line", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_kube_proxy_config, "config.conf",
                                   "kind: KubeProxyConfiguration\nmode: kernelspace\n  bad: [1, 2\n");
    REQUIRE_FALSE(analysis.notes().empty());
    CHECK(analysis.notes()[0].problem == "malformed");
    CHECK(analysis.notes()[0].place.starts_with("line:"));
}

TEST_CASE("containerd's configuration of all three versions", "[analyzers][config]") {
    const auto read = [](std::string text) {
        return only_row(analyzed(&analyze_containerd_config, "config.toml", std::move(text)),
                        snapshot::kContainerdConfig);
    };
    const auto v1 = read(
        "root = '/var/lib/containerd'\n[plugins.cri]\nsandbox_image = \"pause:3.1\"\n[plugins.cri.cni]\n"
        "bin_dir = \"/opt/cni/bin\"\nconf_dir = \"/etc/cni/net.d\"\n");
    CHECK(v1.row.version == "1");
    CHECK(v1.row.sandbox_image == "pause:3.1");
    CHECK(v1.row.cni_conf_dir == "/etc/cni/net.d");
    CHECK(v1.place == "line:4");

    const auto v2 = read(
        "version = 2\n[grpc]\n  address = \"\\\\\\\\.\\\\pipe\\\\containerd-containerd\"\n"
        "[plugins.\"io.containerd.grpc.v1.cri\".cni]\n  conf_dir = \"C:\\\\k\\\\cni\\\\config\"\n"
        "[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n  default_runtime_name = \"runhcs-wcow-process\"\n");
    CHECK(v2.row.default_runtime == "runhcs-wcow-process");
    CHECK(v2.row.version == "2");
    CHECK(v2.row.grpc_address == R"(\\.\pipe\containerd-containerd)");
    CHECK(v2.row.cni_conf_dir == R"(C:\k\cni\config)");
    CHECK_FALSE(v2.row.cni_bin_dir.has_value());

    const auto v3 = read(
        "version = 3\n[plugins.'io.containerd.cri.v1.images'.pinned_images]\nsandbox = 'pause:3.10'\n"
        "[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dirs = ['C:\\opt\\cni\\bin', 'D:\\cni']\n");
    CHECK(v3.row.version == "3");
    CHECK(v3.row.sandbox_image == "pause:3.10");
    CHECK(v3.row.cni_bin_dir == R"(C:\opt\cni\bin,D:\cni)");
}

TEST_CASE("broken TOML is noted with its line", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_containerd_config, "config.toml", "version = 2\nroot = \"C:\\ProgramData\"\n");
    CHECK(notes_of(analysis) == std::vector<std::string>{"malformed at line:2"});
}

TEST_CASE("a kubeconfig is read in kwdiag's own form", "[analyzers][config]") {
    const auto row = only_row(analyzed(&analyze_kubeconfig, "kubelet.conf",
                                       R"({"path":"/etc/kubernetes/kubelet.conf","server":"https://10.0.0.9:6443",
  "ca_fingerprint":"4f","client_certificate_not_after":"2025-04-30T09:00:00Z","token_present":false})"),
                              snapshot::kKubeconfigs)
                         .row;
    CHECK(row.path == "/etc/kubernetes/kubelet.conf");
    CHECK(row.server == "https://10.0.0.9:6443");
    CHECK(row.client_certificate_not_after == "2025-04-30T09:00:00Z");
    CHECK(row.token_present == false);
}

TEST_CASE("a kubeconfig as YAML speaks of its current context", "[analyzers][config]") {
    const auto row =
        only_row(
            analyzed(
                &analyze_kubeconfig, R"(C:\k\config)",
                "apiVersion: v1\nkind: Config\nclusters:\n- name: old\n  cluster: {server: 'https://10.0.0.1:6443'}\n"
                "- name: new\n  cluster: {server: 'https://10.0.0.2:6443'}\ncontexts:\n- name: c\n"
                "  context: {cluster: new, user: u}\ncurrent-context: c\nusers:\n- name: u\n  user: {token: '[removed: "
                "token]'}\n"),
            snapshot::kKubeconfigs)
            .row;
    CHECK(row.server == "https://10.0.0.2:6443");
    CHECK(row.token_present == true);
    CHECK_FALSE(row.ca_fingerprint.has_value());
}

TEST_CASE("a CA that stands in a kubeconfig is told by its fingerprint", "[analyzers][config]") {
    const std::string path = "embedded-ca.conf";
    const std::string text = fixture("certificates/embedded-ca.conf");
    // openssl x509 -in tests/fixtures/certificates/ca.pem -noout -fingerprint -sha256
    CHECK(only_row(analyzed(&analyze_kubeconfig, path, text), snapshot::kKubeconfigs).row.ca_fingerprint ==
          "29506786320c98fe06dc26f8e90c0c8b21f20a543b60cc6a998808f00d324f33");
    const std::size_t data = text.find("LS0t");
    REQUIRE(data != std::string::npos);
    const auto row = only_row(analyzed(&analyze_kubeconfig, path, text.substr(0, data) + "!" + text.substr(data)),
                              snapshot::kKubeconfigs)
                         .row;
    CHECK_FALSE(row.ca_fingerprint.has_value());
    CHECK(row.server == "https://10.0.0.9:6443");
}

TEST_CASE("a reservation of host-local is told by its path and two lines", "[analyzers][config]") {
    const auto row = only_row(analyzed(&analyze_ip_reservation, R"(C:\var\lib\cni\networks\flannel.4096\10.244.2.2)",
                                       "kube-proxy\r\nsource-vip"),
                              snapshot::kIpReservations)
                         .row;
    CHECK(row.network_name == "flannel.4096");
    CHECK(row.address == "10.244.2.2");
    CHECK(row.owner == "kube-proxy");
    CHECK(row.interface == "source-vip");
    CHECK(row.origin == "host-local");

    CHECK(only_row(analyzed(&analyze_ip_reservation, R"(C:\var\lib\cni\networks\n\fd00__7)", "c1"),
                   snapshot::kIpReservations)
              .row.address == "fd00::7");
    CHECK(analyzed(&analyze_ip_reservation, "networks/n/last_reserved_ip.0", "10.244.2.9")
              .rows(snapshot::kIpReservations)
              .empty());
    CHECK(analyzed(&analyze_ip_reservation, "networks/n/lock", "").rows(snapshot::kIpReservations).empty());
    CHECK(analyzed(&analyze_ip_reservation, "networks/n/lock", "").coverage().contains("ip_reservations"));
    const auto alone = analyzed(&analyze_ip_reservation, "networks/n/10.244.2.2", "c1");
    CHECK(alone.outlines().contains("ip_reservations"));
    CHECK_FALSE(alone.coverage().contains("ip_reservations"));
}

TEST_CASE("reservations are read when put together, and from Azure's state", "[analyzers][config]") {
    const auto own = only_row(
        analyzed(
            &analyze_ip_reservation, "ip-reservations.json",
            R"({"reservations":[{"network_name":"cbr0","address":"10.244.1.7","owner":"8c","interface":"eth0","origin":"host-local"}],
  "last_reserved":[{"network_name":"cbr0","range":0,"address":"10.244.1.9"}]})"),
        snapshot::kIpReservations);
    CHECK(own.row.address == "10.244.1.7");
    CHECK(own.place == "/reservations/0");

    const auto azure = only_row(
        analyzed(
            &analyze_ip_reservation, R"(C:\k\azure-vnet-ipam.json)",
            R"({"IPAM":{"AddressSpaces":{"local":{"Pools":{"10.240.0.0/12":{"Id":"10.240.0.0/12","Subnet":"10.240.0.0/12",
  "Addresses":{"10.240.0.5":{"ID":"abc","Addr":"10.240.0.5","InUse":true},"10.240.0.6":{"Addr":"10.240.0.6","InUse":false}}}}}}}})"),
        snapshot::kIpReservations);
    CHECK(azure.row.address == "10.240.0.5");
    CHECK(azure.row.owner == "abc");
    CHECK(azure.row.origin == "azure-ipam");
    CHECK(azure.row.network_name == "10.240.0.0/12");
}

TEST_CASE("sourceVip.json gives its address, or why it has none", "[analyzers][config]") {
    const auto read = [](std::string text) {
        return only_row(analyzed(&analyze_source_vip, R"(C:\sourcevip\sourceVip.json)", std::move(text)),
                        snapshot::kSourceVipFiles)
            .row;
    };
    CHECK(read(R"({"cniVersion":"0.2.0","ip4":{"ip":"10.244.2.2/24","gateway":"10.244.2.1"},"dns":{}})").address ==
          "10.244.2.2");
    CHECK(read(R"({"cniVersion":"1.0.0","ips":[{"address":"10.244.2.3/24"}]})").address == "10.244.2.3");
    const auto error = read(R"({"code":100,"msg":"error parsing configuration"})");
    CHECK_FALSE(error.address.has_value());
    CHECK(error.problem == "CNI error 100: error parsing configuration");
    CHECK(read("host-local.exe : error").problem == "not JSON: host-local.exe : error");
    CHECK(read(" \r\n").problem == "the file is empty");
}

TEST_CASE("the list of files keeps what was not there", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_node_files, "node-files.json",
                 R"({"files":[{"path":"/opt/cni/bin/flannel","role":"cni-binary","present":true,"size_bytes":2446177},
  {"path":"/run/flannel/subnet.env","role":"subnet-env","present":false},{"path":"/root/x"}, 7]})");
    const auto files = analysis.rows(snapshot::kNodeFiles);
    REQUIRE(files.size() == 3);
    CHECK(files[0].row.size_bytes == 2446177);
    CHECK(files[1].row.present == false);
    CHECK_FALSE(files[2].row.present.has_value());
    CHECK(files[2].place == "/files/2");
    CHECK(notes_of(analysis) == std::vector<std::string>{"malformed at /files/3"});
}

TEST_CASE("a list that breaks off is kept so far, and covers its table in part", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_node_files, "node-files.json",
                                   R"({"files":[{"path":"/a","present":true},{"path":"/b","pres)");
    CHECK(analysis.rows(snapshot::kNodeFiles).size() == 2);
    CHECK(analysis.coverage().at("node_files") == "the document breaks off");
    CHECK(notes_of(analysis) == std::vector<std::string>{"truncated at line:1"});
}

}  // namespace
}  // namespace kwd::analyzers
