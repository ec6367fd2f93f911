// SPDX-License-Identifier: Apache-2.0
// The subnets that the plan of the node speaks of: which are pods', services' and the host's own.
#include "analyzers/facts.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/kubernetes.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/given_tables.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;
using Rows = std::vector<std::string>;

TEST_CASE("Calico's blocks are the node's pod subnet, not what its node object holds", "[analyzers][facts]") {
    GivenTables given;
    given.row(kK8sNodes, {.name = "a", .pod_cidr = "10.244.2.0/24"})
        .row(kK8sNodes, {.name = "b", .pod_cidr = "10.244.3.0/24"})
        .row(kSystem, {.host_name = "a"})
        .row(kHnsNetworks, {.id = "N", .name = "Calico", .type = "Overlay"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.48.7.64/26"});
    SECTION("with Calico's IPAM") {
        given.row(kCniNetworks, {.file_name = "10-calico.conf", .plugin_type = "calico", .ipam_type = "calico-ipam"})
            .derive();
        CHECK(given.ask("SELECT role, prefix FROM ip_plan") == Rows{"pod-subnet 10.48.7.64/26"});
        CHECK(given.one("SELECT pod_subnet FROM node_facts") == "10.48.7.64/26");
    }
    SECTION("unless it is told to use the node's") {
        given.row(kCniNetworks, {.file_name = "10-calico.conf", .plugin_type = "calico", .ipam_type = "host-local"})
            .derive();
        CHECK(given.one("SELECT pod_subnet FROM node_facts") == "10.244.2.0/24");
    }
}

TEST_CASE("pods of AWS's plugins live in the node's subnet", "[analyzers][facts]") {
    GivenTables given;
    given.row(kCniNetworks, {.file_name = "vpc-bridge.conf", .name = "vpc", .plugin_type = "vpc-bridge"})
        .row(kHnsNetworks, {.id = "N", .name = "vpcbr0A1B2C3D4E5F", .type = "L2Bridge", .management_ip = "10.0.7.35"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.0.7.0/24"})
        .row(kHnsNetworks, {.id = "E", .name = "ext", .type = "L2Bridge"})
        .row(kHnsSubnets, {.network_id = "E", .prefix = "192.168.255.0/30"})
        .row(kAddresses, {.compartment_id = 1,
                          .interface_name = "vEthernet (Ethernet)",
                          .address = "10.0.7.35",
                          .prefix_length = 24,
                          .prefix = "10.0.7.0/24",
                          .family = 4})
        .row(kKubeProxyConfig, {.network_name = "vpcbr0A1B2C3D4E5F"})
        .derive();
    CHECK(given.ask("SELECT role, prefix FROM ip_plan") == Rows{"host 10.0.7.0/24"});
    CHECK(given.one("SELECT pod_network_name, pod_subnet, management_ip FROM node_facts") ==
          "vpcbr0A1B2C3D4E5F ~ 10.0.7.35");
}

TEST_CASE("addresses of the host on pod networks are no subnets of the host", "[analyzers][facts]") {
    GivenTables given;
    const auto address = [&](const char* name, const char* text, const char* prefix) {
        given.row(kAddresses,
                  {.interface_name = name, .address = text, .prefix_length = 24, .prefix = prefix, .family = 4});
    };
    address("vEthernet (Calico_ep)", "10.48.7.66", "10.48.7.0/24");
    address("flannel.4096", "10.244.2.0", "10.244.2.0/24");
    address("vEthernet (Ethernet)", "192.168.10.21", "192.168.10.0/24");
    given.derive();
    CHECK(given.ask("SELECT prefix FROM ip_plan WHERE role = 'host'") == Rows{"192.168.10.0/24"});
}

TEST_CASE("the plan has every subnet with its origin", "[analyzers][facts]") {
    GivenTables given;
    given.row(kFlannelConfig, {.network = "10.244.0.0/16"})
        .row(kFlannelSubnetEnv, {.network = "10.244.0.0/16", .subnet = "10.244.2.1/24"})
        .row(kClusterSettings,
             {.name = "service-cidr", .value = "10.96.0.0/12,fd00:96::/108", .origin = "kubeadm-config"})
        .row(kK8sNodes, {.name = "a", .pod_cidr = "10.244.2.0/24"})
        .row(kK8sNodes, {.name = "b", .pod_cidr = "10.244.3.0/24"})
        .row(kSystem, {.host_name = "a"})
        .row(kHnsNetworks, {.id = "N", .name = "flannel.4096", .type = "Overlay"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.244.2.0/24"})
        .row(kHnsRemoteSubnets, {.network_id = "N", .destination_prefix = "10.244.3.0/24"})
        .row(kHnsNetworks, {.id = "T", .name = "nat", .type = "NAT"})
        .row(kHnsSubnets, {.network_id = "T", .prefix = "172.20.0.0/20"})
        .row(kAddresses, {.compartment_id = 1,
                          .interface_name = "Ethernet",
                          .address = "192.168.10.21",
                          .prefix_length = 24,
                          .prefix = "192.168.10.0/24",
                          .family = 4})
        .row(kAddresses, {.compartment_id = 1,
                          .interface_name = "vEthernet (nat)",
                          .address = "172.20.0.1",
                          .prefix_length = 20,
                          .prefix = "172.20.0.0/20",
                          .family = 4})
        .row(kAddresses, {.compartment_id = 4,
                          .interface_name = "pod",
                          .address = "10.9.9.9",
                          .prefix_length = 24,
                          .prefix = "10.9.9.0/24",
                          .family = 4})
        .row(kAddresses, {.interface_name = "Ethernet",
                          .address = "169.254.1.2",
                          .prefix_length = 16,
                          .prefix = "169.254.0.0/16",
                          .family = 4})
        .row(kDnsServers, {.interface_name = "Ethernet", .position = 0, .address = "192.168.10.5"})
        .row(kDnsServers, {.interface_name = "vEthernet (pod)", .position = 0, .address = "10.96.0.10"})
        .derive();
    CHECK(given.ask("SELECT role, prefix, from_configuration, origin FROM ip_plan") ==
          Rows{"cluster 10.244.0.0/16 1 net-conf", "cluster 10.244.0.0/16 1 subnet.env",
               "service 10.96.0.0/12 1 kubeadm-config", "service fd00:96::/108 1 kubeadm-config",
               "pod-subnet 10.244.2.0/24 1 subnet.env", "pod-subnet 10.244.2.0/24 1 node object",
               "remote-pod-subnet 10.244.3.0/24 1 node object b", "pod-subnet 10.244.2.0/24 0 HNS network flannel.4096",
               "docker-nat 172.20.0.0/20 0 HNS network nat",
               "remote-pod-subnet 10.244.3.0/24 0 HNS network flannel.4096",
               "host 192.168.10.0/24 0 interface Ethernet", "dns-server 192.168.10.5/32 0 DNS server of Ethernet"});
    CHECK(given.one("SELECT cluster_cidr, service_cidr, pod_subnet FROM node_facts") ==
          "10.244.0.0/16 10.96.0.0/12 10.244.2.0/24");
}

TEST_CASE("a route policy tells the service subnet when nothing else does", "[analyzers][facts]") {
    GivenTables given;
    given
        .row(kCniPolicies,
             {.file_name = "f", .type = "SDNRoute", .destination_prefix = "10.96.0.0/12", .need_encap = true})
        .row(kCniPolicies,
             {.file_name = "f", .type = "SDNRoute", .destination_prefix = "192.168.10.0/24", .need_encap = true})
        .row(kCniPolicies,
             {.file_name = "f", .type = "SDNRoute", .destination_prefix = "10.7.7.7/32", .need_encap = true})
        .row(kAddresses, {.interface_name = "Ethernet", .address = "192.168.10.21", .prefix = "192.168.10.0/24"});
    SECTION("the host's own subnet is none") {
        given.derive();
        CHECK(given.ask("SELECT prefix FROM ip_plan WHERE role = 'service'") == Rows{"10.96.0.0/12"});
    }
    SECTION("what is written down comes first") {
        given.row(kClusterSettings, {.name = "service-cidr", .value = "10.100.0.0/16", .origin = "rke2 config"})
            .derive();
        CHECK(given.ask("SELECT prefix FROM ip_plan WHERE role = 'service'") == Rows{"10.100.0.0/16"});
    }
}

TEST_CASE("Azure's pods live in the subnet of the node", "[analyzers][facts]") {
    GivenTables given;
    given.row(kHnsNetworks, {.id = "N", .name = "azure", .type = "L2Bridge", .management_ip = "10.240.0.4"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.240.0.0/16"})
        .row(kCniNetworks, {.file_name = "10-azure.conflist", .name = "azure", .plugin_type = "azure-vnet"})
        .derive();
    CHECK(given.ask("SELECT * FROM ip_plan WHERE role = 'pod-subnet'").empty());
    CHECK(given.one("SELECT management_ip, pod_network_name, cloud, os_family, is_kubernetes_node FROM node_facts") ==
          "10.240.0.4 azure azure windows 1");
}

TEST_CASE("kube-proxy's own pod subnet is not the cluster's", "[analyzers][facts]") {
    GivenTables given;
    SECTION("as OpenShift's Windows nodes have it") {
        given.row(kHnsNetworks, {.id = "N", .name = "OVNKubernetesHybridOverlayNetwork", .type = "Overlay"})
            .row(kKubeProxyConfig, {.cluster_cidr = "10.132.0.0/24"})
            .derive();
        CHECK(given.ask("SELECT * FROM ip_plan WHERE role = 'cluster'").empty());
    }
    SECTION("as the node object has it, and of two families the one that differs stays") {
        given.row(kSystem, {.host_name = "a"})
            .row(kK8sNodes, {.name = "a", .pod_cidr = "10.132.0.0/24"})
            .row(kKubeProxyConfig, {.cluster_cidr = "10.132.0.1/24,fd00:10::/48"})
            .row(kFlannelConfig, {.network = "10.132.0.0/24"})
            .derive();
        CHECK(given.ask("SELECT prefix, origin FROM ip_plan WHERE role = 'cluster'") ==
              Rows{"10.132.0.0/24 net-conf", "fd00:10::/48 kube-proxy"});
    }
    SECTION("a wider one is") {
        given.row(kHnsNetworks, {.id = "N", .name = "flannel.4096", .type = "Overlay"})
            .row(kHnsSubnets, {.network_id = "N", .prefix = "10.244.2.0/24"})
            .row(kKubeProxyConfig, {.cluster_cidr = "10.244.0.0/16"})
            .derive();
        CHECK(given.one("SELECT cluster_cidr FROM node_facts") == "10.244.0.0/16");
    }
}

TEST_CASE("networks beside the one that the configuration names are not the pods'", "[analyzers][facts]") {
    GivenTables given;
    given.row(kHnsNetworks, {.id = "N", .name = "cbr0", .type = "L2Bridge"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.244.2.0/24"})
        .row(kHnsNetworks, {.id = "M", .name = "mine", .type = "L2Bridge"})
        .row(kHnsSubnets, {.network_id = "M", .prefix = "10.77.0.0/24"})
        .row(kAddresses, {.compartment_id = 1,
                          .interface_name = "vEthernet (mine)",
                          .address = "10.77.0.2",
                          .prefix_length = 24,
                          .prefix = "10.77.0.0/24",
                          .family = 4});
    SECTION("by the CNI configuration") {
        given.row(kCniNetworks, {.file_name = "10-flannel.conf", .name = "CBR0", .plugin_type = "flannel"}).derive();
    }
    SECTION("by kube-proxy") {
        given.row(kKubeProxyConfig, {.network_name = "cbr0"}).derive();
    }
    SECTION("by flannel") {
        given.row(kFlannelConfig, {.backend_name = "cbr0"}).derive();
    }
    CHECK(given.ask("SELECT role, prefix, origin FROM ip_plan") ==
          Rows{"pod-subnet 10.244.2.0/24 HNS network cbr0", "other-network 10.77.0.0/24 HNS network mine"});
}

TEST_CASE("where HNS has no network of the configured name, each may be the pods'", "[analyzers][facts]") {
    GivenTables given;
    given.row(kHnsNetworks, {.id = "M", .name = "mine", .type = "L2Bridge"})
        .row(kHnsSubnets, {.network_id = "M", .prefix = "10.77.0.0/24"})
        .row(kCniNetworks, {.file_name = "10-flannel.conf", .name = "cbr0", .plugin_type = "flannel"})
        .derive();
    CHECK(given.ask("SELECT role, prefix FROM ip_plan") == Rows{"pod-subnet 10.77.0.0/24"});
}

}  // namespace
}  // namespace kwd::analyzers
