// SPDX-License-Identifier: Apache-2.0
#include "packet/ipv4.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("an IPv4 header gives its fields", "[packet][ipv4]") {
    const auto bytes = hex("45 b8 0018 1c46 4000 40 11 b1e6 0af00004 0af00105 01020304");
    const auto ip = dissect_ipv4(bytes);
    REQUIRE(ip);
    CHECK(ip->defect == Defect::none);
    CHECK(ip->header_length == 20);
    CHECK(ip->traffic_class == 0xb8);
    CHECK(ip->total_length == 24);
    CHECK(ip->identification == 0x1c46);
    CHECK(ip->dont_fragment);
    CHECK_FALSE(ip->more_fragments);
    CHECK(ip->fragment_offset == 0);
    CHECK_FALSE(ip->fragment());
    CHECK(ip->ttl == 64);
    CHECK(ip->protocol == kProtocolUdp);
    CHECK(ip->header_checksum == 0xb1e6);
    CHECK(ip->source == 0x0af00004);
    CHECK(ip->destination == 0x0af00105);
    CHECK_FALSE(ip->cut);
    CHECK(ip->payload.size() == 4);
}

TEST_CASE("the payload begins after the options and ends before the padding", "[packet][ipv4]") {
    const auto bytes = hex("46 00 001a 0000 0000 40 06 0000 0a000001 0a000002 94040000 aabb 000000000000");
    const auto ip = dissect_ipv4(bytes);
    REQUIRE(ip);
    CHECK(ip->header_length == 24);
    REQUIRE(ip->payload.size() == 2);
    CHECK(ip->payload[0] == std::byte{0xaa});
}

TEST_CASE("a fragment knows its offset in bytes and whether more follow", "[packet][ipv4]") {
    const auto later = dissect_ipv4(hex("45 00 0014 0001 00b9 40 11 0000 0a000001 0a000002"));
    REQUIRE(later);
    CHECK(later->fragment_offset == 1480);
    CHECK_FALSE(later->more_fragments);
    CHECK(later->fragment());

    const auto first = dissect_ipv4(hex("45 00 0014 0001 2000 40 11 0000 0a000001 0a000002"));
    REQUIRE(first);
    CHECK(first->fragment_offset == 0);
    CHECK(first->more_fragments);
    CHECK(first->fragment());
}

TEST_CASE("an IPv4 packet with fewer bytes than its total length is cut", "[packet][ipv4]") {
    const auto payload_cut = dissect_ipv4(hex("45 00 0020 0000 0000 40 11 0000 0a000001 0a000002 0102"));
    REQUIRE(payload_cut);
    CHECK(payload_cut->cut);
    CHECK(payload_cut->payload.size() == 2);

    const auto options_cut = dissect_ipv4(hex("4f 00 0040 0000 0000 40 11 0000 0a000001 0a000002 0101"));
    REQUIRE(options_cut);
    CHECK(options_cut->cut);
    CHECK(options_cut->payload.empty());
    CHECK(options_cut->destination == 0x0a000002);
}

TEST_CASE("a total length of 0 is a packet that the network card was to cut up", "[packet][ipv4]") {
    const auto ip = dissect_ipv4(hex("45 00 0000 0000 4000 40 06 0000 0a000001 0a000002 010203"));
    REQUIRE(ip);
    CHECK(ip->defect == Defect::none);
    CHECK_FALSE(ip->cut);
    CHECK(ip->payload.size() == 3);
}

TEST_CASE("an IPv4 header that contradicts itself says how, and has no payload", "[packet][ipv4]") {
    const auto version = dissect_ipv4(hex("65 00 0018 0000 0000 40 11 0000 0a000001 0a000002 01020304"));
    const auto header = dissect_ipv4(hex("44 00 0018 0000 0000 40 11 0000 0a000001 0a000002 01020304"));
    const auto total = dissect_ipv4(hex("46 00 0017 0000 0000 40 11 0000 0a000001 0a000002 01020304"));
    REQUIRE((version && header && total));
    CHECK(version->defect == Defect::version);
    CHECK(header->defect == Defect::header_length);
    CHECK(total->defect == Defect::total_length);
    CHECK(version->payload.empty());
    CHECK(header->payload.empty());
    CHECK(total->payload.empty());
}

TEST_CASE("fewer than 20 bytes are no IPv4 header", "[packet][ipv4]") {
    CHECK_FALSE(dissect_ipv4(hex("45 00 0014 0000 0000 40 11 0000 0a000001 0a0000")));
}

}  // namespace kwd::packet
