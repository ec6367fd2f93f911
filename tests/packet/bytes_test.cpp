// SPDX-License-Identifier: Apache-2.0
#include "packet/bytes.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("the cursor reads numbers of one to four bytes in network byte order", "[packet][bytes]") {
    const auto bytes = hex("01 0203 040506 0708090a");
    Bytes in{bytes};
    CHECK(in.be(1) == 0x01U);
    CHECK(in.be(2) == 0x0203U);
    CHECK(in.be(3) == 0x040506U);
    CHECK(in.be(4) == 0x0708090aU);
    CHECK_FALSE(in.be(1));
}

TEST_CASE("the cursor stays where it was when what is asked for is not there", "[packet][bytes]") {
    const auto bytes = hex("010203");
    Bytes in{bytes};
    CHECK_FALSE(in.be(4));
    CHECK_FALSE(in.take(4));
    CHECK_FALSE(in.take<4>());
    CHECK_FALSE(in.skip(4));
    CHECK_FALSE(in.skip(static_cast<std::size_t>(-1)));
    CHECK(in.rest().size() == 3);
    CHECK(in.skip(3));
    CHECK(in.rest().empty());
    CHECK(in.skip(0));
}

TEST_CASE("the cursor refuses numbers wider than it can give", "[packet][bytes]") {
    const auto bytes = hex("0102030405060708");
    Bytes in{bytes};
    CHECK_FALSE(in.be(5));
    CHECK(in.rest().size() == 8);
}

TEST_CASE("taking up to a length takes what there is", "[packet][bytes]") {
    const auto bytes = hex("010203");
    Bytes in{bytes};
    CHECK(in.take_up_to(2).size() == 2);
    CHECK(in.take_up_to(2).size() == 1);
    CHECK(in.take_up_to(2).empty());
}

TEST_CASE("a fixed header gives each field by its place in either byte order", "[packet][bytes]") {
    const auto bytes = hex("00 11 22 33 44 55 66 77 88");
    Bytes in{bytes};
    const auto fixed = in.take<9>();
    REQUIRE(fixed);
    CHECK(fixed.be<1, 1>() == 0x11);
    CHECK(fixed.be<1, 2>() == 0x1122);
    CHECK(fixed.be<4, 3>() == 0x445566U);
    CHECK(fixed.be<1, 8>() == 0x1122334455667788U);
    CHECK(fixed.le<1, 2>() == 0x2211);
    CHECK(fixed.le<1, 8>() == 0x8877665544332211U);
    CHECK(fixed.number<1, 4>(std::endian::big) == 0x11223344U);
    CHECK(fixed.number<1, 4>(std::endian::little) == 0x44332211U);
    CHECK(fixed.octets<7, 2>() == std::array<std::uint8_t, 2>{0x77, 0x88});
}

TEST_CASE("the cursor works at compile time", "[packet][bytes]") {
    static constexpr std::array bytes{std::byte{0x12}, std::byte{0x34}};
    constexpr auto number = Bytes{bytes}.be(2);
    STATIC_CHECK(number == 0x1234U);
}

}  // namespace kwd::packet
