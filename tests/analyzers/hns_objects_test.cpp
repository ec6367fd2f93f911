// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_json.h"
#include "snapshot/tables/hns.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

TEST_CASE("V2 endpoints: a pod, a source VIP, a service VIP, a remote pod", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints, fixture("hns/flannel-vxlan-endpoints-v2.json"));

    const auto endpoints = read.rows(kHnsEndpoints);
    REQUIRE(endpoints.size() == 4);
    const HnsEndpointsRow& pod = endpoints[0].row;
    CHECK(pod.id == "B7D0C1F2-0001-4A00-9000-000000000001");
    CHECK(pod.network_id == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(pod.namespace_id == "9D5E0A11-7777-4888-9999-AAAABBBBCCCC");
    CHECK(pod.schema == "v2");
    CHECK(pod.mac == "0e:2a:0a:f4:02:07");
    CHECK(pod.ip_address == "10.244.2.7");
    CHECK(pod.prefix_length == 24);
    CHECK(pod.gateway == "10.244.2.1");
    CHECK(pod.is_remote == false);
    CHECK_FALSE(pod.state.has_value());
    CHECK(pod.dns_servers == "10.96.0.10");
    CHECK_FALSE(pod.dns_suffix.has_value());
    CHECK(pod.dns_search == "default.svc.cluster.local,svc.cluster.local,cluster.local");
    CHECK(pod.provider_address == "192.168.10.21");
    CHECK(pod.encap_overhead_bytes == 50);
    CHECK(pod.outbound_nat == true);
    CHECK(endpoints[1].row.outbound_nat == false);
    CHECK_FALSE(endpoints[1].row.namespace_id.has_value());
    CHECK(endpoints[2].row.is_remote == true);
    CHECK(endpoints[3].row.provider_address == "192.168.10.11");
    CHECK(endpoints[3].place == "/3");

    const auto exceptions = read.rows(kHnsNatExceptions);
    REQUIRE(exceptions.size() == 2);
    CHECK(exceptions[1].row.prefix == "10.96.0.0/12");
    const auto policies = read.rows(kHnsPolicies);
    CHECK(policies[1].row.type == "SDNRoute");
    CHECK(policies[1].row.destination_prefix == "10.96.0.0/12");
    CHECK(policies[1].row.need_encap == true);
    CHECK(policies[1].place == "/0/Policies/1");
}

TEST_CASE("V1 endpoints: flat policies have V2's names", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints, fixture("hns/flannel-host-gw-endpoints-v1.json"));

    const auto endpoints = read.rows(kHnsEndpoints);
    REQUIRE(endpoints.size() == 2);
    CHECK(endpoints[0].row.name == "cbr0_ep");
    CHECK(endpoints[0].row.state == 2);
    CHECK(endpoints[0].row.is_remote == false);
    const HnsEndpointsRow& pod = endpoints[1].row;
    CHECK(pod.schema == "v1");
    CHECK(pod.network_id == "0B1B2B3B-0000-4000-8000-00000000CB00");
    CHECK(pod.network_name == "cbr0");
    CHECK(pod.namespace_id == "0F0F0F0F-1234-4321-8888-999900001111");
    CHECK(pod.gateway == "10.244.4.2");
    CHECK(pod.state == 3);
    CHECK(pod.dns_search == "default.svc.cluster.local,svc.cluster.local");
    CHECK(pod.shared_containers == "77aa...01");

    const auto policies = read.rows(kHnsPolicies);
    REQUIRE(policies.size() == 4);
    CHECK(policies[0].row.type == "OutBoundNAT");
    CHECK(policies[0].row.exceptions == "10.244.0.0/16,10.96.0.0/12,192.168.20.0/24");
    CHECK(policies[0].row.settings == R"({"Exceptions":["10.244.0.0/16","10.96.0.0/12","192.168.20.0/24"]})");
    CHECK(policies[2].row.type == "SDNRoute");
    CHECK(policies[2].row.destination_prefix == "192.168.20.31/32");
    CHECK(policies[3].row.type == "L2Driver");
}

TEST_CASE("ports of the node that lead to a pod are told as its object has them", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints, R"([
  {"ID":"E1","HostComputeNetwork":"N","Policies":[
    {"Type":"PortMapping","Settings":{"Protocol":17,"InternalPort":53,"ExternalPort":5353}},
    {"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80}}]},
  {"ID":"E2","VirtualNetwork":"N","Policies":[{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8080}]}])");
    const auto policies = read.rows(kHnsPolicies);
    REQUIRE(policies.size() == 3);
    CHECK(policies[0].row.host_port == "5353/UDP");
    CHECK_FALSE(policies[1].row.host_port.has_value());
    CHECK(policies[2].row.host_port == "8080/TCP");
}

TEST_CASE("an endpoint's addresses of both families are told apart", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints, R"([
        {"ID":"A","HostComputeNetwork":"N","IpConfigurations":[{"IpAddress":"FD00:0::7","PrefixLength":64},
                                                             {"IpAddress":"10.0.0.7","PrefixLength":16}]},
        {"ID":"B","HostComputeNetwork":"N","IpConfigurations":[{"IpAddress":"fd00::8","PrefixLength":64}],
         "Routes":[{"NextHop":"fd00::1","DestinationPrefix":"::/0"}],"Flags":"RemoteEndpoint"}])");

    const auto endpoints = read.rows(kHnsEndpoints);
    REQUIRE(endpoints.size() == 2);
    CHECK(endpoints[0].row.ip_address == "10.0.0.7");
    CHECK(endpoints[0].row.prefix_length == 16);
    CHECK(endpoints[0].row.ipv6_address == "fd00::7");
    CHECK(endpoints[1].row.ip_address == "fd00::8");
    CHECK(endpoints[1].row.prefix_length == 64);
    CHECK(endpoints[1].row.gateway == "fd00::1");
    CHECK(endpoints[1].row.is_remote == true);
}

TEST_CASE("a lone value may stand for an array", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints, R"({"ID":"A","VirtualNetwork":"N","IPAddress":"10.0.0.7",
        "Policies":{"Type":"outboundnat","ExceptionList":"10.0.0.0/8 192.168.0.0/16"},"SharedContainers":"c1"})");

    CHECK(read.rows(kHnsNatExceptions).size() == 2);
    CHECK(read.rows(kHnsEndpoints)[0].row.outbound_nat == true);
    CHECK(read.rows(kHnsEndpoints)[0].row.shared_containers == "c1");
}

TEST_CASE("policies that PowerShell lost make NAT unknown, not absent", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints,
                                   R"([{"ID":"A","VirtualNetwork":"N","Policies":["System.Object[]"]},
                                       {"ID":"B","VirtualNetwork":"N","Policies":["@{Type=OutBoundNAT; Settings=}"]}])");

    const auto endpoints = read.rows(kHnsEndpoints);
    CHECK(endpoints[0].row.policies_known == false);
    CHECK_FALSE(endpoints[0].row.outbound_nat.has_value());
    CHECK(endpoints[1].row.policies_known == false);
    CHECK(endpoints[1].row.outbound_nat == true);
}

TEST_CASE("the state that stands only in the table above the JSON is joined by MAC and address", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints,
                                   "IPAddress     MacAddress        IsRemoteEndpoint State\r\n"
                                   "---------     ----------        ---------------- -----\r\n"
                                   "10.244.2.7    0E-2A-0A-F4-02-07                      3\r\n"
                                   "10.96.0.10    00-15-5D-0A-00-15 True                 1\r\n"
                                   "\r\n\r\n" +
                                       fixture("hns/flannel-vxlan-endpoints-v2.json"));

    const auto endpoints = read.rows(kHnsEndpoints);
    REQUIRE(endpoints.size() == 4);
    CHECK(endpoints[0].row.state == 3);
    CHECK_FALSE(endpoints[1].row.state.has_value());
    CHECK(endpoints[2].row.state == 1);
    CHECK(endpoints[0].place == "line:7/0");
}

TEST_CASE("V2 load balancers: a service, and a NodePort without a VIP", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_load_balancers, fixture("hns/kube-proxy-load-balancers-v2.json"));

    const auto balancers = read.rows(kHnsLoadBalancers);
    REQUIRE(balancers.size() == 2);
    CHECK(balancers[0].row.id == "E1000000-0000-4000-8000-000000000001");
    CHECK(balancers[0].row.network_id == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(balancers[0].row.source_vip == "10.244.2.2");
    CHECK(balancers[0].row.is_dsr == true);
    CHECK(balancers[0].row.is_ipv6 == false);
    CHECK(read.rows(kHnsLoadBalancerVips).size() == 1);
    CHECK(read.rows(kHnsLoadBalancerVips)[0].row.vip == "10.96.0.10");
    const auto ports = read.rows(kHnsLoadBalancerPorts);
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].row.protocol == 17);
    CHECK(ports[1].row.internal_port == 8080);
    CHECK(ports[1].row.external_port == 31080);
    CHECK(ports[1].row.local_routed_vip == true);
    CHECK(ports[1].row.ilb == false);
    CHECK(ports[1].row.distribution_type == 0);
    CHECK(ports[1].place == "/1/PortMappings/0");
    CHECK(read.rows(kHnsLoadBalancerEndpoints)[1].row.endpoint_id == "B7D0C1F2-0001-4A00-9000-000000000001");
}

TEST_CASE("a V1 policy list is a load balancer", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_load_balancers, fixture("hns/kube-proxy-policy-list-v1.json"));

    const auto balancers = read.rows(kHnsLoadBalancers);
    REQUIRE(balancers.size() == 1);
    CHECK(balancers[0].row.schema == "v1");
    CHECK(balancers[0].row.state == 2);
    CHECK(balancers[0].row.is_dsr == true);
    CHECK(balancers[0].row.source_vip == "10.244.2.2");
    CHECK(read.rows(kHnsLoadBalancerVips)[0].row.vip == "10.96.0.10");
    CHECK(read.rows(kHnsLoadBalancerPorts)[0].row.protocol == 17);
    CHECK(read.rows(kHnsLoadBalancerEndpoints)[0].row.endpoint_id == "B7D0C1F2-0001-4A00-9000-000000000004");
}

TEST_CASE("names stand for numbers of protocols, distributions and flags", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_load_balancers, R"([{"ID":"A","PortMappings":[
        {"Protocol":"TCP","InternalPort":"80","ExternalPort":80,"DistributionType":"SourceIP",
         "Flags":"LocalRoutedVip, PreserveDIP"}],"Flags":"EnableDirectServerReturn"}])");

    const auto ports = read.rows(kHnsLoadBalancerPorts);
    REQUIRE(ports.size() == 1);
    CHECK(ports[0].row.protocol == 6);
    CHECK(ports[0].row.internal_port == 80);
    CHECK(ports[0].row.distribution_type == 2);
    CHECK(ports[0].row.local_routed_vip == true);
    CHECK(ports[0].row.preserve_dip == true);
    CHECK(ports[0].row.ilb == false);
    CHECK(read.rows(kHnsLoadBalancers)[0].row.is_dsr == true);
}

TEST_CASE("route objects become policies of their endpoints, however the array is named", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_load_balancers, R"([
        {"ID":"R1","HostComputeEndpoints":["e1"],"Routes":[{"DestinationPrefix":"10.0.0.0/8","NextHop":"10.1.0.1"}]},
        {"ID":"R2","HostComputeEndpoints":["e2"],"Setting":[{"DestinationPrefix":"10.0.0.0/8","NeedEncap":true}]},
        {"ID":"R3","References":["/endpoints/e3"],"Policies":[{"Type":"ROUTE","DestinationPrefix":"10.0.0.0/8"}]}])");

    CHECK(read.rows(kHnsLoadBalancers).empty());
    const auto policies = read.rows(kHnsPolicies);
    REQUIRE(policies.size() == 3);
    CHECK(policies[0].row.next_hop == "10.1.0.1");
    CHECK(policies[1].row.owner_id == "E2");
    CHECK(policies[1].row.need_encap == true);
    CHECK(policies[2].row.owner_id == "E3");
    CHECK(policies[2].row.type == "SDNRoute");
}

TEST_CASE("namespaces of V2 and V1 tell their compartment and what they hold", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_namespaces, R"([
        {"ID":"9d5e0a11-7777-4888-9999-aaaabbbbcccc","NamespaceId":2,"Type":"Host",
         "Resources":[{"Type":"Endpoint","Data":{"ID":"b7d0c1f2-0001-4a00-9000-000000000001"}},
                      {"Type":"Container","Data":{"Id":"4f0e6c1d9b2a8e7750c3d4f19a6b2e8c"}}]},
        {"ID":"0F0F0F0F-1234-4321-8888-999900001111","CompartmentId":1,"IsDefault":true,"ResourceList":[]},
        {"ID":"0F0F0F0F-1234-4321-8888-999900002222","CompartmentId":3,"Type":1}])");

    const auto namespaces = read.rows(kHnsNamespaces);
    REQUIRE(namespaces.size() == 3);
    CHECK(namespaces[0].row.compartment_id == 2);
    CHECK(namespaces[0].row.type == "Host");
    CHECK(namespaces[0].row.is_default == false);
    CHECK(namespaces[1].row.is_default == true);
    CHECK(namespaces[2].row.type == "HostDefault");
    const auto resources = read.rows(kHnsNamespaceResources);
    REQUIRE(resources.size() == 2);
    CHECK(resources[0].row.resource_id == "B7D0C1F2-0001-4A00-9000-000000000001");
    CHECK(resources[1].row.resource_id == "4f0e6c1d9b2a8e7750c3d4f19a6b2e8c");
    CHECK(resources[1].place == "/0/Resources/1");
}

TEST_CASE("an empty list is an answer, an empty text is half of one, an error is none", "[analyzers][hns]") {
    CHECK(coverage_of(analyzed(&analyze_hns_endpoints, "[]"), "hns_endpoints").empty());
    CHECK(coverage_of(analyzed(&analyze_hns_load_balancers, R"({"Success":true,"Output":[]})"), "hns_load_balancers")
              .empty());
    CHECK(coverage_of(analyzed(&analyze_hns_endpoints, ""), "hns_endpoints") ==
          "the text holds no HNS object: there are none, or it could not be asked");
    const Analysis refused = analyzed(&analyze_hns_networks, R"({"Success":false,"Error":"Element not found."})");
    CHECK(coverage_of(refused, "hns_networks") == "HNS answered with an error: Element not found.");
    CHECK(refused.notes()[0].problem == "refused");
}

TEST_CASE("a list that breaks off gives the objects before the break", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints,
                                   "[\n {\"ID\":\"A\",\"VirtualNetwork\":\"N\"},\n"
                                   " {\"ID\":\"B\",\"VirtualNetwork\":\"N\"},\n {\"ID\":\"C\",\"Vir");

    const auto endpoints = read.rows(kHnsEndpoints);
    REQUIRE(endpoints.size() == 2);
    CHECK(endpoints[1].row.id == "B");
    CHECK(endpoints[1].place == "line:3");
    REQUIRE(read.notes().size() == 1);
    CHECK(read.notes()[0].problem == "malformed");
    CHECK(coverage_of(read, "hns_endpoints").starts_with("line 1: "));
}

TEST_CASE("hnsdiag's dump: objects one after another below their titles", "[analyzers][hns]") {
    const Analysis read = analyzed(
        &analyze_hns_mixed,
        "Networks:\n{\n  \"ID\": \"A\", \"Flags\": 0\n}\n{\"ID\":\"B\",\"Type\":\"Overlay\",\"Flags\":8}"
        "{\"ID\":\"C\",\"Flags\":0}\n\nEndpoints:\n{\"ID\":\"E\",\"IPAddress\":\"10.0.0.7\"}\nLoadBalancers:\n");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 3);
    CHECK(networks[0].place == "line:2");
    CHECK(networks[1].row.type == "Overlay");
    CHECK(networks[2].row.id == "C");
    CHECK(networks[2].place == "line:5");
    CHECK(read.rows(kHnsEndpoints).size() == 1);
    CHECK(coverage_of(read, "hns_networks").empty());
    CHECK(coverage_of(read, "hns_load_balancers") == "not covered");
    CHECK(read.outlines().contains("hns_load_balancers"));
}

TEST_CASE("hnsdiag list is an outline of all objects", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_mixed, fixture("hns/hnsdiag-list-all.txt"));

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 2);
    CHECK(networks[0].row.name == "flannel.4096");
    CHECK(networks[0].row.schema == "list");
    CHECK(networks[0].place == "line:3");
    const auto endpoints = read.rows(kHnsEndpoints);
    REQUIRE(endpoints.size() == 1);
    CHECK(endpoints[0].row.id == "B7D0C1F2-0001-4A00-9000-000000000004");
    CHECK(endpoints[0].row.name == "Ethernet");
    CHECK(endpoints[0].row.network_name == "flannel.4096");
    CHECK(read.rows(kHnsNamespaces)[0].row.id == "9D5E0A11-7777-4888-9999-AAAABBBBCCCC");
    CHECK(read.rows(kHnsNamespaceResources)[0].row.resource_id == "B7D0C1F2-0001-4A00-9000-000000000001");
    CHECK(read.rows(kHnsLoadBalancerVips)[0].row.vip == "10.96.0.10");
    CHECK(coverage_of(read, "hns_networks") == "not covered");
    CHECK(read.outlines().contains("hns_networks"));
}

TEST_CASE("objects are recognised for themselves, whatever the document is said to be", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks, fixture("hns/flannel-vxlan-endpoints-v2.json"));
    CHECK(read.rows(kHnsEndpoints).size() == 4);
    CHECK(read.rows(kHnsNetworks).empty());
}

}  // namespace
}  // namespace kwd::analyzers
