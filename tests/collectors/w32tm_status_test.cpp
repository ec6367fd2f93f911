// SPDX-License-Identifier: Apache-2.0
#include "collectors/w32tm_status.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>

using kwd::collectors::read_w32tm_status;

TEST_CASE("the state of the Windows Time service is read", "[collectors][clock]") {
    // The form is that of a status somebody published; numbers and names are made up.
    const auto status = read_w32tm_status(
        "Leap Indicator: 0(no warning)\r\nStratum: 2 (secondary reference - syncd by (S)NTP)\r\n"
        "Precision: -23 (119.209ns per tick)\r\nRoot Delay: 0.0741072s\r\nRoot Dispersion: 9.4293834s\r\n"
        "ReferenceId: 0xC0000201 (source IP:  192.0.2.1)\r\nLast Successful Sync Time: 1/16/2018 8:34:35 PM\r\n"
        "Source: ntp.example.org,0x9\r\nPoll Interval: 10 (1024s)\r\n\r\nPhase Offset: 1.6688882s\r\n"
        "ClockRate: 0.0156250s\r\nState Machine: 1 (Hold)\r\n");
    REQUIRE(status);
    CHECK(status->synchronized);
    CHECK(status->source == "ntp.example.org,0x9");
    CHECK(status->offset_ms == Catch::Approx(-1668.8882));
}

TEST_CASE("the state of the Windows Time service is read in another language", "[collectors][clock]") {
    const auto status = read_w32tm_status(
        "Sprungindikator: 0(keine Warnung)\nStratum: 3\nPr\xc3\xa4zision: -23\nStammverz\xc3\xb6gerung: 0,0\n"
        "Stammabweichung: 0,0\nReferenz-ID: 0x0\nLetzte Synchronisierung: heute\nQuelle: time.windows.com,0x8\n"
        "Abrufintervall: 6 (64s)\nPhasendifferenz: -0,0250000s\n");
    REQUIRE(status);
    CHECK(status->source == "time.windows.com,0x8");
    CHECK(status->offset_ms == Catch::Approx(25.0));
}

TEST_CASE("a Windows Time service without a source says so, and no offset", "[collectors][clock]") {
    const auto status = read_w32tm_status(
        "Leap Indicator: 3(last minute has 61 seconds)\nStratum: 0 (unspecified)\nPrecision: -23\nRoot Delay: 0.0s\n"
        "Root Dispersion: 0.0s\nReferenceId: 0x00000000 (unspecified)\nLast Successful Sync Time: unspecified\n"
        "Source: Local CMOS Clock\nPoll Interval: 10 (1024s)\nPhase Offset: 0.0000000s\n");
    REQUIRE(status);
    CHECK_FALSE(status->synchronized);
    CHECK(status->source == "Local CMOS Clock");
    CHECK_FALSE(status->offset_ms);
}

TEST_CASE("a Windows Time service that follows its own clock is synchronised with nothing", "[collectors][clock]") {
    // Of a server that announces itself, as "Accurate Time for Windows Server 2016" has its lines.
    const auto status = read_w32tm_status(
        "Leap Indicator: 0(no warning)\r\nStratum: 1 (primary reference - syncd by radio clock)\r\n"
        "Precision: -23 (119.209ns per tick)\r\nRoot Delay: 0.0000000s\r\nRoot Dispersion: 10.0000000s\r\n"
        "ReferenceId: 0x4C4F434C (source name:  \"LOCL\")\r\nLast Successful Sync Time: 9/9/2024 2:19:52 PM\r\n"
        "Source: Local CMOS Clock\r\nPoll Interval: 6 (64s)\r\n\r\nPhase Offset: 0.0000000s\r\n");
    REQUIRE(status);
    CHECK_FALSE(status->synchronized);
    CHECK_FALSE(status->offset_ms);
}

TEST_CASE("a virtual machine's clock follows its host, whatever the reference id is", "[collectors][clock]") {
    for (const char* reference : {"0x00000000 (unspecified)", "0x564D5450 (source IP:  86.77.84.80)"}) {
        CAPTURE(reference);
        // "Windows Time service tools and settings", learn.microsoft.com, has the first; the second is VMTP.
        const auto status = read_w32tm_status(
            std::string("Leap Indicator: 0(no warning)\r\nStratum: 1 (primary reference - syncd by radio clock)\r\n"
                        "Precision: -23 (119.209ns per tick)\r\nRoot Delay: 0.0003538s\r\n"
                        "Root Dispersion: 0.0100002s\r\nReferenceId: ") +
            reference +
            "\r\nLast Successful Sync Time: 5/23/2023 7:51:39 PM\r\nSource: VM IC Time Synchronization Provider\r\n"
            "Poll Interval: 6 (64s)\r\n \r\nPhase Offset: -0.0000013s\r\nClockRate: 0.0156250s\r\n"
            "State Machine: 2 (Sync)\r\nTime Source Flags: 3 (Authenticated Hardware )\r\n");
        REQUIRE(status);
        CHECK(status->synchronized);
        CHECK(status->source == "VM IC Time Synchronization Provider");
        CHECK(status->offset_ms == Catch::Approx(0.0013));
    }
}

TEST_CASE("what is no state of the Windows Time service is none", "[collectors][clock]") {
    CHECK_FALSE(read_w32tm_status(""));
    CHECK_FALSE(read_w32tm_status("The following error occurred: The service has not been started. (0x80070426)\r\n"));
    CHECK_FALSE(read_w32tm_status("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n"));
}
