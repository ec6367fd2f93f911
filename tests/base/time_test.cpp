// SPDX-License-Identifier: Apache-2.0
#include "base/duration.h"
#include "base/iso_time.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <limits>
#include <utility>
#include <vector>

using namespace kwd;
using Catch::Matchers::WithinRel;

TEST_CASE("a length of time is read as Go and people write it", "[base][duration]") {
    const std::vector<std::pair<std::string, double>> expected{
        {"1h2m3.5s", 3723.5},
        {"300ms", 0.3},
        {"-1.5h", -5400},
        {"+5s", 5},
        {"2 days", 172800},
        {"1 hour 30 min", 5400},
        {"5min 20s", 320},
        {"30", 30},
        {"0", 0},
        {"2.5", 2.5},
        {"-7", -7},
        {"15µs", 0.000015},
        {"15μs", 0.000015},
        {"7us", 0.000007},
        {"9ns", 0.000000009},
        {".5s", 0.5},
        {"1w", 604800},
        {" 10 s ", 10},
        {"1 week 2 days 3 hours 4 minutes 5 seconds", 788645},
    };
    for (const auto& [text, seconds] : expected) {
        INFO(text);
        REQUIRE(parse_duration(text).has_value());
        CHECK_THAT(*parse_duration(text), WithinRel(seconds, 1e-12));
    }
}

TEST_CASE("what is not a length of time is refused", "[base][duration]") {
    for (const char* text : {"", " ", "-", "h", "1x", "1h2", "1 2", "1h-2m", "1e5s", "0x10", "1.2.3s", "--5s", "1H",
                             "inf", "nan", "1h 30", "5 s s"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text).has_value());
    }
    CHECK_FALSE(parse_duration(std::string(400, '9')).has_value());
}

TEST_CASE("a length of time is told in its two largest units", "[base][duration]") {
    const std::vector<std::pair<double, std::string>> expected{
        {0, "0 s"},          {0.3, "300 ms"},        {0.0125, "12.5 ms"},     {1, "1 s"},
        {1.5, "1.5 s"},      {45, "45 s"},           {59.99, "59.99 s"},      {59.999, "1 min"},
        {60, "1 min"},       {65, "1 min 5 s"},      {3599.4, "59 min 59 s"}, {3599.7, "1 h"},
        {7500, "2 h 5 min"}, {86369, "23 h 59 min"}, {86399, "1 d"},          {90061, "1 d 1 h"},
        {259200, "3 d"},     {-120, "-2 min"},       {0.9999, "1 s"},
    };
    for (const auto& [seconds, text] : expected) {
        INFO(seconds);
        CHECK(duration_text(seconds) == text);
    }
    CHECK(duration_text(std::numeric_limits<double>::infinity()) == std::nullopt);
    CHECK(duration_text(std::numeric_limits<double>::quiet_NaN()) == std::nullopt);
}

TEST_CASE("an ISO 8601 time is a moment in UTC", "[base][iso_time]") {
    const std::vector<std::pair<std::string, std::int64_t>> expected{
        {"1970-01-01T00:00:00Z", 0},
        {"2024-02-29T12:00:00Z", 1709208000},
        {"2024-02-29 12:00:00", 1709208000},
        {"2024-02-29T14:00:00+02:00", 1709208000},
        {"2024-02-29T06:30:00-0530", 1709208000},
        {"2024-02-29T14:00:00+02", 1709208000},
        {"2024-02-29", 1709164800},
        {"2024-02-29t12:00:00z", 1709208000},
        {"1969-12-31T23:59:59Z", -1},
        {"0000-01-01", -62167219200},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    for (const auto& [text, seconds] : expected) {
        INFO(text);
        REQUIRE(parse_iso_time(text).has_value());
        CHECK(parse_iso_time(text)->seconds == seconds);
        CHECK(parse_iso_time(text)->nanoseconds == 0);
    }
    CHECK(parse_iso_time("2024-02-29T12:00:00.1234567Z")->nanoseconds == 123456700);
    CHECK(parse_iso_time("2024-02-29T12:00:00,5")->nanoseconds == 500000000);
    CHECK(parse_iso_time("2024-02-29T12:00:00.1234567899999Z")->nanoseconds == 123456789);
}

TEST_CASE("what is not an ISO 8601 time is refused", "[base][iso_time]") {
    for (const char* text :
         {"", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-32", "2024-1-1", "24-01-01", "2024-01-01T24:00:00Z",
          "2024-01-01T10:00Z", "2024-01-01T10:60:00Z", "2024-01-01T10:00:00.Z", "2024-01-01T10:00:00 Z",
          "2024-01-01T10:00:00+2:00", "2024-01-01T10:00:00+02:0", "2024-01-01T10:00:00Zx", "2024-01-01Z", "2024/01/01",
          "01/31/2024 10:11:12 AM", "+2024-01-01"}) {
        INFO(text);
        CHECK_FALSE(parse_iso_time(text).has_value());
    }
}

TEST_CASE("the distance of two times is exact to the nanosecond", "[base][iso_time]") {
    const auto early = *parse_iso_time("2024-01-31T10:00:00.050Z");
    const auto late = *parse_iso_time("2024-01-31T10:00:00.100Z");
    CHECK(seconds_between(early, late) == 0.05);
    CHECK(seconds_between(late, early) == -0.05);
}
