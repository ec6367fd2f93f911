// SPDX-License-Identifier: Apache-2.0
#include "packet/loopback.h"

#include "hex.h"
#include "packet/ethernet.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("a loopback header is read in either byte order", "[packet][loopback]") {
    const auto little = dissect_loopback(hex("02000000 45"));
    REQUIRE(little);
    CHECK(little->family == 2);
    CHECK(little->ethertype == kEthertypeIpv4);
    CHECK(little->payload.size() == 1);

    const auto big = dissect_loopback(hex("00000002 45"));
    REQUIRE(big);
    CHECK(big->family == 2);
    CHECK(big->ethertype == kEthertypeIpv4);
}

TEST_CASE("every system's number for IPv6 is known", "[packet][loopback]") {
    for (const auto* family : {"17000000", "0a000000", "18000000", "1c000000", "1e000000", "0000001e"}) {
        CHECK(dissect_loopback(hex(family))->ethertype == kEthertypeIpv6);
    }
}

TEST_CASE("an unknown family is kept and carries nothing known", "[packet][loopback]") {
    const auto other = dissect_loopback(hex("07000000 00"));
    REQUIRE(other);
    CHECK(other->family == 7);
    CHECK(other->ethertype == 0);
    CHECK_FALSE(dissect_loopback(hex("020000")));
}

}  // namespace kwd::packet
