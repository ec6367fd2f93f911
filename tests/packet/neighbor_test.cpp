// SPDX-License-Identifier: Apache-2.0
#include "packet/neighbor.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

static std::optional<NeighborMessage> neighbor(const std::vector<std::byte>& message) {
    const auto icmp = dissect_icmpv6(message);
    REQUIRE(icmp);
    return dissect_neighbor(*icmp);
}

TEST_CASE("a neighbor solicitation gives whom it asks for and who asks", "[packet][neighbor]") {
    const auto message = neighbor(hex("87 00 0000 00000000 fe800000000000000000000000000002 01 01 0e2a0af40102"));
    REQUIRE(message);
    CHECK(message->solicitation);
    CHECK(message->target == Ipv6Address{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
    CHECK(message->source_mac == MacAddress{0x0e, 0x2a, 0x0a, 0xf4, 0x01, 0x02});
    CHECK_FALSE(message->target_mac);
    CHECK_FALSE(message->cut);
    CHECK_FALSE(message->solicited);
}

TEST_CASE("a neighbor advertisement gives its flags and the target's address", "[packet][neighbor]") {
    const auto message =
        neighbor(hex("88 00 0000 60000000 fe800000000000000000000000000002"
                     "0e 01 000000000000 02 01 0e2a0af40203"));
    REQUIRE(message);
    CHECK_FALSE(message->solicitation);
    CHECK_FALSE(message->router);
    CHECK(message->solicited);
    CHECK(message->override_old);
    CHECK(message->target_mac == MacAddress{0x0e, 0x2a, 0x0a, 0xf4, 0x02, 0x03});
    CHECK_FALSE(message->source_mac);
    CHECK(neighbor(hex("88 00 0000 80000000") + std::vector<std::byte>(16))->router);
}

TEST_CASE("what is missing of a neighbor message is not made up", "[packet][neighbor]") {
    const auto target = hex("87 00 0000 00000000 fe800000000000000000000000000002");
    for (const auto* options : {"01", "01 01 0e2a0af401", "01 00 0e2a0af40102", "01 02 0e2a0af40102"}) {
        const auto message = neighbor(target + hex(options));
        REQUIRE(message);
        CHECK(message->cut);
        CHECK_FALSE(message->source_mac);
    }
    CHECK_FALSE(neighbor(target)->cut);
    CHECK_FALSE(neighbor(hex("87 00 0000 00000000 fe8000000000000000000000000000")));
    CHECK_FALSE(neighbor(hex("85 00 0000 00000000") + std::vector<std::byte>(24)));  // a router solicitation
}

}  // namespace kwd::packet
