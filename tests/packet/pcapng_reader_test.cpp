// SPDX-License-Identifier: Apache-2.0
#include "hex.h"
#include "packet/capture_reader.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

using Kind = CaptureProblem::Kind;
using File = std::vector<std::byte>;

// Blocks written from draft-ietf-opsawg-pcapng §4, little endian unless they say otherwise.
static const auto kSection = hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000");
static const auto kBigSection = hex("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c");
/// Ethernet, no snap length, microseconds.
static const auto kInterface = hex("01000000 14000000 0100 0000 00000000 14000000");
/// Ethernet, snap length 128, name `eth0`, description `lan`, nanoseconds.
static const auto kNamedInterface =
    hex("01000000 30000000 0100 0000 80000000"
        "0200 0400 65746830  0300 0300 6c616e00  0900 0100 09000000  0000 0000"
        "30000000");
/// Two bytes of 60, interface 0, at 1,700,000,000.25 s in microseconds.
static const auto kPacket =
    hex("06000000 24000000 00000000 240a0600 90102218 02000000 3c000000 aabb0000"
        "24000000");

static std::vector<CapturedPacket> all_packets(CaptureReader& reader) {
    std::vector<CapturedPacket> packets;
    while (const auto packet = reader.next()) {
        packets.push_back(*packet);
    }
    return packets;
}

static void check_one_problem(const File& file, std::size_t packets, Kind kind, std::uint64_t offset) {
    CaptureReader reader{file};
    CHECK(all_packets(reader).size() == packets);
    REQUIRE(reader.problems().size() == 1);
    CHECK(reader.problems()[0].kind == kind);
    CHECK(reader.problems()[0].offset == offset);
    CHECK_FALSE(reader.next());
    CHECK(reader.problems().size() == 1);
}

TEST_CASE("a pcapng packet gives its time, lengths and bytes", "[packet][pcapng]") {
    const auto file = kSection + kInterface + kPacket;
    CHECK(recognise_capture(file) == CaptureFormat::pcapng);
    CaptureReader reader{file};
    const auto packets = all_packets(reader);
    REQUIRE(packets.size() == 1);
    CHECK(packets[0].number == 1);
    CHECK(packets[0].time_ns_utc == 1'700'000'000'250'000'000);
    CHECK(packets[0].interface_id == 0);
    CHECK(packets[0].link_type == LinkType::ethernet);
    CHECK(packets[0].captured.size() == 2);
    CHECK(packets[0].captured[1] == std::byte{0xbb});
    CHECK(packets[0].original_length == 60);
    CHECK(reader.problems().empty());
}

TEST_CASE("an interface gives its name, description, snap length and resolution", "[packet][pcapng]") {
    const auto file = kSection + kNamedInterface + kPacket;
    CaptureReader reader{file};
    const auto packets = all_packets(reader);
    REQUIRE(packets.size() == 1);
    CHECK(packets[0].time_ns_utc == 1'700'000'000'250'000);
    REQUIRE(reader.interfaces().size() == 1);
    CHECK(reader.interfaces()[0].name == "eth0");
    CHECK(reader.interfaces()[0].description == "lan");
    CHECK(reader.interfaces()[0].link_type == LinkType::ethernet);
    CHECK(reader.interfaces()[0].snap_length == 128);
}

TEST_CASE("a big-endian section is read, after a little-endian one too", "[packet][pcapng]") {
    const auto big = kBigSection + hex("00000001 00000020 0071 0000 00000000 0009 0001 06000000 0000 0000 00000020") +
                     hex("00000006 00000024 00000000 00060a24 18221090 00000003 00000003 aabbcc00 00000024");
    const auto file = kSection + kInterface + kPacket + big;
    CaptureReader reader{file};
    const auto packets = all_packets(reader);
    REQUIRE(packets.size() == 2);
    CHECK(packets[1].number == 2);
    CHECK(packets[1].interface_id == 1);
    CHECK(packets[1].link_type == LinkType::linux_sll);
    CHECK(packets[1].time_ns_utc == 1'700'000'000'250'000'000);
    CHECK(packets[1].captured.size() == 3);
    CHECK(reader.interfaces().size() == 2);
    CHECK(reader.problems().empty());
}

TEST_CASE("packets belong to the interfaces of their own section", "[packet][pcapng]") {
    const auto raw_interface = hex("01000000 14000000 6500 0000 00000000 14000000");
    const auto second_interface_packet = hex("06000000 20000000 01000000 00000000 00000000 00000000 00000000 20000000");
    const auto file =
        kSection + kInterface + raw_interface + second_interface_packet + kSection + raw_interface + kPacket;
    CaptureReader reader{file};
    const auto packets = all_packets(reader);
    REQUIRE(packets.size() == 2);
    CHECK(packets[0].interface_id == 1);
    CHECK(packets[0].link_type == LinkType::raw);
    CHECK(packets[1].interface_id == 2);
    CHECK(packets[1].link_type == LinkType::raw);
    CHECK(reader.problems().empty());
}

TEST_CASE("a time offset moves the times of its interface", "[packet][pcapng]") {
    const auto interface = hex("01000000 24000000 0100 0000 00000000 0e00 0800 0a00000000000000 0000 0000 24000000");
    const auto packet = hex("06000000 20000000 00000000 00000000 40420f00 00000000 00000000 20000000");
    const auto file = kSection + interface + packet;
    CaptureReader reader{file};
    CHECK(reader.next()->time_ns_utc == 11'000'000'000);
}

TEST_CASE("a simple packet block has no time, and the snap length of the first interface", "[packet][pcapng]") {
    const auto interface = hex("01000000 14000000 0100 0000 03000000 14000000");
    const auto packet = hex("03000000 14000000 3c000000 aabbcc00 14000000");
    const auto file = kSection + interface + packet;
    CaptureReader reader{file};
    const auto packets = all_packets(reader);
    REQUIRE(packets.size() == 1);
    CHECK_FALSE(packets[0].time_ns_utc);
    CHECK(packets[0].captured.size() == 3);
    CHECK(packets[0].original_length == 60);
}

TEST_CASE("an obsolete packet block is read", "[packet][pcapng]") {
    const auto packet =
        hex("02000000 24000000 0000 ffff 240a0600 90102218 02000000 02000000 aabb0000"
            "24000000");
    const auto file = kSection + kInterface + packet;
    CaptureReader reader{file};
    const auto packets = all_packets(reader);
    REQUIRE(packets.size() == 1);
    CHECK(packets[0].time_ns_utc == 1'700'000'000'250'000'000);
    CHECK(packets[0].captured.size() == 2);
}

TEST_CASE("blocks of other kinds are passed over", "[packet][pcapng]") {
    const auto statistics = hex("05000000 18000000 00000000 00000000 00000000 18000000");
    const auto custom = hex("ad0b0000 0c000000 0c000000");
    const auto file = kSection + kInterface + statistics + custom + kPacket + custom;
    CaptureReader reader{file};
    CHECK(all_packets(reader).size() == 1);
    CHECK(reader.problems().empty());
}

TEST_CASE("what was counted of an interface is read, the last of it", "[packet][pcapng]") {
    // Times of the interface's resolution, nanoseconds: 2^32 + 5 and 2^32 + 9; the options in any order.
    const auto first =
        hex("05000000 28000000 00000000 00000000 00000000  0700 0800 0100000000000000  0000 0000 28000000");
    const auto last =
        hex("05000000 64000000 00000000 00000000 00000000"
            "0400 0800 1000000000000000  0500 0800 0200000000000000  0600 0800 0f00000000000000"
            "0700 0800 0300000000000000  0300 0800 0100000009000000  0200 0800 0100000005000000"
            "0000 0000 64000000");
    const auto file = kSection + kInterface + kNamedInterface + first +
                      hex("05000000 64000000 01000000 00000000 00000000") + std::vector(last.begin() + 20, last.end()) +
                      kPacket + first;
    CaptureReader reader{file};
    CHECK(all_packets(reader).size() == 1);
    CHECK(reader.problems().empty());
    REQUIRE(reader.interfaces().size() == 2);
    const auto& statistics = reader.interfaces()[1].statistics;
    REQUIRE(statistics);
    CHECK(statistics->received == 16);
    CHECK(statistics->dropped_by_interface == 2);
    CHECK(statistics->accepted == 15);
    CHECK(statistics->dropped_by_system == 3);
    CHECK(statistics->begin_ns_utc == 4'294'967'301);
    CHECK(statistics->end_ns_utc == 4'294'967'305);
    REQUIRE(reader.interfaces()[0].statistics);
    CHECK(reader.interfaces()[0].statistics->dropped_by_system == 1);
    CHECK_FALSE(reader.interfaces()[0].statistics->received);
}

TEST_CASE("statistics that are too short or go on beyond their block cost no packet", "[packet][pcapng]") {
    check_one_problem(kSection + kInterface + hex("05000000 14000000 00000000 00000000 14000000") + kPacket, 1,
                      Kind::bad_block, 48);
    check_one_problem(kSection + kInterface +
                          hex("05000000 20000000 00000000 00000000 00000000 0400 4000 01000000 20000000") + kPacket,
                      1, Kind::bad_block, 48);
}

TEST_CASE("an interface gives its filter where that is a text", "[packet][pcapng]") {
    const auto filtered = [](const char* option) {
        const auto file =
            kSection + hex("01000000 20000000 0100 0000 00000000") + hex(option) + hex("0000 0000 20000000");
        CaptureReader reader{file};
        CHECK(all_packets(reader).empty());
        REQUIRE(reader.interfaces().size() == 1);
        return reader.interfaces()[0].filter;
    };
    CHECK(filtered("0b00 0400 00617270") == "arp");
    CHECK(filtered("0b00 0400 01617270") == "");  // bytes of a program
    CHECK(filtered("0b00 0100 00000000") == "");
}

TEST_CASE("a pcapng file that ends within a block gives the packets before and says where", "[packet][pcapng]") {
    const auto whole = kSection + kInterface + kPacket + kPacket;
    for (std::size_t size = 28 + 20 + 36 + 1; size < whole.size(); ++size) {
        auto file = whole;
        file.resize(size);
        check_one_problem(file, 1, Kind::truncated, 28 + 20 + 36);
    }
    auto section = kSection;
    section.resize(20);
    check_one_problem(section, 0, Kind::truncated, 0);
}

TEST_CASE("a block length that cannot be ends the file", "[packet][pcapng]") {
    check_one_problem(kSection + kInterface + hex("06000000 0b000000 0b000000") + kPacket, 0, Kind::bad_length, 48);
    check_one_problem(kSection + kInterface + hex("06000000 0d000000 00 0d000000") + kPacket, 0, Kind::bad_length, 48);
    check_one_problem(kSection + kInterface + hex("06000000 0c000000 10000000") + kPacket, 0, Kind::bad_length, 48);
    check_one_problem(kSection + kInterface + hex("06000000 fcffff7c 00000000") + kPacket, 0, Kind::truncated, 48);
}

TEST_CASE("a section of another version or byte order ends the file", "[packet][pcapng]") {
    const auto newer = hex("0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000");
    const auto mixed = hex("0a0d0d0a 1c000000 2b1a4d3c 0100 0000 ffffffffffffffff 1c000000");
    check_one_problem(kSection + kInterface + kPacket + newer, 1, Kind::unsupported_version, 84);
    check_one_problem(mixed + kInterface + kPacket, 0, Kind::unsupported_version, 0);
}

TEST_CASE("a packet of an interface that was not described is passed over", "[packet][pcapng]") {
    check_one_problem(kSection + kPacket + kInterface + kPacket, 1, Kind::unknown_interface, 28);
    check_one_problem(kSection + kInterface + kPacket + kSection + kPacket, 1, Kind::unknown_interface,
                      28 + 20 + 36 + 28);
}

TEST_CASE("a packet block that contradicts itself is passed over", "[packet][pcapng]") {
    const auto too_short = hex("06000000 10000000 00000000 10000000");
    const auto too_long = hex("06000000 24000000 00000000 00000000 00000000 05000000 05000000 aabb0000 24000000");
    const auto simple_short = hex("03000000 0c000000 0c000000");
    const auto simple_long = hex("03000000 14000000 3c000000 aabbcc00 14000000");
    const auto obsolete_short = hex("02000000 10000000 00000000 10000000");
    for (const auto& bad : {too_short, too_long, simple_short, simple_long, obsolete_short}) {
        check_one_problem(kSection + kInterface + bad + kPacket, 1, Kind::bad_block, 48);
    }
}

TEST_CASE("an option that leaves its interface costs only the options after it", "[packet][pcapng]") {
    const auto interface = hex("01000000 20000000 0100 0000 00000000 0200 0200 6c6f0000 0900 0400 20000000");
    const auto file = kSection + interface + kPacket;
    check_one_problem(file, 1, Kind::bad_block, 28);
    CaptureReader reader{file};
    CHECK(all_packets(reader).size() == 1);
    CHECK(reader.interfaces()[0].name == "lo");
}

TEST_CASE("an interface that cannot be read ends the file, as packets name interfaces by place", "[packet][pcapng]") {
    check_one_problem(kSection + hex("01000000 10000000 01000000 10000000") + kPacket, 0, Kind::bad_length, 28);
}

TEST_CASE("an interface name ends at a NUL", "[packet][pcapng]") {
    const auto interface = hex("01000000 1c000000 0100 0000 00000000 0200 0400 6c6f0041 1c000000");
    const auto file = kSection + interface;
    CaptureReader reader{file};
    CHECK_FALSE(reader.next());
    CHECK(reader.interfaces()[0].name == "lo");
    CHECK(reader.problems().empty());
}

TEST_CASE("a file of nothing but problems lists the first hundred", "[packet][pcapng]") {
    auto file = kSection;
    for (int i = 0; i < 200; ++i) {
        file = file + kPacket;
    }
    CaptureReader reader{file};
    CHECK(all_packets(reader).empty());
    REQUIRE(reader.problems().size() == 101);
    CHECK(reader.problems()[100].kind == Kind::too_many);
    CHECK(reader.problems()[100].offset == 28 + 100 * 36);
}

TEST_CASE("a file with more interfaces than a capture can have ends there", "[packet][pcapng]") {
    File file = kSection;
    for (std::size_t i = 0; i < PcapngReader::kMostInterfaces; ++i) {
        file.insert(file.end(), kInterface.begin(), kInterface.end());
    }
    CaptureReader at_limit{file};
    CHECK_FALSE(at_limit.next());
    CHECK(at_limit.problems().empty());
    check_one_problem(file + kInterface + kPacket, 0, Kind::too_many, 28 + 20 * 16384);
}

}  // namespace kwd::packet
