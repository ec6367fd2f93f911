// SPDX-License-Identifier: Apache-2.0
// What Kubernetes, configuration, HNS, VFP and the host say of the same thing, side by side.
#include "analyzers/analyze.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/kubernetes.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"
#include "snapshot/tables/vfp.h"
#include "tests/analyzers/given_documents.h"
#include "tests/analyzers/given_tables.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

namespace kwd::analyzers {
namespace {

using namespace snapshot;
using Rows = std::vector<std::string>;

Database derived(const GivenDocuments& documents) {
    Database database = Database::memory();
    create_schema(database);
    analyze(documents, database);
    return database;
}

std::string where(std::string_view aspect) {
    return "SELECT name, kubernetes, configuration, hns, vfp, system, agrees FROM reconciliation WHERE aspect = '" +
           std::string(aspect) + "' ORDER BY name";
}

// A node of a flannel overlay whose layers agree, and another node.
GivenTables overlay() {
    GivenTables given;
    given.row(kSystem, {.os_family = "windows", .host_name = "win-a"})
        .row(kCniNetworks, {.file_name = "10-flannel.conf",
                            .name = "flannel.4096",
                            .plugin_type = "flannel",
                            .delegate_type = "win-overlay"})
        .row(kFlannelConfig, {.network = "10.244.0.0/16", .backend_type = "vxlan", .vni = 4096})
        .row(kFlannelSubnetEnv, {.network = "10.244.0.0/16", .subnet = "10.244.2.1/24"})
        .row(kHnsNetworks, {.id = "N",
                            .name = "flannel.4096",
                            .type = "Overlay",
                            .management_ip = "192.168.10.21",
                            .dr_mac = "00:15:5d:00:00:21",
                            .switch_guid = "S",
                            .vfp_enabled = true,
                            .policies_known = true})
        .row(kHnsSubnets,
             {.network_id = "N", .prefix = "10.244.2.0/24", .gateway = "10.244.2.1", .isolation_id = 4096, .family = 4})
        .row(kAddresses, {.compartment_id = 1,
                          .interface_name = "vEthernet (Ethernet)",
                          .address = "192.168.10.21",
                          .prefix_length = 24,
                          .prefix = "192.168.10.0/24",
                          .family = 4});
    return given;
}

K8sNodesRow node(const char* name, const char* cidr, const char* address, const char* mac) {
    K8sNodesRow row{.name = name, .internal_ip = address, .pod_cidr = cidr};
    row.flannel_backend_type = "vxlan";
    row.flannel_vni = 4096;
    row.flannel_vtep_mac = mac;
    row.flannel_public_ip = address;
    return row;
}

TEST_CASE("layers that say the same agree", "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    given.row(kK8sNodes, node("win-a", "10.244.2.0/24", "192.168.10.21", "00:15:5d:00:00:21"))
        .row(kK8sNodes, node("win-b", "10.244.3.0/24", "192.168.10.22", "00:15:5d:00:00:22"))
        .row(kHnsRemoteSubnets, {.network_id = "N",
                                 .destination_prefix = "10.244.3.0/24",
                                 .isolation_id = 4096,
                                 .provider_address = "192.168.10.22",
                                 .dr_mac = "00:15:5d:00:00:22"})
        .derive();
    CHECK(given.ask("SELECT kind, name, aspect, kubernetes, configuration, hns, system FROM reconciliation WHERE "
                    "agrees = 1 ORDER BY rowid") ==
          Rows{"network flannel.4096 name ~ flannel.4096 flannel.4096 ~",
               "network flannel.4096 type Overlay Overlay Overlay ~",
               "network flannel.4096 subnet 10.244.2.0/24 10.244.2.0/24 10.244.2.0/24 ~",
               "network flannel.4096 VNI 4096 4096 4096 ~", "network flannel.4096 gateway ~ 10.244.2.1 10.244.2.1 ~",
               "network flannel.4096 DR MAC 00:15:5d:00:00:21 ~ 00:15:5d:00:00:21 ~",
               "network flannel.4096 management IP 192.168.10.21 ~ 192.168.10.21 192.168.10.21",
               "remote-subnet 10.244.3.0/24 provider address 192.168.10.22 ~ 192.168.10.22 ~",
               "remote-subnet 10.244.3.0/24 VNI 4096 ~ 4096 ~",
               "remote-subnet 10.244.3.0/24 DR MAC 00:15:5d:00:00:22 ~ 00:15:5d:00:00:22 ~"});
    CHECK(
        given.ask("SELECT difference FROM reconciliation WHERE difference IS NOT NULL AND agrees IS NOT NULL").empty());
    CHECK(given.coverage("reconciliation") == "ok");
}

TEST_CASE("where layers part, each is named with what it says", "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    given.row(kK8sNodes, node("win-a", "10.244.5.0/24", "192.168.10.99", "00:15:5d:00:00:99"))
        .row(kK8sNodes, node("win-b", "10.244.3.0/24", "192.168.10.22", "00:15:5d:00:00:22"))
        .row(kHnsRemoteSubnets, {.network_id = "N",
                                 .destination_prefix = "10.244.3.0/24",
                                 .isolation_id = 4097,
                                 .provider_address = "192.168.10.23",
                                 .dr_mac = "00:15:5d:00:00:22"})
        .row(kHnsRemoteSubnets,
             {.network_id = "N", .destination_prefix = "10.244.9.0/24", .provider_address = "192.168.10.29"})
        .derive();
    CHECK(
        given.ask("SELECT kind, aspect, difference FROM reconciliation WHERE agrees = 0 ORDER BY rowid") ==
        Rows{"network subnet Kubernetes has 10.244.5.0/24, the configuration has 10.244.2.0/24, HNS has 10.244.2.0/24",
             "network DR MAC Kubernetes has 00:15:5d:00:00:99, HNS has 00:15:5d:00:00:21",
             "network management IP Kubernetes has 192.168.10.99, HNS has 192.168.10.21, the host has 192.168.10.21",
             "remote-subnet provider address Kubernetes has 192.168.10.22, HNS has 192.168.10.23",
             "remote-subnet VNI Kubernetes has 4096, HNS has 4097",
             "remote-subnet provider address Kubernetes has none, HNS has 192.168.10.29"});
}

TEST_CASE("a layer that was not looked into neither agrees nor parts", "[analyzers][reconciliation]") {
    GivenTables given;
    given.row(kSystem, {.os_family = "windows", .host_name = "win-a"})
        .row(kHnsNetworks, {.id = "N", .name = "cbr0", .type = "L2Bridge", .management_ip = "192.168.10.21"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.244.2.0/24", .gateway = "10.244.2.1"});
    SECTION("nothing else is known") {
        given.derive();
        CHECK(given.ask("SELECT aspect, agrees, difference FROM reconciliation WHERE aspect = 'management IP'") ==
              Rows{"management IP ~ nothing else tells of it"});
        CHECK(given.ask("SELECT 1 FROM reconciliation WHERE agrees IS NOT NULL").empty());
    }
    SECTION("addresses were read in part") {
        given.partly("addresses").derive();
        CHECK(given.ask(where("management IP")) == Rows{"cbr0 ~ ~ 192.168.10.21 ~ ~ ~"});
    }
    SECTION("the host was asked for its addresses, and does not have that one") {
        given.none("addresses").derive();
        CHECK(given.ask(where("management IP")) == Rows{"cbr0 ~ ~ 192.168.10.21 ~ none 0"});
    }
}

TEST_CASE("pods are held against endpoints, reservations and ports", "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    Analysis list;
    const auto pod = [&](const char* name, const char* ip) {
        list.add(kK8sPods, {.name_space = "web", .name = name, .node_name = "win-a", .pod_ip = ip, .phase = "Running"},
                 "");
    };
    const auto endpoint = [&](const char* id, const char* ip, const char* mac) {
        HnsEndpointsRow row{.id = id, .name = "Ethernet", .network_id = "N", .namespace_id = "NS"};
        row.ip_address = ip;
        row.mac = mac;
        row.is_remote = false;
        row.policies_known = true;
        given.row(kHnsEndpoints, row);
    };
    pod("a", "10.244.2.5");
    pod("b", "10.244.2.6");
    list.add(kK8sPods, {.name_space = "kube-system", .name = "dns", .node_name = "lin-b", .pod_ip = "10.244.0.2"}, "");
    given.rows(list, "k8s-objects");
    endpoint("E5", "10.244.2.5", "00:15:5d:00:00:05");
    endpoint("E7", "10.244.2.7", "00:15:5d:00:00:07");
    given.row(kHnsNamespaces, {.id = "NS"})
        .row(kHnsNamespaceResources, {.namespace_id = "NS", .type = "Endpoint", .resource_id = "E5"})
        .row(kIpReservations, {.address = "10.244.2.5", .origin = "host-local"})
        .row(kVfpPorts, {.port_name = "P5", .mac = "00:15:5d:00:00:05"})
        .row(kVfpLayers, {.port_name = "P5", .name = "VNET_ENCAP_LAYER"})
        .row(kVfpCounters, {.port_name = "P5", .direction = "OUT", .counter = "Dropped ACL packets", .value = 3})
        .derive();
    CHECK(given.ask(where("address")) == Rows{"10.244.2.7 none ~ 10.244.2.7 ~ ~ 0",
                                              "web/a 10.244.2.5 10.244.2.5 10.244.2.5 10.244.2.5 ~ 1",
                                              "web/b 10.244.2.6 none none ~ ~ 0"});
    CHECK(given.ask("SELECT name, hns, hns_v2, agrees FROM reconciliation WHERE aspect = 'sandbox' ORDER BY name") ==
          Rows{"10.244.2.5 NS NS 1", "10.244.2.7 NS none 0"});
    CHECK(given.ask(where("encapsulation")) == Rows{"10.244.2.5 ~ ~ yes yes ~ 1"});
    CHECK(given.ask(where("dropped by ACL, out")) == Rows{"10.244.2.5 ~ ~ no ACL policy 3 packets ~ ~"});
}

TEST_CASE("pods of one namespace say nothing of endpoints of others", "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    HnsEndpointsRow row{.id = "E7", .name = "Ethernet", .network_id = "N", .namespace_id = "NS"};
    row.ip_address = "10.244.2.7";
    row.is_remote = false;
    given.row(kHnsEndpoints, row);
    Analysis list;
    const auto pod = [&](const char* name_space, const char* name, const char* node_name, bool host_network) {
        K8sPodsRow listed{.name_space = name_space, .name = name, .node_name = node_name, .phase = "Running"};
        listed.host_network = host_network;
        list.add(kK8sPods, listed, "");
    };
    const std::string address = "SELECT kubernetes, agrees FROM reconciliation WHERE aspect = 'address'";
    pod("kube-system", "proxy", "win-a", true);
    SECTION("of kube-system alone") {
        pod("kube-system", "dns", "win-a", false);
        given.rows(list, "k8s-objects").derive();
        CHECK(given.ask(address) == Rows{"~ ~"});
    }
    SECTION("of kube-system and of default, each by itself") {
        pod("kube-system", "dns", "win-a", false);
        given.rows(list, "k8s-objects")
            .row(kK8sPods, {.name_space = "default", .name = "a", .node_name = "win-a", .phase = "Running"})
            .derive();
        CHECK(given.ask(address) == Rows{"~ ~"});
    }
    SECTION("of several, but on this node those with the host's network") {
        pod("web", "a", "win-b", false);
        given.rows(list, "k8s-objects").derive();
        CHECK(given.ask(address) == Rows{"~ ~"});
    }
    SECTION("of several") {
        pod("web", "a", "win-a", false);
        given.rows(list, "k8s-objects").derive();
        CHECK(given.ask(address) == Rows{"none 0"});
    }
}

TEST_CASE("an ACL of HNS is to be in VFP, where the groups of the port were read", "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    HnsEndpointsRow row{.id = "E5", .name = "x", .network_id = "N", .namespace_id = "NS"};
    row.ip_address = "10.244.2.5";
    row.is_remote = false;
    given.row(kHnsEndpoints, row)
        .row(kHnsPolicies, {.owner_kind = "endpoint", .owner_id = "E5", .type = "ACL"})
        .row(kVfpPorts, {.port_name = "P5", .friendly_name = "e5"})
        .row(kVfpRules, {.port_name = "P5", .layer = "SLB_NAT_LAYER", .name = "r"});
    SECTION("they were") {
        given.row(kVfpGroups, {.port_name = "P5", .layer = "ACL_ENDPOINT_LAYER", .name = "g"}).derive();
        CHECK(given.ask(where("ACL")) == Rows{"10.244.2.5 ~ ~ yes no ~ 0"});
    }
    SECTION("they were not") {
        given.derive();
        CHECK(given.ask(where("ACL")).empty());
    }
}

TEST_CASE("services with endpoints have a load balancer each", "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    const auto service = [&](const char* name, const char* ip, const char* policy) {
        K8sServicesRow row{.name_space = "web", .name = name, .cluster_ip = ip};
        row.internal_traffic_policy = policy;
        given.row(kK8sServices, row)
            .row(kK8sServicePorts, {.name_space = "web", .service = name, .protocol = "TCP", .port = 80})
            .row(kK8sEndpoints, {.name_space = "web", .service = name, .address = "10.244.3.4", .node_name = "win-b"});
    };
    service("a", "10.96.0.5", "Cluster");
    service("b", "10.96.0.6", "Cluster");
    service("local", "10.96.0.7", "Local");
    given.row(kHnsLoadBalancers, {.id = "L"})
        .row(kHnsLoadBalancerVips, {.load_balancer_id = "L", .vip = "10.96.0.5"})
        .row(kHnsLoadBalancerPorts,
             {.load_balancer_id = "L", .protocol = 6, .internal_port = 8080, .external_port = 80})
        .derive();
    CHECK(
        given.ask("SELECT name, object_key, hns, agrees FROM reconciliation WHERE aspect = 'frontend' ORDER BY name") ==
        Rows{"web/a 80/TCP L 10.96.0.5 port 80 1", "web/b 80/TCP ~ none 0"});
}

TEST_CASE("a service whose policy is Local counts where this node has an endpoint that is ready",
          "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    const auto service = [&](const char* name, const char* ip, const char* node_name, bool ready) {
        K8sServicesRow row{.name_space = "web", .name = name, .cluster_ip = ip};
        row.internal_traffic_policy = "Local";
        K8sEndpointsRow endpoint{.name_space = "web", .service = name, .address = "10.244.2.4", .node_name = node_name};
        endpoint.ready = ready;
        given.row(kK8sServices, row)
            .row(kK8sServicePorts, {.name_space = "web", .service = name, .protocol = "TCP", .port = 80})
            .row(kK8sEndpoints, endpoint);
    };
    service("here", "10.96.0.5", "WIN-A", true);
    service("not-ready", "10.96.0.6", "win-a", false);
    service("elsewhere", "10.96.0.7", "win-b", true);
    given.row(kHnsLoadBalancers, {.id = "L"})
        .row(kHnsLoadBalancerVips, {.load_balancer_id = "L", .vip = "10.96.0.5"})
        .row(kHnsLoadBalancerPorts,
             {.load_balancer_id = "L", .protocol = 6, .internal_port = 8080, .external_port = 80})
        .derive();
    CHECK(given.ask("SELECT name, agrees FROM reconciliation WHERE aspect = 'frontend'") == Rows{"web/here 80/TCP 1"});
}

TEST_CASE("host-gateway routes lead to the node that has the subnet", "[analyzers][reconciliation]") {
    GivenTables given;
    given.row(kSystem, {.os_family = "windows", .host_name = "a"})
        .row(kFlannelConfig, {.network = "10.244.0.0/16", .backend_type = "host-gw"})
        .row(kK8sNodes, {.name = "a", .internal_ip = "192.168.10.21", .pod_cidr = "10.244.2.0/24"})
        .row(kK8sNodes, {.name = "b", .internal_ip = "192.168.10.22", .pod_cidr = "10.244.3.0/24"})
        .row(kK8sNodes, {.name = "c", .internal_ip = "192.168.10.23", .pod_cidr = "10.244.4.0/24"})
        .row(kRoutes, {.destination = "10.244.3.0/24", .next_hop = "192.168.10.22"})
        .derive();
    CHECK(given.ask(where("next hop")) ==
          Rows{"10.244.3.0/24 192.168.10.22 ~ ~ ~ 192.168.10.22 1", "10.244.4.0/24 192.168.10.23 ~ ~ ~ none 0"});
}

TEST_CASE("an IPv6 subnet of pods is not held against a node's IPv4 address", "[analyzers][reconciliation]") {
    const char* const both_here = "10.244.2.0/24,fd00:10:244:2::/64";
    const char* const both_there = "10.244.3.0/24,fd00:10:244:3::/64";
    SECTION("as next hop") {
        GivenTables given;
        K8sNodesRow here{.name = "a", .internal_ip = "192.168.10.21"};
        here.pod_cidrs = both_here;
        K8sNodesRow there{.name = "b", .internal_ip = "192.168.10.22"};
        there.pod_cidrs = both_there;
        given.row(kSystem, {.os_family = "windows", .host_name = "a"})
            .row(kFlannelConfig, {.network = "10.244.0.0/16", .backend_type = "host-gw"})
            .row(kK8sNodes, here)
            .row(kK8sNodes, there)
            .row(kRoutes, {.destination = "10.244.3.0/24", .next_hop = "192.168.10.22"})
            .row(kRoutes, {.destination = "fd00:10:244:3::/64", .next_hop = "fd00:192:168:10::22"})
            .derive();
        CHECK(given.ask(where("next hop")) == Rows{"10.244.3.0/24 192.168.10.22 ~ ~ ~ 192.168.10.22 1"});
    }
    SECTION("as provider address") {
        GivenTables given = overlay();
        K8sNodesRow here = node("win-a", "10.244.2.0/24", "192.168.10.21", "00:15:5d:00:00:21");
        here.pod_cidrs = both_here;
        K8sNodesRow there = node("win-b", "10.244.3.0/24", "192.168.10.22", "00:15:5d:00:00:22");
        there.pod_cidrs = both_there;
        given.row(kK8sNodes, here)
            .row(kK8sNodes, there)
            .row(kHnsRemoteSubnets,
                 {.network_id = "N", .destination_prefix = "10.244.3.0/24", .provider_address = "192.168.10.22"})
            .derive();
        CHECK(given.ask(where("provider address")) == Rows{"10.244.3.0/24 192.168.10.22 ~ 192.168.10.22 ~ ~ 1"});
    }
}

TEST_CASE("a Linux node's VXLAN device and its FDB are held against the nodes", "[analyzers][reconciliation]") {
    GivenTables given;
    InterfacesRow device{.name = "flannel.1", .kind = "vxlan", .mac = "5e:00:00:00:00:01"};
    device.vni = 1;
    device.vxlan_local = "192.168.10.11";
    given.row(kSystem, {.os_family = "linux", .host_name = "lin-a"})
        .row(kInterfaces, device)
        .row(kK8sNodes, node("lin-a", "10.244.0.0/24", "192.168.10.11", "5e:00:00:00:00:01"))
        .row(kK8sNodes, node("win-b", "10.244.3.0/24", "192.168.10.22", "00:15:5d:00:00:22"))
        .row(kFdbEntries, {.interface_name = "flannel.1", .mac = "00:15:5d:00:00:22", .destination = "192.168.10.23"})
        .derive();
    CHECK(
        given.ask(
            "SELECT aspect, kubernetes, system, agrees FROM reconciliation WHERE agrees IS NOT NULL ORDER BY aspect") ==
        Rows{"VNI 4096 1 0", "VTEP MAC 5e:00:00:00:00:01 5e:00:00:00:00:01 1",
             "VTEP of 00:15:5d:00:00:22 192.168.10.22 192.168.10.23 0",
             "source address 192.168.10.11 192.168.10.11 1"});
}

TEST_CASE("VFP is on for a switch whose ports it lists", "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    given.row(kVfpPorts, {.port_name = "P", .switch_name = "s"});
    SECTION("as HNS has it") {
        given.derive();
        CHECK(given.ask(where("VFP extension")) == Rows{"flannel.4096 ~ ~ enabled enabled ~ 1"});
    }
    SECTION("where the extension is off") {
        given
            .row(kHnsExtensions,
                 {.network_id = "N", .extension_id = "E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017", .enabled = false})
            .derive();
        CHECK(given.ask(where("VFP extension")) == Rows{"flannel.4096 ~ ~ disabled enabled ~ 0"});
    }
}

TEST_CASE("an extension that does not say whether it is enabled does not part from VFP",
          "[analyzers][reconciliation]") {
    GivenTables given = overlay();
    given.row(kHnsNetworks, {.id = "M", .name = "flannel.4096", .type = "Overlay", .switch_guid = "T"})
        .row(kHnsExtensions, {.network_id = "M", .extension_id = "E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017"})
        .row(kVfpPorts, {.port_name = "P", .switch_name = "t"})
        .derive();
    CHECK(
        given.ask("SELECT hns, vfp, agrees FROM reconciliation WHERE aspect = 'VFP extension' AND object_key = 'M'") ==
        Rows{"~ enabled ~"});
}

TEST_CASE("the two views of HNS are compared before they are merged", "[analyzers][reconciliation]") {
    GivenDocuments documents;
    const std::string v1 = R"({"ID":"N","Name":"cbr0","Type":"L2Bridge","ManagementIP":"192.168.10.21","Policies":[],)"
                           R"("Subnets":[{"AddressPrefix":"10.244.2.0/24","GatewayAddress":"10.244.2.1"}]})";
    const std::string v2 =
        R"({"ID":"N","Name":"cbr0","Type":"L2Bridge","Policies":[],"SchemaVersion":{"Major":2,"Minor":0},"Ipams":[{"Subnets":)"
        R"([{"IpAddressPrefix":"10.244.5.0/24","Routes":[{"NextHop":"10.244.2.1","DestinationPrefix":"0.0.0.0/0"}]}]}]})";
    const std::string only = R"({"ID":"M","Name":"mine","Type":"L2Bridge","Policies":[],"Subnets":[]})";
    documents.add("hns-networks", "[" + v1 + "," + only + "]");
    documents.add("hns-networks", "[" + v2 + "]");
    const Database database = derived(documents);
    CHECK(database.text("SELECT group_concat(name || '|' || coalesce(agrees, '~') || '|' || difference, char(10)) FROM "
                        "(SELECT * FROM reconciliation WHERE aspect = 'views of HNS' ORDER BY name)") ==
          "cbr0|0|subnets: V1 has 10.244.2.0/24, V2 has 10.244.5.0/24\nmine|0|only V1 lists it");
    CHECK(database.text("SELECT hns_v2 FROM reconciliation WHERE name = 'cbr0' AND aspect = 'views of HNS'") ==
          "name cbr0; type L2Bridge; subnets 10.244.5.0/24; gateways 10.244.2.1");
}

TEST_CASE("endpoints that only one view lists may have come between the listings", "[analyzers][reconciliation]") {
    GivenDocuments documents;
    documents.add(
        "hns-endpoints",
        R"([{"ID":"A","Name":"a","VirtualNetwork":"N","Policies":[],"IPAddress":"10.244.2.5","MacAddress":"00-15-5D-00-00-05"},)"
        R"({"ID":"B","Name":"b","VirtualNetwork":"N","Policies":[],"IPAddress":"10.244.2.6"}])");
    documents.add(
        "hns-endpoints",
        R"([{"ID":"A","Name":"a","HostComputeNetwork":"N","Policies":[],"SchemaVersion":{"Major":2,"Minor":0},)"
        R"("IpConfigurations":[{"IpAddress":"10.244.2.5"}],"MacAddress":"00-15-5D-00-00-05"}])");
    const Database database = derived(documents);
    CHECK(database.text(
              "SELECT group_concat(name || '|' || coalesce(agrees, '~') || '|' || coalesce(difference, ''), char(10)) "
              "FROM (SELECT * FROM reconciliation WHERE aspect = 'views of HNS' ORDER BY name)") ==
          "10.244.2.5|1|\n10.244.2.6|~|only V1 lists it, and it may have come or gone between the two listings");
}

}  // namespace
}  // namespace kwd::analyzers
