// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cni_conf.h"

#include "snapshot/tables/config.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using snapshot::CniNatExceptionsRow;
using snapshot::CniPoliciesRow;

TEST_CASE("a flannel configuration makes one row with its delegate", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, R"(C:\etc\cni\net.d\10-flannel.conf)", R"({
  "name": "flannel.4096", "cniVersion": "0.3.0", "type": "flannel",
  "capabilities": {"portMappings": true, "dns": true, "bandwidth": false},
  "delegate": {"type": "win-overlay", "apiVersion": 2, "loopbackDSR": true, "endpointMacPrefix": "0E-2A",
    "dns": {"Nameservers": ["10.96.0.10"], "Search": ["svc.cluster.local", "cluster.local"]},
    "Policies": [
      {"Name": "EndpointPolicy", "Value": {"Type": "OutBoundNAT", "Settings": {"Exceptions": ["10.244.0.0/16", "10.96.0.0/12"]}}},
      {"Name": "EndpointPolicy", "Value": {"Type": "SDNRoute", "Settings": {"DestinationPrefix": "10.96.0.0/12", "NeedEncap": true}}},
      {"Name": "EndpointPolicy", "Value": {"Type": "ProviderAddress", "Settings": {"ProviderAddress": "192.168.10.21"}}}]}})");

    const auto [network, place] = only_row(analysis, snapshot::kCniNetworks);
    CHECK(place == "");
    CHECK(network.file_name == "10-flannel.conf");
    CHECK(network.folder == R"(C:\etc\cni\net.d)");
    CHECK(network.position == 0);
    CHECK(network.name == "flannel.4096");
    CHECK(network.plugin_type == "flannel");
    CHECK(network.delegate_type == "win-overlay");
    CHECK(network.api_version == 2);
    CHECK(network.capabilities == "dns,portMappings");
    CHECK(network.dns_servers == "10.96.0.10");
    CHECK(network.dns_search == "svc.cluster.local,cluster.local");
    CHECK(network.loopback_dsr == true);
    CHECK(network.mac_prefix == "0E-2A");
    CHECK(network.policy_key == "Policies");
    CHECK_FALSE(network.effective.has_value());  // the folder as a whole decides

    const auto policies = analysis.rows(snapshot::kCniPolicies);
    REQUIRE(policies.size() == 3);
    CHECK(policies[0].row.type == "OutBoundNAT");
    CHECK(policies[0].row.form == "settings");
    CHECK(policies[0].place == "/delegate/Policies/0");
    CHECK(policies[1].row.destination_prefix == "10.96.0.0/12");
    CHECK(policies[1].row.need_encap == true);
    CHECK(policies[2].row.provider_address == "192.168.10.21");
    CHECK(column_of(analysis, snapshot::kCniNatExceptions, &CniNatExceptionsRow::prefix) ==
          std::vector<std::string>{"10.244.0.0/16", "10.96.0.0/12"});
    CHECK(analysis.notes().empty());
}

TEST_CASE("names of members and policies are matched whatever their case", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, "/k/cni/config/cni.conf", R"({
  "CNIVersion": "0.2.0", "Name": "cbr0", "Type": "win-bridge",
  "policies": [{"name": "EndpointPolicy", "value": {"type": "OUTBOUNDNAT", "exceptionList": ["10.244.0.0/16"]}},
               {"NAME": "EndpointPolicy", "VALUE": {"TYPE": "ROUTE", "destinationprefix": "10.96.0.0/12", "needencap": true}}]})");

    CHECK(only_row(analysis, snapshot::kCniNetworks).row.name == "cbr0");
    CHECK(only_row(analysis, snapshot::kCniNetworks).row.policy_key == "policies");
    CHECK(column_of(analysis, snapshot::kCniPolicies, &CniPoliciesRow::type) ==
          std::vector<std::string>{"OutBoundNAT", "SDNRoute"});
    CHECK(analysis.rows(snapshot::kCniPolicies)[1].row.form == "flat");
    CHECK(only_row(analysis, snapshot::kCniNatExceptions).row.prefix == "10.244.0.0/16");
}

TEST_CASE("each plugin of a list is a row, and the list's name is theirs", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, R"(C:\k\azurecni\netconf\10-azure.conflist)", R"({
  "cniVersion": "0.3.0", "name": "azure", "plugins": [
   {"type": "azure-vnet", "mode": "bridge", "bridge": "azure0", "capabilities": {"portMappings": true},
    "ipam": {"type": "azure-vnet-ipam"}, "windowsSettings": {"enableLoopbackDSR": true},
    "AdditionalArgs": [
      {"Name": "EndpointPolicy", "Value": {"Type": "OutBoundNAT", "ExceptionList": ["10.240.0.0/16"]}},
      {"Name": "EndpointPolicy", "Value": {"Type": "ROUTE", "DestinationPrefix": "10.0.0.0/8", "NeedEncap": true}}]},
   {"type": "portmap"}]})");

    const auto networks = analysis.rows(snapshot::kCniNetworks);
    REQUIRE(networks.size() == 2);
    CHECK(networks[0].row.plugin_type == "azure-vnet");
    CHECK(networks[0].row.name == "azure");
    CHECK(networks[0].row.mode == "bridge");
    CHECK(networks[0].row.ipam_type == "azure-vnet-ipam");
    CHECK(networks[0].row.loopback_dsr == true);
    CHECK(networks[0].row.policy_key == "AdditionalArgs");
    CHECK(networks[0].place == "/plugins/0");
    CHECK(networks[1].row.plugin_type == "portmap");
    CHECK(networks[1].row.position == 1);
    CHECK(networks[1].row.name == "azure");
    CHECK(analysis.rows(snapshot::kCniPolicies)[1].place == "/plugins/0/AdditionalArgs/1");
}

TEST_CASE("Calico's own members are understood", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, "10-calico.conf", R"({
  "name": "Calico", "type": "calico", "mode": "vxlan", "vxlan_vni": 4096, "vxlan_mac_prefix": "0E-2A",
  "windows_loopback_DSR": true, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.42.1.0/24"}]]},
  "DNS": {"Nameservers": ["10.43.0.10"]}, "policies": []})");

    const auto network = only_row(analysis, snapshot::kCniNetworks).row;
    CHECK(network.mode == "vxlan");
    CHECK(network.vni == 4096);
    CHECK(network.mac_prefix == "0E-2A");
    CHECK(network.loopback_dsr == true);
    CHECK(network.ipam_subnet == "10.42.1.0/24");
    CHECK(network.dns_servers == "10.43.0.10");
    CHECK(network.policy_key == "policies");
    CHECK(analysis.rows(snapshot::kCniPolicies).empty());
}

TEST_CASE("what a plugin masquerades by itself counts as an OutBoundNAT policy", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, "10-l2bridge.conf",
                                   R"({"name":"l2","type":"win-bridge","ipMasqNetwork":"10.244.0.0/16"})");

    CHECK(only_row(analysis, snapshot::kCniPolicies).row.type == "OutBoundNAT");
    CHECK(only_row(analysis, snapshot::kCniPolicies).place == "/ipMasqNetwork");
    CHECK(only_row(analysis, snapshot::kCniNatExceptions).row.prefix == "10.244.0.0/16");
}

TEST_CASE("a file that is no JSON is noted with its line, and is still a file", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, "/etc/cni/net.d/10-flannel.conf",
                                   "{\n  \"name\": \"cbr0\",\n  \"type\": \"flannel\",\n}\n");

    CHECK(notes_of(analysis) == std::vector<std::string>{"malformed at line:4"});
    const auto network = only_row(analysis, snapshot::kCniNetworks).row;
    CHECK(network.file_name == "10-flannel.conf");
    CHECK_FALSE(network.name.has_value());
    CHECK_FALSE(network.plugin_type.has_value());
}

TEST_CASE("text behind the JSON object breaks a CNI configuration", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, "x.conf", "{\"type\":\"portmap\"}\n{\"type\":\"bridge\"}\n");

    CHECK(notes_of(analysis) == std::vector<std::string>{"malformed at line:2"});
    CHECK_FALSE(only_row(analysis, snapshot::kCniNetworks).row.plugin_type.has_value());
}

TEST_CASE("a byte order mark is noted: Go does not read it", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cni_conf, "x.conf", "\xef\xbb\xbf{\"type\":\"portmap\",\"name\":\"n\"}");

    CHECK(notes_of(analysis) == std::vector<std::string>{"encoding at line:1"});
}

}  // namespace
}  // namespace kwd::analyzers
