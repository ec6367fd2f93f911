// SPDX-License-Identifier: Apache-2.0
// What people select and paste: absent members are not known to be none, and one text holds several outputs.
#include "analyzers/hns_json.h"
#include "analyzers/transcript.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/network.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

TEST_CASE("selected members of networks are an outline: what was not selected is not known", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks, R"([
        {"Name":"cbr0","ID":"0B1B2B3B-0000-4000-8000-00000000CB00",
         "Subnets":[{"AddressPrefix":"10.244.4.0/24","GatewayAddress":"10.244.4.1","Policies":""}]},
        {"Name":"nat","ID":"F4F4F4F4-0000-4000-8000-000000000001","Type":"nat","Subnets":[]}])");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 2);
    CHECK(networks[0].row.schema == "list");
    CHECK_FALSE(networks[0].row.type.has_value());
    CHECK_FALSE(networks[0].row.flags.has_value());
    CHECK_FALSE(networks[0].row.host_route.has_value());
    CHECK(networks[0].row.policies_known == false);
    CHECK(networks[1].row.type == "NAT");
    REQUIRE(read.rows(kHnsSubnets).size() == 1);
    CHECK(read.rows(kHnsSubnets)[0].row.prefix == "10.244.4.0/24");
    CHECK(read.outlines().contains("hns_networks"));
    CHECK_FALSE(read.coverage().contains("hns_networks"));
    CHECK_FALSE(read.coverage().contains("hns_remote_subnets"));
}

TEST_CASE("a table of networks with a column that was cut off is an outline", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks, R"(
Name     Type    ID                                   Subnets
----     ----    --                                   -------
vxlan0   Overlay 7d3a5c10-0a52-4e56-9c11-2b1d5e7f0101 {@{AdditionalParams=; AddressPrefix=10.244.2.0/...
External Overlay 15db97d2-4f0f-4d92-9a5e-3b37f3a3c9e8 {@{AdditionalParams=; AddressPrefix=192.168.255...
)");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 2);
    CHECK(networks[0].row.name == "vxlan0");
    CHECK(networks[0].row.type == "Overlay");
    CHECK(networks[0].row.schema == "list");
    CHECK(read.rows(kHnsSubnets).empty());
    CHECK_FALSE(read.coverage().contains("hns_networks"));
}

TEST_CASE("selected members of endpoints do not say that they are local and without policies", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_endpoints, R"([
        {"ID":"0b1b2b3b-0000-4000-8000-00000000ee03","Name":"Ethernet","IPAddress":"10.244.1.9",
         "MacAddress":"02-11-0A-F4-01-09","State":1,"VirtualNetworkName":"cbr0"}])");

    const auto endpoints = read.rows(kHnsEndpoints);
    REQUIRE(endpoints.size() == 1);
    CHECK(endpoints[0].row.ip_address == "10.244.1.9");
    CHECK(endpoints[0].row.state == 1);
    CHECK_FALSE(endpoints[0].row.is_remote.has_value());
    CHECK_FALSE(endpoints[0].row.outbound_nat.has_value());
    CHECK(endpoints[0].row.policies_known == false);
    CHECK_FALSE(read.coverage().contains("hns_nat_exceptions"));
}

TEST_CASE("virtual addresses that PowerShell did not print are lost, not none", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_load_balancers, R"(
ID         : D680D0E7-185B-46A7-B097-37A8B439F588
IsApplied  : False
Policies   : {@{ExternalPort=443; InternalPort=6443; IsDSR=True; Protocol=6; Type=ELB; VIPs=System.Object[]}}
References : {/endpoints/c55b2c86-bd06-400e-bca7-8fb7de11e635}
State      : 2
)");

    CHECK(read.rows(kHnsLoadBalancers).size() == 1);
    CHECK(read.rows(kHnsLoadBalancerPorts).size() == 1);
    CHECK(read.rows(kHnsLoadBalancerVips).empty());
    CHECK(read.coverage().at("hns_load_balancers").empty());
    CHECK_FALSE(read.coverage().at("hns_load_balancer_vips").empty());
}

TEST_CASE("what a console showed of several commands is read to its end", "[analyzers][hns]") {
    const Analysis read =
        analyzed(&analyze_transcript,
                 "PS C:\\k> hnsdiag list networks\r\n"
                 "Networks:\r\n"
                 "Name             ID\r\n"
                 "cbr0             0B1B2B3B-0000-4000-8000-00000000CB00\r\n"
                 "\r\n"
                 "PS C:\\k> ipconfig\r\n"
                 "\r\n"
                 "Windows IP Configuration\r\n"
                 "\r\n"
                 "Ethernet adapter vEthernet (Ethernet):\r\n"
                 "\r\n"
                 "   Connection-specific DNS Suffix  . :\r\n"
                 "   IPv4 Address. . . . . . . . . . . : 192.168.20.31\r\n"
                 "   Subnet Mask . . . . . . . . . . . : 255.255.255.0\r\n"
                 "\r\n"
                 "PS C:\\k> Get-NetAdapter | fl Name, InterfaceDescription, MacAddress, InterfaceGuid\r\n"
                 "\r\n"
                 "Name                 : Ethernet\r\n"
                 "InterfaceDescription : vmxnet3 Ethernet Adapter\r\n"
                 "MacAddress           : 00-50-56-9A-3C-21\r\n"
                 "InterfaceGuid        : {7D3A5C10-0A52-4E56-9C11-2B1D5E7F0AAA}\r\n");

    REQUIRE(read.rows(kHnsNetworks).size() == 1);
    CHECK(read.rows(kHnsNetworks)[0].row.name == "cbr0");
    CHECK(read.rows(kHnsNetworks)[0].place == "line:4");
    REQUIRE(read.rows(kAddresses).size() == 1);
    CHECK(read.rows(kAddresses)[0].row.prefix == "192.168.20.0/24");
    CHECK(read.rows(kAddresses)[0].place == "line:13");
    CHECK(read.rows(kInterfaces).size() == 2);
    CHECK(read.notes().empty());
}

}  // namespace
}  // namespace kwd::analyzers
