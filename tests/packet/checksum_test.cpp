// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.h"

#include "hex.h"
#include "packet/capture_reader.h"
#include "packet/dissect.h"
#include "packet/traffic/traffic.h"
#include "told_traffic.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace kwd::packet {

using Verdict = ChecksumVerdict;

/// RFC 1071 word by word, in network order.
static std::uint32_t naive_sum(std::span<const std::byte> bytes, std::uint32_t sum = 0) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto octet = std::to_integer<std::uint32_t>(bytes[i]);
        sum += i % 2 == 0 ? octet << 8U : octet;
        sum = (sum & 0xffffU) + (sum >> 16U);
    }
    return sum;
}

static void put(std::vector<std::byte>& bytes, std::size_t place, std::uint32_t number) {
    bytes[place] = static_cast<std::byte>(number >> 8U);
    bytes[place + 1] = static_cast<std::byte>(number);
}

/// A packet whose checksums are right, and where the transport's stands.
struct Made {
    std::vector<std::byte> bytes;
    std::size_t field;
    std::uint32_t pseudo;
};

static Made made(bool ipv6, std::uint8_t protocol, std::vector<std::byte> body, std::size_t field) {
    const std::size_t header = ipv6 ? 40 : 20;
    auto bytes = ipv6 ? hex("60000000 0000 00 40 fd00000000000000000000000000a0b1 fd0000000000000000000000fffe0002")
                      : hex("45 00 0000 1234 4000 40 00 0000 0af40102 0af4fefd");
    put(bytes, ipv6 ? 4 : 2, static_cast<std::uint32_t>(body.size() + (ipv6 ? 0U : 20U)));
    bytes[ipv6 ? 6 : 9] = static_cast<std::byte>(protocol);
    if (!ipv6) {
        put(bytes, 10, ~naive_sum(bytes) & 0xffffU);
    }
    const auto addresses = std::span{bytes}.subspan(ipv6 ? 8 : 12, ipv6 ? 32 : 8);
    auto pseudo = naive_sum(addresses, protocol + static_cast<std::uint32_t>(body.size()));
    if (protocol == 1) {
        pseudo = 0;
    }
    put(body, field, 0);
    put(body, field, ~naive_sum(body, pseudo) & 0xffffU);
    bytes.insert(bytes.end(), body.begin(), body.end());
    return {bytes, header + field, pseudo};
}

static std::vector<std::byte> udp_body(std::size_t size, std::mt19937& random) {
    auto body = hex("c350 0035 0000 0000");
    for (std::size_t i = 8; i < size; ++i) {
        body.push_back(static_cast<std::byte>(random()));
    }
    put(body, 4, static_cast<std::uint32_t>(size));
    return body;
}

static const auto kTcp = hex("c350 0050 00000001 00000002 50 18 faf0 0000 0000 68656c6c6f");

TEST_CASE("the sum is that of RFC 1071, for any length and place", "[packet][checksum]") {
    std::mt19937 random{7};
    std::vector<std::byte> bytes(3000);
    for (auto& octet : bytes) {
        octet = static_cast<std::byte>(random());
    }
    for (std::size_t size = 0; size < 200; ++size) {
        for (std::size_t from = 0; from < 4; ++from) {
            const auto part = std::span{bytes}.subspan(from, size);
            const auto sum = internet_sum(part);
            std::array<std::byte, 2> memory;
            std::memcpy(memory.data(), &sum, 2);
            CHECK(naive_sum(memory) == naive_sum(part));
        }
    }
    const std::vector<std::byte> ones(65536, std::byte{0xff});
    CHECK(internet_sum(ones) == 0xffff);
    CHECK(internet_sum({}) == 0);
}

TEST_CASE("a right checksum is told from a wrong one", "[packet][checksum]") {
    std::mt19937 random{8};
    std::vector<Made> packets;
    for (const bool ipv6 : {false, true}) {
        for (const std::size_t size : {8U, 9U, 25U, 1400U, 1473U}) {
            packets.push_back(made(ipv6, 17, udp_body(size, random), 6));
        }
        packets.push_back(made(ipv6, 6, kTcp, 16));
    }
    packets.push_back(made(false, 1, hex("08 00 0000 0001 0002 616263"), 2));
    packets.push_back(made(true, 58, hex("80 00 0000 0001 0002 616263"), 2));
    for (auto& packet : packets) {
        const bool ipv4 = packet.bytes[0] == std::byte{0x45};
        const auto header = ipv4 ? Verdict::right : Verdict::absent;
        CHECK(verify_checksums(packet.bytes).header == header);
        CHECK(verify_checksums(packet.bytes).transport == Verdict::right);
        auto padded = packet.bytes;
        padded.resize(padded.size() + 7, std::byte{0xee});
        CHECK(verify_checksums(padded).transport == Verdict::right);
        for (std::size_t i = packet.field - 2; i < packet.bytes.size(); ++i) {
            auto broken = packet.bytes;
            broken[i] ^= std::byte{0x10};
            const auto verdict = verify_checksums(broken).transport;
            // In UDP's length the packet says that it is longer, or that a part of it is no datagram.
            CHECK((verdict == Verdict::wrong || verdict == Verdict::cannot_tell));
        }
        auto cut = packet.bytes;
        cut.pop_back();
        CHECK(verify_checksums(cut).transport == Verdict::cannot_tell);
        CHECK(verify_checksums(cut).header == header);
    }
}

TEST_CASE("an IPv4 header with a wrong byte is told", "[packet][checksum]") {
    auto packet = made(false, 6, kTcp, 16).bytes;
    packet[8] = std::byte{63};  // a TTL that somebody lowered without saying so
    CHECK(verify_checksums(packet).header == Verdict::wrong);
    CHECK(verify_checksums(packet).transport == Verdict::right);
    packet[10] = packet[11] = std::byte{0};
    CHECK(verify_checksums(packet).header == Verdict::unfinished);
}

TEST_CASE("what the network card was to compute is unfinished, not wrong", "[packet][checksum]") {
    for (const bool ipv6 : {false, true}) {
        auto tcp = made(ipv6, 6, kTcp, 16);
        put(tcp.bytes, tcp.field, tcp.pseudo);
        CHECK(verify_checksums(tcp.bytes).transport == Verdict::unfinished);
        // For large sends the length is left out.
        const auto without = tcp.pseudo > kTcp.size() ? tcp.pseudo - static_cast<std::uint32_t>(kTcp.size())
                                                      : tcp.pseudo + 0xffffU - static_cast<std::uint32_t>(kTcp.size());
        put(tcp.bytes, tcp.field, without);
        CHECK(verify_checksums(tcp.bytes).transport == Verdict::unfinished);
        put(tcp.bytes, tcp.field, without + 1);
        CHECK(verify_checksums(tcp.bytes).transport == Verdict::wrong);
    }
}

TEST_CASE("a checksum that was not made, or is not covered by what there is, is not judged", "[packet][checksum]") {
    std::mt19937 random{9};
    auto udp = made(false, 17, udp_body(30, random), 6);
    put(udp.bytes, udp.field, 0);
    CHECK(verify_checksums(udp.bytes).transport == Verdict::absent);
    auto gre = made(false, 47, hex("0000 0800 0000 0000"), 4).bytes;
    CHECK(verify_checksums(gre).transport == Verdict::absent);
    auto fragment = made(false, 6, kTcp, 16).bytes;
    fragment[6] = std::byte{0x20};
    CHECK(verify_checksums(fragment).transport == Verdict::cannot_tell);
    CHECK(verify_checksums(fragment).header == Verdict::wrong);
    CHECK(verify_checksums({}).transport == Verdict::cannot_tell);
    CHECK(verify_checksums(hex("45 00")).header == Verdict::cannot_tell);
    CHECK(verify_checksums(hex("35 00 0014") + std::vector<std::byte>(16)).header == Verdict::cannot_tell);
}

TEST_CASE("a packet that the card was to cut up is unfinished, and never wrong", "[packet][checksum]") {
    for (const bool ipv6 : {false, true}) {
        auto superpacket = made(ipv6, 6, kTcp, 16);
        put(superpacket.bytes, ipv6 ? 4 : 2, 0);
        const auto without_length = superpacket.pseudo - static_cast<std::uint32_t>(kTcp.size());
        put(superpacket.bytes, superpacket.field, without_length);
        CHECK(verify_checksums(superpacket.bytes).transport == Verdict::unfinished);
        put(superpacket.bytes, superpacket.field, 0x0bad);
        CHECK(verify_checksums(superpacket.bytes).transport == Verdict::cannot_tell);
    }
}

TEST_CASE("a tunnel may do without a checksum by IPv6, what is in it may not", "[packet][checksum]") {
    std::mt19937 random{10};
    auto packet = made(true, 17, udp_body(30, random), 6);
    put(packet.bytes, packet.field, 0);
    CHECK(verify_checksums(packet.bytes).transport == Verdict::unfinished);
    const auto verdict = verify_tunnel_checksums(packet.bytes, packet.bytes);
    CHECK(verdict.outer.transport == Verdict::absent);
    CHECK(verdict.inner.transport == Verdict::unfinished);
}

TEST_CASE("checksums around a tunnel and within it are told apart", "[packet][checksum]") {
    const auto ethernet = hex("00155df00001 00155df00000 0800");
    const auto described = [&](const Made& inner, int break_outer) {
        auto body = hex("d431 12b5 0000 0000 08 000000 001000 00") + ethernet + inner.bytes;
        put(body, 4, static_cast<std::uint32_t>(body.size()));
        auto outer = made(false, 17, body, 6);
        if (break_outer >= 0) {
            outer.bytes[static_cast<std::size_t>(break_outer)] ^= std::byte{0x10};
        }
        const auto frame = ethernet + outer.bytes;
        const auto record = describe(captured(frame));
        Traffic traffic;
        traffic.add({&record, 1});
        const auto within = traffic.inner();
        const auto around = traffic.outer();
        return std::array{within.checksums_wrong, within.checksums_offloaded, around.checksums_wrong,
                          around.checksums_offloaded};
    };
    using Counts = std::array<std::uint64_t, 4>;
    const auto right = made(false, 6, kTcp, 16);
    CHECK(described(right, -1) == Counts{0, 0, 0, 0});
    CHECK(described(right, 8) == Counts{0, 0, 1, 0});   // time to live
    CHECK(described(right, 20) == Counts{0, 0, 1, 0});  // the datagram's source port
    auto wrong = right;
    wrong.bytes.back() ^= std::byte{1};
    CHECK(described(wrong, -1) == Counts{1, 0, 0, 0});
    auto unfinished = right;
    put(unfinished.bytes, right.field, right.pseudo);
    CHECK(described(unfinished, -1) == Counts{0, 1, 0, 0});
    // Computed for the packet as it will be, which the card makes of it (local checksum offload).
    CHECK(described(unfinished, 26) == Counts{0, 1, 0, 1});
}

TEST_CASE("an IPv6 packet with a routing header is not judged, one with other extensions is", "[packet][checksum]") {
    const auto inner = made(true, 6, kTcp, 16).bytes;
    const auto extended = [&](const char* kind) {
        auto packet = std::vector<std::byte>(inner.begin(), inner.begin() + 40) + hex("06 00 010400000000") +
                      std::vector<std::byte>(inner.begin() + 40, inner.end());
        packet[6] = hex(kind)[0];
        put(packet, 4, static_cast<std::uint32_t>(packet.size() - 40));
        return packet;
    };
    CHECK(verify_checksums(extended("00")).transport == Verdict::right);
    CHECK(verify_checksums(extended("3c")).transport == Verdict::right);
    CHECK(verify_checksums(extended("2b")).transport == Verdict::cannot_tell);
}

// Microsoft, "Indicating Coalesced Segments": a card that does not compute the checksums of IPv4 and TCP anew says so
// beside the packet, which no capture holds.
TEST_CASE("segments that a card may have joined have no wrong checksum", "[packet][checksum]") {
    for (const bool ipv6 : {false, true}) {
        for (const std::size_t longer : {0U, 1U}) {
            auto body = kTcp;
            body.resize((ipv6 ? 1460 : 1480) + longer, std::byte{0x61});
            auto packet = made(ipv6, 6, body, 16);
            REQUIRE(packet.bytes.size() == 1500 + longer);
            CHECK(verify_checksums(packet.bytes).transport == Verdict::right);
            packet.bytes[packet.field] ^= std::byte{0x10};
            CHECK(verify_checksums(packet.bytes).transport == (longer == 0 ? Verdict::wrong : Verdict::cannot_tell));
            put(packet.bytes, packet.field, packet.pseudo);
            CHECK(verify_checksums(packet.bytes).transport == Verdict::unfinished);
            if (!ipv6) {
                packet.bytes[8] = std::byte{63};
                CHECK(verify_checksums(packet.bytes).header == (longer == 0 ? Verdict::wrong : Verdict::cannot_tell));
            }
        }
    }
    std::mt19937 random{11};
    auto udp = made(false, 17, udp_body(4000, random), 6);
    udp.bytes.back() ^= std::byte{1};
    CHECK(verify_checksums(udp.bytes).transport == Verdict::wrong);
}

TEST_CASE("a checksum on an IPv4 source route is not judged, one behind other options is", "[packet][checksum]") {
    const auto inner = made(false, 6, kTcp, 16).bytes;
    const auto with_options = [&](const char* options) {
        auto packet = std::vector<std::byte>(inner.begin(), inner.begin() + 20) + hex(options) +
                      std::vector<std::byte>(inner.begin() + 20, inner.end());
        packet[0] = std::byte{0x47};
        put(packet, 2, static_cast<std::uint32_t>(packet.size()));
        put(packet, 10, 0);
        put(packet, 10, ~naive_sum(std::span{packet}.first(28)) & 0xffffU);
        return packet;
    };
    // The destination becomes the next hop's, while the checksum stays that of the last one.
    const auto elsewhere = [](std::vector<std::byte> packet) {
        packet[19] ^= std::byte{0x09};
        put(packet, 10, 0);
        put(packet, 10, ~naive_sum(std::span{packet}.first(28)) & 0xffffU);
        return packet;
    };
    for (const char* route : {"83 07 04 0a000002 00", "01 89 07 04 0a000002"}) {
        CAPTURE(route);
        CHECK(verify_checksums(elsewhere(with_options(route))).header == Verdict::right);
        CHECK(verify_checksums(elsewhere(with_options(route))).transport == Verdict::cannot_tell);
        CHECK(verify_checksums(with_options(route)).transport == Verdict::right);  // it has arrived
    }
    // Record route; router alert; the end before what looks like a source route; one that says it is longer.
    for (const char* other :
         {"07 07 04 0a000002 00", "94 04 0000 00 000000", "00 83 07 04 0a000002", "07 ff 83 07 04 0a0000"}) {
        CAPTURE(other);
        CHECK(verify_checksums(with_options(other)).transport == Verdict::right);
        CHECK(verify_checksums(elsewhere(with_options(other))).transport == Verdict::wrong);
    }
}

TEST_CASE("what Linux sends through tunnels has nothing wrong where it was captured before the card",
          "[packet][checksum]") {
    std::ifstream stream(KWD_FIXTURES "/packet/tunnels.pcap", std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    CaptureReader reader{std::as_bytes(std::span{content})};
    std::array<int, 5> outer{};
    std::array<int, 5> inner{};
    while (const auto captured = reader.next()) {
        const auto packet = dissect(captured->link_type, captured->captured, captured->original_length, VxlanPorts{});
        const auto* inner_link = packet.inner ? std::get_if<Ethernet>(&packet.inner->link) : nullptr;
        if (inner_link == nullptr || std::holds_alternative<Arp>(packet.inner->network)) {
            continue;
        }
        const auto verdict =
            verify_tunnel_checksums(std::get<Ethernet>(packet.outer.link).payload, inner_link->payload);
        ++outer[static_cast<std::size_t>(verdict.outer.transport)];
        ++inner[static_cast<std::size_t>(verdict.inner.transport)];
        CHECK(verdict.outer.header == Verdict::right);
        CHECK(verdict.inner.header == Verdict::right);
    }
    // As tshark tells of the same file: 15 of the inner ones fit the bytes as little as the outer ones do.
    CHECK(inner[static_cast<std::size_t>(Verdict::unfinished)] == 15);
    CHECK(inner[static_cast<std::size_t>(Verdict::wrong)] == 0);
    CHECK(outer[static_cast<std::size_t>(Verdict::wrong)] == 0);
    CHECK(outer[static_cast<std::size_t>(Verdict::unfinished)] >= 15);
}

}  // namespace kwd::packet
