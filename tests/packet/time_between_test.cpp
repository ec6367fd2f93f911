// SPDX-License-Identifier: Apache-2.0
#include "packet/time_between.h"

#include "capture_of_extremes.h"
#include "packet/fragments.h"
#include "packet/packet_text.h"
#include "packet/traffic/capture_feed.h"
#include "packet/traffic/holes.h"
#include "packet/traffic/read_traffic.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <limits>
#include <memory>

namespace kwd::packet {

static constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
static constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
static constexpr auto kMostUs = std::numeric_limits<std::uint32_t>::max();

// 10.244.1.2:50000 and 10.96.0.1:80.
static const auto kSyn =
    hex("45 00 0028 0001 4000 40 06 0000 0af40102 0a600001 c350 0050 00000009 00000000 50 02 faf0 0000 0000");
static const auto kSynAck =
    hex("45 00 0028 0001 4000 40 06 0000 0a600001 0af40102 0050 c350 00000063 0000000a 50 12 faf0 0000 0000");
static const auto kAck =
    hex("45 00 0028 0002 4000 40 06 0000 0af40102 0a600001 c350 0050 0000000a 00000064 50 10 faf0 0000 0000");
// For api.example.
static const auto kQuery =
    hex("45 00 0039 0001 4000 40 11 0000 0af40102 0a60000a c351 0035 0025 0000"
        "1234 0100 0001 0000 0000 0000 03 617069 07 6578616d706c65 00 0001 0001");
static const auto kAnswer =
    hex("45 00 0039 0001 4000 40 11 0000 0a60000a 0af40102 0035 c351 0025 0000"
        "1234 8183 0001 0000 0000 0000 03 617069 07 6578616d706c65 00 0001 0001");

static std::unique_ptr<Traffic> traffic_of(const CaptureOfExtremes& capture) {
    auto traffic = std::make_unique<Traffic>();
    CaptureFeed feed{capture.file};
    read_traffic(feed, *traffic, 1);
    return traffic;
}

TEST_CASE("the time between two packets is as long as 64 bits can say, at the most", "[packet][time]") {
    CHECK(ns_between(5, 12) == 7);
    CHECK(ns_between(12, 5) == -7);
    CHECK(ns_between(-5, 12) == 17);
    CHECK(ns_between(7, 7) == 0);
    CHECK(ns_between(0, kMost) == kMost);
    CHECK(ns_between(-1, kMost) == kMost);
    CHECK(ns_between(kLeast, kMost) == kMost);
    CHECK(ns_between(kMost, kLeast) == -kMost);
    CHECK(ns_between(kLeast, kLeast) == 0);
    CHECK(ns_between(kLeast, kLeast + 3) == 3);
}

TEST_CASE("a packet that is seen again after 584 years was sent again", "[packet][time]") {
    const auto traffic = traffic_of(CaptureOfExtremes{}.in_1677(kAck).in_2262(kAck));
    CHECK(traffic->outer().packets == 2);
    CHECK(traffic->outer().duplicates == 0);
    CHECK(traffic->flows()[0].first_ns == -CaptureOfExtremes::kLatestNs);
}

TEST_CASE("a handshake and a lookup that take 584 years take as long as can be said", "[packet][time]") {
    const auto traffic =
        traffic_of(CaptureOfExtremes{}.in_1677(kSyn).in_1677(kSynAck).in_2262(kAck).in_1677(kQuery).in_2262(kAnswer));
    REQUIRE(traffic->flows().size() == 2);
    CHECK(traffic->flows()[0].tcp.handshake_us == kMostUs);
    CHECK(traffic->flows()[1].dns.answers == 1);
    CHECK(traffic->flows()[1].dns.slowest_us == kMostUs);
}

TEST_CASE("a query of 584 years later begins another lookup", "[packet][time]") {
    const auto traffic = traffic_of(CaptureOfExtremes{}.in_1677(kQuery).in_2262(kQuery).in_2262(kAnswer));
    CHECK(traffic->outer().dns_queries == 2);
    CHECK(traffic->outer().dns_unanswered == 0);
    CHECK(traffic->flows()[0].dns.slowest_us == 0);
}

TEST_CASE("a fragment of 584 years later is another datagram's", "[packet][time]") {
    auto first = hex("45 00 0064 0007 2000 40 11 0000 0af40102 0af40203 c350 c351 0100 0000");
    first.resize(100);
    const auto later = hex("45 00 001c 0007 000a 40 11 0000 0af40102 0af40203 4141414141414141");
    Fragments fragments{VxlanPorts{}, [](const Fragments::Unsettled&) {}};
    const auto role = [&](const std::vector<std::byte>& bytes, std::int64_t time_ns) {
        auto packet = dissect(LinkType::raw, bytes, bytes.size(), VxlanPorts{});
        return fragments.add(packet, 1, time_ns, bytes.size()).role;
    };
    CHECK(role(first, -CaptureOfExtremes::kLatestNs) == Fragments::Role::beginning);
    CHECK(role(later, -CaptureOfExtremes::kLatestNs) == Fragments::Role::later);
    CHECK(role(later, CaptureOfExtremes::kLatestNs) == Fragments::Role::waiting);
}

TEST_CASE("the first and the last moment of 64 bits are shown", "[packet][time]") {
    CapturedPacket packet{.number = 1,
                          .time_ns_utc = kLeast,
                          .interface_id = 0,
                          .link_type = LinkType::raw,
                          .direction = Direction::unknown,
                          .checksums_unfinished = false,
                          .captured = kAck,
                          .original_length = 40};
    CHECK(packet_text(packet, nullptr).find("1677-09-21 00:12:43.145224 UTC") != std::string::npos);
    packet.time_ns_utc = kMost;
    CHECK(packet_text(packet, nullptr).find("2262-04-11 23:47:16.854775 UTC") != std::string::npos);
}

}  // namespace kwd::packet
