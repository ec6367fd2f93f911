// SPDX-License-Identifier: Apache-2.0
#include "capture_account.h"
#include "hex.h"
#include "packet/capture_source.h"
#include "packet/record_boundary.h"
#include "random_capture.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

using File = std::vector<std::byte>;

struct Halves {
    CaptureAccount account;
    bool split = false;
    bool joined = false;
};

/// Reads a file as two threads would, one after the other.
static Halves read_in_halves(const File& file, std::uint64_t offset) {
    Halves halves;
    CaptureSource front{file};
    auto back = front.split(offset);
    halves.split = back.has_value();
    read_packets(front, halves.account);
    if (back) {
        CaptureAccount later;
        read_packets(*back, later, front.packets());
        halves.joined = front.join(*back);
        if (halves.joined) {
            halves.account.packets.insert(halves.account.packets.end(), later.packets.begin(), later.packets.end());
        } else {
            front.read_on();
            read_packets(front, halves.account);
        }
    }
    CHECK(front.packets() == halves.account.packets.size());
    add_rest(front.interfaces(), front.problems(), halves.account);
    return halves;
}

TEST_CASE("a pcap file in two parts gives what it gives as a whole", "[packet][capture]") {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
        const auto file = RandomCapture{seed}.pcap(60);
        const auto whole = account_of(CaptureReader{file});
        for (std::size_t offset = 0; offset < file.size(); offset += 13) {
            const auto halves = read_in_halves(file, offset);
            REQUIRE(halves.account == whole);
            CHECK(halves.joined == halves.split);
            CHECK((halves.split || offset < 48 || offset + 3200 > file.size()));
        }
    }
}

TEST_CASE("a pcapng file in two parts gives what it gives as a whole", "[packet][capture]") {
    std::size_t split = 0;
    std::size_t joined = 0;
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        const auto file = RandomCapture{seed}.pcapng(150);
        const auto whole = account_of(CaptureReader{file});
        for (std::size_t offset = 0; offset < file.size(); offset += 331) {
            const auto halves = read_in_halves(file, offset);
            REQUIRE(halves.account == whole);
            split += halves.split ? 1U : 0U;
            joined += halves.joined ? 1U : 0U;
        }
    }
    CHECK(joined > 100);
    CHECK(joined < split);  // where an interface is described in the first part, the second cannot know it
}

TEST_CASE("sections that describe the same interfaces do not keep a file from being cut", "[packet][capture]") {
    const auto section =
        hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
            "01000000 14000000 0100 0000 00000000 14000000");
    const auto packet = hex("06000000 24000000 00000000 240a0600 90102218 02000000 3c000000 aabb0000 24000000");
    const auto statistics =
        hex("05000000 28000000 00000000 00000000 00000000 0700 0800 0200000000000000"
            "0000 0000 28000000");
    File file;
    for (int i = 0; i < 10; ++i) {
        file = file + section + packet + packet + packet + statistics;
    }
    const auto halves = read_in_halves(file, file.size() / 2);
    CHECK(halves.joined);
    CHECK(halves.account.packets.size() == 30);
    REQUIRE(halves.account.interfaces.size() == 1);
    CHECK(halves.account.interfaces[0].ends_with("dropped 20 lost 0"));
}

TEST_CASE("a capture within a packet is taken for the file's records, and that is noticed", "[packet][capture]") {
    // One packet that holds twenty records of its own, cut so that its records are out of step with the file's.
    File inner;
    for (int i = 0; i < 20; ++i) {
        inner = inner + hex("00f15365 90d00300 03000000 03000000 aabbcc");
    }
    auto file = hex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"
                    "00f15365 90d00300 02000000 02000000 ffff"
                    "00f15365 90d00300 7c010000 7c010000") +
                inner;
    file = file + hex("00f15365 90d00300 01000000 01000000 ee");
    const auto halves = read_in_halves(file, 100);
    CHECK(halves.split);
    CHECK_FALSE(halves.joined);
    CHECK(halves.account == account_of(CaptureReader{file}));
    CHECK(halves.account.packets.size() == 3);
}

TEST_CASE("a file that is damaged in its first part ends there, whatever the second gave", "[packet][capture]") {
    auto file = RandomCapture{3}.pcap(60);
    const auto whole = account_of(CaptureReader{file}).packets.size();
    CaptureSource front{file};
    REQUIRE(front.split(file.size() / 2));
    // The twentieth packet's length is no longer what it was.
    std::size_t place = 24;
    const auto length_at = [&](std::size_t i) {
        const auto length = Bytes{std::span{file}.subspan(i + 8)}.take<4>();
        const bool big = file[0] == std::byte{0xa1};
        return big ? length.be<0, 4>() : length.le<0, 4>();
    };
    for (int i = 0; i < 10; ++i) {
        place += 16 + length_at(place);
    }
    file[place + 8] = file[place + 11] = std::byte{0x7f};
    const auto halves = read_in_halves(file, file.size() / 2);
    CHECK(halves.split);
    CHECK_FALSE(halves.joined);
    CHECK(halves.account == account_of(CaptureReader{file}));
    CHECK(halves.account.packets.size() == 10);
    CHECK(whole == 60);
}

TEST_CASE("zeros are no chain of records", "[packet][capture]") {
    const File zeros(4096);
    const PcapShape shape{.order = std::endian::little, .fractions_per_second = 1'000'000, .most_captured = 262144};
    CHECK_FALSE(find_pcap_record(zeros, true, shape));
    CHECK_FALSE(find_pcapng_packet(zeros, true, std::endian::little, 1));
}

}  // namespace kwd::packet
