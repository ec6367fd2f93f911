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
    CHECK(dissect_vxlan(hex("08 000000 001000 00"))->reserved_zero);
    for (const auto* bits : {"18 000000 001000 00", "08 000001 001000 00", "08 000000 001000 01", "08 400000 001000 00",
                             "98 000005 001000 00", "88 800005 001000 00", "88 000005 001000 01", "4c 000003 001000 00",
                             "0c 010003 001000 00", "0c 000103 001000 00"}) {
        CHECK_FALSE(dissect_vxlan(hex(bits))->reserved_zero);
    }
}

TEST_CASE("Group Based Policy gives the source's group and what was done with it", "[packet][vxlan]") {
    const auto vxlan = dissect_vxlan(hex("88 48 1234 001000 00"));
    REQUIRE(vxlan);
    CHECK(vxlan->extension == Vxlan::Extension::group_policy);
    CHECK(vxlan->vni == 4096);
    CHECK(vxlan->vni_valid);
    CHECK(vxlan->group_policy_id == 0x1234);
    CHECK(vxlan->dont_learn);
    CHECK(vxlan->policy_applied);
    CHECK(vxlan->reserved_zero);
    CHECK(vxlan->inner_link_type() == LinkType::ethernet);
    CHECK_FALSE(dissect_vxlan(hex("88 00 1234 001000 00"))->policy_applied);
}

TEST_CASE("the Generic Protocol Extension says what is within", "[packet][vxlan]") {
    const auto of = [](const char* text) {
        const auto vxlan = dissect_vxlan(hex(text));
        CHECK(vxlan->extension == Vxlan::Extension::generic_protocol);
        return *vxlan;
    };
    CHECK(of("0c 000001 001000 00").inner_link_type() == LinkType::ipv4);
    CHECK(of("0c 000002 001000 00").inner_link_type() == LinkType::ipv6);
    CHECK(of("0d 000003 001000 00").inner_link_type() == LinkType::ethernet);
    CHECK(of("0d 000003 001000 00").reserved_zero);
    CHECK_FALSE(of("0c 000004 001000 00").inner_link_type());
    CHECK_FALSE(of("1c 000003 001000 00").inner_link_type());
    CHECK(of("1c 000003 001000 00").version == 1);
}

TEST_CASE("a datagram to any port is taken for VXLAN if nothing speaks against it", "[packet][vxlan]") {
    const auto header = hex("08 000000 001000 00");
    const auto macs = hex("0e2a0af40203 0e2a0af40102");
    const auto ipv4 = hex("0800 45 00 0014 0001 0000 40 11 0000 0af40102 0af40203");
    const auto ipv6 = hex("86dd 60000000 0000 3b 40") + std::vector<std::byte>(32);
    const auto arp = hex("0806 0001 0800 06 04 0001 0e2a0af40102 0af40102 000000000000 0af40203");
    const auto tag = hex("8100 0007");
    for (const auto& frame : {ipv4, ipv6, arp, tag + ipv4}) {
        const auto payload = header + macs + frame;
        CHECK(is_surely_vxlan(payload, 0));
        CHECK(is_surely_vxlan(payload, static_cast<std::uint16_t>(payload.size() + 8)));
        CHECK_FALSE(
            is_surely_vxlan(payload, static_cast<std::uint16_t>(payload.size() + 7)));  // no room for the packet
    }
    // What the snap length left of it is enough.
    CHECK(is_surely_vxlan(header + macs + hex("0800 45 00 05dc"), 2000));
    CHECK_FALSE(is_surely_vxlan(header + macs + hex("0800 45 00"), 2000));

    CHECK_FALSE(is_surely_vxlan(hex("08 000000 001000 01") + macs + ipv4, 0));
    CHECK(is_surely_vxlan(hex("88 480064 001000 00") + macs + ipv4, 0));  // Group Based Policy
    CHECK_FALSE(is_surely_vxlan(hex("88 040064 001000 00") + macs + ipv4, 0));
    CHECK_FALSE(is_surely_vxlan(hex("88 000064 001000 01") + macs + ipv4, 0));
    CHECK_FALSE(is_surely_vxlan(hex("80 000064 001000 00") + macs + ipv4, 0));
    CHECK_FALSE(is_surely_vxlan(hex("0c 000003 001000 00") + macs + ipv4, 0));
    CHECK_FALSE(is_surely_vxlan(hex("08 000064 001000 00") + macs + ipv4, 0));
    CHECK_FALSE(is_surely_vxlan(hex("00 000000 001000 00") + macs + ipv4, 0));
    CHECK_FALSE(is_surely_vxlan(header + hex("0e2a0af40203 0f2a0af40102") + ipv4, 0));
    CHECK_FALSE(is_surely_vxlan(header + macs + hex("0800 65 00 0014"), 0));
    CHECK_FALSE(is_surely_vxlan(header + macs + hex("0800 44 00 0014"), 0));
    CHECK_FALSE(is_surely_vxlan(header + macs + hex("88cc 45 00 0014"), 0));
    CHECK_FALSE(is_surely_vxlan(header + macs, 0));
    CHECK_FALSE(is_surely_vxlan({}, 0));
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
