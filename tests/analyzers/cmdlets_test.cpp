// SPDX-License-Identifier: Apache-2.0
// Forms of the Get-Net… cmdlets that people paste beside the usual ones.
#include "analyzers/windows_text.h"
#include "snapshot/tables/network.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

TEST_CASE("Get-NetAdapter | fl: the cmdlet's own list names its members differently", "[analyzers][interfaces]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "Name                       : vEthernet (Ethernet)\n"
                                   "InterfaceDescription       : Hyper-V Virtual Ethernet Adapter\n"
                                   "InterfaceIndex             : 9\n"
                                   "MacAddress                 : 00-15-5D-3E-21-A0\n"
                                   "MediaType                  : 802.3\n"
                                   "InterfaceOperationalStatus : Up\n"
                                   "AdminStatus                : Up\n"
                                   "LinkSpeed(Gbps)            : 10\n");

    const auto interfaces = read.rows(kInterfaces);
    REQUIRE(interfaces.size() == 1);
    CHECK(interfaces[0].row.name == "vEthernet (Ethernet)");
    CHECK(interfaces[0].row.interface_index == 9);
    CHECK(interfaces[0].row.mac == "00:15:5d:3e:21:a0");
    CHECK(interfaces[0].row.state == "up");
    CHECK(interfaces[0].row.link_speed_bps == 10'000'000'000);
}

TEST_CASE("Get-NetIPConfiguration is an outline, and tells DNS servers", "[analyzers][addresses]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "InterfaceAlias       : vEthernet (Ethernet)\n"
                                   "InterfaceIndex       : 9\n"
                                   "InterfaceDescription : Hyper-V Virtual Ethernet Adapter\n"
                                   "NetProfile.Name      : Network\n"
                                   "IPv4Address          : 192.168.10.21\n"
                                   "IPv6DefaultGateway   :\n"
                                   "IPv4DefaultGateway   : 192.168.10.1\n"
                                   "DNSServer            : 192.168.10.53\n"
                                   "                       192.168.10.54\n");

    REQUIRE(read.rows(kAddresses).size() == 1);
    CHECK(read.rows(kAddresses)[0].row.address == "192.168.10.21");
    CHECK_FALSE(read.rows(kAddresses)[0].row.prefix.has_value());
    REQUIRE(read.rows(kRoutes).size() == 1);
    CHECK(read.rows(kRoutes)[0].row.destination == "0.0.0.0/0");
    CHECK(read.rows(kRoutes)[0].row.next_hop == "192.168.10.1");
    REQUIRE(read.rows(kDnsServers).size() == 2);
    CHECK(read.rows(kDnsServers)[1].row.address == "192.168.10.54");
    CHECK(read.rows(kDnsServers)[1].row.position == 1);
    CHECK(read.outlines().contains("addresses"));
    CHECK(read.outlines().contains("routes"));
}

TEST_CASE("a route whose next hop was cut off is not an on-link route", "[analyzers][routes]") {
    const Analysis read = analyzed(&analyze_windows_text,
                                   "DestinationPrefix NextHop    RouteMetric\n"
                                   "----------------- -------    -----------\n"
                                   "10.244.3.0/24     192.168...         256\n"
                                   "0.0.0.0/0         10.1.0.1             0\n");

    REQUIRE(read.rows(kRoutes).size() == 1);
    CHECK(read.rows(kRoutes)[0].row.destination == "0.0.0.0/0");
    CHECK_FALSE(read.coverage().at("routes").empty());
    REQUIRE(read.notes().size() == 1);
    CHECK(read.notes()[0].problem == "truncated");
    CHECK(read.notes()[0].place == "line:3");
}

}  // namespace
}  // namespace kwd::analyzers
