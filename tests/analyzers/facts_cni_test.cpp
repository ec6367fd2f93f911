// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/facts.h"
#include "snapshot/tables/kubernetes.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/given_tables.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;
using Rows = std::vector<std::string>;

TEST_CASE("the first configuration of a folder is in effect", "[analyzers][facts]") {
    GivenTables given;
    for (const char* file : {"10-flannel.conf", "0-containerd-nat.json", "05-old.conf.bak"}) {
        given.row(kCniNetworks, {.file_name = file, .folder = R"(C:\etc\cni\net.d)"});
    }
    given.row(kCniNetworks, {.file_name = "cni.conf", .folder = "C:/k/cni/config"}).derive();
    CHECK(given.ask("SELECT file_name, effective FROM cni_networks ORDER BY file_name") ==
          Rows{"0-containerd-nat.json 1", "05-old.conf.bak 0", "10-flannel.conf 0", "cni.conf 1"});
}

TEST_CASE("configurations of a folder that the runtime does not read are not in effect", "[analyzers][facts]") {
    GivenTables given;
    const auto file = [&](const char* folder, const char* name, const char* network, const char* plugin) {
        given.row(kCniNetworks, {.file_name = name, .folder = folder, .name = network, .plugin_type = plugin});
    };
    SECTION("podman's beside those of k3s, where nothing tells the folder") {
        file("/etc/cni/net.d", "87-podman-bridge.conflist", "podman", "bridge");
        file("/var/lib/rancher/k3s/agent/etc/cni/net.d", "10-flannel.conflist", "cbr0", "flannel");
        given.derive();
        CHECK(given.ask("SELECT file_name, effective FROM cni_networks") ==
              Rows{"87-podman-bridge.conflist 0", "10-flannel.conflist 1"});
        CHECK(given.one("SELECT pod_network_name FROM node_facts") == "cbr0");
    }
    SECTION("the folder that containerd is told, though another has a pod network too") {
        file("/etc/cni/net.d", "10-calico.conflist", "k8s-pod-network", "calico");
        file("/var/lib/rancher/rke2/agent/etc/cni/net.d", "10-canal.conflist", "canal", "flannel");
        given.row(kContainerdConfig, {.cni_conf_dir = "/etc/cni/net.d/"}).derive();
        CHECK(given.ask("SELECT file_name, effective FROM cni_networks") ==
              Rows{"10-calico.conflist 1", "10-canal.conflist 0"});
    }
    SECTION("the folder that kubelet is told, which a bundle has below another and without the drive") {
        file("bundle/files/k/cni/config", "cni.conf", "mine", "nat");
        file("C:/etc/cni/net.d", "10-flannel.conf", "flannel.4096", "flannel");
        given
            .row(kComponentFlags,
                 {.component = "kubelet", .name = "cni-conf-dir", .value = R"(C:\k\cni\config)", .origin = "process"})
            .derive();
        CHECK(given.ask("SELECT file_name, effective FROM cni_networks") == Rows{"cni.conf 1", "10-flannel.conf 0"});
    }
    SECTION("a bridge whose subnet is the node's is a pod network") {
        given.row(kK8sNodes, {.name = "a", .pod_cidr = "10.244.3.0/24"})
            .row(kCniNetworks, {.file_name = "50-pods.conf",
                                .folder = "/opt/cni",
                                .name = "pods",
                                .plugin_type = "bridge",
                                .ipam_subnet = "10.244.3.0/24"});
        file("/etc/cni/net.d", "87-podman-bridge.conflist", "podman", "bridge");
        given.derive();
        CHECK(given.ask("SELECT file_name, effective FROM cni_networks") ==
              Rows{"50-pods.conf 1", "87-podman-bridge.conflist 0"});
    }
    SECTION("where none is known to be of a pod network, each may be") {
        file("/opt/cni", "10-mine.conf", "mine", "bridge");
        file("/etc/cni/net.d", "87-podman-bridge.conflist", "podman", "bridge");
        given.derive();
        CHECK(given.ask("SELECT file_name, effective FROM cni_networks") ==
              Rows{"10-mine.conf 1", "87-podman-bridge.conflist 1"});
    }
}

}  // namespace
}  // namespace kwd::analyzers
