// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/dns_lookups.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

static constexpr DnsLookups::Key kAsker{.client = 1, .server = 2, .network = 0, .id = 7, .client_port = 5000};

TEST_CASE("an answer is for the queries of its name alone", "[packet][traffic][dns]") {
    DnsLookups lookups;
    CHECK(lookups.query(kAsker, 100, 5) == DnsLookups::Asked::first);
    CHECK(lookups.query(kAsker, 200, 6) == DnsLookups::Asked::first);
    CHECK(lookups.query(kAsker, 100, 7) == DnsLookups::Asked::again);
    CHECK_FALSE(lookups.answer(kAsker, 300));
    const auto answered = lookups.answer(kAsker, 100);
    REQUIRE(answered);
    CHECK(answered->asked_ns == 5);
    CHECK(answered->queries == 2);
    CHECK(lookups.waiting() == 1);
    CHECK_FALSE(lookups.answer(kAsker, 100));
}

TEST_CASE("a question that was cut off is answered by one that is, or by a whole one that nobody waits for",
          "[packet][traffic][dns]") {
    DnsLookups lookups;
    CHECK(lookups.query(kAsker, 0, 5) == DnsLookups::Asked::first);
    CHECK(lookups.query(kAsker, 200, 6) == DnsLookups::Asked::first);
    REQUIRE(lookups.answer(kAsker, 200));
    REQUIRE(lookups.answer(kAsker, 100));
    CHECK(lookups.waiting() == 0);
    CHECK(lookups.query(kAsker, 0, 8) == DnsLookups::Asked::first);
    CHECK(lookups.query(kAsker, 0, 9) == DnsLookups::Asked::again);
    CHECK(lookups.answer(kAsker, 0)->queries == 2);
}

TEST_CASE("queries whose names were cut off are told apart by their clients' ports", "[packet][traffic][dns]") {
    auto other = kAsker;
    other.client_port = 5001;
    DnsLookups lookups;
    CHECK(lookups.query(kAsker, 0, 5) == DnsLookups::Asked::first);
    CHECK(lookups.query(other, 0, 6) == DnsLookups::Asked::first);
    CHECK(lookups.answer(other, 0)->asked_ns == 6);
    CHECK_FALSE(lookups.answer(other, 0));
    CHECK(lookups.answer(kAsker, 100)->asked_ns == 5);
    CHECK(lookups.waiting() == 0);
}

TEST_CASE("an answer without a question is for the last query of its id and port", "[packet][traffic][dns]") {
    auto other = kAsker;
    other.client_port = 5001;
    DnsLookups lookups;
    CHECK_FALSE(lookups.answer(kAsker, 0));
    CHECK(lookups.query(kAsker, 100, 5) == DnsLookups::Asked::first);
    CHECK(lookups.query(other, 200, 6) == DnsLookups::Asked::first);
    CHECK(lookups.answer(kAsker, 0)->asked_ns == 5);
    CHECK_FALSE(lookups.answer(kAsker, 0));
    CHECK(lookups.waiting() == 1);
}

TEST_CASE("what an answer took counts from a query less than half a minute before, and it is one to all",
          "[packet][traffic][dns]") {
    constexpr std::int64_t kSecond = 1'000'000'000;
    DnsLookups lookups;
    CHECK(lookups.query(kAsker, 100, 0) == DnsLookups::Asked::first);
    CHECK(lookups.query(kAsker, 100, 5 * kSecond) == DnsLookups::Asked::again);
    CHECK(lookups.query(kAsker, 100, 3600 * kSecond) == DnsLookups::Asked::again);
    CHECK(lookups.query(kAsker, 100, 3601 * kSecond) == DnsLookups::Asked::again);
    CHECK(lookups.waiting() == 4);
    const auto answered = lookups.answer(kAsker, 100);
    REQUIRE(answered);
    CHECK(answered->asked_ns == 3600 * kSecond);
    CHECK(answered->queries == 4);
}

// Searched one by one they would be some five thousand million looks.
TEST_CASE("a client that takes the same id for everything is looked up as quickly as any", "[packet][traffic][dns]") {
    constexpr std::uint32_t kNames = 100'000;
    DnsLookups lookups;
    std::uint32_t first = 0;
    for (std::uint32_t name = 1; name <= kNames; ++name) {
        first += lookups.query(kAsker, name, name) == DnsLookups::Asked::first ? 1 : 0;
    }
    CHECK(first == kNames);
    std::uint32_t right = 0;
    for (std::uint32_t name = kNames; name >= 1; --name) {
        const auto answered = lookups.answer(kAsker, name);
        right += answered && answered->asked_ns == name ? 1 : 0;
    }
    CHECK(right == kNames);
    CHECK(lookups.waiting() == 0);
}

}  // namespace kwd::packet
