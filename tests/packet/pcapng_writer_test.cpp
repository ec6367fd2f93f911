// SPDX-License-Identifier: Apache-2.0
#include "packet/pcapng_writer.h"

#include "hex.h"
#include "packet/capture_reader.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <vector>

namespace kwd::packet {

static std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span{text});
}

static const std::vector<CaptureInterface> kEth0{
    {.name = "eth0", .description = "", .link_type = LinkType::ethernet, .snap_length = 128}};

TEST_CASE("a section is written byte for byte as the specification draws it", "[packet][pcapng]") {
    PcapngWriter writer{"kwdiag", kEth0};
    writer.add(0, 1'700'000'000'250'000'000, hex("aabbcc"), 60);
    const auto section = writer.take();
    const auto expected =
        hex("0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0600 6b7764696167 0000 0000 0000 2c000000"
            "01000000 28000000 0100 0000 80000000 0200 0400 65746830 0900 0100 09000000 0000 0000 28000000"
            "06000000 24000000 00000000 fe9c9717 80b21045 03000000 3c000000 aabbcc00 24000000");
    CHECK(std::ranges::equal(bytes_of(section), expected));
}

TEST_CASE("what is written is read again", "[packet][pcapng]") {
    const std::vector<CaptureInterface> interfaces{
        {.name = "eth0", .description = "the node's", .link_type = LinkType::ethernet, .snap_length = 0},
        {.name = "", .description = "", .link_type = LinkType::linux_sll2, .snap_length = 262144}};
    PcapngWriter writer{"kwdiag", interfaces};
    writer.add(1, 1, {}, 0);
    writer.add(0, 9'223'372'036'854'775'807, hex("01"), 1);
    const auto file = writer.take();

    CaptureReader reader{bytes_of(file)};
    const auto first = reader.next();
    REQUIRE(first);
    CHECK(first->interface_id == 1);
    CHECK(first->link_type == LinkType::linux_sll2);
    CHECK(first->time_ns_utc == 1);
    CHECK(first->captured.empty());
    const auto second = reader.next();
    REQUIRE(second);
    CHECK(second->interface_id == 0);
    CHECK(second->time_ns_utc == 9'223'372'036'854'775'807);
    CHECK(second->captured.size() == 1);
    CHECK_FALSE(reader.next());
    CHECK(reader.problems().empty());
    REQUIRE(reader.interfaces().size() == 2);
    CHECK(reader.interfaces()[0].name == "eth0");
    CHECK(reader.interfaces()[0].description == "the node's");
    CHECK(reader.interfaces()[1].snap_length == 262144);
}

TEST_CASE("chunks joined end to end are one capture", "[packet][pcapng]") {
    PcapngWriter writer{"kwdiag", kEth0};
    const auto empty_size = writer.size();
    writer.add(0, 1'000, hex("01"), 1);
    CHECK(writer.size() == empty_size + 36);
    auto file = writer.take();
    CHECK(writer.size() == empty_size);
    writer.add(0, 2'000, hex("0202"), 2);
    file += writer.take();
    file += writer.take();  // a chunk without packets

    CaptureReader reader{bytes_of(file)};
    REQUIRE(reader.next());
    const auto second = reader.next();
    REQUIRE(second);
    CHECK(second->number == 2);
    CHECK(second->time_ns_utc == 2'000);
    CHECK(reader.interfaces()[second->interface_id].name == "eth0");
    CHECK_FALSE(reader.next());
    CHECK(reader.problems().empty());
}

TEST_CASE("a filter and what was counted are written byte for byte as the specification draws them",
          "[packet][pcapng]") {
    const std::vector<CaptureInterface> filtered{
        {.name = "", .description = "", .link_type = LinkType::ethernet, .snap_length = 128, .filter = "arp"}};
    PcapngWriter writer{"kwdiag", filtered};
    writer.add_statistics(0, {.received = 16,
                              .dropped_by_interface = 2,
                              .accepted = 15,
                              .dropped_by_system = 3,
                              .begin_ns_utc = 4'294'967'301,
                              .end_ns_utc = 4'294'967'305});
    const auto section = writer.take();
    const auto expected =
        hex("0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0600 6b7764696167 0000 0000 0000 2c000000"
            "01000000 28000000 0100 0000 80000000 0b00 0400 00617270 0900 0100 09000000 0000 0000 28000000"
            "05000000 64000000 00000000 01000000 09000000 0200 0800 0100000005000000 0300 0800 0100000009000000"
            "0400 0800 1000000000000000 0500 0800 0200000000000000 0600 0800 0f00000000000000"
            "0700 0800 0300000000000000 0000 0000 64000000");
    CHECK(std::ranges::equal(bytes_of(section), expected));
}

TEST_CASE("a section is handed out in parts, and takes interfaces as they come", "[packet][pcapng]") {
    PcapngWriter writer{"kwdiag", kEth0};
    writer.add(0, 1'000, hex("01"), 1);
    std::string file = writer.take_part();
    CHECK(writer.size() == 0);
    CHECK(writer.add_interface({.name = "eth1", .description = ""}) == 1);
    writer.add(1, 2'000, hex("0202"), 2);
    writer.add_statistics(1, {.dropped_by_system = 7});
    file += writer.take_part();

    CaptureReader reader{bytes_of(file)};
    REQUIRE(reader.next());
    const auto second = reader.next();
    REQUIRE(second);
    CHECK(reader.interfaces()[second->interface_id].name == "eth1");
    CHECK_FALSE(reader.next());
    REQUIRE(reader.interfaces().size() == 2);
    REQUIRE(reader.interfaces()[1].statistics);
    CHECK(reader.interfaces()[1].statistics->dropped_by_system == 7);
    CHECK_FALSE(reader.interfaces()[1].statistics->received);
    CHECK(reader.problems().empty());
}

}  // namespace kwd::packet
