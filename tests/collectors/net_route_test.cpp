// SPDX-License-Identifier: Apache-2.0
#include "collectors/net_route.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using Catch::Matchers::ContainsSubstring;
using kwd::collectors::read_persistent_route;
using kwd::collectors::read_persistent_routes;

using Properties = std::map<std::string, std::string, std::less<>>;

// The names and numbers are those of the class in Microsoft's documentation; the routes are made up.

TEST_CASE("a route of New-NetRoute is read from WMI", "[collectors][routes]") {
    const auto route = read_persistent_route({{"InstanceID", "C?8;@B8"},
                                              {"DestinationPrefix", "10.244.1.0/24"},
                                              {"NextHop", "192.168.10.22"},
                                              {"InterfaceIndex", "9"},
                                              {"InterfaceAlias", "vEthernet (Ethernet)"},
                                              {"RouteMetric", "256"},
                                              {"AddressFamily", "2"},
                                              {"Protocol", "3"},
                                              {"Store", "0"},
                                              {"CompartmentId", "1"}});
    REQUIRE(route);
    CHECK(route->destination == "10.244.1.0/24");
    CHECK(route->family == 4);
    CHECK(route->next_hop == "192.168.10.22");
    CHECK(route->interface_index == 9);
    CHECK(route->interface_name == "vEthernet (Ethernet)");
    CHECK(route->metric == 256);
    CHECK(route->protocol == "netmgmt");
    CHECK(route->compartment_id == 1);
    CHECK(route->persistent == true);
}

TEST_CASE("a persistent route of IPv6 is read, and one that is on-link has no next hop", "[collectors][routes]") {
    const auto by_gateway =
        read_persistent_route({{"DestinationPrefix", "FD00:10:244::/56"}, {"NextHop", "fe80::1%12"}, {"Store", "0"}});
    REQUIRE(by_gateway);
    CHECK(by_gateway->destination == "fd00:10:244::/56");
    CHECK(by_gateway->family == 6);
    CHECK(by_gateway->next_hop == "fe80::1");
    for (const auto& [prefix, hop] : {std::pair{"fd00::/64", "::"}, std::pair{"169.254.0.0/16", "0.0.0.0"}}) {
        const auto on_link = read_persistent_route({{"DestinationPrefix", prefix}, {"NextHop", hop}, {"Store", "0"}});
        REQUIRE(on_link);
        CHECK_FALSE(on_link->next_hop);
    }
}

TEST_CASE("what an older class or a device that is gone leaves out is unknown", "[collectors][routes]") {
    // The interface of a persistent route need not be there now.
    const auto route = read_persistent_route(
        {{"DestinationPrefix", "0.0.0.0/0"}, {"NextHop", "10.0.0.1"}, {"InterfaceIndex", "0"}, {"RouteMetric", "x"}});
    REQUIRE(route);
    CHECK_FALSE(route->interface_index);
    CHECK_FALSE(route->interface_name);
    const auto without_compartment =
        read_persistent_route({{"DestinationPrefix", "0.0.0.0/0"}, {"NextHop", "10.0.0.1"}, {"CompartmentId", "0"}});
    REQUIRE(without_compartment);
    CHECK(without_compartment->compartment_id == 1);
    CHECK_FALSE(route->metric);
    CHECK(route->compartment_id == 1);
}

TEST_CASE("a route that is active alone is not told as persistent", "[collectors][routes]") {
    const auto route =
        read_persistent_route({{"DestinationPrefix", "10.0.0.0/8"}, {"NextHop", "10.0.0.1"}, {"Store", "1"}});
    REQUIRE_FALSE(route);
    CHECK(route.error().code == kwd::Errc::malformed);
    CHECK_THAT(route.error().doing, ContainsSubstring("10.0.0.0/8"));
}

TEST_CASE("the active routes of a provider that knows no stores are one error", "[collectors][routes]") {
    const Properties persistent = {{"DestinationPrefix", "10.1.0.0/16"}, {"NextHop", "10.0.0.1"}, {"Store", "0"}};
    std::vector<Properties> objects(2000, {{"DestinationPrefix", "10.0.0.0/8"}, {"NextHop", "::"}, {"Store", "1"}});
    const auto none = read_persistent_routes(objects);
    CHECK(none.routes.empty());
    REQUIRE(none.refused);
    CHECK_THAT(none.refused->doing, ContainsSubstring("10.0.0.0/8") && ContainsSubstring("and 1999 others"));
    objects.push_back(persistent);
    CHECK(read_persistent_routes(objects).routes.size() == 1);
    CHECK(read_persistent_routes(objects).refused);
    CHECK_FALSE(read_persistent_routes({persistent}).refused);
    // That there is none is an answer.
    CHECK_FALSE(read_persistent_routes({}).refused);
}

TEST_CASE("an object that is no route is an error, not a route", "[collectors][routes]") {
    CHECK_FALSE(read_persistent_route({}));
    CHECK_FALSE(read_persistent_route({{"DestinationPrefix", "10.0.0.0/33"}, {"NextHop", "10.0.0.1"}}));
    CHECK_FALSE(read_persistent_route({{"DestinationPrefix", "10.0.0.0/8"}, {"NextHop", "gateway"}}));
}
