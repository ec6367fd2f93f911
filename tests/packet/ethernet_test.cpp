// SPDX-License-Identifier: Apache-2.0
#include "packet/ethernet.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

static const auto kAddresses = hex("00155df00001 00155df00002");

TEST_CASE("an Ethernet frame gives its addresses, its ethertype and its payload", "[packet][ethernet]") {
    const auto bytes = kAddresses + hex("0800 45ff");
    const auto frame = dissect_ethernet(bytes);
    REQUIRE(frame);
    CHECK(frame->destination == MacAddress{0x00, 0x15, 0x5d, 0xf0, 0x00, 0x01});
    CHECK(frame->source == MacAddress{0x00, 0x15, 0x5d, 0xf0, 0x00, 0x02});
    CHECK(frame->vlans.count == 0);
    CHECK(frame->ethertype == kEthertypeIpv4);
    CHECK(frame->payload.size() == 2);
}

TEST_CASE("a VLAN tag gives its identifier and priority", "[packet][ethernet]") {
    const auto bytes = kAddresses + hex("8100 b064 86dd 60");
    const auto frame = dissect_ethernet(bytes);
    REQUIRE(frame);
    REQUIRE(frame->vlans.count == 1);
    CHECK(frame->vlans.tags[0].id == 100);
    CHECK(frame->vlans.tags[0].priority == 5);
    CHECK(frame->vlans.tags[0].drop_eligible);
    CHECK(frame->ethertype == kEthertypeIpv6);
    CHECK(frame->payload.size() == 1);
}

TEST_CASE("QinQ gives both tags, the outer one first", "[packet][ethernet]") {
    const auto bytes = kAddresses + hex("88a8 0fff 8100 2001 0806");
    const auto frame = dissect_ethernet(bytes);
    REQUIRE(frame);
    REQUIRE(frame->vlans.count == 2);
    CHECK(frame->vlans.tags[0].id == 4095);
    CHECK(frame->vlans.tags[1].id == 1);
    CHECK(frame->vlans.tags[1].priority == 1);
    CHECK(frame->ethertype == kEthertypeArp);
    CHECK(frame->payload.empty());
}

TEST_CASE("a third VLAN tag is left unread", "[packet][ethernet]") {
    const auto bytes = kAddresses + hex("9100 0001 8100 0002 8100 0003 0800");
    const auto frame = dissect_ethernet(bytes);
    REQUIRE(frame);
    CHECK(frame->vlans.count == 2);
    CHECK(frame->ethertype == 0x8100);
    CHECK(frame->payload.size() == 4);
}

TEST_CASE("a frame that ends within its header is nothing", "[packet][ethernet]") {
    CHECK_FALSE(dissect_ethernet({}));
    CHECK_FALSE(dissect_ethernet(kAddresses + hex("08")));
}

TEST_CASE("a frame that ends within its VLAN tag is cut", "[packet][ethernet]") {
    const auto frame = dissect_ethernet(kAddresses + hex("8100 0001 08"));
    REQUIRE(frame);
    CHECK(frame->cut);
    CHECK(frame->vlans.count == 0);
    CHECK(frame->ethertype == 0x8100);
}

}  // namespace kwd::packet
