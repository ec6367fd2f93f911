// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_json.h"
#include "snapshot/place.h"
#include "snapshot/tables/hns.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

TEST_CASE("a V2 overlay network gives its fields, subnet, remote subnets and policies", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks, fixture("hns/flannel-vxlan-network-v2.json"));

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 1);
    CHECK(networks[0].place.empty());
    const HnsNetworksRow& network = networks[0].row;
    CHECK(network.id == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(network.name == "flannel.4096");
    CHECK(network.type == "Overlay");
    CHECK(network.schema == "v2");
    CHECK(network.flags == 8);
    CHECK(network.management_ip == "192.168.10.21");
    CHECK(network.adapter_name == "Ethernet");
    CHECK(network.dr_mac == "00:15:5d:3e:21:a1");
    CHECK(network.layered_on == "A1B2C3D4-0000-4000-8000-00000000AA01");
    CHECK(network.switch_guid == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(network.host_route == true);
    CHECK_FALSE(network.vxlan_port.has_value());
    CHECK_FALSE(network.vfp_enabled.has_value());
    CHECK(network.policies_known == true);

    const auto subnets = read.rows(kHnsSubnets);
    REQUIRE(subnets.size() == 1);
    CHECK(subnets[0].place == "/Ipams/0/Subnets/0");
    CHECK(subnets[0].row.network_id == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(subnets[0].row.prefix == "10.244.2.0/24");
    CHECK(subnets[0].row.gateway == "10.244.2.1");
    CHECK(subnets[0].row.isolation_id == 4096);
    CHECK(subnets[0].row.family == 4);

    const auto remotes = read.rows(kHnsRemoteSubnets);
    REQUIRE(remotes.size() == 2);
    CHECK(remotes[1].place == "/Policies/5");
    CHECK(remotes[1].row.destination_prefix == "10.244.3.0/24");
    CHECK(remotes[1].row.isolation_id == 4096);
    CHECK(remotes[1].row.provider_address == "192.168.10.22");
    CHECK(remotes[1].row.dr_mac == "00:15:5d:9a:40:02");

    CHECK(read.rows(kHnsPolicies).size() == 7);
    CHECK(coverage_of(read, "hns_networks").empty());
    CHECK(coverage_of(read, "hns_extensions") == "not covered");
    CHECK(read.notes().empty());
}

TEST_CASE("a V1 overlay network gives the same, and its extensions", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks, fixture("hns/flannel-vxlan-network-v1.json"));

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 1);
    const HnsNetworksRow& network = networks[0].row;
    CHECK(network.schema == "v1");
    CHECK(network.type == "Overlay");
    CHECK(network.state == 1);
    CHECK(network.management_ip == "192.168.10.21");
    CHECK(network.adapter_name == "Ethernet");
    CHECK(network.current_endpoint_count == 3);
    CHECK(network.total_endpoints == 9);
    CHECK(network.last_error_code == 0);
    CHECK(network.hns_version == "13.3");
    CHECK(network.vfp_enabled == true);
    CHECK(network.host_route == true);

    CHECK(read.rows(kHnsSubnets)[0].row.isolation_id == 4096);
    CHECK(read.rows(kHnsSubnets)[0].row.gateway == "10.244.2.1");
    CHECK(read.rows(kHnsRemoteSubnets)[0].row.dr_mac == "5a:0c:77:10:22:01");
    const auto extensions = read.rows(kHnsExtensions);
    REQUIRE(extensions.size() == 3);
    CHECK(extensions[1].row.extension_id == "E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017");
    CHECK(extensions[1].row.enabled == true);
    CHECK(extensions[1].place == "/Extensions/1");
}

TEST_CASE("the subnet policies of V1 are named as V2 names them", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks, fixture("hns/calico-vxlan-networks-v1.json"));

    REQUIRE(read.rows(kHnsNetworks).size() == 2);
    CHECK(read.rows(kHnsNetworks)[1].place == "/1");
    const auto policies = read.rows(kHnsPolicies);
    REQUIRE_FALSE(policies.empty());
    CHECK(policies[0].row.owner_kind == "subnet");
    CHECK(policies[0].row.owner_id == "CA110000-0000-4000-8000-000000000001");
    CHECK(policies[0].row.type == "VSID");
    CHECK(policies[0].row.settings == R"({"IsolationId":9999})");
}

TEST_CASE("a network without a type is a NAT network, since zeros are left out", "[analyzers][hns]") {
    const Analysis read = analyzed(
        &analyze_hns_networks,
        R"([{"ID":"f4f4f4f4-0000-4000-8000-000000000001","Name":"nat","SchemaVersion":{"Major":2,"Minor":0}}])");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 1);
    CHECK(networks[0].row.id == "F4F4F4F4-0000-4000-8000-000000000001");
    CHECK(networks[0].row.type == "NAT");
    CHECK(networks[0].row.flags == 0);
}

TEST_CASE("types are spelled as HNS spells them, and flags may be names", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks,
                                   R"([{"ID":"A","Type":"l2bridge","Flags":"EnableNonPersistent, DisableHostPort",
                                        "Ipams":[],"Policies":[{"Type":"vxlanport","Settings":{"port":"4790"}}]},
                                       {"ID":"B","Type":5,"Ipams":[]},{"ID":"C","Type":"Quantum","Ipams":[]}])");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 3);
    CHECK(networks[0].row.type == "L2Bridge");
    CHECK(networks[0].row.flags == 1032);
    CHECK(networks[0].row.vxlan_port == 4790);
    CHECK(networks[1].row.type == "Overlay");
    CHECK(networks[2].row.type == "Quantum");
}

TEST_CASE("policies that are not known keep their settings", "[analyzers][hns]") {
    const Analysis read =
        analyzed(&analyze_hns_networks,
                 R"({"ID":"A","Ipams":[],"Policies":[{"Type":"NewThing","Settings":{"A":[1,{"b":null}]}}]})");

    const auto policies = read.rows(kHnsPolicies);
    REQUIRE(policies.size() == 1);
    CHECK(policies[0].row.type == "NewThing");
    CHECK(policies[0].row.settings == R"({"A":[1,{"b":null}]})");
    CHECK(read.rows(kHnsNetworks)[0].row.policies_known == true);
}

TEST_CASE("an answer that a console broke is read, and says so", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks, fixture("hns/console-wrapped-zh.txt"));

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 1);
    CHECK(networks[0].place == "line:3/Output/0");
    CHECK(networks[0].row.id == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(networks[0].row.type == "Overlay");
    CHECK(networks[0].row.hns_version == "9.2");
    CHECK(networks[0].row.switch_guid == "30081EA2-DE0E-4771-82BF-3FDBE9AA31BB");
    CHECK(networks[0].row.management_ip == "192.168.10.21");
    CHECK(read.rows(kHnsSubnets)[0].row.isolation_id == 9999);
    CHECK(read.rows(kHnsExtensions)[0].row.name == "Microsoft Azure VFP 筛选平台");
    REQUIRE(read.notes().size() == 1);
    CHECK(read.notes()[0].problem == "repaired");
    CHECK(read.notes()[0].place == "line:3");
}

TEST_CASE("the place of a row in a broken answer shows the object", "[analyzers][hns]") {
    Excerpts excerpts(fixture("hns/console-wrapped-zh.txt"));
    CHECK(excerpts.at("line:3/Output/0/Subnets/0/AddressPrefix") == "\"192.168.255.0/30\"");
}

TEST_CASE("the list form of Get-HnsNetwork is read as far as PowerShell printed it", "[analyzers][hns]") {
    const Analysis read =
        analyzed(&analyze_hns_networks, fixture("hns/get-hnsnetwork-list.txt") +
                                            "Policies               : System.Object[]\n"
                                            "ID                     : 7d3a5c10-0a52-4e56-9c11-2b1d5e7f0101\n");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 1);
    const HnsNetworksRow& network = networks[0].row;
    CHECK(network.id == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(network.name == "flannel.4096");
    CHECK(network.type == "Overlay");
    CHECK(network.management_ip == "192.168.10.21");
    CHECK(network.current_endpoint_count == 3);
    CHECK(network.vfp_enabled == true);
    CHECK(network.policies_known == false);
    CHECK_FALSE(network.host_route.has_value());

    const auto subnets = read.rows(kHnsSubnets);
    REQUIRE(subnets.size() == 1);
    CHECK(subnets[0].row.prefix == "10.244.2.0/24");
    CHECK(subnets[0].row.gateway == "10.244.2.1");
    CHECK_FALSE(subnets[0].row.isolation_id.has_value());
    CHECK(subnets[0].place == "line:8-9");
    const auto extensions = read.rows(kHnsExtensions);
    REQUIRE(extensions.size() == 2);
    CHECK(extensions[0].row.name == "Microsoft Windows Filtering Platform");
}

TEST_CASE("JSON that ConvertTo-Json cut at its depth tells what it lost", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks,
                                   R"([{"ID":"A","Type":"Overlay","ManagementIP":"10.0.0.4",
             "Policies":["@{Type=HostRoute}","@{Type=RemoteSubnetRoute; DestinationPrefix=10.244.0.0/24; IsolationId=4096; ProviderAddress=10.0.0.5; DistributedRouterMacAddress=}"],
             "Subnets":["@{AddressPrefix=10.244.2.0/24; GatewayAddress=10.244.2.1; Policies=System.Object[]}"]}])");

    CHECK(read.rows(kHnsNetworks)[0].row.policies_known == false);
    CHECK(read.rows(kHnsNetworks)[0].row.host_route == true);
    REQUIRE(read.rows(kHnsSubnets).size() == 1);
    CHECK(read.rows(kHnsSubnets)[0].row.prefix == "10.244.2.0/24");
    REQUIRE(read.rows(kHnsRemoteSubnets).size() == 1);
    CHECK(read.rows(kHnsRemoteSubnets)[0].row.isolation_id == 4096);
    CHECK_FALSE(read.rows(kHnsRemoteSubnets)[0].row.dr_mac.has_value());
}

TEST_CASE("an extension that does not say whether it is enabled leaves VFP unknown", "[analyzers][hns]") {
    const Analysis read = analyzed(
        &analyze_hns_networks,
        R"([{"ID":"A","Type":"Overlay","Policies":[],"Extensions":[{"Id":"E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017"}]},
            {"ID":"B","Type":"Overlay","Policies":[],"Extensions":[{"Id":"E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017","IsEnabled":false}]}])");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 2);
    CHECK_FALSE(networks[0].row.vfp_enabled.has_value());
    CHECK(networks[1].row.vfp_enabled == false);
    CHECK(read.rows(kHnsExtensions).size() == 2);
}

TEST_CASE("numbers and places survive hostile values", "[analyzers][hns]") {
    const Analysis read = analyzed(&analyze_hns_networks,
                                   R"([{"ID":"A","Ipams":"no","Flags":18446744073709551615,"State":1e300,
                                        "Policies":[7,"x",{"Type":{}},{"Type":"VxlanPort","Settings":[1]}],
                                        "Health":{"LastErrorCode":-2143617005}},{"Name":"no id","Ipams":[]},3,null,"x"])");

    const auto networks = read.rows(kHnsNetworks);
    REQUIRE(networks.size() == 1);
    CHECK_FALSE(networks[0].row.flags.has_value());
    CHECK_FALSE(networks[0].row.state.has_value());
    CHECK(networks[0].row.last_error_code == 0x803b0013);
    CHECK(networks[0].row.policies_known == false);
    CHECK(read.notes().size() == 1);
}

}  // namespace
}  // namespace kwd::analyzers
