// SPDX-License-Identifier: Apache-2.0
#include "packet/udp.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("a UDP header gives its ports, and the payload that its length says", "[packet][udp]") {
    const auto bytes = hex("c001 0035 000a beef aabb 0000");
    const auto udp = dissect_udp(bytes);
    REQUIRE(udp);
    CHECK(udp->source_port == 49153);
    CHECK(udp->destination_port == 53);
    CHECK(udp->length == 10);
    CHECK(udp->checksum == 0xbeef);
    CHECK_FALSE(udp->cut);
    CHECK(udp->defect == Defect::none);
    REQUIRE(udp->payload.size() == 2);
    CHECK(udp->payload[1] == std::byte{0xbb});
}

TEST_CASE("a datagram with fewer bytes than its length is cut", "[packet][udp]") {
    const auto udp = dissect_udp(hex("c001 12b5 0100 0000 aabb"));
    REQUIRE(udp);
    CHECK(udp->cut);
    CHECK(udp->payload.size() == 2);
}

TEST_CASE("a UDP length of 0 means all that follows", "[packet][udp]") {
    const auto udp = dissect_udp(hex("c001 12b5 0000 0000 aabbcc"));
    REQUIRE(udp);
    CHECK(udp->defect == Defect::none);
    CHECK_FALSE(udp->cut);
    CHECK(udp->payload.size() == 3);
}

TEST_CASE("a UDP length below the header's own is a defect", "[packet][udp]") {
    const auto udp = dissect_udp(hex("c001 12b5 0007 0000 aabb"));
    REQUIRE(udp);
    CHECK(udp->defect == Defect::total_length);
    CHECK(udp->destination_port == 4789);
    CHECK(udp->payload.empty());
    CHECK_FALSE(dissect_udp(hex("c001 12b5 0008 00")));
}

}  // namespace kwd::packet
