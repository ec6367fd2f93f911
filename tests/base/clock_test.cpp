// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a moment is written in UTC to the second", "[base][clock]") {
    using namespace std::chrono;
    CHECK(kwd::iso_utc(system_clock::time_point(seconds(1706695872)) + milliseconds(999)) == "2024-01-31T10:11:12Z");
    CHECK(kwd::iso_utc(system_clock::time_point(seconds(0))) == "1970-01-01T00:00:00Z");
    CHECK(kwd::iso_utc(system_clock::time_point(seconds(951782400))) == "2000-02-29T00:00:00Z");
    // As far as 64 bits of nanoseconds go.
    CHECK(kwd::iso_utc(system_clock::time_point(seconds(-9223372036))) == "1677-09-21T00:12:44Z");
    CHECK(kwd::iso_utc(system_clock::time_point(seconds(9223372036))) == "2262-04-11T23:47:16Z");
}
