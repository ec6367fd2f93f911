// SPDX-License-Identifier: Apache-2.0
#include "packet/icmp.h"

#include "hex.h"
#include "packet/quoted_packet.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("an echo request is no error and asks for no MTU", "[packet][icmp]") {
    const auto icmp = dissect_icmpv4(hex("08 00 4d56 0001 0005 6162"));
    REQUIRE(icmp);
    CHECK(icmp->type == 8);
    CHECK(icmp->checksum == 0x4d56);
    CHECK(icmp->rest_of_header == 0x00010005);
    CHECK(icmp->body.size() == 2);
    CHECK_FALSE(icmp->is_error());
    CHECK_FALSE(icmp->next_hop_mtu());
}

TEST_CASE("fragmentation-needed gives the MTU and the packet that was too large", "[packet][icmp]") {
    const auto bytes =
        hex("03 04 0000 0000 05aa"
            "45 00 05dc 0001 4000 3f 06 0000 0af40102 0af40203"
            "c350 01bb 00000001");
    const auto icmp = dissect_icmpv4(bytes);
    REQUIRE(icmp);
    CHECK(icmp->is_error());
    CHECK(icmp->next_hop_mtu() == 1450);

    const auto quoted = dissect_quoted_packet(icmp->body);
    REQUIRE(quoted);
    const auto* ip = std::get_if<Ipv4>(&quoted->ip);
    REQUIRE(ip != nullptr);
    CHECK(ip->source == 0x0af40102);
    CHECK(ip->destination == 0x0af40203);
    CHECK(ip->total_length == 1500);
    CHECK(ip->cut);
    CHECK(quoted->protocol == kProtocolTcp);
    REQUIRE(quoted->ports);
    CHECK(quoted->ports->source == 50000);
    CHECK(quoted->ports->destination == 443);
}

TEST_CASE("an unreachable port asks for no MTU", "[packet][icmp]") {
    const auto icmp = dissect_icmpv4(hex("03 03 0000 0000 0000"));
    REQUIRE(icmp);
    CHECK(icmp->is_error());
    CHECK_FALSE(icmp->next_hop_mtu());
}

TEST_CASE("packet-too-big gives the MTU and the packet that was too large", "[packet][icmp]") {
    const auto bytes =
        hex("02 00 0000 00000500"
            "60000000 05b4 11 3f fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002"
            "c350 12b5 05b4 0000");
    const auto icmp = dissect_icmpv6(bytes);
    REQUIRE(icmp);
    CHECK(icmp->is_error());
    CHECK(icmp->next_hop_mtu() == 1280U);

    const auto quoted = dissect_quoted_packet(icmp->body);
    REQUIRE(quoted);
    CHECK(std::holds_alternative<Ipv6>(quoted->ip));
    CHECK(quoted->protocol == kProtocolUdp);
    REQUIRE(quoted->ports);
    CHECK(quoted->ports->destination == 4789);
}

TEST_CASE("a neighbor solicitation is no error", "[packet][icmp]") {
    const auto icmp = dissect_icmpv6(hex("87 00 1234 00000000 fe800000000000000000000000000001"));
    REQUIRE(icmp);
    CHECK(icmp->type == Icmpv6::kNeighborSolicitation);
    CHECK_FALSE(icmp->is_error());
    CHECK_FALSE(icmp->next_hop_mtu());
    CHECK(icmp->body.size() == 16);
}

TEST_CASE("a quoted packet has no ports where they cannot be", "[packet][icmp]") {
    const auto no_transport = dissect_quoted_packet(hex("45 00 05dc 0001 4000 3f 06 0000 0af40102 0af40203 c350"));
    const auto later_fragment =
        dissect_quoted_packet(hex("45 00 05dc 0001 00b9 3f 11 0000 0af40102 0af40203 c350 12b5"));
    const auto icmp = dissect_quoted_packet(hex("45 00 0054 0001 0000 3f 01 0000 0af40102 0af40203 0800 0000"));
    REQUIRE((no_transport && later_fragment && icmp));
    CHECK_FALSE(no_transport->ports);
    CHECK_FALSE(later_fragment->ports);
    CHECK_FALSE(icmp->ports);
}

TEST_CASE("what is too short or of no version is no quoted packet", "[packet][icmp]") {
    CHECK_FALSE(dissect_quoted_packet({}));
    CHECK_FALSE(dissect_quoted_packet(hex("60000000 05b4 11 3f fd000000 00000000 00000000 00000001")));
    CHECK_FALSE(dissect_quoted_packet(hex("55 00 05dc 0001 4000 3f 06 0000 0af40102 0af40203 c350 01bb")));
    CHECK_FALSE(dissect_icmpv4(hex("08 00 4d56 0001 00")));
    CHECK_FALSE(dissect_icmpv6(hex("80 00 4d56 0001 00")));
}

}  // namespace kwd::packet
