// SPDX-License-Identifier: Apache-2.0
#include "packet/vxlan.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("a VXLAN header gives its VNI and the frame within", "[packet][vxlan]") {
    const auto bytes = hex("08 000000 001000 00 aabbcc");
    const auto vxlan = dissect_vxlan(bytes);
    REQUIRE(vxlan);
    CHECK(vxlan->vni == 4096);
    CHECK(vxlan->vni_valid);
    CHECK(vxlan->reserved_zero);
    CHECK(vxlan->inner_frame.size() == 3);
}

TEST_CASE("the highest VNI is 24 ones", "[packet][vxlan]") {
    CHECK(dissect_vxlan(hex("08 000000 ffffff 00"))->vni == 0xffffff);
}

TEST_CASE("without the I flag the VNI is not valid", "[packet][vxlan]") {
    const auto vxlan = dissect_vxlan(hex("00 000000 001000 00"));
    REQUIRE(vxlan);
    CHECK_FALSE(vxlan->vni_valid);
    CHECK(vxlan->reserved_zero);
}

TEST_CASE("reserved bits that are set are told, wherever they are", "[packet][vxlan]") {
    const auto group_policy = dissect_vxlan(hex("88 000005 001000 00"));
    REQUIRE(group_policy);
    CHECK(group_policy->flags == 0x88);
    CHECK(group_policy->vni_valid);
    CHECK_FALSE(group_policy->reserved_zero);
    CHECK_FALSE(dissect_vxlan(hex("08 000001 001000 00"))->reserved_zero);
    CHECK_FALSE(dissect_vxlan(hex("08 000000 001000 01"))->reserved_zero);
}

TEST_CASE("fewer than 8 bytes are no VXLAN header", "[packet][vxlan]") {
    CHECK_FALSE(dissect_vxlan(hex("08 000000 001000")));
}

TEST_CASE("VXLAN is looked for on the ports that are given", "[packet][vxlan]") {
    CHECK(VxlanPorts{}.contains(4789));
    CHECK(VxlanPorts{}.contains(8472));
    CHECK_FALSE(VxlanPorts{}.contains(0));

    VxlanPorts ports{4790};
    CHECK(ports.contains(4790));
    CHECK_FALSE(ports.contains(4789));
    CHECK(ports.add(14789));
    CHECK(ports.contains(14789));
}

TEST_CASE("there is room for 16 VXLAN ports", "[packet][vxlan]") {
    VxlanPorts ports{};
    for (std::uint16_t port = 1; port <= 14; ++port) {
        CHECK(ports.add(port));
    }
    CHECK_FALSE(ports.add(15));
    CHECK(ports.add(4789));  // is there already
}

}  // namespace kwd::packet
