// SPDX-License-Identifier: Apache-2.0
#include "packet/arp.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("an ARP request says who asks for whom", "[packet][arp]") {
    const auto arp = dissect_arp(hex("0001 0800 06 04 0001 0a580af40102 0af40102 000000000000 0af40101"));
    REQUIRE(arp);
    CHECK(arp->operation == Arp::kRequest);
    REQUIRE(arp->addresses);
    CHECK(arp->addresses->sender_mac == MacAddress{0x0a, 0x58, 0x0a, 0xf4, 0x01, 0x02});
    CHECK(arp->addresses->sender_ip == 0x0af40102);
    CHECK(arp->addresses->target_mac == MacAddress{});
    CHECK(arp->addresses->target_ip == 0x0af40101);
}

TEST_CASE("ARP for other hardware has an operation and no addresses", "[packet][arp]") {
    const auto arp = dissect_arp(hex("0020 0800 14 04 0002"));
    REQUIRE(arp);
    CHECK(arp->operation == Arp::kReply);
    CHECK_FALSE(arp->addresses);
}

TEST_CASE("an ARP packet that ends within its addresses is cut", "[packet][arp]") {
    const auto arp = dissect_arp(hex("0001 0800 06 04 0001 0a580af40102 0af40102 000000000000 0af401"));
    REQUIRE(arp);
    CHECK(arp->cut);
    CHECK_FALSE(arp->addresses);
    CHECK_FALSE(dissect_arp(hex("0001 0800 06 04 00")));
}

}  // namespace kwd::packet
