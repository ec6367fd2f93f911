// SPDX-License-Identifier: Apache-2.0
#include "collectors/packet_documents.h"

#include "collectors/capture_summary.h"
#include "packet/capture_reader.h"

#include <catch2/catch_test_macros.hpp>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;

namespace {

class Kept final : public DocumentSink {
  public:
    Result<void> put(NewDocument document) override {
        for (const std::string& name : document.in_place_of) {
            REQUIRE(std::erase_if(documents, [&](const NewDocument& each) { return each.name == name; }) == 1);
        }
        if (refuses) {
            return Error{Errc::io, "no place"};
        }
        documents.push_back(std::move(document));
        return {};
    }
    void missed(Error) override {}

    // Of all documents together.
    [[nodiscard]] std::uint64_t bytes() const {
        std::uint64_t sum = 0;
        for (const NewDocument& each : documents) {
            sum += each.content.size();
        }
        return sum;
    }
    std::vector<NewDocument> documents;
    bool refuses = false;
};

const std::array kInterfaces{packet::CaptureInterface{
    .name = "eth0", .description = "", .link_type = packet::LinkType::ethernet, .snap_length = 256}};
constexpr std::array<std::byte, 200> kPacket{};

CollectOptions within(std::uint64_t bytes) {
    CollectOptions options;
    options.packet_bytes = bytes;
    return options;
}

struct Read {
    std::vector<std::int64_t> times;
    std::vector<packet::CaptureInterface> interfaces;
};
Read read(const NewDocument& document) {
    packet::CaptureReader reader(std::as_bytes(std::span(document.content)));
    Read result;
    while (const auto each = reader.next()) {
        result.times.push_back(each->time_ns_utc.value());
    }
    CHECK(reader.problems().empty());
    result.interfaces.assign(reader.interfaces().begin(), reader.interfaces().end());
    return result;
}

// Section header blocks in a document: each begins with the bytes 0A 0D 0D 0A.
std::size_t sections(const std::string& bytes) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = bytes.find("\x0A\x0D\x0D\x0A", at)) != std::string::npos; ++at) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("packets are put in documents of about 8 MiB, each a capture file of its own", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, kInterfaces, within(100 << 20), "filter");
    // 32 bytes around each packet of 200: 37,000 of them are 8,584,000 bytes, more than 8 MiB (8,388,608)
    for (int i = 0; i < 37'000; ++i) {
        REQUIRE(documents.add(0, i, kPacket, 1500));
    }
    REQUIRE(documents.finish("stats"));

    REQUIRE(kept.documents.size() == 2);
    CHECK(kept.documents[0].kind == "capture");
    CHECK(kept.documents[0].name == "packets-1.pcapng");
    CHECK(kept.documents[0].content.size() <= 8 << 20);
    CHECK(kept.documents[0].content.size() > 8'300'000);
    CHECK(kept.documents[0].note == "filter");
    CHECK(kept.documents[1].name == "packets-2.pcapng");
    CHECK(kept.documents[1].note == "filter; stats");
    CHECK(sections(kept.documents[1].content) == 1);
    CHECK(documents.packets() == 37'000);
}

TEST_CASE("packets beyond the budget are left out, and the document says that it is not all", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, kInterfaces, within(1000), "");
    int added = 0;
    while (documents.add(0, 0, kPacket, 200)) {
        ++added;
    }
    CHECK_FALSE(documents.add(0, 0, {}, 0));
    CHECK(documents.full());
    REQUIRE(documents.finish("stats"));

    CHECK(added >= 2);
    CHECK(added <= 4);
    REQUIRE(kept.documents.size() == 1);
    CHECK(kept.documents[0].truncated);
    CHECK(kept.documents[0].content.size() <= 1000);
}

TEST_CASE("a capture that cannot be kept is not one whose budget is used up", "[collectors][packets]") {
    Kept kept;
    kept.refuses = true;
    PacketDocuments documents(kept, kInterfaces, within(64 << 20), "");
    Result<void> added;
    for (int i = 0; i < 200'000 && added; ++i) {
        added = documents.add(0, i, kPacket, 200);
    }
    REQUIRE_FALSE(added);
    CHECK(added.error().doing == "no place");
    CHECK_FALSE(documents.full());
}

TEST_CASE("a capture without a packet is a document all the same", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, kInterfaces, within(1000), "");
    REQUIRE(documents.finish());
    REQUIRE(kept.documents.size() == 1);
    CHECK(sections(kept.documents[0].content) == 1);
    CHECK(kept.documents[0].note == "0 packets kept");
    CHECK_FALSE(kept.documents[0].truncated);
}

TEST_CASE("a ring keeps the last packets within its budget", "[collectors][packets]") {
    Kept kept;
    CollectOptions options = within(2 << 20);
    options.packet_ring = true;
    PacketDocuments documents(kept, kInterfaces, options, "");
    for (int i = 0; i < 40'000; ++i) {
        REQUIRE(documents.add(0, i, kPacket, 200));
        CHECK((i % 1000 != 0 || kept.bytes() <= 2 << 20));
    }
    REQUIRE(documents.finish());

    CHECK(kept.bytes() <= 2 << 20);
    CHECK(kept.bytes() > 1'500'000);
    std::int64_t next = read(kept.documents.front()).times.at(0);
    CHECK(next > 25'000);
    for (const NewDocument& each : kept.documents) {
        CHECK_FALSE(each.truncated);
        for (const std::int64_t time : read(each).times) {
            REQUIRE(time == next++);
        }
    }
    CHECK(next == 40'000);
    CHECK(kept.documents.back().note ==
          "what was captured before the last of them went for want of room; 40000 packets kept");
}

TEST_CASE("what waits is put within a second, and again in its own place while it is short", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, kInterfaces, within(32 << 20), "");
    REQUIRE(documents.add(0, 1, kPacket, 200));
    REQUIRE(documents.put_what_waits());
    CHECK(kept.documents.empty());
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    REQUIRE(documents.put_what_waits());
    REQUIRE(kept.documents.size() == 1);
    CHECK(read(kept.documents[0]).times == std::vector<std::int64_t>{1});

    REQUIRE(documents.add(0, 2, kPacket, 200));
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    REQUIRE(documents.put_what_waits());
    REQUIRE(kept.documents.size() == 1);
    CHECK(read(kept.documents[0]).times == std::vector<std::int64_t>{1, 2});

    // 1 MiB and more is put for good.
    for (int i = 3; i < 5000; ++i) {
        REQUIRE(documents.add(0, i, kPacket, 200));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    REQUIRE(documents.put_what_waits());
    REQUIRE(documents.add(0, 5000, kPacket, 200));
    REQUIRE(documents.finish());
    REQUIRE(kept.documents.size() == 2);
    CHECK(kept.documents[0].name == "packets-1.pcapng");
    CHECK(read(kept.documents[0]).times.size() == 4999);
    CHECK(read(kept.documents[1]).times == std::vector<std::int64_t>{5000});
}

TEST_CASE("each document holds what was counted of its interfaces while it was filled", "[collectors][packets]") {
    Kept kept;
    const std::array two{kInterfaces[0], packet::CaptureInterface{.name = "eth1", .description = ""}};
    std::array<CaptureCounts, 2> counts{};
    PacketDocuments documents(kept, two, within(100 << 20), "",
                              [&](std::uint32_t id) { return id == 0 ? std::optional(counts[0]) : std::nullopt; });
    counts[0] = {.matched = 4'294'967'290, .dropped = 7, .dropped_by_interface = 1};
    for (int i = 0; i < 37'000; ++i) {
        REQUIRE(documents.add(1, i, kPacket, 1500));
        if (i == 36'500) {
            counts[0] = {.matched = 10, .dropped = 9, .dropped_by_interface = 1};  // beyond 2^32
        }
    }
    REQUIRE(documents.finish());
    REQUIRE(kept.documents.size() == 2);
    const auto first = read(kept.documents[0]).interfaces;
    REQUIRE(first.size() == 2);
    REQUIRE(first[0].statistics);
    CHECK(first[0].statistics->accepted == 4'294'967'290);
    CHECK(first[0].statistics->dropped_by_system == 7);
    CHECK(first[0].statistics->dropped_by_interface == 1);
    CHECK_FALSE(first[1].statistics);
    const auto second = read(kept.documents[1]).interfaces[0].statistics;
    REQUIRE(second);
    CHECK(second->accepted == 16);
    CHECK(second->dropped_by_system == 2);
    CHECK(second->dropped_by_interface == 0);
    CHECK(second->begin_ns_utc == first[0].statistics->end_ns_utc);
    CHECK(kept.documents[1].note ==
          "37000 packets kept, 10 matched the filter, 9 dropped for want of buffer, 1 dropped by the interface");
}

TEST_CASE("a capture says how much of each interface is kept, and why it ended", "[collectors][packets]") {
    Kept kept;
    const std::array two{kInterfaces[0],
                         packet::CaptureInterface{.name = "{GUID}", .description = "Ethernet 2", .snap_length = 256}};
    CollectOptions options = within(2 << 20);
    options.packet_ring = true;
    PacketDocuments documents(kept, two, options, "", [&](std::uint32_t id) {
        return id == 0 ? std::optional(CaptureCounts{.matched = 9, .dropped = 3, .dropped_by_interface = 1})
                       : std::nullopt;
    });
    for (int i = 0; i < 20'000; ++i) {
        REQUIRE(documents.add(i % 2 == 0 ? 0 : 1, i, kPacket, i % 2 == 0 ? 200 : 1500));
    }
    REQUIRE(documents.finish());
    REQUIRE(documents.put_summary(kEndedWhenAsked));

    // What went for want of room is no longer counted.
    std::array<std::uint64_t, 2> packets{};
    for (const NewDocument& each : kept.documents) {
        packet::CaptureReader reader(std::as_bytes(std::span(each.content)));
        while (const auto packet = reader.next()) {
            ++packets.at(packet->interface_id);
        }
    }
    CHECK(packets[0] + packets[1] < 20'000);
    const NewDocument& last = kept.documents.back();
    CHECK(last.kind == "capture-summary");
    CHECK(last.name == "packets.json");
    const auto summary = read_capture_summary(last.content);
    REQUIRE(summary);
    REQUIRE(summary->interfaces.size() == 2);
    CHECK(summary->interfaces[0].name == "eth0");
    CHECK(summary->interfaces[0].packets == packets[0]);
    CHECK(summary->interfaces[0].bytes == packets[0] * 200);
    CHECK(summary->interfaces[0].dropped == 3);
    CHECK(summary->interfaces[0].dropped_by_interface == 1);
    CHECK(summary->interfaces[1].name == "Ethernet 2");
    CHECK(summary->interfaces[1].packets == packets[1]);
    CHECK(summary->interfaces[1].bytes == packets[1] * 1500);
    CHECK_FALSE(summary->interfaces[1].dropped);
    CHECK(summary->ended_when == "it was asked to");
    CHECK_FALSE(read_capture_summary("{}"));
    CHECK_FALSE(read_capture_summary(R"({"interfaces": [{"name": 1}], "ended_when": ""})"));
}

TEST_CASE("what was dropped after the last packet is told too", "[collectors][packets]") {
    Kept kept;
    CaptureCounts counts{};
    PacketDocuments documents(kept, kInterfaces, within(100 << 20), "", [&](std::uint32_t) { return counts; });
    REQUIRE(documents.add(0, 1, kPacket, 200));
    REQUIRE(documents.finish());
    counts.dropped = 3;
    REQUIRE(documents.finish());
    REQUIRE(kept.documents.size() == 2);
    CHECK(read(kept.documents[1]).interfaces[0].statistics->dropped_by_system == 3);
}

TEST_CASE("packets are kept without payload, unless a snap length was asked for", "[collectors][packets]") {
    // Ethernet, IPv4, TCP, and a kilobyte.
    std::vector<std::byte> frame(1078);
    const std::array<unsigned char, 54> headers{
        0x02, 0, 0, 0,  0, 2, 0x02, 0, 0,   0, 0, 1, 0x08, 0, 0x45, 0, 0x04, 0x28, 0, 1,    0,    0, 64, 6, 0, 0, 10,
        0,    0, 1, 10, 0, 0, 2,    1, 187, 2, 3, 0, 0,    0, 1,    0, 0,    0,    2, 0x50, 0x10, 1, 0,  0, 0, 0, 0};
    std::ranges::transform(headers, frame.begin(), [](unsigned char each) { return std::byte{each}; });
    for (const std::uint32_t snap_length : {0U, 512U}) {
        Kept kept;
        CollectOptions options;
        options.packet_snap_length = snap_length;
        PacketDocuments documents(kept, kInterfaces, options, "");
        REQUIRE(documents.add(0, 1, std::span(frame).first(512), 1078));
        REQUIRE(documents.finish());
        packet::CaptureReader reader(std::as_bytes(std::span(kept.documents.at(0).content)));
        const auto packet = reader.next();
        REQUIRE(packet);
        CHECK(packet->captured.size() == (snap_length == 0 ? 54 : 512));
        CHECK(packet->original_length == 1078);
    }
}

TEST_CASE("a number of packets that was asked for is a whole capture", "[collectors][packets]") {
    Kept kept;
    CollectOptions options;
    options.packet_count = 2;
    PacketDocuments documents(kept, kInterfaces, options, "");
    REQUIRE(documents.add(0, 1, kPacket, 200));
    CHECK_FALSE(documents.complete());
    REQUIRE(documents.add(0, 2, kPacket, 200));
    CHECK(documents.complete());
    REQUIRE(documents.finish());
    CHECK_FALSE(kept.documents.at(0).truncated);
}

TEST_CASE("the usual filter compiles for every link type that a node has", "[collectors][packets]") {
    for (const int dlt : {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_NULL}) {
        CAPTURE(dlt);
        pcap_t* capture = ::pcap_open_dead(dlt, 256);
        bpf_program program{};
        const int status = ::pcap_compile(capture, &program, kDefaultPacketFilter, 1, PCAP_NETMASK_UNKNOWN);
        CAPTURE(::pcap_geterr(capture));
        CHECK(status == 0);
        ::pcap_freecode(&program);
        ::pcap_close(capture);
    }
}

TEST_CASE("raw IP has one number in files", "[collectors][packets]") {
    CHECK(link_type_of_dlt(12) == packet::LinkType::raw);
    CHECK(link_type_of_dlt(1) == packet::LinkType::ethernet);
    CHECK(link_type_of_dlt(276) == packet::LinkType::linux_sll2);
}
