// SPDX-License-Identifier: Apache-2.0
#include "packet/capture_reader.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace kwd::packet {

using Kind = CaptureProblem::Kind;

static std::vector<CapturedPacket> all_packets(CaptureReader& reader) {
    std::vector<CapturedPacket> packets;
    while (const auto packet = reader.next()) {
        packets.push_back(*packet);
    }
    return packets;
}

// Two packets of 3 and 2 bytes, the second cut from 60, at 1,700,000,000.25 s and a second later. Written from
// draft-ietf-opsawg-pcap §4 and §5.
static const auto kLittleMicroseconds =
    hex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"
        "00f15365 90d00300 03000000 03000000 aabbcc"
        "01f15365 90d00300 02000000 3c000000 ddee");
static const auto kBigMicroseconds =
    hex("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001"
        "6553f100 0003d090 00000003 00000003 aabbcc"
        "6553f101 0003d090 00000002 0000003c ddee");
static const auto kLittleNanoseconds =
    hex("4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000"
        "00f15365 80b2e60e 03000000 03000000 aabbcc"
        "01f15365 80b2e60e 02000000 3c000000 ddee");
static const auto kBigNanoseconds =
    hex("a1b23c4d 0002 0004 00000000 00000000 00040000 00000001"
        "6553f100 0ee6b280 00000003 00000003 aabbcc"
        "6553f101 0ee6b280 00000002 0000003c ddee");

TEST_CASE("pcap is read in both byte orders and both resolutions", "[packet][capture]") {
    for (const auto& file : {kLittleMicroseconds, kBigMicroseconds, kLittleNanoseconds, kBigNanoseconds}) {
        CHECK(recognise_capture(file) == CaptureFormat::pcap);
        CaptureReader reader{file};
        const auto packets = all_packets(reader);
        REQUIRE(packets.size() == 2);
        CHECK(packets[0].number == 1);
        CHECK(packets[0].time_ns_utc == 1'700'000'000'250'000'000);
        CHECK(packets[0].interface_id == 0);
        CHECK(packets[0].link_type == LinkType::ethernet);
        CHECK(packets[0].captured.size() == 3);
        CHECK(packets[0].captured[2] == std::byte{0xcc});
        CHECK(packets[0].original_length == 3);
        CHECK(packets[1].number == 2);
        CHECK(packets[1].time_ns_utc == 1'700'000'001'250'000'000);
        CHECK(packets[1].captured.size() == 2);
        CHECK(packets[1].original_length == 60);
        CHECK(reader.problems().empty());
        REQUIRE(reader.interfaces().size() == 1);
        CHECK(reader.interfaces()[0].snap_length == 262144);
    }
}

TEST_CASE("the upper half of a pcap file's link type is not the link type", "[packet][capture]") {
    auto file = kLittleMicroseconds;
    file[23] = std::byte{0x54};  // a frame check sequence of 4 bytes
    CaptureReader reader{file};
    CHECK(reader.next()->link_type == LinkType::ethernet);
}

TEST_CASE("a pcap file that ends within a packet gives those before and says where", "[packet][capture]") {
    for (const std::size_t size : {43U + 1U, 43U + 15U, 43U + 16U, 43U + 17U}) {
        auto file = kLittleMicroseconds;
        file.resize(size);
        CaptureReader reader{file};
        CHECK(all_packets(reader).size() == 1);
        REQUIRE(reader.problems().size() == 1);
        CHECK(reader.problems()[0].kind == Kind::truncated);
        CHECK(reader.problems()[0].offset == 43);
        CHECK_FALSE(reader.next());
        CHECK(reader.problems().size() == 1);
    }
}

TEST_CASE("a pcap file that ends after a packet is whole", "[packet][capture]") {
    auto file = kLittleMicroseconds;
    file.resize(43);
    CaptureReader reader{file};
    CHECK(all_packets(reader).size() == 1);
    CHECK(reader.problems().empty());
}

TEST_CASE("a packet that is longer than any can be ends a pcap file", "[packet][capture]") {
    auto file = kLittleMicroseconds;
    file[43 + 11] = std::byte{0x80};
    CaptureReader reader{file};
    CHECK(all_packets(reader).size() == 1);
    REQUIRE(reader.problems().size() == 1);
    CHECK(reader.problems()[0].kind == Kind::bad_length);
    CHECK(reader.problems()[0].offset == 43);
    CHECK(reader.problems()[0].text == "a packet of 2147483650 bytes");
}

TEST_CASE("a pcap header that is cut or of another version gives no packets", "[packet][capture]") {
    auto cut = kLittleMicroseconds;
    cut.resize(23);
    CaptureReader cut_reader{cut};
    CHECK_FALSE(cut_reader.next());
    REQUIRE(cut_reader.problems().size() == 1);
    CHECK(cut_reader.problems()[0].kind == Kind::truncated);
    CHECK(cut_reader.problems()[0].offset == 0);

    auto old = kLittleMicroseconds;
    old[6] = std::byte{3};
    CaptureReader old_reader{old};
    CHECK_FALSE(old_reader.next());
    REQUIRE(old_reader.problems().size() == 1);
    CHECK(old_reader.problems()[0].kind == Kind::unsupported_version);
    CHECK(old_reader.problems()[0].text == "pcap version 2.3, not 2.4");
}

TEST_CASE("what is no capture is named so", "[packet][capture]") {
    for (const auto* text : {"", "d4c3b2", "1f8b0800 00000000", "0a0d0d0d 00000000"}) {
        const auto file = hex(text);
        CHECK_FALSE(recognise_capture(file));
        CaptureReader reader{file};
        CHECK_FALSE(reader.next());
        CHECK(reader.interfaces().empty());
        REQUIRE(reader.problems().size() == 1);
        CHECK(reader.problems()[0].kind == Kind::unknown_format);
    }
}

TEST_CASE("what Wireshark's tools wrote is read", "[packet][capture]") {
    std::ifstream stream(KWD_FIXTURES "/packet/mergecap_snapped.pcapng", std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    CaptureReader reader{std::as_bytes(std::span{content})};
    const auto packets = all_packets(reader);
    CHECK(reader.problems().empty());
    CHECK(reader.interfaces().size() == 2);
    REQUIRE(packets.size() == 3);

    CHECK(packets[0].interface_id == 0);
    CHECK(packets[0].link_type == LinkType::ethernet);
    CHECK(packets[0].time_ns_utc == 1'700'000'000'250'000'000);
    CHECK(packets[0].captured.size() == 20);
    CHECK(packets[0].captured[19] == std::byte{4});  // the length of an IPv4 address in ARP
    CHECK(packets[0].original_length == 42);

    CHECK(packets[1].interface_id == 1);
    CHECK(packets[1].link_type == LinkType::raw);
    CHECK(packets[1].time_ns_utc == 1'700'000'001'000'000'001);
    CHECK(packets[1].original_length == 28);
    CHECK(packets[2].number == 3);
    CHECK(packets[2].time_ns_utc == 1'700'000'002'500'000'000);
}

}  // namespace kwd::packet
