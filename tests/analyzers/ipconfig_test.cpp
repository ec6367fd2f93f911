// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

TEST_CASE("ipconfig says the same in every language and encoding", "[analyzers][ipconfig]") {
    const std::string file = GENERATE(
        "chinese-gbk.txt", "chinese-utf8-bom.txt", "english-utf16be.txt", "english-utf8.txt", "french-cp1252.txt",
        "french-utf16le-no-bom.txt", "german-cp850.txt", "german-utf16le.txt", "german-utf8-read-as-cp1252.txt",
        "japanese-cp932.txt", "russian-cp1251.txt", "russian-cp866.txt", "spanish-utf8-lf.txt");
    CAPTURE(file);
    const Analysis read = analyzed(&analyze_windows_text, fixture("loose/ipconfig/" + file));

    const InterfacesRow adapter = only_row(read, kInterfaces).row;
    CHECK(adapter.name == "vEthernet (Ethernet)");
    CHECK(adapter.kind == "ethernet");
    CHECK(adapter.interface_index == 12);
    CHECK(adapter.description == "Hyper-V Virtual Ethernet Adapter");
    CHECK(adapter.mac == "00:50:56:9a:3c:21");
    CHECK(adapter.state == "up");
    CHECK(adapter.dhcp == false);
    CHECK(adapter.dns_suffix == "lab.example");

    const auto addresses = read.rows(kAddresses);
    REQUIRE(addresses.size() == 2);
    CHECK(addresses[0].row.address == "fe80::9c1f:77ab:42d0:5e21");
    CHECK(addresses[0].row.origin == "link-local");
    CHECK(addresses[0].row.state == "preferred");
    CHECK(addresses[1].row.address == "192.168.10.21");
    CHECK(addresses[1].row.prefix_length == 24);
    CHECK(addresses[1].row.prefix == "192.168.10.0/24");
    CHECK(addresses[1].row.interface_name == "vEthernet (Ethernet)");
    CHECK(addresses[1].place == "line:18");

    CHECK(column_of(read, kDnsServers, &DnsServersRow::address) ==
          std::vector<std::string>{"192.168.10.5", "192.168.10.6"});
    const RoutesRow gateway = only_row(read, kRoutes).row;
    CHECK(gateway.destination == "0.0.0.0/0");
    CHECK(gateway.next_hop == "192.168.10.1");
    CHECK(read.outlines().contains("routes"));
    CHECK(coverage_of(read, "routes") == "not covered");
    CHECK(read.rows(kSystem).back().row.host_name == "win-a");
    CHECK(read.rows(kSystem).back().row.dns_search == "");
}

TEST_CASE("ipconfig's list of DNS suffixes is that of the node, in its order", "[analyzers][ipconfig]") {
    const std::string settings =
        "   Host Name . . . . . . . . . . . . : win-a\n"
        "   Primary Dns Suffix  . . . . . . . : corp.example\n"
        "   Node Type . . . . . . . . . . . . : Hybrid\n"
        "   IP Routing Enabled. . . . . . . . : No\n"
        "   WINS Proxy Enabled. . . . . . . . : No\n";
    const std::string list =
        "   DNS Suffix Search List. . . . . . : corp.example\n"
        "                                       lab.example\n";
    const auto search_of = [](const std::string& text) {
        return analyzed(&analyze_windows_text, "Windows IP Configuration\n\n" + text)
            .rows(kSystem)
            .back()
            .row.dns_search;
    };
    CHECK(search_of(settings + list) == "corp.example,lab.example");
    CHECK(search_of(settings) == "");
    // What a pod tries is not the node's.
    CHECK_FALSE(search_of("*** Compartment 2 ***\n\n" + settings + list));
}

TEST_CASE("ipconfig's title tells the language", "[analyzers][ipconfig]") {
    CHECK(analyzed(&analyze_windows_text, fixture("loose/ipconfig/japanese-cp932.txt")).rows(kSystem)[0].row.locale ==
          "ja");
    CHECK(analyzed(&analyze_windows_text, fixture("loose/ipconfig/russian-cp866.txt")).rows(kSystem)[0].row.locale ==
          "ru");
}

TEST_CASE("ipconfig /allcompartments tells whose an adapter is", "[analyzers][ipconfig]") {
    const Analysis read = analyzed(&analyze_windows_text, fixture("loose/ipconfig/english-allcompartments.txt"));

    const auto adapters = read.rows(kInterfaces);
    REQUIRE(adapters.size() == 2);
    CHECK(adapters[0].row.compartment_id == 1);
    CHECK(adapters[1].row.compartment_id == 2);
    CHECK(adapters[1].row.name == "vEthernet (4f0e6c1d9b2a)");
    CHECK(read.rows(kAddresses)[2].row.compartment_id == 2);
    CHECK(read.rows(kRoutes)[1].row.next_hop == "10.244.2.1");
}

TEST_CASE("compartments may be headed with stars", "[analyzers][ipconfig]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Netzwerkinformationen für *** Depot 7 ***\r\n\r\n"
                                   "Ethernet-Adapter A:\r\n\r\n   IPv4-Adresse  . . . . . . . . . . : 10.0.0.1\r\n");
    CHECK(only_row(read, kInterfaces).row.compartment_id == 7);
}

TEST_CASE("ipconfig without /all", "[analyzers][ipconfig]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Windows IP Configuration\n\n\n"
                                   "Ethernet adapter vEthernet (nat):\n\n"
                                   "   Connection-specific DNS Suffix  . :\n"
                                   "   Link-local IPv6 Address . . . . . : fe80::a4f6:5ea3:7944:5378%12\n"
                                   "   IPv4 Address. . . . . . . . . . . : 172.21.64.1\n"
                                   "   Subnet Mask . . . . . . . . . . . : 255.255.240.0\n"
                                   "   Default Gateway . . . . . . . . . :\n"
                                   "\n"
                                   "Wireless LAN adapter Wi-Fi 2:\n\n"
                                   "   Media State . . . . . . . . . . . : Media disconnected\n"
                                   "   Connection-specific DNS Suffix  . : a.example\n");

    const auto adapters = read.rows(kInterfaces);
    REQUIRE(adapters.size() == 2);
    CHECK(adapters[0].row.interface_index == 12);
    CHECK_FALSE(adapters[0].row.dns_suffix.has_value());
    CHECK(adapters[1].row.name == "Wi-Fi 2");
    CHECK(adapters[1].row.kind == "wireless");
    CHECK(adapters[1].row.state == "disconnected");
    CHECK(adapters[1].row.dns_suffix == "a.example");
    CHECK(read.rows(kAddresses)[1].row.prefix == "172.21.64.0/20");
    CHECK(read.rows(kRoutes).empty());
    CHECK(read.rows(kDnsServers).empty());
}

TEST_CASE("leases, servers and identifiers are not taken for gateways or addresses", "[analyzers][ipconfig]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Ethernet adapter Ethernet:\n\n"
                                   "   Connection-specific DNS Suffix  . : x.example\n"
                                   "   Physical Address. . . . . . . . . : 00-15-5D-00-00-01\n"
                                   "   DHCP Enabled. . . . . . . . . . . : Yes\n"
                                   "   IPv4 Address. . . . . . . . . . . : 10.0.0.4(Duplicate)\n"
                                   "   Subnet Mask . . . . . . . . . . . : 255.255.0.0\n"
                                   "   Lease Obtained. . . . . . . . . . : Monday, January 1, 2024 10:00:00 AM\n"
                                   "   Default Gateway . . . . . . . . . : fe80::1%4\n"
                                   "                                       10.0.0.1\n"
                                   "   DHCP Server . . . . . . . . . . . : 10.0.0.2\n"
                                   "   DHCPv6 IAID . . . . . . . . . . . : 100668765\n"
                                   "   DHCPv6 Client DUID. . . . . . . . : 00-01-00-01-2D-4B-11-9A-00-50-56-9A-3C-21\n"
                                   "   Primary WINS Server . . . . . . . : 10.0.0.3\n");

    CHECK(column_of(read, kAddresses, &AddressesRow::address) == std::vector<std::string>{"10.0.0.4"});
    CHECK(only_row(read, kAddresses).row.state == "duplicate");
    const auto routes = read.rows(kRoutes);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].row.destination == "::/0");
    CHECK(routes[1].row.next_hop == "10.0.0.1");
    CHECK(only_row(read, kInterfaces).row.dhcp == true);
}

TEST_CASE("in an unknown language the shapes of values still tell", "[analyzers][ipconfig]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Windows IP-configuratie\n\n"
                                   "Ethernet-kaart vEthernet (Ethernet):\n\n"
                                   "   Verbindingsspec. DNS-achtervoegsel: lab.example\n"
                                   "   Beschrijving. . . . . . . . . . . : Hyper-V Virtual Ethernet Adapter\n"
                                   "   Fysiek adres. . . . . . . . . . . : 00-50-56-9A-3C-21\n"
                                   "   DHCP ingeschakeld . . . . . . . . : Nee\n"
                                   "   IPv4-adres. . . . . . . . . . . . : 192.168.10.21(voorkeur)\n"
                                   "   Subnetmasker. . . . . . . . . . . : 255.255.255.0\n");

    const InterfacesRow adapter = only_row(read, kInterfaces).row;
    CHECK(adapter.name == "vEthernet (Ethernet)");
    CHECK_FALSE(adapter.kind.has_value());
    CHECK(adapter.mac == "00:50:56:9a:3c:21");
    CHECK(adapter.description == "Hyper-V Virtual Ethernet Adapter");
    CHECK_FALSE(adapter.dhcp.has_value());
    CHECK(only_row(read, kAddresses).row.prefix == "192.168.10.0/24");
    CHECK_FALSE(only_row(read, kAddresses).row.state.has_value());
    CHECK(notes_of(read) ==
          std::vector<std::string>{"unknown_words at line:3", "unknown_words at line:8", "unknown_words at line:9"});
}

}  // namespace
}  // namespace kwd::analyzers
