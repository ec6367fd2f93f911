// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/capture_feed.h"

#include "capture_account.h"
#include "hex.h"
#include "random_capture.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>

namespace kwd::packet {

using Kind = CaptureProblem::Kind;
using File = std::vector<std::byte>;

static void write(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

static CaptureFeed feed_of(const std::filesystem::path& path, std::size_t window_bytes) {
    auto feed = CaptureFeed::open(path, window_bytes);
    REQUIRE(feed);
    return *std::move(feed);
}

static std::size_t packets_of(CaptureFeed& feed) {
    std::size_t packets = 0;
    CaptureFeed::Window window;
    while (feed.next(window)) {
        packets += window.packets().size();
    }
    return packets;
}

/// Written from draft-ietf-opsawg-pcapng §4.
static const auto kSection = hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000");
static const auto kInterface = hex("01000000 14000000 0100 0000 00000000 14000000");
static const auto kPacket =
    hex("06000000 24000000 00000000 240a0600 90102218 02000000 3c000000 aabb0000"
        "24000000");

TEST_CASE("a window of any size gives what the whole file gives", "[packet][capture]") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "capture";
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        RandomCapture random{seed};
        const auto file = seed % 2 == 0 ? random.pcapng(120) : random.pcap(80);
        const auto whole = account_of(CaptureReader{file});
        CHECK(whole.packets.size() > 20);
        CHECK(account_of(CaptureFeed{file}) == whole);
        write(path, file);
        for (const std::size_t window : {1U, 7U, 16U, 24U, 100U, 1000U, 4096U, 1U << 20U}) {
            REQUIRE(account_of(feed_of(path, window)) == whole);
        }
    }
}

TEST_CASE("a window of any size gives what can be had of a damaged file", "[packet][capture]") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "capture";
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        RandomCapture random{seed};
        auto file = seed % 2 == 0 ? random.pcapng(30) : random.pcap(20);
        if (seed % 4 < 2) {
            file.resize(random.below(static_cast<std::uint32_t>(file.size())));
        } else {
            for (std::uint32_t i = random.below(3); i < 3; ++i) {
                file[random.below(static_cast<std::uint32_t>(file.size()))] = static_cast<std::byte>(random.below(256));
            }
        }
        const auto whole = account_of(CaptureReader{file});
        write(path, file);
        for (const std::size_t window : {1U, 64U, 333U, 1U << 18U}) {
            REQUIRE(account_of(feed_of(path, window)) == whole);
        }
    }
}

TEST_CASE("interfaces in front of the packets are known before the first packet", "[packet][capture]") {
    const auto file = kSection + kInterface + kInterface + kPacket;
    CHECK(CaptureReader{file}.interfaces().size() == 2);
}

TEST_CASE("a packet that is longer than the window is given whole", "[packet][capture]") {
    auto file = hex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000  00f15365 90d00300 40420f00 40420f00");
    file[16] = std::byte{0};  // a snap length of 2 MiB
    file[18] = std::byte{0x20};
    file.resize(file.size() + 1'000'000, std::byte{0x55});
    file = file + hex("01f15365 90d00300 01000000 01000000 aa");
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "capture";
    write(path, file);
    auto feed = feed_of(path, 4096);
    CaptureFeed::Window window;
    REQUIRE(feed.next(window));
    CHECK(window.large());
    REQUIRE(window.packets().size() == 2);
    CHECK(window.packets()[0].captured.size() == 1'000'000);
    CHECK(window.packets()[0].captured.back() == std::byte{0x55});
    CHECK(window.packets()[1].captured.front() == std::byte{0xaa});
    CHECK_FALSE(feed.next(window));
    CHECK(feed.problems().empty());
}

TEST_CASE("a block of 20 MiB is passed over, and told where it is a packet's", "[packet][capture]") {
    constexpr std::uint32_t kLength = 20U << 20U;
    const auto length = hex("00004001");
    for (const auto* type : {"06000000", "ad0b0000"}) {
        auto block = hex(type) + length;
        block.resize(kLength - 4);
        const auto file = kSection + kInterface + block + length + kPacket;
        const test::TemporaryFolder folder;
        const auto path = folder.path() / "capture";
        write(path, file);
        const auto account = account_of(feed_of(path, 4096));
        CHECK(account.packets.size() == 1);
        CHECK(account.problems.size() == (block[0] == std::byte{6} ? 1 : 0));
        CHECK(account == account_of(CaptureReader{file}));
    }
}

TEST_CASE("statistics of an interface are the last of each section, summed over sections", "[packet][capture]") {
    const auto statistics = [](const char* received, const char* dropped) {
        return hex("05000000 34000000 00000000 00000000 00000000 0400 0800") + hex(received) +
               hex("00000000 0700 0800") + hex(dropped) + hex("00000000 0000 0000 34000000");
    };
    const auto file = kSection + kInterface + statistics("0a000000", "01000000") + kPacket +
                      statistics("14000000", "02000000") + kSection + kInterface + kPacket +
                      statistics("05000000", "03000000");
    CaptureFeed feed{file};
    CHECK(packets_of(feed) == 2);
    REQUIRE(feed.interfaces().size() == 1);
    const auto& counted = feed.interfaces()[0].statistics;
    REQUIRE(counted);
    CHECK(counted->received == 25);
    CHECK(counted->dropped_by_system == 5);
    CHECK_FALSE(counted->dropped_by_interface);
    CHECK(feed.problems().empty());
}

TEST_CASE("an interface that the next section describes as before is the same one", "[packet][capture]") {
    const auto other = hex("01000000 14000000 6500 0000 00000000 14000000");
    const auto file =
        kSection + kInterface + kInterface + kPacket + kSection + kInterface + kInterface + kPacket + kSection + other;
    CaptureReader reader{file};
    CHECK(reader.next()->interface_id == 0);
    CHECK(reader.next()->interface_id == 0);
    CHECK_FALSE(reader.next());
    CHECK(reader.interfaces().size() == 3);  // two alike within a section are two
}

TEST_CASE("a packet's block says its direction, what was lost before it, and what the card was to do",
          "[packet][capture]") {
    const auto packet = [](const char* flags, const char* lost) {
        return hex("06000000 3c000000 00000000 240a0600 90102218 01000000 01000000 aa000000  0200 0400") + hex(flags) +
               hex("0400 0800") + hex(lost) + hex("00000000 0000 0000 3c000000");
    };
    const auto file = kSection + kInterface + packet("01000000", "03000000") + packet("02000000", "00000000") +
                      packet("02020000", "04000000") + kPacket;
    CaptureReader reader{file};
    const auto first = reader.next();
    REQUIRE(first);
    CHECK(first->direction == Direction::inbound);
    CHECK_FALSE(first->checksums_unfinished);
    CHECK(reader.next()->direction == Direction::outbound);
    const auto third = reader.next();
    CHECK(third->direction == Direction::outbound);
    CHECK(third->checksums_unfinished);
    CHECK(reader.next()->direction == Direction::unknown);
    CHECK_FALSE(reader.next());
    CHECK(reader.interfaces()[0].lost_between_packets == 7);
    CHECK(reader.problems().empty());
}

TEST_CASE("a file that becomes shorter while it is read ends there", "[packet][capture]") {
    auto file = kSection + kInterface;
    for (int i = 0; i < 1000; ++i) {
        file = file + kPacket;
    }
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "capture";
    write(path, file);
    auto feed = feed_of(path, 512);
    CaptureFeed::Window window;
    REQUIRE(feed.next(window));
    std::filesystem::resize_file(path, 48 + 36 * 500 + 5);
    CHECK(window.packets().size() + packets_of(feed) == 500);
    REQUIRE(feed.problems().size() == 1);
    CHECK(feed.problems()[0].kind == Kind::truncated);
    CHECK(feed.problems()[0].offset == 48 + 36 * 500);
}

TEST_CASE("what is no file cannot be opened", "[packet][capture]") {
    const test::TemporaryFolder folder;
    const auto absent = CaptureFeed::open(folder.path() / "absent");
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == Errc::not_found);
    CHECK_FALSE(CaptureFeed::open(folder.path()));
    write(folder.path() / "empty", {});
    auto empty = feed_of(folder.path() / "empty", 4096);
    CHECK(packets_of(empty) == 0);
    REQUIRE(empty.problems().size() == 1);
    CHECK(empty.problems()[0].kind == Kind::unknown_format);
}

}  // namespace kwd::packet
