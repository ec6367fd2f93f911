// SPDX-License-Identifier: Apache-2.0
#include "packet/tick_clock.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

TEST_CASE("ticks are microseconds unless something else is said", "[packet][tick_clock]") {
    CHECK(TickClock{}.nanoseconds(1'700'000'000'123'456) == 1'700'000'000'123'456'000);
}

TEST_CASE("decimal resolutions from a second to below a nanosecond are understood", "[packet][tick_clock]") {
    CHECK(TickClock{0}.nanoseconds(1'700'000'000) == 1'700'000'000'000'000'000);
    CHECK(TickClock{3}.nanoseconds(1'700'000'000'123) == 1'700'000'000'123'000'000);
    CHECK(TickClock{9}.nanoseconds(1'700'000'000'123'456'789) == 1'700'000'000'123'456'789);
    CHECK(TickClock{10}.nanoseconds(17'000'000'001'234'567'899U) == 1'700'000'000'123'456'789);
    CHECK(TickClock{19}.nanoseconds(15'000'000'000'000'000'000U) == 1'500'000'000);
}

TEST_CASE("binary resolutions are understood", "[packet][tick_clock]") {
    CHECK(TickClock{0x80}.nanoseconds(7) == 7'000'000'000);
    CHECK(TickClock{0x80 | 1}.nanoseconds(3) == 1'500'000'000);
    CHECK(TickClock{0x80 | 32}.nanoseconds((std::uint64_t{5} << 32) + (std::uint64_t{1} << 30)) == 5'250'000'000);
    CHECK(TickClock{0x80 | 62}.nanoseconds(std::uint64_t{3} << 61) == 1'500'000'000);
    CHECK(TickClock{0x80 | 63}.nanoseconds(std::uint64_t{1} << 62) == 500'000'000);
}

TEST_CASE("an offset is whole seconds, in either direction", "[packet][tick_clock]") {
    CHECK(TickClock(6, 100).nanoseconds(1'000'001) == 101'000'001'000);
    CHECK(TickClock(6, -3).nanoseconds(1'500'000) == -1'500'000'000);
}

TEST_CASE("a time that cannot be said is unknown", "[packet][tick_clock]") {
    CHECK(TickClock{9}.nanoseconds(9'223'372'036'854'775'807U) == 9'223'372'036'854'775'807);
    CHECK_FALSE(TickClock{9}.nanoseconds(9'223'372'036'854'775'808U));
    CHECK_FALSE(TickClock{6}.nanoseconds(~std::uint64_t{0}));
    CHECK_FALSE(TickClock{0}.nanoseconds(~std::uint64_t{0}));
    CHECK_FALSE(TickClock{0x80}.nanoseconds(~std::uint64_t{0}));
    CHECK_FALSE(TickClock{20}.nanoseconds(1));
    CHECK_FALSE(TickClock{127}.nanoseconds(1));
    CHECK_FALSE(TickClock{0x80 | 64}.nanoseconds(1));
    CHECK_FALSE(TickClock(6, INT64_MAX).nanoseconds(1));
    CHECK_FALSE(TickClock(6, INT64_MIN).nanoseconds(1));
    CHECK_FALSE(TickClock(0, 9'000'000'000).nanoseconds(1'000'000'000));
}

}  // namespace kwd::packet
