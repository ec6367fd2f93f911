// SPDX-License-Identifier: Apache-2.0
#include "packet/fragments.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace kwd::packet {

using Datagram = std::vector<std::byte>;

// UDP to port 4789, VXLAN with VNI 4096, a frame with an IPv4 packet and UDP: 58 bytes of headers, then payload.
static Datagram tunnel_datagram(std::size_t payload) {
    auto datagram =
        hex("d431 12b5 0000 0000 08 000000 001000 00"
            "0e2a0af40203 0e2a0af40102 0800 45 00 0000 0001 0000 40 11 0000 0af40102 0af40203"
            "c350 1f90 0000 0000");
    datagram.resize(datagram.size() + payload, std::byte{0x55});
    const auto put = [&](std::size_t place, std::size_t number) {
        datagram[place] = static_cast<std::byte>(number >> 8U);
        datagram[place + 1] = static_cast<std::byte>(number);
    };
    put(4, datagram.size());
    put(32, datagram.size() - 30);
    put(54, datagram.size() - 50);
    return datagram;
}

static Datagram plain_datagram(std::size_t payload) {
    auto datagram = hex("c350 c351 0000 0000");
    datagram.resize(8 + payload);
    datagram[4] = static_cast<std::byte>(datagram.size() >> 8U);
    datagram[5] = static_cast<std::byte>(datagram.size());
    return datagram;
}

/// A captured fragment, which keeps its bytes.
struct Piece {
    std::vector<std::byte> bytes;
    std::uint64_t number = 0;
    std::int64_t time_ns = 0;
    std::size_t kept = 0;
};

static Piece ipv4_piece(const Datagram& datagram, std::size_t from, std::size_t to, std::uint8_t id = 1) {
    auto bytes = hex("45 00 0000 0000 0000 40 11 0000 0af00004 0af00005");
    const auto part = std::span{datagram}.subspan(from, to - from);
    bytes[3] = static_cast<std::byte>(20 + part.size());
    bytes[2] = static_cast<std::byte>((20 + part.size()) >> 8U);
    bytes[5] = static_cast<std::byte>(id);
    bytes[6] = static_cast<std::byte>((to < datagram.size() ? 0x20U : 0U) | from / 8 >> 8U);
    bytes[7] = static_cast<std::byte>(from / 8);
    bytes.insert(bytes.end(), part.begin(), part.end());
    return {bytes, 1, 0, bytes.size()};
}

static Piece ipv6_piece(const Datagram& datagram, std::size_t from, std::size_t to) {
    auto bytes =
        hex("60000000 0000 2c 40 fd000000000000000000000000000001 fd000000000000000000000000000002"
            "11 00 0000 00000007");
    const auto part = std::span{datagram}.subspan(from, to - from);
    bytes[5] = static_cast<std::byte>(8 + part.size());
    bytes[4] = static_cast<std::byte>((8 + part.size()) >> 8U);
    bytes[42] = static_cast<std::byte>(from >> 8U);
    bytes[43] = static_cast<std::byte>((from & 0xf8U) | (to < datagram.size() ? 1U : 0U));
    bytes.insert(bytes.end(), part.begin(), part.end());
    return {bytes, 1, 0, bytes.size()};
}

static Packet dissected(const Piece& piece) {
    return dissect(LinkType::raw, std::span{piece.bytes}.first(piece.kept), piece.bytes.size(), VxlanPorts{});
}

class Seen {
  public:
    Fragments::Answer add(const Piece& piece) {
        packet = dissected(piece);
        return fragments.add(packet, piece.number, piece.time_ns, piece.bytes.size());
    }

    std::vector<Fragments::Unsettled> unsettled;
    Fragments fragments{VxlanPorts{}, [this](const Fragments::Unsettled& each) { unsettled.push_back(each); }};
    Packet packet;
};

using Role = Fragments::Role;

TEST_CASE("fragments of a tunnel are credited to it in the order in which they were sent", "[packet][fragments]") {
    const auto datagram = tunnel_datagram(2000);
    Seen seen;
    const auto first = seen.add(ipv4_piece(datagram, 0, 1480));
    CHECK(first.role == Role::beginning);
    CHECK(first.datagram.vni == 4096U);
    CHECK(first.datagram.destination_port == 4789);
    CHECK(first.before.packets == 0);
    CHECK(seen.packet.inner);
    const auto second = seen.add(ipv4_piece(datagram, 1480, datagram.size()));
    CHECK(second.role == Role::later);
    CHECK(second.datagram.vni == 4096U);
    CHECK_FALSE(seen.packet.vxlan);
    seen.fragments.settle();
    CHECK(seen.unsettled.empty());
}

TEST_CASE("fragments of a tunnel that come before its first one are credited with that", "[packet][fragments]") {
    const auto datagram = tunnel_datagram(4000);
    Seen seen;
    auto last = ipv4_piece(datagram, 2960, datagram.size());
    last.number = 7;
    last.time_ns = 100;
    auto middle = ipv4_piece(datagram, 1480, 2960);
    middle.number = 8;
    middle.time_ns = 200;
    CHECK(seen.add(last).role == Role::waiting);
    CHECK(seen.add(middle).role == Role::waiting);
    const auto first = seen.add(ipv4_piece(datagram, 0, 1480));
    CHECK(first.role == Role::beginning);
    CHECK(first.datagram.vni == 4096U);
    CHECK(first.before.packets == 2);
    CHECK(first.before.bytes == last.bytes.size() + middle.bytes.size());
    CHECK(first.before.first_packet == 7);
    CHECK(first.before.first_ns == 100);
    CHECK(first.before.last_ns == 200);
}

TEST_CASE("headers that are split over fragments are put together, in any order", "[packet][fragments]") {
    for (const std::size_t payload : {2U, 70U, 400U}) {
        const auto datagram = tunnel_datagram(payload);
        for (const std::size_t first_end : {8U, 16U, 24U, 32U, 40U, 48U}) {
            for (const bool ipv6 : {false, true}) {
                const auto piece = [&](std::size_t from, std::size_t to) {
                    return ipv6 ? ipv6_piece(datagram, from, to) : ipv4_piece(datagram, from, to);
                };
                std::vector<Piece> pieces{piece(0, first_end), piece(first_end, 56), piece(56, datagram.size())};
                std::array<int, 3> order{0, 1, 2};
                do {
                    Seen seen;
                    int beginnings = 0;
                    std::uint32_t before = 0;
                    for (const int i : order) {
                        const auto answer = seen.add(pieces[static_cast<std::size_t>(i)]);
                        if (answer.role != Role::beginning) {
                            continue;
                        }
                        ++beginnings;
                        before = answer.before.packets;
                        CHECK(answer.datagram.vni == 4096U);
                        REQUIRE(seen.packet.vxlan);
                        REQUIRE(seen.packet.inner);
                        CHECK(seen.packet.outer.outcome == Outcome::fragment);
                        const auto* ip = std::get_if<Ipv4>(&seen.packet.inner->network);
                        REQUIRE(ip != nullptr);
                        CHECK(ip->destination == 0x0af40203);
                        CHECK(ip->total_length == 28 + payload);
                        const auto* udp = std::get_if<Udp>(&seen.packet.inner->transport);
                        REQUIRE(udp != nullptr);
                        CHECK(udp->destination_port == 8080);
                    }
                    CHECK(beginnings == 1);
                    CHECK(before == 2);
                    seen.fragments.settle();
                    CHECK(seen.unsettled.empty());
                } while (std::next_permutation(order.begin(), order.end()));
            }
        }
    }
}

TEST_CASE("fragments of what is no tunnel are told with their ports", "[packet][fragments]") {
    const auto datagram = plain_datagram(2000);
    Seen seen;
    CHECK(seen.add(ipv4_piece(datagram, 1480, datagram.size())).role == Role::waiting);
    const auto first = seen.add(ipv4_piece(datagram, 0, 1480));
    CHECK(first.role == Role::beginning);
    CHECK_FALSE(first.datagram.vni);
    CHECK(first.datagram.destination_port == 50001);
    CHECK(first.before.packets == 1);
}

TEST_CASE("what is no fragment of UDP is left alone", "[packet][fragments]") {
    Seen seen;
    auto whole = ipv4_piece(plain_datagram(20), 0, 28);
    CHECK(seen.add(whole).role == Role::none);
    auto icmp = ipv4_piece(plain_datagram(2000), 0, 1480);
    icmp.bytes[9] = std::byte{1};
    CHECK(seen.add(icmp).role == Role::none);
    CHECK(seen.add({hex("00"), 1, 0, 1}).role == Role::none);
}

TEST_CASE("a first fragment that the snap length cut is read as far as it goes", "[packet][fragments]") {
    auto piece = ipv4_piece(tunnel_datagram(2000), 0, 1480);
    piece.kept = 20 + 20;  // to within the inner Ethernet header
    Seen seen;
    const auto first = seen.add(piece);
    CHECK(first.role == Role::beginning);
    CHECK(first.datagram.vni == 4096U);
}

TEST_CASE("fragments whose first one never came are told in the end", "[packet][fragments]") {
    const auto datagram = tunnel_datagram(2000);
    Seen seen;
    CHECK(seen.add(ipv4_piece(datagram, 1480, datagram.size(), 1)).role == Role::waiting);
    CHECK(seen.add(ipv4_piece(datagram, 0, 16, 2)).role == Role::waiting);  // ports and VNI, but no more
    seen.fragments.settle();
    REQUIRE(seen.unsettled.size() == 2);
    CHECK_FALSE(seen.unsettled[0].datagram);
    CHECK_FALSE(seen.unsettled[0].ipv6);
    CHECK(seen.unsettled[0].source[0] == 10);
    CHECK(seen.unsettled[0].destination[3] == 5);
    CHECK(seen.unsettled[0].waited.packets == 1);
    REQUIRE(seen.unsettled[1].datagram);
    CHECK(seen.unsettled[1].datagram->vni == 4096U);
}

TEST_CASE("a number that is used again after its time is another datagram's", "[packet][fragments]") {
    const auto tunnel = tunnel_datagram(2000);
    Seen seen;
    CHECK(seen.add(ipv4_piece(tunnel, 0, 1480)).role == Role::beginning);
    auto late = ipv4_piece(plain_datagram(2000), 1480, 2008);
    late.time_ns = Fragments::kExpiryNs + 1;
    CHECK(seen.add(late).role == Role::waiting);
    auto again = ipv4_piece(plain_datagram(2000), 0, 1480);
    again.time_ns = late.time_ns;
    const auto first = seen.add(again);
    CHECK(first.role == Role::beginning);
    CHECK_FALSE(first.datagram.vni);
    CHECK(first.before.packets == 1);
}

TEST_CASE("more datagrams than are remembered cost the oldest, and that is told", "[packet][fragments]") {
    const auto datagram = tunnel_datagram(2000);
    Seen seen;
    auto piece = ipv4_piece(datagram, 1480, datagram.size());
    constexpr std::size_t kMore = 100;
    for (std::size_t i = 0; i < Fragments::kMostDatagrams + kMore; ++i) {
        piece.bytes[4] = static_cast<std::byte>(i >> 8U);
        piece.bytes[5] = static_cast<std::byte>(i);
        CHECK(seen.add(piece).role == Role::waiting);
    }
    CHECK(seen.unsettled.size() == kMore);
    // Short first ones take a beginning each, until there are no more: then they are told as they are.
    auto begin = ipv4_piece(datagram, 0, 16);
    begin.bytes[12] = std::byte{11};
    std::size_t told = 0;
    for (std::size_t i = 0; i < 2 * Fragments::kMostBeginnings; ++i) {
        begin.bytes[4] = static_cast<std::byte>(i >> 8U);
        begin.bytes[5] = static_cast<std::byte>(i);
        told += seen.add(begin).role == Role::beginning ? 1U : 0U;
    }
    CHECK(told == Fragments::kMostBeginnings);
    seen.fragments.settle();
    std::size_t packets = 0;
    for (const auto& each : seen.unsettled) {
        packets += each.waited.packets;
    }
    CHECK(packets == Fragments::kMostDatagrams + kMore + Fragments::kMostBeginnings);
}

}  // namespace kwd::packet
