// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/bundle.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace kwd::collectors;

namespace {
using Paths = std::vector<std::string>;
}

TEST_CASE("a bundle is known by the files in it", "[import][bundle]") {
    CHECK(detect_bundle("x", "", Paths{"network.txt", "endpoint.txt"}).type == "microsoft/SDN collectlogs");
    CHECK(detect_bundle("x", "", Paths{"sdn/network.txt", "sdn/endpoint.txt"}).type == "microsoft/SDN collectlogs");
    CHECK(detect_bundle("x", "", Paths{"network.txt", "endpoint.txt", "kubelet.err.log", "kubeclusterconfig.json"})
              .type == "AKS node logs");
    CHECK(detect_bundle("x", "", Paths{"network/hns/network.txt", "k8s/components/kubelet.log"}).type ==
          "Rancher RKE2 node logs");
    CHECK(detect_bundle("x", "", Paths{"network/hns/network.txt", "docker/info"}).type == "Rancher node logs");
    CHECK(detect_bundle("x", "", Paths{"system/network/hns/network.txt", "system/system-eventlogs.csv"}).type ==
          "EKS node logs");
    CHECK(detect_bundle("x", "", Paths{"network/hns/endpoint.txt", "kubelet/kubelet-service.csv"}).type ==
          "EKS node logs");
    CHECK(detect_bundle("x", "", Paths{"HNS/HNSData.txt", "NetIp/Get-NetRoute.txt"}).type == "Get-NetView");
    CHECK(detect_bundle("x", "", Paths{"nodes.json", "kube-system/pods.json"}).type == "kubectl cluster-info dump");
    CHECK(detect_bundle("x", "", Paths{"logs/calico-node.log"}).type == "Calico for Windows logs");
    CHECK(detect_bundle("x", "", Paths{"kubelet.log", "notes.txt"}).type == "files");
    CHECK(detect_bundle("x", "", Paths{}).type == "files");
}

TEST_CASE("host and time are read from a bundle's name", "[import][bundle]") {
    const Paths aks{"kubelet.err.log", "azure-vnet.log"};
    const auto from_zip = detect_bundle("AKSW-1A2B-20240131-101112_logs.zip", "", aks);
    CHECK(from_zip.host_name == "AKSW-1A2B");
    CHECK(from_zip.taken_at == "2024-01-31T10:11:12");

    const Paths rke{"network/hns/network.txt", "config/rke2/config.yaml"};
    const auto from_folder = detect_bundle("attachment.tar.gz", "rancher_rke2_win_r_2024-01-31_10_11_12/", rke);
    CHECK(from_folder.host_name == "win_r");
    CHECK(from_folder.taken_at == "2024-01-31T10:11:12");

    const Paths eks{"network/hns/network.txt", "system-eventlogs.csv"};
    const auto from_eks = detect_bundle("eks_i-0b318f704c74b6ab2_20200101T0620179658Z.zip", "", eks);
    CHECK(from_eks.host_name.empty());
    CHECK(from_eks.taken_at == "2020-01-01T06:20:17Z");
    const auto from_rke = detect_bundle("rancher_EC2AMAZ-ENEJ0H8_20200602T1704290242Z.tar.gz", "",
                                        Paths{"network/hns/network.txt", "docker/docker-info.txt"});
    CHECK(from_rke.host_name == "EC2AMAZ-ENEJ0H8");
    CHECK(from_rke.taken_at == "2020-06-02T17:04:29Z");

    CHECK(detect_bundle("ticket", "AKSW-2-20240131-101112_logs.zip/inner/", aks).host_name == "AKSW-2");

    const Paths view{"HNS/HNSData.txt", "NetIp/Get-NetRoute.txt"};
    CHECK(detect_bundle("msdbg.WIN-N-2024-01-31_10-11-12.zip", "msdbg.WIN-N/", view).host_name == "WIN-N");
    CHECK(detect_bundle("upload.zip", "", view).host_name.empty());
}

TEST_CASE("Get-NetView's second look at HNS is set aside where the first is there", "[import][bundle]") {
    const Paths both{"HNS/Get-HNSNetwork-1.txt", "HNS/Get-HNSNetwork-2.txt", "NetIp/Get-NetRoute.txt"};
    const auto bundle = detect_bundle("x", "", both);
    CHECK(bundle_fact(bundle, both[1], both).set_aside);
    CHECK_FALSE(bundle_fact(bundle, both[0], both).set_aside);

    const Paths alone{"HNS/Get-HNSNetwork-2.txt", "NetIp/Get-NetRoute.txt"};
    CHECK_FALSE(bundle_fact(detect_bundle("x", "", alone), alone[0], alone).set_aside);
}

TEST_CASE("containerd's default configuration is not taken for the real one", "[import][bundle]") {
    const Paths paths{"20240131-101112-containerd-toml.txt", "config.toml", "kubelet.err.log", "azure-vnet.log"};
    const auto bundle = detect_bundle("x", "", paths);
    CHECK(bundle_fact(bundle, paths[0], paths).set_aside);
    CHECK_FALSE(bundle_fact(bundle, paths[1], paths).set_aside);
    CHECK(bundle_fact(bundle, paths[1], paths).node_path == "C:\\Program Files\\containerd\\config.toml");
}

TEST_CASE("rotated logs are named as such", "[import][bundle]") {
    const Bundle files{"files", {}, {}};
    for (const std::string path : {"kubelet-20240131T101112.345.log", "kubelet.log.1",
                                   "kubelet.exe.WIN.WIN_admin.log.INFO.20240131-101112.4120"}) {
        CHECK(bundle_fact(files, path, Paths{path}).note == "rotated log");
    }
    CHECK(bundle_fact(files, "kubelet.log", Paths{"kubelet.log"}).note.empty());
}

TEST_CASE("files below a drive's letter lay there on the node", "[import][bundle]") {
    CHECK(path_below_drive("files/C/etc/cni/net.d/10-flannel.conf") == "C:\\etc\\cni\\net.d\\10-flannel.conf");
    CHECK(path_below_drive("d_/k/config") == "d:\\k\\config");
    CHECK(path_below_drive("logs/kubelet.log").empty());
    CHECK(path_below_drive("c").empty());
    CHECK(path_below_drive("abc/k/config").empty());
}

TEST_CASE("Rancher's copies know where they were taken from", "[import][bundle]") {
    const Paths paths{"network/hns/network.txt", "config/rke2/config.yaml", "config/cni/10-calico.conf"};
    const auto bundle = detect_bundle("x", "", paths);
    CHECK(bundle_fact(bundle, paths[2], paths).node_path ==
          "C:\\var\\lib\\rancher\\rke2\\agent\\etc\\cni\\10-calico.conf");
    CHECK(bundle_fact(bundle, paths[1], paths).node_path == "C:\\etc\\rancher\\rke2\\config.yaml");
}

TEST_CASE("one folder around everything is found, several are not", "[import][bundle]") {
    CHECK(top_folder(Paths{"a/x", "a/b/y"}) == "a/");
    CHECK(top_folder(Paths{"a/b/x", "a/b/y"}) == "a/");
    CHECK(top_folder(Paths{"u.zip/v.tar.gz/b/c/x", "u.zip/v.tar.gz/b/c/y"}) == "u.zip/v.tar.gz/b/");
    CHECK(top_folder(Paths{"u.zip/x", "u.zip/y"}) == "u.zip/");
    CHECK(top_folder(Paths{"a/x", "b/x"}).empty());
    CHECK(top_folder(Paths{"a/x", "ab"}).empty());
    CHECK(top_folder(Paths{"x"}).empty());
    CHECK(top_folder(Paths{}).empty());
}
