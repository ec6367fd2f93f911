// SPDX-License-Identifier: Apache-2.0
#include "packet/tcp.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("a SYN gives its ports, sequence number and MSS", "[packet][tcp]") {
    const auto bytes = hex("c350 01bb 01020304 00000000 80 02 faf0 1234 0000 020405b4 01030308 01010402");
    const auto tcp = dissect_tcp(bytes);
    REQUIRE(tcp);
    CHECK(tcp->source_port == 50000);
    CHECK(tcp->destination_port == 443);
    CHECK(tcp->sequence == 0x01020304);
    CHECK(tcp->acknowledgment == 0);
    CHECK(tcp->has(Tcp::kSyn));
    CHECK_FALSE(tcp->has(Tcp::kAck));
    CHECK(tcp->window == 64240);
    CHECK(tcp->checksum == 0x1234);
    CHECK(tcp->header_length == 32);
    CHECK(tcp->max_segment_size == 1460);
    CHECK(tcp->defect == Defect::none);
    CHECK_FALSE(tcp->cut);
    CHECK(tcp->payload.empty());
}

TEST_CASE("a data segment's payload begins after its options", "[packet][tcp]") {
    const auto bytes = hex("01bb c350 00000001 00000002 80 18 0100 0000 0000 0101080a 00000001 00000002 48690a");
    const auto tcp = dissect_tcp(bytes);
    REQUIRE(tcp);
    CHECK(tcp->flags == (Tcp::kPsh | Tcp::kAck));
    CHECK(tcp->acknowledgment == 2);
    CHECK_FALSE(tcp->max_segment_size);
    REQUIRE(tcp->payload.size() == 3);
    CHECK(tcp->payload[0] == std::byte{0x48});
}

TEST_CASE("the options end at the end-of-options mark", "[packet][tcp]") {
    const auto tcp = dissect_tcp(hex("c350 01bb 00000001 00000000 70 02 faf0 0000 0000 01 00 0204 05b4 0000"));
    REQUIRE(tcp);
    CHECK(tcp->defect == Defect::none);
    CHECK_FALSE(tcp->max_segment_size);
}

TEST_CASE("an option that leaves the header ends the options", "[packet][tcp]") {
    const auto overrun = dissect_tcp(hex("c350 01bb 00000001 00000000 60 02 faf0 0000 0000 02050000"));
    const auto no_length = dissect_tcp(hex("c350 01bb 00000001 00000000 60 02 faf0 0000 0000 01010102"));
    const auto too_short = dissect_tcp(hex("c350 01bb 00000001 00000000 60 02 faf0 0000 0000 03010000"));
    for (const auto& tcp : {overrun, no_length, too_short}) {
        REQUIRE(tcp);
        CHECK(tcp->options_broken);
        CHECK(tcp->defect == Defect::none);
    }
    const auto after_mss = dissect_tcp(hex("c350 01bb 00000001 00000000 70 02 faf0 0000 0000 020405b4 03ff0000 aa"));
    REQUIRE(after_mss);
    CHECK(after_mss->options_broken);
    CHECK(after_mss->max_segment_size == 1460);
    CHECK(after_mss->payload.size() == 1);
}

TEST_CASE("a SYN says by what windows are scaled, and whether it takes selective acknowledgments", "[packet][tcp]") {
    const auto tcp =
        dissect_tcp(hex("c350 01bb 00000001 00000000 a0 02 faf0 0000 0000"
                        "020405b4 0402 080a 0000000100000000 01 030307"));
    REQUIRE(tcp);
    CHECK(tcp->window_scale == 7);
    CHECK(tcp->sack_permitted);
    CHECK_FALSE(tcp->options_broken);
    const auto none = dissect_tcp(hex("c350 01bb 00000001 00000000 60 02 faf0 0000 0000 020405b4"));
    REQUIRE(none);
    CHECK_FALSE(none->window_scale);
    CHECK_FALSE(none->sack_permitted);
}

TEST_CASE("options that are not all there are cut, not wrong", "[packet][tcp]") {
    const auto tcp = dissect_tcp(hex("c350 01bb 00000001 00000000 80 02 faf0 0000 0000 020405b4 0103"));
    REQUIRE(tcp);
    CHECK(tcp->cut);
    CHECK(tcp->defect == Defect::none);
    CHECK(tcp->max_segment_size == 1460);
    CHECK(tcp->payload.empty());
}

TEST_CASE("a data offset below 5 is a defect, and fewer than 20 bytes are nothing", "[packet][tcp]") {
    const auto tcp = dissect_tcp(hex("c350 01bb 00000001 00000000 40 10 faf0 0000 0000 aabb"));
    REQUIRE(tcp);
    CHECK(tcp->defect == Defect::header_length);
    CHECK(tcp->payload.empty());
    CHECK_FALSE(dissect_tcp(hex("c350 01bb 00000001 00000000 50 10 faf0 0000 00")));
}

}  // namespace kwd::packet
