// SPDX-License-Identifier: Apache-2.0
// What is counted of TCP where connections do not go as they should.
#include "packet/tcp.h"
#include "told_traffic.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdint>

namespace kwd::packet {

TEST_CASE("segments that were overtaken are out of order, however many are missing at a time",
          "[packet][traffic][tcp]") {
    Told told;
    told.handshake();
    told({.sequence = 100, .payload = 10});
    for (const std::uint32_t sequence : {120U, 140U, 160U, 180U, 200U}) {
        told({.sequence = sequence, .payload = 10});
    }
    for (const std::uint32_t sequence : {110U, 170U, 130U, 190U, 150U}) {
        told({.sequence = sequence, .payload = 10});
    }
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 5);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = 170, .payload = 10});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("a hole is filled from wherever in it, and no byte of it twice", "[packet][traffic][tcp]") {
    Told told;
    told.handshake();
    told({.sequence = 200, .payload = 10});
    told({.sequence = 190, .payload = 10});
    told({.sequence = 140, .payload = 20});
    told({.sequence = 100, .payload = 40});
    told({.sequence = 160, .payload = 10});
    told({.sequence = 170, .payload = 30});  // to 190 it was missing
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 5);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = 100, .payload = 100});
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 5);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("a hole across the end of the sequence numbers is filled as any other", "[packet][traffic][tcp]") {
    Told told;
    told({.flags = Tcp::kSyn, .sequence = 0xffffff00});
    told({.sequence = 0x00000101, .payload = 100});
    told({.sequence = 0xffffffff, .payload = 10});
    told({.sequence = 0x00000009, .payload = 0xf8});
    told({.sequence = 0xffffff01, .payload = 0xfe});
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 3);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
}

TEST_CASE("more holes than are kept make overtaken segments retransmissions, and nothing worse",
          "[packet][traffic][tcp]") {
    Told told;
    told.handshake();
    constexpr auto kHoles = static_cast<std::uint32_t>(Holes::kMost + 100);
    for (std::uint32_t i = 0; i < kHoles; ++i) {
        told.after(-kMs / 10);
        told({.sequence = 110 + 20 * i, .payload = 10});
    }
    for (std::uint32_t i = 0; i < kHoles; ++i) {
        told.after(-kMs / 10);
        told({.sequence = 100 + 20 * i, .payload = 10});
    }
    const auto counts = told.traffic.inner().tcp;
    CHECK(counts.out_of_order_segments == 100);
    CHECK(counts.retransmitted_segments == kHoles - 100);
}

TEST_CASE("a keep-alive need not have a byte, and is none once its sender has said FIN", "[packet][traffic][tcp]") {
    Told told;
    told.handshake();
    told({.sequence = 100, .payload = 50});
    told({.sequence = 149});
    told({.sequence = 149, .payload = 1});
    CHECK(told.traffic.inner().tcp.keep_alives == 2);
    told({.sequence = 150});
    told({.flags = Tcp::kAck | Tcp::kFin, .sequence = 150});
    told({.flags = Tcp::kAck | Tcp::kFin, .sequence = 150});
    told({.sequence = 150});
    CHECK(told.traffic.inner().tcp.keep_alives == 2);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
}

// As tshark has the same packets: three times "TCP Keep-Alive".
TEST_CASE("a keep-alive is one where the capture lacks the byte that it repeats", "[packet][traffic][tcp]") {
    Told told;
    told.handshake();
    told({.sequence = 100, .payload = 100});
    told({.sequence = 1200});
    for (int i = 0; i < 3; ++i) {
        told.after(1000 * kMs);
        told({.sequence = 1199, .payload = 1});
    }
    CHECK(told.traffic.inner().tcp.keep_alives == 3);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
}

TEST_CASE("a last byte that was overtaken is no keep-alive", "[packet][traffic][tcp]") {
    Told told;
    told.handshake();
    told({.sequence = 101});
    told({.sequence = 100, .payload = 1});
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 1);
    CHECK(told.traffic.inner().tcp.keep_alives == 0);
}

TEST_CASE("what fills a hole centuries later was sent again", "[packet][traffic][tcp]") {
    constexpr auto kFar = std::int64_t{1} << 62;
    Told told;
    told.after(-kFar - kFar / 2);
    told.handshake();
    told({.sequence = 200, .payload = 10});
    told.after(kFar);
    told.after(kFar);
    told.after(kFar / 2);
    told({.sequence = 100, .payload = 100});
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 0);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("what was lost before the capture, and comes after its sender's FIN or ACK, was sent again",
          "[packet][traffic][tcp]") {
    for (const std::uint8_t flags : std::array<std::uint8_t, 2>{Tcp::kAck, Tcp::kAck | Tcp::kFin}) {
        Told told;
        told.handshake();
        told({.flags = flags, .sequence = 200});
        told.after(200 * kMs);
        told({.sequence = 100, .payload = 100});
        CAPTURE(flags);
        CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
        CHECK(told.traffic.inner().tcp.keep_alives == 0);
    }
}

TEST_CASE("an ACK of some connection before moves nothing", "[packet][traffic][tcp]") {
    Told told;
    told.handshake();
    told({.sequence = 500'000'000});
    told({.sequence = 100, .payload = 100});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
}

TEST_CASE("retransmissions are seen however much was sent since the capture began within a connection",
          "[packet][traffic][tcp]") {
    Told told;
    std::uint32_t sequence = 1000;
    for (std::uint64_t sent = 0; sent < std::uint64_t{3} << 30; sent += 60'000) {
        told({.sequence = sequence, .payload = 60'000});
        sequence += 60'000;
    }
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = sequence - 60'000, .payload = 60'000});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("a segment from before the first one, and beyond the last, is no retransmission", "[packet][traffic][tcp]") {
    Told told;
    told({.sequence = 5000, .payload = 100});
    told({.sequence = 4900, .payload = 300});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = 5100, .payload = 100});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("the same sequence number again is another connection once the one before is over",
          "[packet][traffic][tcp]") {
    Told closed;
    for (int i = 0; i < 2; ++i) {
        closed.handshake();
        closed({.sequence = 100, .payload = 50});
        closed({.flags = Tcp::kAck | Tcp::kFin, .sequence = 150});
        closed({.from_client = false, .flags = Tcp::kAck | Tcp::kFin, .sequence = 500});
        closed({.sequence = 151});
    }
    CHECK(closed.traffic.inner().tcp_flows == 2);
    CHECK(closed.traffic.inner().tcp.syn_retransmissions == 0);
    CHECK(closed.traffic.inner().tcp.retransmitted_segments == 0);

    Told refused;  // as Windows tries: three times
    for (int i = 0; i < 3; ++i) {
        refused({.flags = Tcp::kSyn, .sequence = 99});
        refused({.from_client = false, .flags = Tcp::kRst | Tcp::kAck});
    }
    CHECK(refused.traffic.inner().tcp_flows == 1);
    CHECK(refused.traffic.inner().tcp.syn_retransmissions == 2);
    CHECK(refused.traffic.inner().tcp.resets == 3);
}

TEST_CASE("both ends may begin at once, and have one connection then", "[packet][traffic][tcp]") {
    Told told;
    told({.flags = Tcp::kSyn, .sequence = 99});
    told({.from_client = false, .flags = Tcp::kSyn, .sequence = 499});
    told({.flags = Tcp::kSyn | Tcp::kAck, .sequence = 99});
    told({.from_client = false, .flags = Tcp::kSyn | Tcp::kAck, .sequence = 499});
    told({.sequence = 100, .payload = 10});
    told({.from_client = false, .sequence = 500, .payload = 10});
    const auto counts = told.traffic.inner();
    CHECK(counts.tcp_flows == 1);
    CHECK(counts.tcp_unanswered == 0);
    CHECK(counts.tcp.syn_retransmissions == 0);
    CHECK(counts.tcp.syn_ack_retransmissions == 0);
    CHECK(counts.tcp.retransmitted_segments == 0);
}

TEST_CASE("a SYN with data that is sent again counts among SYNs alone", "[packet][traffic][tcp]") {
    Told told;
    told({.flags = Tcp::kSyn, .sequence = 99, .payload = 40});
    told({.flags = Tcp::kSyn, .sequence = 99, .payload = 40});
    told({.from_client = false, .flags = Tcp::kSyn | Tcp::kAck, .sequence = 499});
    told({.sequence = 140, .payload = 10});
    CHECK(told.traffic.inner().tcp.syn_retransmissions == 1);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
}

}  // namespace kwd::packet
