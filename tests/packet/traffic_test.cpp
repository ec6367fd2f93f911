// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/traffic.h"

#include "packet/arp.h"
#include "packet/tcp.h"
#include "packet/traffic/capture_feed.h"
#include "packet/traffic/quick_record.h"
#include "packet/traffic/read_traffic.h"
#include "tests/support/temporary_folder.h"
#include "told_traffic.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace kwd::packet {

TEST_CASE("a segment whose bytes were seen before is a retransmission, one with more of them too",
          "[packet][traffic]") {
    Told told;
    told.handshake();
    told({.sequence = 100, .payload = 50});
    told({.sequence = 150, .payload = 50});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = 100, .payload = 50});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
    told({.sequence = 150, .payload = 100});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 2);
    told({.sequence = 250, .payload = 10});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 2);
    CHECK(told.traffic.inner().flows == 1);
}

TEST_CASE("a segment that was overtaken is out of order, and one that comes long after was sent again",
          "[packet][traffic]") {
    Told told;
    told.handshake();
    told({.sequence = 200, .payload = 100});
    told({.sequence = 100, .payload = 100});
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 1);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = 400, .payload = 100});
    told.after(200 * kMs);
    told({.sequence = 300, .payload = 100});
    CHECK(told.traffic.inner().tcp.out_of_order_segments == 1);
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("sequence numbers may pass their end", "[packet][traffic]") {
    Told told;
    told({.flags = Tcp::kSyn, .sequence = 0xffffff00});
    told({.sequence = 0xffffff01, .payload = 1000});
    told({.sequence = 0x000002e9, .payload = 1000});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = 0xffffff01, .payload = 1000});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("keep-alives and probes of a closed window are no retransmissions", "[packet][traffic]") {
    Told told;
    told.handshake();
    told({.sequence = 100, .payload = 50});
    told({.sequence = 149, .payload = 1});
    CHECK(told.traffic.inner().tcp.keep_alives == 1);
    told({.from_client = false, .sequence = 500, .window = 0});
    told({.sequence = 150, .payload = 1});
    told({.from_client = false, .sequence = 500, .window = 0});
    told({.from_client = false, .sequence = 500});
    told({.sequence = 150, .payload = 50});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    CHECK(told.traffic.inner().tcp.zero_windows == 2);
}

TEST_CASE("a capture that begins within a connection makes no retransmissions of what came before",
          "[packet][traffic]") {
    Told told;
    told({.sequence = 5000, .payload = 100});
    told({.sequence = 4000, .payload = 100});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 0);
    told({.sequence = 5000, .payload = 100});
    CHECK(told.traffic.inner().tcp.retransmitted_segments == 1);
}

TEST_CASE("an attempt is unanswered until anything comes back, or its sender goes on", "[packet][traffic]") {
    Told silent;
    silent({.flags = Tcp::kSyn, .sequence = 99});
    silent({.flags = Tcp::kSyn, .sequence = 99});
    CHECK(silent.traffic.inner().tcp_unanswered == 1);
    CHECK(silent.traffic.inner().tcp.syn_retransmissions == 1);
    silent({.from_client = false, .flags = Tcp::kRst | Tcp::kAck});
    CHECK(silent.traffic.inner().tcp_unanswered == 0);

    Told one_sided;  // the other direction takes another way
    one_sided({.flags = Tcp::kSyn, .sequence = 99});
    one_sided({.sequence = 100});
    CHECK(one_sided.traffic.inner().tcp_unanswered == 0);
}

TEST_CASE("a SYN of its own begins another connection of the same ports", "[packet][traffic]") {
    Told told;
    told.handshake();
    told({.sequence = 100, .payload = 50});
    told({.flags = Tcp::kSyn, .sequence = 7000});
    CHECK(told.traffic.inner().flows == 2);
    CHECK(told.traffic.inner().tcp_unanswered == 1);
    CHECK(told.traffic.inner().tcp.syn_retransmissions == 0);
}

TEST_CASE("the handshake takes from the first SYN to the ACK of the answer", "[packet][traffic]") {
    Told told;
    told({.flags = Tcp::kSyn, .sequence = 99});
    told.after(50 * kMs);
    told({.flags = Tcp::kSyn, .sequence = 99});
    told({.from_client = false, .flags = Tcp::kSyn | Tcp::kAck, .sequence = 499});
    told({.sequence = 100});
    CHECK(told.traffic.flows()[0].tcp.handshake_us == 50300);
}

TEST_CASE("a packet on its way through several interfaces is no retransmission, one that was sent again is",
          "[packet][traffic]") {
    Traffic traffic;
    const auto seen = [&](std::uint32_t interface_id, std::int64_t time_ns, std::uint16_t identification,
                          std::uint8_t ttl) {
        auto inner = Tcp4{.sequence = 100, .payload = 50}.inner();
        put(inner, 18, 2, identification);
        put(inner, 22, 1, ttl);
        const auto frame = in_vxlan(inner);
        auto packet = captured(frame, time_ns);
        packet.interface_id = interface_id;
        const auto record = describe(packet);
        traffic.add({&record, 1}, true);
    };
    seen(0, 0, 7, 64);
    seen(1, 1000, 7, 63);
    seen(2, 2000, 7, 63);
    CHECK(traffic.inner().duplicates == 2);
    CHECK(traffic.inner().tcp.retransmitted_segments == 0);
    CHECK(traffic.flows()[0].packets[0] == 1);
    seen(0, 200 * kMs, 8, 64);
    seen(1, 201 * kMs, 8, 63);
    CHECK(traffic.inner().duplicates == 3);
    CHECK(traffic.inner().tcp.retransmitted_segments == 1);
    CHECK(traffic.inner().packets == 5);
}

TEST_CASE("an ARP request waits until its target replies, and two MACs for one address are a conflict",
          "[packet][traffic]") {
    Told told;
    const auto arp = [&](std::uint16_t operation, std::uint8_t mac, std::uint32_t sender, std::uint32_t target) {
        auto frame =
            hex("ffffffffffff 001500000000 0806  0001 0800 06 04 0000  001500000000 00000000"
                "000000000000 00000000");
        put(frame, 20, 2, operation);
        put(frame, 27, 1, mac);
        put(frame, 28, 4, sender);
        put(frame, 38, 4, target);
        told.add(frame);
    };
    arp(Arp::kRequest, 1, 0x0a000001, 0x0a000002);
    arp(Arp::kRequest, 1, 0x0a000001, 0x0a000002);
    arp(Arp::kRequest, 1, 0x0a000001, 0x0a000003);
    arp(Arp::kRequest, 4, 0x0a000004, 0x0a000004);  // gratuitous
    arp(Arp::kRequest, 5, 0, 0x0a000005);           // a probe
    CHECK(told.traffic.outer().neighbor_requests == 3);
    CHECK(told.traffic.outer().neighbor_unanswered == 3);
    arp(Arp::kReply, 2, 0x0a000002, 0x0a000001);
    CHECK(told.traffic.outer().neighbor_unanswered == 1);
    CHECK(told.traffic.outer().address_conflicts == 0);
    arp(Arp::kReply, 9, 0x0a000002, 0x0a000001);
    CHECK(told.traffic.outer().address_conflicts == 1);
    CHECK(told.traffic.inner().neighbor_requests == 0);
}

TEST_CASE("a wrong checksum is told, one that the card was to compute is not wrong", "[packet][traffic]") {
    auto frame =
        hex("00155df00001 00155df00000 0800  45 00 0021 0001 0000 40 11 0000 0a000001 0a000002"
            "c350 0035 000d 0000 0102030405");
    // RFC 1071 by hand: the header's words without its checksum sum up to 0x4500 + 0x0021 + 0x0001 + 0x4011 +
    // 0x0a00 + 0x0001 + 0x0a00 + 0x0002 = 0x9936; the pseudo-header's to 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 0x0011 +
    // 0x000d = 0x1421; the datagram's to 0xc350 + 0x0035 + 0x000d + 0x0102 + 0x0304 + 0x0500 = 0xcc98.
    put(frame, 24, 2, 0x66c9);
    const auto verdict = [&](std::uint16_t udp_checksum, bool unfinished = false) {
        put(frame, 40, 2, udp_checksum);
        auto packet = captured(frame);
        packet.checksums_unfinished = unfinished;
        const auto record = describe(packet);
        return record.checksum_wrong ? "wrong" : record.checksum_offloaded ? "offloaded" : "right";
    };
    CHECK(verdict(0x1f46) == std::string("right"));  // ~(0x1421 + 0xcc98)
    CHECK(verdict(0) == std::string("right"));       // none, RFC 768
    CHECK(verdict(0x1421) == std::string("offloaded"));
    CHECK(verdict(0x1414) == std::string("offloaded"));
    CHECK(verdict(0x1f47) == std::string("wrong"));
    CHECK(verdict(0x1f47, true) == std::string("offloaded"));
    put(frame, 24, 2, 0x66c8);
    CHECK(verdict(0x1f46) == std::string("wrong"));
}

TEST_CASE("a tunnel's header that is split over fragments is put together, in whatever order they come",
          "[packet][traffic]") {
    const auto whole = in_vxlan(Tcp4{.sequence = 99, .payload = 200}.inner());
    const auto part = [&](std::size_t from, std::size_t to, bool more) {
        Frame frame(whole.begin(), whole.begin() + 34);
        put(frame, 16, 2, 20 + to - from);
        put(frame, 20, 2, (more ? 0x2000U : 0U) | from / 8);
        frame.insert(frame.end(), whole.begin() + 34 + static_cast<std::ptrdiff_t>(from),
                     whole.begin() + 34 + static_cast<std::ptrdiff_t>(to));
        return frame;
    };
    const auto length = whole.size() - 34;
    // Within UDP, within Ethernet, within TCP, behind all headers.
    for (const auto& [first, reversed] : std::vector<std::pair<std::size_t, bool>>{
             {8, false}, {8, true}, {24, false}, {24, true}, {64, false}, {64, true}, {120, false}, {120, true}}) {
        std::vector<Frame> parts{part(0, first, true), part(first, 208, true), part(208, length, false)};
        if (reversed) {
            std::swap(parts[0], parts[1]);
        }
        Traffic traffic;
        for (const auto& frame : parts) {
            const auto packet = captured(frame);
            auto record = describe(packet);
            traffic.add({&packet, 1}, {&record, 1}, false);
        }
        CAPTURE(first, reversed);
        CHECK(traffic.inner().packets == 1);
        CHECK(traffic.inner().malformed + traffic.outer().malformed == 0);
        CHECK(traffic.inner().tcp_flows == 1);
        CHECK(traffic.outer().packets == 2);
        CHECK(traffic.outer().fragments == 3);
    }
}

TEST_CASE("a wrong checksum of a tunnel's fragment counts, whichever it is, and so does one within that is split",
          "[packet][traffic]") {
    enum Wrong : std::size_t { kFirst, kMiddle, kLast, kWithin };
    const auto counted = [](Wrong wrong, std::size_t first, bool reversed) {
        auto whole = in_vxlan(Tcp4{.sequence = 99, .payload = 200}.inner());
        if (wrong == kWithin) {
            put(whole, 74, 2, 1);  // of the IPv4 header
        }
        std::vector<Frame> parts;
        for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, first}, {first, 208}, {208, 270}}) {
            Frame frame(whole.begin(), whole.begin() + 34);
            put(frame, 16, 2, 20 + to - from);
            put(frame, 20, 2, (to != 270 ? 0x2000U : 0U) | from / 8);
            put(frame, 24, 2, parts.size() == wrong ? 1 : 0);  // 0 is left to the network card
            frame.insert(frame.end(), whole.begin() + 34 + static_cast<std::ptrdiff_t>(from),
                         whole.begin() + 34 + static_cast<std::ptrdiff_t>(to));
            parts.push_back(frame);
        }
        if (reversed) {
            std::swap(parts[0], parts[1]);
        }
        Traffic traffic;
        for (const auto& frame : parts) {
            const auto packet = captured(frame);
            auto record = describe(packet);
            traffic.add({&packet, 1}, {&record, 1}, false);
        }
        const auto [outer, inner] = traffic.counts();
        return std::vector{outer.checksums_wrong, outer.checksums_offloaded, inner.checksums_wrong,
                           inner.checksums_offloaded};
    };
    // Within UDP, within Ethernet, within TCP, behind all headers.
    for (const std::size_t first : {8U, 24U, 64U, 120U}) {
        for (const bool reversed : {false, true}) {
            CAPTURE(first, reversed);
            for (const auto wrong : {kFirst, kMiddle, kLast}) {
                CAPTURE(wrong);
                CHECK(counted(wrong, first, reversed) == std::vector<std::uint64_t>{1, 2, 0, 1});
            }
            CHECK(counted(kWithin, first, reversed) == std::vector<std::uint64_t>{0, 3, 1, 0});
        }
    }
}

TEST_CASE("DNS by TCP is read wherever in the stream a message begins", "[packet][traffic]") {
    // Queries for "a." with the ids 1 and 2, each with its length in front.
    const std::vector<std::uint8_t> one{0, 19, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
    auto two = one;
    two[3] = 2;
    auto answer = one;
    answer[4] = 0x81;
    const auto part = [](const std::vector<std::uint8_t>& whole, std::size_t from, std::size_t to) {
        return std::vector<std::uint8_t>(whole.begin() + static_cast<std::ptrdiff_t>(from),
                                         whole.begin() + static_cast<std::ptrdiff_t>(to));
    };
    Told told;
    told({.sequence = 100, .server_port = 53, .content = part(one, 0, 2)});  // the length alone, as some send it
    told({.sequence = 102, .server_port = 53, .content = part(one, 2, 21)});
    auto both = part(one, 0, 21);
    both.insert(both.end(), two.begin(), two.begin() + 10);
    told({.sequence = 121, .server_port = 53, .content = both});
    told({.sequence = 152, .server_port = 53, .content = part(two, 10, 21)});
    told({.from_client = false, .sequence = 500, .server_port = 53, .content = answer});
    CHECK(told.traffic.inner().dns_queries == 3);
    CHECK(told.traffic.inner().dns_answers == 1);
    CHECK(told.traffic.inner().dns_unanswered == 1);  // that with the id 2
}

TEST_CASE("what is described quickly is described as it is thoroughly", "[packet][traffic]") {
    std::mt19937 random(7);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    std::size_t quick = 0;
    for (int i = 0; i < 200'000; ++i) {
        Tcp4 segment{.from_client = below(2) == 0,
                     .flags = static_cast<std::uint8_t>(below(64)),
                     .sequence = static_cast<std::uint32_t>(random()),
                     .payload = static_cast<std::uint16_t>(below(60))};
        auto frame = segment.inner();
        if (below(4) != 0) {
            frame = in_vxlan(frame);
        }
        if (below(3) == 0) {
            put(frame, frame.size() - 31, 1, 17);  // UDP, of some length or other
        }
        for (std::size_t bits = below(4); bits > 0; --bits) {
            frame[below(frame.size())] ^= static_cast<std::byte>(1U << below(8));
        }
        const auto original = frame.size();
        if (below(3) == 0) {
            frame.resize(below(frame.size() + 1));
        }
        auto packet = captured(frame, i);
        packet.original_length = static_cast<std::uint32_t>(original);
        PacketRecord record;
        if (describe_quickly(packet, record)) {
            ++quick;
            REQUIRE(record == describe_thoroughly(packet));
        }
    }
    CHECK(quick > 10'000);
}

TEST_CASE("a file gives the same through windows of any size, and cut anywhere into batches", "[packet][traffic]") {
    Told whole;
    std::string file("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0", 24);
    std::vector<Frame> frames;
    for (std::uint16_t i = 0; i < 40; ++i) {
        frames.push_back(in_vxlan(Tcp4{.sequence = i * 10U, .payload = static_cast<std::uint16_t>(i * 20)}.inner()));
        const auto size = static_cast<std::uint32_t>(frames.back().size());
        for (const std::uint32_t number : {0U, std::uint32_t{i}, size, size}) {
            for (unsigned shift = 0; shift < 32; shift += 8) {
                file += static_cast<char>(number >> shift & 0xff);
            }
        }
        file.append(reinterpret_cast<const char*>(frames.back().data()), frames.back().size());
        const auto record = describe(captured(frames.back(), i * 1000));
        whole.traffic.add({&record, 1});
    }
    const auto want = whole.traffic.inner();
    const auto same = [&](const Traffic& traffic) {
        const auto got = traffic.inner();
        return got.packets == want.packets && got.bytes == want.bytes &&
               got.tcp.retransmitted_segments == want.tcp.retransmitted_segments && got.flows == want.flows &&
               traffic.flows()[0].last_ns == whole.traffic.flows()[0].last_ns;
    };

    const test::TemporaryFolder folder;
    const std::string path = folder.file("capture");
    std::ofstream(path, std::ios::binary) << file;
    for (const std::size_t window : {16U, 100U, 1000U, 4096U, 1U << 20U}) {
        for (const unsigned threads : {1U, 2U, 3U}) {
            auto feed = CaptureFeed::open(path, window);
            REQUIRE(feed);
            Traffic traffic;
            read_traffic(*feed, traffic, threads);
            CAPTURE(window, threads);
            CHECK(same(traffic));
            CHECK(feed->problems().empty());
        }
    }
    std::vector<PacketRecord> records;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        records.push_back(describe(captured(frames[i], static_cast<std::int64_t>(i) * 1000)));
    }
    for (std::size_t cut = 0; cut <= records.size(); ++cut) {
        Traffic traffic;
        traffic.add(std::span{records}.first(cut));
        traffic.add(std::span{records}.subspan(cut));
        CHECK(same(traffic));
    }
}

}  // namespace kwd::packet
