// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"
#include "tests/windows/made_key.h"
#include "tests/windows/made_service.h"
#include "tests/windows/tool_answers.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace kwd;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::collect;
using test::Collected;
using test::Node;

namespace {

constexpr const char* kParameters = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters";

json clock_of(const Collected& collected) {
    return collected.query("SELECT clock_synchronized, clock_offset_ms, clock_source FROM system").at(0);
}

std::string reason(const Collected& collected) {
    const json row = collected.collection("system");
    return row["reason"].is_null() ? "" : row["reason"].get<std::string>();
}

}  // namespace

TEST_CASE("a clock that is set tells how far it is off, and is judged by that", "[windows][clock]") {
    const Node node;
    const test::MadeKey parameters(kParameters);
    parameters.text("Type", "NTP");
    parameters.text("NtpServer", "ntp.example.org,0x8");
    {
        test::serve_clock(node, "-0.0250000");
        const Collected collected = collect(node, "system");
        const json clock = clock_of(collected);
        CHECK(clock["clock_synchronized"] == 1);
        CHECK(clock["clock_offset_ms"].get<double>() == Approx(25));
        CHECK(clock["clock_source"] == "w32time NTP ntp.example.org,0x8");
        CHECK(collected.verdict("time-skew-local") == "clear");
        CHECK_THAT(reason(collected), !ContainsSubstring("w32tm"));
        CHECK_THAT(node.stored(collected.snapshot), ContainsSubstring("Phase Offset: -0.0250000s\r\n"));
    }
    test::serve_clock(node, "120.5000000");
    const Collected collected = collect(node, "system");
    CHECK(clock_of(collected)["clock_offset_ms"].get<double>() == Approx(-120'500));
    CHECK(collected.verdict("time-skew-local") == "finding");
    CHECK(test::was_called(node, "w32tm /query /status /verbose"));
    CHECK_FALSE(test::changed_anything(node));
}

TEST_CASE("a clock that is not set has no offset to be judged by", "[windows][clock]") {
    const Node node;
    // As somebody published it of a service that was just started.
    node.serve("w32tm.txt",
               "Leap Indicator: 3(not synchronized)\r\nStratum: 0 (unspecified)\r\n"
               "Precision: -23 (119.209ns per tick)\r\nRoot Delay: 0.0000000s\r\nRoot Dispersion: 0.0000000s\r\n"
               "ReferenceId: 0x00000000 (unspecified)\r\nLast Successful Sync Time: unspecified\r\n"
               "Source: Local CMOS Clock\r\nPoll Interval: 10 (1024s)\r\n\r\nPhase Offset: 0.0000000s\r\n"
               "ClockRate: 0.0156250s\r\nState Machine: 0 (Unset)\r\nTime Source Flags: 0 (None)\r\n"
               "Server Role: 0 (None)\r\nLast Sync Error: 1 (The computer did not resync because no time data was "
               "available.)\r\nTime since Last Good Sync Time: 10.0402148s\r\n");
    const Collected collected = collect(node, "system");
    CHECK(clock_of(collected)["clock_synchronized"] == 0);
    CHECK(clock_of(collected)["clock_offset_ms"].is_null());
    CHECK(collected.verdict("time-skew-local") == "not_evaluated");
    CHECK_THAT(reason(collected), !ContainsSubstring("w32tm"));
}

TEST_CASE("a Windows Time service that is stopped sets no clock, and is not asked", "[windows][clock]") {
    const Node node;
    test::serve_clock(node, "-0.0250000");
    const test::MadeService service(L"W32Time", L"C:\\windows\\system32\\svchost.exe -k LocalService",
                                    SERVICE_DEMAND_START, nullptr);
    const test::MadeKey parameters(kParameters);
    parameters.text("Type", "NTP");
    parameters.text("NtpServer", "time.windows.com,0x8");
    const Collected collected = collect(node, "system");
    CHECK(clock_of(collected)["clock_synchronized"] == 0);
    CHECK(clock_of(collected)["clock_offset_ms"].is_null());
    CHECK(clock_of(collected)["clock_source"] == "w32time NTP time.windows.com,0x8 (stopped)");
    CHECK_FALSE(test::was_called(node, "w32tm"));
    CHECK_THAT(reason(collected), !ContainsSubstring("w32tm"));
}

TEST_CASE("a w32tm that gives no state of the clock is told with what it said", "[windows][clock]") {
    const Node node;
    std::string told;
    SECTION("it refuses, in another language") {
        // 0x81 is u with two dots in code pages 437 and 850.
        node.serve("w32tm.txt",
                   "Folgender Fehler ist aufgetreten: Zugriff verweigert, Pr\x81"
                   "fung n\x94tig. (0x80070005)\r\n");
        told =
            "exit status 1: Folgender Fehler ist aufgetreten: Zugriff verweigert, Pr\xc3\xbc"
            "fung n\xc3\xb6tig. (0x80070005) (refused to an elevated process too)";
        node.fault("w32tm fail 1");
    }
    SECTION("it refuses by its exit status alone") {
        node.serve("w32tm.txt", "Zugriff verweigert\r\n");
        node.fault("w32tm fail 0x80070005");
        told = "Zugriff verweigert (refused to an elevated process too)";
    }
    SECTION("the service has stopped meanwhile") {
        node.serve("w32tm.txt", "The following error occurred: The service has not been started. (0x80070426)\r\n");
        node.fault("w32tm fail 1");
        told =
            "run w32tm /query /status /verbose: exit status 1: The following error occurred: The service has not been "
            "started. (0x80070426)";
    }
    SECTION("it says that and ends as if nothing were") {
        node.serve("w32tm.txt", "The following error occurred: The service has not been started. (0x80070426)\r\n");
        told = "understand what w32tm /query /status /verbose says";
    }
    SECTION("it says something else") {
        node.serve("w32tm.txt", std::string("a\0b: c\xff\xfe\n\n\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n", 35));
        told = "understand what w32tm /query /status /verbose says";
    }
    SECTION("it says nothing") {
        told = "w32tm /query /status /verbose said nothing";
    }
    SECTION("it hangs") {
        node.fault("w32tm hang");
        told = "run w32tm /query /status /verbose: it did not answer in time";
    }
    SECTION("it is not there") {
        node.without("w32tm.exe");
        told = "find the program w32tm: it is not installed";
    }
    const Collected collected = collect(node, "system");
    CHECK_THAT(reason(collected), ContainsSubstring(told));
    CHECK(clock_of(collected)["clock_synchronized"].is_null());
    CHECK(clock_of(collected)["clock_offset_ms"].is_null());
    CHECK(collected.query("SELECT os_family FROM system")[0]["os_family"] == "windows");
    CHECK(collected.verdict("time-skew-local") == "not_evaluated");
}
