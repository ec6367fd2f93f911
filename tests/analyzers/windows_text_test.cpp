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

TEST_CASE("route print: active and persistent routes of both families, in any language", "[analyzers][routes]") {
    const std::string file =
        GENERATE("route-print-german-cp850.txt", "route-print-japanese-cp932.txt", "route-print-english.txt");
    CAPTURE(file);
    const Analysis read = analyzed(&analyze_windows_text, fixture("loose/routes/" + file));

    const auto routes = read.rows(kRoutes);
    REQUIRE(routes.size() >= 5);
    CHECK(routes[0].row.destination == "0.0.0.0/0");
    CHECK(routes[0].row.next_hop == "192.168.10.1");
    CHECK(routes[0].row.interface_address == "192.168.10.21");
    CHECK(routes[0].row.metric == 281);
    CHECK(routes[0].row.metric_includes_interface == true);
    CHECK(routes[0].row.persistent == false);
    CHECK(routes[0].place == "line:11");
    CHECK(routes[2].row.destination == "127.0.0.0/8");
    CHECK_FALSE(routes[2].row.next_hop.has_value());
    CHECK(routes.back().row.destination == "::1/128");
    CHECK(routes.back().row.interface_index == 1);
    CHECK(read.rows(kInterfaces)[0].row.interface_index == 12);
    CHECK(read.rows(kInterfaces)[0].row.mac == "00:50:56:9a:3c:21");
    CHECK(coverage_of(read, "interfaces") == "not covered");
}

TEST_CASE("route print: persistent routes, and gateways on the next line", "[analyzers][routes]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "IPv4 Route Table\n"
                                   "===========================================================================\n"
                                   "Active Routes:\n"
                                   "Network Destination        Netmask          Gateway       Interface  Metric\n"
                                   "      10.244.0.0    255.255.255.0    192.168.10.11   192.168.10.21    281\n"
                                   "===========================================================================\n"
                                   "Persistent Routes:\n"
                                   "  Network Address          Netmask  Gateway Address  Metric\n"
                                   "          0.0.0.0          0.0.0.0     192.168.10.1  Default \n"
                                   "       10.99.0.0      255.255.0.0     192.168.10.2       5\n"
                                   "===========================================================================\n"
                                   "\n"
                                   "IPv6 Route Table\n"
                                   "===========================================================================\n"
                                   "Active Routes:\n"
                                   " If Metric Network Destination      Gateway\n"
                                   " 12    281 fe80::9c1f:77ab:42d0:5e21/128\n"
                                   "                                    On-link\n"
                                   " 12    281 2001:db8:1:2:3:4::/96    fe80::1\n"
                                   "===========================================================================\n"
                                   "Persistent Routes:\n"
                                   " If Metric Network Destination      Gateway\n"
                                   "  0 4294967295 ::/0                     fe80::1\n"
                                   "===========================================================================\n");

    const auto routes = read.rows(kRoutes);
    REQUIRE(routes.size() == 6);
    CHECK(routes[1].row.persistent == true);
    CHECK(routes[1].row.next_hop == "192.168.10.1");
    CHECK_FALSE(routes[1].row.metric.has_value());
    CHECK(routes[2].row.destination == "10.99.0.0/16");
    CHECK(routes[2].row.metric == 5);
    CHECK(routes[2].row.metric_includes_interface == false);
    CHECK(routes[3].row.destination == "fe80::9c1f:77ab:42d0:5e21/128");
    CHECK_FALSE(routes[3].row.next_hop.has_value());
    CHECK(routes[4].row.next_hop == "fe80::1");
    CHECK(routes[5].row.persistent == true);
    CHECK_FALSE(routes[5].row.interface_index.has_value());
}

TEST_CASE("route print: a table that breaks off is known in part", "[analyzers][routes]") {
    const std::string whole =
        "IPv4 Route Table\n"
        "===========================================================================\n"
        "Active Routes:\n"
        "Network Destination        Netmask          Gateway       Interface  Metric\n"
        "          0.0.0.0          0.0.0.0     192.168.10.1    192.168.10.21     15\n"
        "       10.244.0.0    255.255.255.0    192.168.10.11    192.168.10.21    271\n"
        "===========================================================================\n";
    CHECK(analyzed(&analyze_windows_text, whole).coverage().at("routes").empty());

    const Analysis cut = analyzed(&analyze_windows_text, whole.substr(0, whole.find(".11    ")));
    CHECK(cut.rows(kRoutes).size() == 1);
    CHECK_FALSE(cut.coverage().at("routes").empty());
    REQUIRE(cut.notes().size() == 1);
    CHECK(cut.notes()[0].problem == "truncated");
}

TEST_CASE("Get-NetRoute: as a list and as a table, with the sum of both metrics", "[analyzers][routes]") {
    const Analysis list = analyzed(&analyze_windows_text, fixture("loose/routes/get-netroute-list.txt"));
    const RoutesRow route = only_row(list, kRoutes).row;
    CHECK(route.next_hop == "192.168.10.1");
    CHECK(route.interface_name == "vEthernet (Ethernet)");
    CHECK(route.interface_index == 12);
    CHECK(route.metric == 281);
    CHECK(route.metric_includes_interface == true);
    CHECK(route.protocol == "netmgmt");
    CHECK(route.persistent == false);

    const Analysis table = analyzed(&analyze_windows_text, fixture("loose/routes/get-netroute-table.txt"));
    REQUIRE(table.rows(kRoutes).size() == 2);
    CHECK(table.rows(kRoutes)[1].row.destination == "10.244.0.0/24");
    CHECK(table.rows(kRoutes)[1].row.next_hop == "192.168.10.11");
}

TEST_CASE("a text with commands before their answers", "[analyzers][routes]") {
    const Analysis read = analyzed(&analyze_windows_text, fixture("loose/cmdlets/get-netview-route.txt"));
    CHECK(read.rows(kRoutes).size() == 2);
    CHECK(read.rows(kRoutes)[0].row.metric == 256);
    CHECK(read.rows(kRoutes)[0].row.metric_includes_interface == false);
}

TEST_CASE("Get-NetAdapter of an AKS node", "[analyzers][cmdlets]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Name                      InterfaceDescription                    ifIndex Status   "
                                   "    MacAddress             LinkSpeed\n"
                                   "----                      --------------------                    ------- ------   "
                                   "    ----------             ---------\n"
                                   "vEthernet (ef97202f-eth0)                                              28 Up       "
                                   "    00-15-5D-E8-6F-94       100 Gbps\n"
                                   "Ethernet 2                Microsoft Hyper-V Network Adapter #2         10 "
                                   "Disconnected 00-0D-3A-55-FE-7D          0 bps\n"
                                   "Wi-Fi                     Intel(R) Wi-Fi 6 AX201                        7 Disabled "
                                   "    00-0D-3A-55-FE-7E     866.7 Mbps\n"
                                   "vEthernet (gone)          Hyper-V Virtual Ethernet Adapter #9          41 Not "
                                   "Present  00-15-5D-E8-6F-95          0 bps\n");

    const auto adapters = read.rows(kInterfaces);
    REQUIRE(adapters.size() == 4);
    CHECK(adapters[3].row.state == "not present");
    CHECK(adapters[0].row.name == "vEthernet (ef97202f-eth0)");
    CHECK(adapters[0].row.interface_index == 28);
    CHECK(adapters[0].row.state == "up");
    CHECK(adapters[0].row.mac == "00:15:5d:e8:6f:94");
    CHECK(adapters[0].row.link_speed_bps == 100'000'000'000);
    CHECK(adapters[1].row.state == "disconnected");
    CHECK(adapters[2].row.kind == "wireless");
    CHECK(adapters[2].row.link_speed_bps == 866'700'000);
}

TEST_CASE("cmdlets of addresses, interfaces, neighbors and DNS servers", "[analyzers][cmdlets]") {
    const Analysis read = analyzed(
        &analyze_windows_text,
        "IPAddress         : 169.254.9.9\n"
        "InterfaceIndex    : 12\n"
        "InterfaceAlias    : vEthernet (Ethernet)\n"
        "PrefixLength      : 16\n"
        "PrefixOrigin      : WellKnown\n"
        "AddressState      : Tentative\n"
        "\n"
        "ifIndex InterfaceAlias  AddressFamily NlMtu(Bytes) InterfaceMetric Dhcp     ConnectionState PolicyStore\n"
        "------- --------------  ------------- ------------ --------------- ----     --------------- -----------\n"
        "31      vEthernet (pod) IPv6                  1450              25 Disabled Connected       ActiveStore\n"
        "\n"
        "ifIndex IPAddress    LinkLayerAddress  State       PolicyStore\n"
        "------- ---------    ----------------  -----       -----------\n"
        "12      192.168.10.5 00-00-00-00-00-00 Unreachable ActiveStore\n"
        "\n"
        "InterfaceAlias       Interface Address ServerAddresses\n"
        "                     Index     Family\n"
        "--------------       --------- ------- ---------------\n"
        "vEthernet (Ethernet)        12 IPv4    {192.168.10.5, 192.168.10.6}\n"
        "vEthernet (Ethernet)        12 IPv6    {}\n");

    const AddressesRow address = only_row(read, kAddresses).row;
    CHECK(address.origin == "link-local");
    CHECK(address.state == "tentative");
    CHECK(address.prefix == "169.254.0.0/16");
    const auto interfaces = read.rows(kIpInterfaces);
    REQUIRE(interfaces.size() == 1);
    CHECK(interfaces[0].row.family == 6);
    CHECK(interfaces[0].row.mtu_bytes == 1450);
    CHECK(interfaces[0].row.dhcp == false);
    const NeighborsRow neighbor = only_row(read, kNeighbors).row;
    CHECK(neighbor.state == "unreachable");
    CHECK_FALSE(neighbor.mac.has_value());
    CHECK(column_of(read, kDnsServers, &DnsServersRow::address) ==
          std::vector<std::string>{"192.168.10.5", "192.168.10.6"});
    CHECK(read.rows(kDnsServers)[1].row.position == 1);
}

TEST_CASE("Get-NetIPInterface as a list tells of forwarding", "[analyzers][cmdlets]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "InterfaceIndex  : 12\n"
                                   "InterfaceAlias  : vEthernet (cbr0_ep)\n"
                                   "CompartmentId   : 1\n"
                                   "AddressFamily   : IPv4\n"
                                   "Forwarding      : Enabled\n"
                                   "NlMtu(Bytes)    : 1500\n"
                                   "WeakHostSend    : Disabled\n"
                                   "ConnectionState : Connected\n");
    const IpInterfacesRow row = only_row(read, kIpInterfaces).row;
    CHECK(row.forwarding == true);
    CHECK(row.weak_host_send == false);
    CHECK(row.family == 4);
    CHECK(row.compartment_id == 1);
    CHECK(row.state == "connected");
}

TEST_CASE("netsh: interfaces with their MTU, in any language", "[analyzers][netsh]") {
    const Analysis read = analyzed(&analyze_windows_text, fixture("loose/windows/netsh-interfaces-german-cp850.txt"));
    const auto interfaces = read.rows(kIpInterfaces);
    REQUIRE(interfaces.size() == 2);
    CHECK(interfaces[1].row.interface_index == 12);
    CHECK(interfaces[1].row.interface_name == "vEthernet (Ethernet)");
    CHECK(interfaces[1].row.metric == 25);
    CHECK(interfaces[1].row.mtu_bytes == 1500);
    CHECK(interfaces[1].row.family == 4);
    CHECK(interfaces[1].row.state == "connected");
}

TEST_CASE("netsh: subinterfaces of IPv6, told by the file's name", "[analyzers][netsh]") {
    const Analysis read = analyzed(&analyze_windows_text, "ipv6subinterfaces",
                                   "\n   MTU  MediaSenseState      Bytes In     Bytes Out  Interface\n"
                                   "------  ---------------  ------------  ------------  -------------\n"
                                   "  1450                1          1234       5678901  vEthernet (Ethernet 2)\n");
    const IpInterfacesRow row = only_row(read, kIpInterfaces).row;
    CHECK(row.mtu_bytes == 1450);
    CHECK(row.interface_name == "vEthernet (Ethernet 2)");
    CHECK(row.family == 6);
}

TEST_CASE("netsh: the settings of one interface are told by their order", "[analyzers][netsh]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "\nParameter der Schnittstelle vEthernet (Ethernet)\n"
                                   "----------------------------------------------\n"
                                   "IfLuid                             : ethernet_32769\n"
                                   "IfIndex                            : 12\n"
                                   "Status                             : Verbunden\n"
                                   "Metrik                             : 25\n"
                                   "Verbindungs-MTU                    : 1500 Bytes\n"
                                   "Erreichbarkeitszeit                : 20500 ms\n"
                                   "Basis-Erreichbarkeitszeit          : 30000 ms\n"
                                   "Übertragungsintervall              : 1000 ms\n"
                                   "DAD-Übertragungen                  : 3\n"
                                   "Standort-Präfixlänge               : 64\n"
                                   "Standort-ID                        : 1\n"
                                   "Weiterleitung                      : Deaktiviert\n"
                                   "Ankündigung                        : Deaktiviert\n"
                                   "Nachbarsuche                       : Aktiviert\n"
                                   "Nachbarerreichbarkeit              : Aktiviert\n"
                                   "Routersuche                        : DHCP\n"
                                   "Verwaltete Adresskonfiguration     : Aktiviert\n"
                                   "Andere statusbehaftete Konfig.     : Aktiviert\n"
                                   "Schwache Hostsendevorgänge         : Aktiviert\n"
                                   "Schwache Hostempfangsvorgänge      : Deaktiviert\n");
    const IpInterfacesRow row = only_row(read, kIpInterfaces).row;
    CHECK(row.interface_index == 12);
    CHECK(row.mtu_bytes == 1500);
    CHECK(row.forwarding == false);
    CHECK(row.weak_host_send == true);
    CHECK(row.weak_host_receive == false);
    CHECK_FALSE(row.interface_name.has_value());
}

TEST_CASE("netsh: port ranges are numbers, whatever the words", "[analyzers][netsh]") {
    const Analysis dynamic = analyzed(&analyze_windows_text, fixture("loose/windows/netsh-dynamic-german-cp850.txt"));
    const PortRangesRow range = only_row(dynamic, kPortRanges).row;
    CHECK(range.protocol == "tcp");
    CHECK(range.kind == "dynamic");
    CHECK(range.first_port == 49152);
    CHECK(range.last_port == 65535);

    const Analysis excluded = analyzed(&analyze_windows_text, fixture("loose/windows/netsh-excluded-french-cp850.txt"));
    const auto ranges = excluded.rows(kPortRanges);
    REQUIRE(ranges.size() == 2);
    CHECK(ranges[0].row.administered == false);
    CHECK(ranges[1].row.first_port == 47001);
    CHECK(ranges[1].row.administered == true);
    CHECK(ranges[1].place == "line:7");
}

TEST_CASE("netsh: a list of excluded ranges that is empty is an answer", "[analyzers][netsh]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Protocol udp Port Exclusion Ranges\n\n"
                                   "Start Port    End Port      \n"
                                   "----------    --------      \n\n"
                                   "* - Administered port exclusions.\n");
    CHECK(read.rows(kPortRanges).empty());
    CHECK(coverage_of(read, "port_ranges").empty());
}

TEST_CASE("netsh: port ranges that cannot be understood leave their table a part", "[analyzers][netsh]") {
    const char* const said = "The request is not supported.\n";
    const Analysis read = analyzed(&analyze_windows_text, "netsh/ipv4-excludedportrange-tcp.txt", said);
    CHECK(read.rows(kPortRanges).empty());
    CHECK(coverage_of(read, "port_ranges") == "netsh/ipv4-excludedportrange-tcp.txt could not be understood");
    CHECK(notes_of(read) == std::vector<std::string>{"unrecognised at "});
    // Another file may be anything.
    CHECK(analyzed(&analyze_windows_text, "other.txt", said).coverage().empty());
}

TEST_CASE("arp -a tells addresses, MACs and which are static", "[analyzers][arp]") {
    const Analysis read = analyzed(&analyze_windows_text, fixture("loose/windows/arp-german-cp850.txt"));
    const auto neighbors = read.rows(kNeighbors);
    REQUIRE(neighbors.size() == 2);
    CHECK(neighbors[0].row.interface_index == 12);
    CHECK(neighbors[0].row.address == "192.168.10.1");
    CHECK(neighbors[0].row.mac == "00:50:56:9a:00:01");
    CHECK_FALSE(neighbors[0].row.state.has_value());
    CHECK(neighbors[1].row.state == "permanent");
}

TEST_CASE("services: Get-Service, sc queryex and sc qc", "[analyzers][services]") {
    const ServicesRow german =
        only_row(analyzed(&analyze_windows_text, fixture("loose/windows/sc-queryex-german-cp850.txt")), kServices).row;
    CHECK(german.name == "hns");
    CHECK(german.display_name == "Hostnetzwerkdienst");
    CHECK(german.state == "running");
    CHECK(german.process_id == 2384);
    CHECK(german.exit_code == 0);

    const ServicesRow list =
        only_row(analyzed(&analyze_windows_text, fixture("loose/cmdlets/get-service-list.txt")), kServices).row;
    CHECK(list.name == "rke2");
    CHECK(list.state == "running");
    CHECK(list.start_type == "auto");

    const ServicesRow config =
        only_row(analyzed(&analyze_windows_text,
                          "[SC] QueryServiceConfig SUCCESS\n\n"
                          "SERVICE_NAME: Dnscache\n"
                          "        TYPE               : 20  WIN32_SHARE_PROCESS \n"
                          "        START_TYPE         : 2   AUTO_START  (DELAYED)\n"
                          "        ERROR_CONTROL      : 1   NORMAL\n"
                          "        BINARY_PATH_NAME   : C:\\Windows\\system32\\svchost.exe -k NetworkService -p\n"
                          "        LOAD_ORDER_GROUP   : TDI\n"
                          "        TAG                : 0\n"
                          "        DISPLAY_NAME       : DNS Client\n"
                          "        DEPENDENCIES       : Tdx\n"
                          "                           : nsi\n"
                          "        SERVICE_START_NAME : NT AUTHORITY\\NetworkService\n"),
                 kServices)
            .row;
    CHECK(config.start_type == "delayed-auto");
    CHECK(config.binary_path == "C:\\Windows\\system32\\svchost.exe -k NetworkService -p");
    CHECK(config.display_name == "DNS Client");
    CHECK(config.dependencies == "Tdx,nsi");
    CHECK(config.account == "NT AUTHORITY\\NetworkService");
}

TEST_CASE("the version of Windows: with a revision only where the source knows it", "[analyzers][version]") {
    const SystemRow winver =
        only_row(analyzed(&analyze_windows_text, fixture("loose/windows/winver-utf16le.txt")), kSystem).row;
    CHECK(winver.build == 17763);
    CHECK_FALSE(winver.ubr.has_value());
    CHECK(winver.os_version == "10.0.17763");

    const SystemRow ver =
        only_row(analyzed(&analyze_windows_text, fixture("loose/windows/ver-chinese-gbk.txt")), kSystem).row;
    CHECK(ver.ubr == 2300);
    CHECK(ver.os_version == "10.0.17763.2300");
}

TEST_CASE("hotfixes stand below winver's first line", "[analyzers][version]") {
    const HotfixesRow hotfix =
        only_row(analyzed(&analyze_windows_text, fixture("loose/windows/winver-utf16le.txt")), kHotfixes).row;
    CHECK(hotfix.kb == "KB5007206");
    CHECK(hotfix.description == "Security Update");
    CHECK(hotfix.installed_on == "11/12/2021 12:00:00 AM");
}

TEST_CASE("systeminfo in English and German", "[analyzers][version]") {
    const Analysis german = analyzed(&analyze_windows_text, fixture("loose/windows/systeminfo-german-cp850.txt"));
    const SystemRow system = only_row(german, kSystem).row;
    CHECK(system.host_name == "WIN-A");
    CHECK(system.os_name == "Microsoft Windows Server 2019 Datacenter");
    CHECK(system.product_type == "server");
    CHECK(system.build == 17763);
    CHECK(system.vendor == "VMware, Inc.");
    CHECK(system.model == "VMware7,1");
    CHECK(system.locale == "de");
    CHECK(column_of(german, kHotfixes, &HotfixesRow::kb) == std::vector<std::string>{"KB5007206", "KB5005112"});

    const Analysis english = analyzed(&analyze_windows_text, fixture("loose/windows/systeminfo-english"));
    CHECK(only_row(english, kSystem).row.locale == "en-us");
    CHECK(only_row(english, kHotfixes).place == "line:14");
}

TEST_CASE("firewall rules and dynamic ports as cmdlets print them", "[analyzers][cmdlets]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Name        : kubelet\n"
                                   "DisplayName : kubelet (10250)\n"
                                   "Enabled     : True\n"
                                   "Profile     : Any\n"
                                   "Direction   : Inbound\n"
                                   "Action      : Allow\n"
                                   "PolicyStoreSourceType : GroupPolicy\n"
                                   "\n"
                                   "SettingName                   : Internet\n"
                                   "DynamicPortRangeStartPort     : 10000\n"
                                   "DynamicPortRangeNumberOfPorts : 2000\n");
    const FirewallRulesRow rule = only_row(read, kFirewallRules).row;
    CHECK(rule.direction == "in");
    CHECK(rule.action == "allow");
    CHECK(rule.enabled == true);
    CHECK(rule.origin == "group-policy");
    const PortRangesRow range = only_row(read, kPortRanges).row;
    CHECK(range.protocol == "tcp");
    CHECK(range.first_port == 10000);
    CHECK(range.last_port == 11999);
}

TEST_CASE("a text that is nothing known says so and covers nothing", "[analyzers]") {
    const Analysis read = analyzed(&analyze_windows_text, "Name : value\n\nlorem ipsum: dolor\n");
    CHECK(read.coverage().empty());
    CHECK(notes_of(read) == std::vector<std::string>{"unrecognised at "});
}

}  // namespace
}  // namespace kwd::analyzers
