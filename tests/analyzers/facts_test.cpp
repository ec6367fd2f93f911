// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts.h"

#include "snapshot/tables/config.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/kubernetes.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/packets.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/given_tables.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;
using Rows = std::vector<std::string>;

ComponentFlagsRow flag(std::string component, std::string name, Text value, std::string origin) {
    return {std::move(component), std::move(name), std::move(value), std::move(origin)};
}

TEST_CASE("from nothing nothing is derived, and nothing is covered", "[analyzers][facts]") {
    GivenTables given;
    given.derive();
    for (const std::string table :
         {"node_facts", "network_intents", "ip_plan", "kube_proxy_settings", "kubelet_settings", "endpoint_roles"}) {
        CHECK(given.ask("SELECT * FROM " + table).empty());
        CHECK(given.coverage(table) == "missing");
    }
}

TEST_CASE("objects that several documents tell of are one", "[analyzers][facts]") {
    GivenTables given;
    given.row(kK8sNodes, {.name = "a", .internal_ip = "10.0.0.1"})
        .row(kK8sNodes, {.name = "a", .pod_cidr = "10.244.1.0/24"})
        .row(kK8sEndpoints, {.name_space = "n", .service = "s", .address = "10.1.1.1", .port = 80, .protocol = "TCP"})
        .row(kK8sEndpoints, {.name_space = "n", .service = "s", .address = "10.1.1.1", .port = 80, .protocol = "TCP"})
        .row(kK8sEndpoints, {.name_space = "n", .service = "s", .address = "10.1.1.1", .port = 81, .protocol = "TCP"})
        .row(kIpReservations, {.network_name = "cbr0", .address = "10.244.1.2", .owner = "x"})
        .row(kIpReservations, {.network_name = "cbr0", .address = "10.244.1.2"})
        .derive();
    CHECK(given.ask("SELECT name, internal_ip, pod_cidr FROM k8s_nodes") == Rows{"a 10.0.0.1 10.244.1.0/24"});
    CHECK(given.ask("SELECT port FROM k8s_endpoints") == Rows{"80", "81"});
    CHECK(given.ask("SELECT owner FROM ip_reservations") == Rows{"x"});
}

TEST_CASE("the node knows itself by its name", "[analyzers][facts]") {
    GivenTables given;
    given.row(kK8sNodes, {.name = "win-a"}).row(kK8sNodes, {.name = "win-b"});
    SECTION("as kubelet registered it") {
        given.row(kLogLines, {.component = "kubelet", .message = "\"Successfully registered node\" node=\"win-b\""});
        given.row(kSystem, {.host_name = "WIN-A"});
    }
    SECTION("as a flag gives it") {
        given.row(kComponentFlags, flag("kubelet", "hostname-override", "WIN-B", "process"));
    }
    SECTION("as flanneld is told") {
        given.row(kEnvironment, {.scope = "flanneld", .name = "NODE_NAME", .value = "win-b"});
    }
    SECTION("as the machine is called") {
        given.row(kSystem, {.host_name = "WIN-B"});
    }
    SECTION("a variable of a script is no name") {
        given.row(kComponentFlags, flag("kubelet", "hostname-override", "$(hostname)", "config-file"))
            .row(kSystem, {.host_name = "win-b"});
    }
    given.derive();
    CHECK(given.ask("SELECT name, is_this_node FROM k8s_nodes ORDER BY name") == Rows{"win-a 0", "win-b 1"});
    CHECK(given.one("SELECT node_name FROM node_facts") == "win-b");
}

TEST_CASE("an address tells the node when its name does not", "[analyzers][facts]") {
    GivenTables given;
    given.row(kK8sNodes, {.name = "a", .internal_ip = "10.0.0.1"})
        .row(kK8sNodes, {.name = "b", .internal_ip = "10.0.0.2"});
    SECTION("one that only one node has") {
        given.row(kAddresses, {.compartment_id = 1, .address = "10.0.0.2"})
            .row(kAddresses, {.compartment_id = 3, .address = "10.0.0.1"});
        given.derive();
        CHECK(given.ask("SELECT name, is_this_node FROM k8s_nodes ORDER BY name") == Rows{"a 0", "b 1"});
    }
    SECTION("two nodes' addresses tell nothing") {
        given.row(kAddresses, {.address = "10.0.0.2"}).row(kAddresses, {.address = "10.0.0.1"}).derive();
        CHECK(given.ask("SELECT name, is_this_node FROM k8s_nodes ORDER BY name") == Rows{"a ~", "b ~"});
    }
}

TEST_CASE("kube-proxy's flags come before its configuration, and that before the environment", "[analyzers][facts]") {
    GivenTables given;
    given.row(kEnvironment, {.scope = "kube-proxy", .name = "KUBE_NETWORK", .value = "cbr0"})
        .row(kKubeProxyConfig,
             {.mode = "kernelspace", .cluster_cidr = "10.244.0.0/16", .source_vip = "10.244.2.2", .enable_dsr = true},
             "kube-proxy-config")
        .row(kComponentFlags, flag("kube-proxy", "source-vip", "10.244.5.2", "process"))
        .row(kComponentFlags, flag("kube-proxy", "source-vip", "10.244.9.9", "config-file"))
        .row(kComponentFlags, flag("kube-proxy", "cluster-cidr", "", "log"))
        .row(kComponentFlags, flag("kube-proxy", "hostname-override", "$env:COMPUTERNAME", "config-file"))
        .row(kFeatureGates,
             {.component = "kube-proxy", .gate = "WinOverlay", .enabled = false, .origin = "config-file"})
        .row(kFeatureGates, {.component = "kube-proxy", .gate = "WinOverlay", .enabled = true, .origin = "process"})
        .row(kComponentVersions, {.component = "kube-proxy", .version = "v1.9.1", .origin = "log"})
        .row(kComponentVersions, {.component = "kube-proxy", .version = "v1.28.5", .origin = "log"})
        .derive();
    CHECK(given.one("SELECT mode, network_name, source_vip, enable_dsr, cluster_cidr, hostname_override, "
                    "win_overlay_gate, win_dsr_gate, version, running FROM kube_proxy_settings") ==
          "kernelspace cbr0 10.244.5.2 1 10.244.0.0/16 ~ 1 ~ v1.28.5 ~");
    CHECK(given.coverage("kube_proxy_settings") == "ok");
}

TEST_CASE("the API server's configuration of kube-proxy is not the node's", "[analyzers][facts]") {
    GivenTables given;
    given.row(kKubeProxyConfig, {.mode = "iptables", .cluster_cidr = "10.244.0.0/16"}, "k8s-objects").derive();
    CHECK(given.ask("SELECT * FROM kube_proxy_settings").empty());
    CHECK(given.coverage("kube_proxy_settings") == "missing");
    CHECK(given.one("SELECT role, prefix, origin FROM ip_plan") == "cluster 10.244.0.0/16 kube-proxy's ConfigMap");
}

TEST_CASE("whether kube-proxy runs is unknown until somebody looked", "[analyzers][facts]") {
    const auto running = [](GivenTables& given) {
        return given.row(kComponentVersions, {.component = "kube-proxy", .version = "v1.28.5"})
            .derive()
            .one("SELECT running FROM kube_proxy_settings");
    };
    GivenTables nobody;
    CHECK(running(nobody) == "~");
    CHECK(nobody.coverage("kube_proxy_settings") == "partial");
    GivenTables process;
    CHECK(running(process.row(kProcesses, {.process_id = 7, .name = "kube-proxy"})) == "1");
    GivenTables no_process;
    CHECK(running(no_process.row(kProcesses, {.process_id = 7, .name = "kubelet"})) == "0");
    GivenTables service;
    CHECK(running(service.row(kServices, {.name = "kubeproxy", .state = "running"})) == "1");
    GivenTables stopped;
    CHECK(running(stopped.row(kServices, {.name = "kubeproxy", .state = "stopped"})) == "0");
    GivenTables other_services;
    CHECK(running(other_services.row(kServices, {.name = "hns", .state = "running"})) == "~");
}

TEST_CASE("flags of dockershim do not say where containerd looks for CNI", "[analyzers][facts]") {
    const auto folder = [](const char* runtime) {
        GivenTables given;
        given.row(kComponentFlags, flag("kubelet", "cni-conf-dir", "C:\\k\\cni\\config", "process"))
            .row(kContainerdConfig, {.cni_conf_dir = "C:\\etc\\cni\\net.d"})
            .row(kK8sNodes, {.name = "n", .container_runtime = runtime})
            .row(kSystem, {.host_name = "n"})
            .derive();
        return given.one("SELECT cni_conf_dir FROM kubelet_settings");
    };
    CHECK(folder("containerd://1.6.8") == "C:\\etc\\cni\\net.d");
    CHECK(folder("docker://20.10.9") == "C:\\k\\cni\\config");
}

TEST_CASE("kubelet's settings are those of flags, files and the runtime", "[analyzers][facts]") {
    GivenTables given;
    given
        .row(kKubeletConfig, {.cluster_dns = "10.96.0.10",
                              .cgroups_per_qos = false,
                              .enforce_node_allocatable = "",
                              .resolv_conf = "",
                              .max_pods = 110})
        .row(kComponentFlags, flag("kubelet", "max-pods", "30", "kubeadm-flags"))
        .row(kComponentFlags, flag("kubelet", "node-ip", "192.168.10.21", "config-file"))
        .row(kContainerdConfig, {.cni_conf_dir = "/etc/cni/net.d", .sandbox_image = "pause:3.9"})
        .row(kK8sNodes, {.name = "n", .kubelet_version = "v1.28.5"})
        .row(kSystem, {.host_name = "n"})
        .derive();
    CHECK(given.one("SELECT cluster_dns, cgroups_per_qos, '<' || enforce_node_allocatable || resolv_conf || '>', "
                    "max_pods, node_ip, pause_image, cni_conf_dir, cni_bin_dir, version, at FROM kubelet_settings") ==
          "10.96.0.10 false <> 30 192.168.10.21 pause:3.9 /etc/cni/net.d ~ v1.28.5 1#line:1");
    CHECK(given.coverage("kubelet_settings") == "ok");
}

TEST_CASE("the API server knows versions of this node, and of no other", "[analyzers][facts]") {
    GivenTables given;
    given.row(kSystem, {.host_name = "win-a"})
        .row(kK8sNodes, {.name = "win-a", .kubelet_version = "v1.28.5", .container_runtime = "containerd://1.7.11"})
        .row(kK8sNodes, {.name = "cp-1", .kubelet_version = "v1.27.0"})
        .row(kK8sPods, {.name_space = "kube-flannel",
                        .name = "a",
                        .node_name = "win-a",
                        .images = "docker.io/sigwindowstools/flannel:v0.22.1-hostprocess"})
        .row(kK8sPods, {.name_space = "kube-system",
                        .name = "b",
                        .node_name = "WIN-A",
                        .images = "x:1,registry.k8s.io/kube-proxy:v1.28.4"})
        .row(kK8sPods, {.name_space = "kube-system",
                        .name = "c",
                        .node_name = "cp-1",
                        .images = "registry.k8s.io/kube-apiserver:v1.27.0"})
        .row(kComponentVersions, {.component = "kubelet", .version = "v1.28.5", .origin = "log"})
        .derive();
    CHECK(given.ask("SELECT component, version, origin FROM component_versions") ==
          Rows{"kubelet v1.28.5 log", "containerd 1.7.11 api", "flanneld 0.22.1 image", "kube-proxy 1.28.4 image"});
    CHECK(given.one("SELECT version FROM kubelet_settings") == "v1.28.5");
    CHECK(given.coverage("component_versions") == "ok");
}

TEST_CASE("intents of networks and configurations", "[analyzers][facts]") {
    GivenTables given;
    const auto intents = [&] { return given.derive().ask("SELECT intent FROM network_intents"); };
    SECTION("an overlay") {
        CHECK((given.row(kHnsNetworks, {.id = "N", .name = "vxlan0", .type = "Overlay"}), intents()) ==
              Rows{"overlay"});
    }
    SECTION("flannel's host-gw") {
        CHECK((given.row(kHnsNetworks, {.id = "N", .name = "cbr0", .type = "L2Bridge"}), intents()) == Rows{"host-gw"});
    }
    SECTION("a renamed host-gw network is known by flannel's configuration") {
        given.row(kHnsNetworks, {.id = "N", .name = "pods", .type = "L2Bridge"})
            .row(kFlannelConfig, {.backend_type = "host-gw"});
        CHECK(intents() == Rows{"host-gw"});
    }
    SECTION("some other bridge") {
        CHECK((given.row(kHnsNetworks, {.id = "N", .name = "l2", .type = "L2Bridge"}), intents()) == Rows{"l2bridge"});
    }
    SECTION("Calico's, which is no flannel") {
        given.row(kHnsNetworks, {.id = "N", .name = "Calico", .type = "Overlay"})
            .row(kHnsNetworks, {.id = "E", .name = "External", .type = "Overlay"});
        CHECK(intents() == Rows{"calico-vxlan"});
    }
    SECTION("Calico's BGP") {
        CHECK((given.row(kCniNetworks, {.file_name = "10-calico.conf", .plugin_type = "calico", .mode = "windows-bgp"}),
               intents()) == Rows{"calico-bgp"});
    }
    SECTION("OVN's hybrid overlay, which is no flannel either") {
        given.row(kHnsNetworks, {.id = "N", .name = "OVNKubernetesHNSNetwork", .type = "Overlay"})
            .row(kCniNetworks,
                 {.file_name = "cni.conf", .name = "OVNKubernetesHNSNetwork", .plugin_type = "win-overlay"});
        CHECK(intents() == Rows{"ovn"});
    }
    SECTION("Azure's") {
        CHECK((given.row(kHnsNetworks, {.id = "N", .name = "azure", .type = "L2Bridge"}), intents()) ==
              Rows{"azure-cni"});
    }
    SECTION("a network left over from another backend") {
        given.row(kHnsNetworks, {.id = "N", .name = "cbr0", .type = "L2Bridge"})
            .row(kFlannelConfig, {.backend_type = "vxlan"});
        CHECK(intents() == Rows{"host-gw", "overlay"});
        CHECK(given.ask("SELECT why, at FROM network_intents") ==
              Rows{"HNS network cbr0 has type L2Bridge 1#line:1", "flannel's configuration says vxlan 2#line:1"});
    }
    SECTION("only a configuration in effect counts") {
        given.row(kCniNetworks, {.file_name = "0-nat.json", .plugin_type = "nat"})
            .row(kCniNetworks, {.file_name = "10-x.conf", .plugin_type = "win-overlay"});
        CHECK(intents() == Rows{"nat-only"});
    }
    SECTION("a NAT network beside others is no intent") {
        given.row(kHnsNetworks, {.id = "A", .name = "nat", .type = "NAT"})
            .row(kHnsNetworks, {.id = "B", .name = "vxlan0", .type = "Overlay"});
        CHECK(intents() == Rows{"overlay"});
    }
    SECTION("a Linux node's device") {
        CHECK((given.row(kInterfaces, {.name = "flannel.1", .kind = "vxlan"}), intents()) == Rows{"overlay"});
    }
    SECTION("somebody's own tunnel is none") {
        given.none("node_files");
        CHECK((given.row(kInterfaces, {.name = "vx7", .kind = "vxlan"}), intents()).empty());
    }
    CHECK(given.coverage("network_intents") == "ok");
}

TEST_CASE("that no intent was found means something only where all was asked", "[analyzers][facts]") {
    GivenTables given;
    SECTION("interfaces alone do not tell of flannel's host-gw") {
        given.none("interfaces").derive();
        CHECK(given.coverage("network_intents") == "missing");
    }
    SECTION("on Windows, HNS has to be asked") {
        given.row(kSystem, {.os_family = "windows"}).none("interfaces").none("node_files").derive();
        CHECK(given.coverage("network_intents") == "missing");
    }
    SECTION("an HNS without networks has no pod network") {
        given.row(kSystem, {.os_family = "windows"}).none("hns_networks").derive();
        CHECK(given.coverage("network_intents") == "ok");
    }
}

TEST_CASE("what the node is, from what there is", "[analyzers][facts]") {
    GivenTables given;
    SECTION("a live run says which system it ran on") {
        given.meta("os_family", "windows").none("log_lines").derive();
        CHECK(given.one("SELECT os_family, is_kubernetes_node FROM node_facts") == "windows ~");
    }
    SECTION("where no services can be, processes are enough") {
        given.row(kSystem, {.os_family = "linux"}).none("processes").skipped("services", "unsupported").derive();
        CHECK(given.one("SELECT is_kubernetes_node FROM node_facts") == "0");
    }
    SECTION("that no service is kubelet's does not mean that no process is") {
        given.row(kSystem, {.os_family = "windows"}).none("services").derive();
        CHECK(given.one("SELECT is_kubernetes_node FROM node_facts") == "~");
    }
    SECTION("Windows is known by HNS, even by an empty list") {
        given.none("hns_networks").derive();
        CHECK(given.one("SELECT os_family, is_kubernetes_node FROM node_facts") == "windows ~");
    }
    SECTION("a log alone tells Windows by the source files of its agents") {
        given.row(kLogLines, {.component = "flanneld", .source_file = "hostgw_windows.go", .message = "a"}).derive();
        CHECK(given.one("SELECT os_family, is_kubernetes_node FROM node_facts") == "windows 1");
    }
    SECTION("and by a code of HNS") {
        given.row(kLogLines, {.component = "kube-proxy", .message = "a", .code = "0x803B0013"}).derive();
        CHECK(given.one("SELECT os_family FROM node_facts") == "windows");
    }
    SECTION("but not in a dump of the whole cluster") {
        given.meta("bundle_type", "kubectl cluster-info dump")
            .row(kLogLines, {.component = "kube-proxy", .source_file = "hnsV2.go", .message = "a"})
            .derive();
        CHECK(given.one("SELECT os_family FROM node_facts") == "~");
    }
    SECTION("other lines tell nothing") {
        given.row(kLogLines, {.component = "flanneld", .source_file = "main.go", .message = "a", .code = "0x57"})
            .derive();
        CHECK(given.one("SELECT os_family FROM node_facts") == "~");
    }
    SECTION("a CNI plugin that there is for Windows alone") {
        given.row(kCniNetworks, {.file_name = "cni.conf", .plugin_type = "flannel", .delegate_type = "win-bridge"})
            .derive();
        CHECK(given.one("SELECT os_family FROM node_facts") == "windows");
    }
    SECTION("Linux is known by its tables") {
        given.none("fdb_entries").none("processes").none("services").derive();
        CHECK(given.one("SELECT os_family, is_kubernetes_node FROM node_facts") == "linux 0");
    }
    SECTION("the node object knows the build of a node that was not asked") {
        given
            .row(kK8sNodes,
                 {.name = "a", .os = "windows", .kernel_version = "10.0.20348.2227", .internal_ip = "10.0.0.1"})
            .row(kAddresses, {.address = "10.0.0.1"})
            .derive();
        CHECK(given.one("SELECT os_family, build, ubr, node_ip, is_kubernetes_node FROM node_facts") ==
              "windows 20348 2227 10.0.0.1 1");
    }
    SECTION("the patch level of another build is none") {
        given.row(kK8sNodes, {.name = "a", .kernel_version = "10.0.17763.5000"})
            .row(kSystem, {.os_family = "windows", .host_name = "a", .build = 20348})
            .derive();
        CHECK(given.one("SELECT build, ubr FROM node_facts") == "20348 ~");
    }
}

TEST_CASE("a time that is none, and one of another clock, do not tell when it was", "[analyzers][facts]") {
    GivenTables given;
    given.row(kSystem, {.os_family = "windows"})
        .row(kEvents, {.time_utc = "yesterday"})
        .row(kLogLines, {.time_utc = "2026-02-01T12:00:00", .time_is_local = true, .message = "a"});
    SECTION("nothing else does") {
        CHECK(given.derive().one("SELECT as_of_utc FROM node_facts") == "~");
    }
    SECTION("a line from after the import") {
        given.meta("imported_at_utc", "2026-03-01T10:00:00Z")
            .row(kLogLines, {.time_utc = "2099-01-01T00:00:00Z", .time_is_local = false, .message = "b"})
            .derive();
        CHECK(given.one("SELECT as_of_utc FROM node_facts") == "~");
    }
    SECTION("an event does") {
        given.row(kK8sEvents, {.last_time_utc = "2026-02-01T09:00:00Z"}).derive();
        CHECK(given.one("SELECT as_of_utc FROM node_facts") == "2026-02-01T09:00:00Z");
    }
    SECTION("a disk that was mounted elsewhere on another day") {
        given.row(kLogLines, {.time_utc = "2026-02-01T10:00:00Z", .time_is_local = false, .message = "b"}, "log",
                  "logs", "2026-03-01T10:00:00Z");
        SECTION("it was") {
            CHECK(given.meta("root", "/mnt").derive().one("SELECT as_of_utc FROM node_facts") ==
                  "2026-02-01T10:00:00Z");
        }
        SECTION("it was this machine's own") {
            CHECK(given.derive().one("SELECT as_of_utc FROM node_facts") == "2026-03-01T10:00:00Z");
        }
    }
}

TEST_CASE("endpoints have their roles", "[analyzers][facts]") {
    GivenTables given;
    given.row(kHnsNetworks, {.id = "N", .name = "flannel.4096", .type = "Overlay", .management_ip = "192.168.10.21"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.244.2.0/24", .gateway = "10.244.2.1"})
        .row(kHnsNetworks, {.id = "T", .name = "nat", .type = "NAT"})
        .row(kFlannelConfig, {.network = "10.244.0.0/16"})
        .row(kClusterSettings, {.name = "service-cidr", .value = "10.96.0.0/12"})
        .row(kHnsLoadBalancers, {.id = "L", .source_vip = "10.244.2.2"})
        .row(kK8sServices, {.name_space = "x", .name = "y", .cluster_ip = "172.30.0.9"});
    const auto endpoint = [&](std::string id, Text name, Text ip, Flag remote, Text network = "N") {
        given.row(kHnsEndpoints, {.id = std::move(id),
                                  .name = std::move(name),
                                  .network_id = std::move(network),
                                  .ip_address = std::move(ip),
                                  .is_remote = remote});
    };
    endpoint("pod", "4f0e_flannel.4096", "10.244.2.7", false);
    endpoint("vip", {}, "10.244.2.2", false);
    endpoint("vip of unread kube-proxy", "Ethernet", "10.244.2.3", false);
    endpoint("bridge", "flannel.4096_ep", "10.244.2.9", false);
    endpoint("gateway", {}, "10.244.2.1", false);
    endpoint("host", "Ethernet", "192.168.10.21", false);
    endpoint("service", "Ethernet", "10.96.0.10", true);
    endpoint("service of another plan", "Ethernet", "172.30.0.9", true);
    endpoint("remote", "Ethernet", "10.244.3.14", true);
    endpoint("remote node", "Ethernet", "192.168.10.11", true);
    endpoint("container", "c", "172.20.1.1", false, "T");
    endpoint("addressless", "e", {}, false);
    endpoint("not told", "x", "10.244.2.8", {});
    endpoint("sandbox", "4f0e6c1d9b2a8e77_flannel.4096", "10.244.2.12", {});
    given.derive();
    CHECK(given.ask("SELECT endpoint_id || ': ' || role FROM endpoint_roles") ==
          Rows{"pod: pod", "vip: source-vip", "vip of unread kube-proxy: source-vip", "bridge: host",
               "gateway: gateway", "host: host", "service: service-vip", "service of another plan: service-vip",
               "remote: remote-pod", "remote node: other", "container: other", "addressless: other", "not told: other",
               "sandbox: pod"});
    CHECK(given.one("SELECT why, at FROM endpoint_roles WHERE endpoint_id = 'vip'") ==
          "its address is the source VIP 9#line:1");
    CHECK(given.coverage("endpoint_roles") == "ok");
}

TEST_CASE("an empty list of endpoints has roles that are known, a cut one in part", "[analyzers][facts]") {
    CHECK(GivenTables().none("hns_endpoints").derive().coverage("endpoint_roles") == "ok");
    CHECK(GivenTables().partly("hns_endpoints").derive().coverage("endpoint_roles") == "partial");
}

TEST_CASE("captures of other times add up, and of those of the same time no packet counts twice",
          "[analyzers][facts]") {
    GivenTables given;
    // A minute each: at ten o'clock, half a minute later, and after both.
    const auto capture = [&](std::int64_t packets, const std::string& first, const std::string& last) {
        const auto flow_of = [&](std::int64_t port) {
            return FlowsRow{.source = "a",
                            .destination = "b",
                            .protocol = 6,
                            .source_port = 1,
                            .destination_port = port,
                            .packets = packets,
                            .syn = 1,
                            .first_time_utc = first,
                            .last_time_utc = last};
        };
        Analysis analysis;
        analysis.add(kCaptures, {.name = "c", .packets = packets, .first_time_utc = first, .last_time_utc = last}, "");
        analysis.add(kFlows, flow_of(2), "packet:1");
        analysis.add(kVxlanFlows,
                     {.outer_source = "a",
                      .outer_destination = "b",
                      .udp_port = 4789,
                      .vni = 4096,
                      .vni_valid = packets == 10,
                      .packets = packets,
                      .largest_inner_bytes = packets},
                     "packet:1");
        analysis.add(kArpExchanges, {.sender = "a", .target = "b", .requests = packets, .replies = 0}, "packet:1");
        analysis.add(kVxlanPaths,
                     {.outer_source = "a", .outer_destination = "b", .udp_port = 4789, .vni = 4096, .packets = packets},
                     "packet:1");
        for (std::int64_t i = 0; i < packets; i += 10) {
            analysis.add(kDnsQueries, {.client = "a", .server = "b", .name = "x"}, "packet:" + std::to_string(i + 1));
        }
        given.rows(analysis, "capture");
    };
    capture(10, "2024-01-31T10:00:00.000000Z", "2024-01-31T10:01:00.000000Z");
    capture(20, "2024-01-31T10:00:30.000000Z", "2024-01-31T10:01:30.000000Z");
    capture(40, "2024-01-31T10:01:29.999000Z", "2024-01-31T10:02:30.000000Z");
    given.derive();
    CHECK(given.ask("SELECT packets FROM captures") == Rows{"10", "20", "40"});
    CHECK(given.one("SELECT packets, syn, first_time_utc, last_time_utc, at FROM flows") ==
          "60 2 2024-01-31T10:00:00.000000Z 2024-01-31T10:02:30.000000Z 1#packet:1");
    CHECK(given.one("SELECT packets, largest_inner_bytes, vni_valid FROM vxlan_flows") == "60 40 0");
    CHECK(given.one("SELECT requests, replies FROM arp_exchanges") == "60 0");
    CHECK(given.ask("SELECT packets FROM vxlan_paths") == Rows{"10", "20", "40"});
    CHECK(given.ask("SELECT document_id, count(*) FROM dns_queries GROUP BY 1") == Rows{"2 2", "3 4"});
}

TEST_CASE("captures that do not tell their time add up", "[analyzers][facts]") {
    GivenTables given;
    for (int i = 0; i < 2; ++i) {
        Analysis analysis;
        analysis.add(kCaptures, {.name = "c", .packets = 5}, "");
        analysis.add(kFlows, {.source = "a", .destination = "b", .protocol = 17, .packets = 5}, "packet:1");
        given.rows(analysis, "capture");
    }
    given.derive();
    CHECK(given.one("SELECT packets FROM flows") == "10");
}

}  // namespace
}  // namespace kwd::analyzers
