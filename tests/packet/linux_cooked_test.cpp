// SPDX-License-Identifier: Apache-2.0
#include "packet/linux_cooked.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("an SLL header gives direction, device type, address and protocol", "[packet][linux_cooked]") {
    const auto bytes = hex("0004 0001 0006 0a58 0af4 0102 0000 0800 45");
    const auto cooked = dissect_linux_cooked(bytes);
    REQUIRE(cooked);
    CHECK(cooked->packet_type == 4);
    CHECK(cooked->hardware_type == 1);
    CHECK_FALSE(cooked->interface_index);
    CHECK(cooked->address_length == 6);
    CHECK(cooked->address == std::array<std::uint8_t, 8>{0x0a, 0x58, 0x0a, 0xf4, 0x01, 0x02, 0, 0});
    CHECK(cooked->ethertype == kEthertypeIpv4);
    CHECK(cooked->payload.size() == 1);
}

TEST_CASE("an SLL2 header also gives the interface", "[packet][linux_cooked]") {
    const auto bytes = hex("86dd 0000 00000007 0304 02 06 1122 3344 5566 0000 60");
    const auto cooked = dissect_linux_cooked_v2(bytes);
    REQUIRE(cooked);
    CHECK(cooked->packet_type == 2);
    CHECK(cooked->hardware_type == 772);
    CHECK(cooked->interface_index == 7U);
    CHECK(cooked->address_length == 6);
    CHECK(cooked->address == std::array<std::uint8_t, 8>{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0, 0});
    CHECK(cooked->ethertype == kEthertypeIpv6);
    CHECK(cooked->payload.size() == 1);
}

TEST_CASE("an address longer than its field is cut to the field", "[packet][linux_cooked]") {
    CHECK(dissect_linux_cooked(hex("0000 0020 0014 0102030405060708 0800"))->address_length == 8);
    CHECK(dissect_linux_cooked_v2(hex("0800 0000 00000001 0020 00 14 0102030405060708"))->address_length == 8);
}

TEST_CASE("a VLAN tag after a cooked header is read", "[packet][linux_cooked]") {
    const auto cooked = dissect_linux_cooked(hex("0000 0001 0006 0a580af401020000 8100 0064 0806"));
    REQUIRE(cooked);
    CHECK(cooked->vlans.count == 1);
    CHECK(cooked->vlans.tags[0].id == 100);
    CHECK(cooked->ethertype == kEthertypeArp);
}

TEST_CASE("a cooked header that is not all there is nothing, or cut within a tag", "[packet][linux_cooked]") {
    CHECK_FALSE(dissect_linux_cooked(hex("0000 0001 0006 0a580af401020000 08")));
    CHECK(dissect_linux_cooked(hex("0000 0001 0006 0a580af401020000 8100 0064"))->cut);
    CHECK_FALSE(dissect_linux_cooked_v2(hex("0800 0000 00000001 0001 00 06 0a580af4010200")));
}

}  // namespace kwd::packet
