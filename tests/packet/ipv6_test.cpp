// SPDX-License-Identifier: Apache-2.0
#include "packet/ipv6.h"

#include "hex.h"
#include "packet/ipv4.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

static const auto kAddresses = hex("fd000244 00000000 00000000 00000001 ff020000 00000000 00000001 ff000002");

static std::vector<std::byte> header(std::string_view until_hop_limit) {
    return hex(until_hop_limit) + kAddresses;
}

TEST_CASE("an IPv6 header gives its fields", "[packet][ipv6]") {
    const auto bytes = header("6ab12345 0002 3a ff") + hex("8700 0000");
    const auto ip = dissect_ipv6(bytes);
    REQUIRE(ip);
    CHECK(ip->defect == Defect::none);
    CHECK(ip->traffic_class == 0xab);
    CHECK(ip->flow_label == 0x12345);
    CHECK(ip->payload_length == 2);
    CHECK(ip->protocol == kProtocolIcmpv6);
    CHECK(ip->hop_limit == 255);
    CHECK(ip->source == Ipv6Address{0xfd, 0, 2, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    CHECK(ip->destination == Ipv6Address{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 2});
    CHECK(ip->extension_headers == 0);
    CHECK_FALSE(ip->fragment());
    CHECK_FALSE(ip->cut);
    CHECK(ip->payload.size() == 2);
}

TEST_CASE("extension headers are passed over by their own lengths", "[packet][ipv6]") {
    // Hop-by-hop of 8 bytes, destination options of 16, authentication of 12, then UDP.
    const auto bytes = header("60000000 0025 00 40") + hex("3c00 010400000000") +
                       hex("3301 010c000000000000000000000000") + hex("1101 0000 00000001 00000002") + hex("aa");
    const auto ip = dissect_ipv6(bytes);
    REQUIRE(ip);
    CHECK(ip->extension_headers == 3);
    CHECK(ip->protocol == kProtocolUdp);
    REQUIRE(ip->payload.size() == 1);
    CHECK(ip->payload[0] == std::byte{0xaa});
}

TEST_CASE("a fragment header gives offset, identification and whether more follow", "[packet][ipv6]") {
    const auto first = dissect_ipv6(header("60000000 000a 2c 40") + hex("1100 0001 deadbeef 1234"));
    REQUIRE(first);
    REQUIRE(first->fragment_header);
    CHECK(first->fragment_header->identification == 0xdeadbeef);
    CHECK(first->fragment_header->offset == 0);
    CHECK(first->fragment_header->more);
    CHECK(first->fragment());
    CHECK(first->protocol == kProtocolUdp);

    // A later fragment whose header names destination options: what follows is not such a header.
    const auto later = dissect_ipv6(header("60000000 000a 2c 40") + hex("3c00 05a8 deadbeef 1234"));
    REQUIRE(later);
    CHECK(later->fragment_header->offset == 1448);
    CHECK(later->fragment());
    CHECK(later->extension_headers == 1);
    CHECK(later->payload.size() == 2);
}

TEST_CASE("an atomic fragment is whole", "[packet][ipv6]") {
    const auto ip = dissect_ipv6(header("60000000 0008 2c 40") + hex("1100 0000 00000001"));
    REQUIRE(ip);
    CHECK(ip->fragment_header);
    CHECK_FALSE(ip->fragment());
}

TEST_CASE("an IPv6 packet with fewer bytes than it announces is cut", "[packet][ipv6]") {
    const auto payload = dissect_ipv6(header("60000000 0004 11 40") + hex("0102"));
    REQUIRE(payload);
    CHECK(payload->cut);
    CHECK(payload->payload.size() == 2);

    const auto chain = dissect_ipv6(header("60000000 0008 00 40") + hex("1101 010400000000"));
    REQUIRE(chain);
    CHECK(chain->cut);
    CHECK(chain->protocol == 0);
    CHECK(chain->payload.empty());
}

TEST_CASE("a payload length of 0 means all that follows", "[packet][ipv6]") {
    const auto ip = dissect_ipv6(header("60000000 0000 06 40") + hex("010203"));
    REQUIRE(ip);
    CHECK_FALSE(ip->cut);
    CHECK(ip->payload.size() == 3);
}

TEST_CASE("a chain of extension headers without end is a defect", "[packet][ipv6]") {
    auto bytes = header("60000000 0058 3c 40");
    for (int i = 0; i < 11; ++i) {
        bytes = bytes + hex("3c00 010400000000");
    }
    const auto ip = dissect_ipv6(bytes);
    REQUIRE(ip);
    CHECK(ip->defect == Defect::extension_headers);
    CHECK(ip->payload.empty());
}

TEST_CASE("another version is a defect, and fewer than 40 bytes are nothing", "[packet][ipv6]") {
    CHECK(dissect_ipv6(header("40000000 0000 11 40"))->defect == Defect::version);
    auto bytes = header("60000000 0000 11 40");
    bytes.pop_back();
    CHECK_FALSE(dissect_ipv6(bytes));
}

}  // namespace kwd::packet
