// SPDX-License-Identifier: Apache-2.0
// Packets that are seen several times on their way through a node's interfaces.
#include "hex.h"
#include "packet/pcapng_writer.h"
#include "packet/traffic/capture_feed.h"
#include "packet/traffic/read_together.h"
#include "packet/traffic/read_traffic.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::packet {
namespace {

using Wire = std::vector<std::byte>;

constexpr std::int64_t kUs = 1000;
constexpr std::int64_t kMs = 1000 * kUs;
constexpr std::int64_t kBegin = 1'700'000'000'000 * kMs;

/// A segment of 4 bytes from a pod, as it is after so many hops.
Wire segment(std::uint8_t identification, std::uint8_t ttl) {
    auto packet =
        hex("45 00 002c 0000 4000 40 06 0000 0af40102 0a600001"
            "c350 0050 00000001 00000001 50 18 faf0 0000 0000 41424344");
    packet[5] = static_cast<std::byte>(identification);
    packet[8] = static_cast<std::byte>(ttl);
    return packet;
}

Wire sll(std::string_view packet_type, std::string_view mac, const Wire& packet) {
    return hex(packet_type) + hex("0001 0006") + hex(mac) + hex("0000 0800") + packet;
}

Wire sll2(std::string_view interface_index, std::string_view packet_type, std::string_view mac, const Wire& packet) {
    return hex("0800 0000") + hex(interface_index) + hex("0001") + hex(packet_type) + hex("06") + hex(mac) +
           hex("0000") + packet;
}

/// A capture with one interface, to be read alone or together with others.
class Capture final : public CaptureFiles {
  public:
    Capture(std::string name, LinkType link_type) {
        CaptureInterface interface;
        interface.name = std::move(name);
        interface.link_type = link_type;
        writer_ = PcapngWriter{"test", {&interface, 1}};
    }
    void add(std::int64_t time_ns, const Wire& packet) {
        writer_.add(0, kBegin + time_ns, packet, static_cast<std::uint32_t>(packet.size()));
    }
    /// What comes next is in another file.
    void next_file() { files_.push_back(writer_.take()); }

    TrafficCounts alone() {
        next_file();
        Traffic traffic;
        CaptureFeed feed{std::as_bytes(std::span{files_.front()})};
        read_traffic(feed, traffic, 1);
        return traffic.outer();
    }

    [[nodiscard]] std::size_t count() const override { return files_.size(); }
    [[nodiscard]] std::uint64_t size(std::size_t file) const override { return files_[file].size(); }
    [[nodiscard]] std::string beginning() const override { return files_[0].substr(0, 1000); }
    [[nodiscard]] std::span<const std::byte> load(std::size_t file) override {
        loaded_ = files_[file];
        ++loads;
        ++now_loaded;
        most_loaded = std::max(most_loaded, now_loaded);
        return std::as_bytes(std::span{loaded_});
    }
    void let_go() override {
        loaded_.assign(loaded_.size(), '?');  // whoever still looks finds nothing
        --now_loaded;
    }
    void tell(std::size_t, std::span<const CaptureProblem> problems) override { told += problems.size(); }

    static inline int now_loaded = 0;
    static inline int most_loaded = 0;
    std::size_t told = 0;
    std::size_t loads = 0;

  private:
    PcapngWriter writer_{"test", {}};
    std::vector<std::string> files_;
    std::string loaded_;
};

struct Room {
    std::uint64_t bytes = kMostBytesTogether;
    std::size_t apart = 0;  ///< captures that there was none for
};

TrafficCounts together(const std::vector<Capture*>& captures, const Room& room = {}, unsigned threads = 1) {
    Capture::most_loaded = 0;
    std::vector<CaptureFiles*> files;
    for (auto* capture : captures) {
        capture->next_file();
        files.push_back(capture);
    }
    Traffic traffic;
    CHECK(read_together(files, traffic, threads, room.bytes) == room.apart);
    CHECK(Capture::now_loaded == 0);
    for (const auto* capture : captures) {
        CHECK(capture->loads == capture->count());
    }
    return traffic.outer();
}

}  // namespace

TEST_CASE("a packet that Linux's any device saw on three interfaces is one, by their numbers", "[packet][paths]") {
    Capture any("any", LinkType::linux_sll2);
    const auto path = [&](std::int64_t time_ns, std::uint8_t identification) {
        any.add(time_ns, sll2("00000007", "00", "0e2a0af40102", segment(identification, 64)));
        any.add(time_ns + 8 * kUs, sll2("00000004", "00", "0e2a0af40102", segment(identification, 64)));
        any.add(time_ns + 20 * kUs, sll2("00000002", "04", "00155df00000", segment(identification, 63)));
    };
    path(0, 9);
    path(200 * kMs, 10);  // sent again
    path(400 * kMs, 0);   // some systems leave the identification at 0
    path(650 * kMs, 0);
    const auto counts = any.alone();
    CHECK(counts.packets == 12);
    CHECK(counts.duplicates == 8);
    CHECK(counts.tcp.retransmitted_segments == 3);
    CHECK(counts.flows == 1);
}

TEST_CASE("a packet that comes in and leaves by the same interface is one", "[packet][paths]") {
    Capture any("any", LinkType::linux_sll2);
    any.add(0, sll2("00000007", "00", "0e2a0af40102", segment(9, 64)));
    any.add(9 * kUs, sll2("00000007", "04", "0e2a0af40102", segment(9, 63)));
    CHECK(any.alone().duplicates == 1);
}

TEST_CASE("without interfaces' numbers a packet is the same by its way, its identification, or its time",
          "[packet][paths]") {
    Capture any("any", LinkType::linux_sll);
    const auto path = [&](std::int64_t time_ns, std::uint8_t identification) {
        any.add(time_ns, sll("0000", "0e2a0af40102", segment(identification, 64)));
        any.add(time_ns + 8 * kUs, sll("0000", "0e2a0af40102", segment(identification, 64)));  // the bridge
        any.add(time_ns + 2 * kMs, sll("0004", "00155df00000", segment(identification, 63)));
    };
    path(0, 9);
    path(200 * kMs, 10);
    path(400 * kMs, 0);
    path(650 * kMs, 0);
    const auto counts = any.alone();
    CHECK(counts.packets == 12);
    CHECK(counts.duplicates == 8);
    CHECK(counts.tcp.retransmitted_segments == 3);
}

TEST_CASE("what is sent again on the only way there is no duplicate", "[packet][paths]") {
    for (const auto link_type : {LinkType::linux_sll, LinkType::linux_sll2}) {
        Capture any("any", link_type);
        const auto add = [&](std::int64_t time_ns, std::uint8_t identification) {
            const auto packet = segment(identification, 64);
            any.add(time_ns, link_type == LinkType::linux_sll ? sll("0004", "00155df00000", packet)
                                                              : sll2("00000002", "04", "00155df00000", packet));
        };
        add(0, 0);
        add(200 * kMs, 0);
        add(600 * kMs, 5);
        add(900 * kMs, 6);
        const auto counts = any.alone();
        CHECK(counts.duplicates == 0);
        CHECK(counts.tcp.retransmitted_segments == 3);
    }
}

namespace {

/// 5000 segments of 76 bytes in a file, which the one interface saw before the other.
void add_segments(Capture& cni, Capture& eth) {
    for (int i = 0; i < 5000; ++i) {
        auto packet = segment(static_cast<std::uint8_t>(1 + i % 200), 64);
        packet[26] = static_cast<std::byte>(i >> 6);  // of the sequence number: four bytes on with each
        packet[27] = static_cast<std::byte>((i & 63) * 4);
        cni.add(i * kMs, packet);
        packet[8] = std::byte{63};
        eth.add(i * kMs + 30 * kUs, packet);
        if (i == 2000) {
            cni.next_file();
        }
    }
}

}  // namespace

TEST_CASE("captures of one time are read as one, in the order of their packets' times, on as many threads",
          "[packet][paths]") {
    for (const unsigned threads : {1U, 2U, 3U}) {
        Capture cni("cni0", LinkType::raw);
        Capture eth("eth0", LinkType::raw);
        add_segments(cni, eth);
        const auto counts = together({&cni, &eth}, {}, threads);
        CHECK(Capture::most_loaded == 2);
        CHECK(counts.packets == 10'000);
        CHECK(counts.duplicates == 5000);
        CHECK(counts.tcp.retransmitted_segments == 0);
        CHECK(counts.tcp.out_of_order_segments == 0);
        CHECK(counts.flows == 1);
    }
}

TEST_CASE("captures of one time that there is no room for together are read one after the other, and told",
          "[packet][paths]") {
    Capture cni("cni0", LinkType::raw);
    Capture eth("eth0", LinkType::raw);
    add_segments(cni, eth);
    const auto counts = together({&cni, &eth}, {.bytes = 400'000, .apart = 1});  // the larger file is of 380,000
    CHECK(Capture::most_loaded == 1);
    CHECK(counts.packets == 10'000);
}

TEST_CASE("a capture that there was no room for is read with the others as soon as there is", "[packet][paths]") {
    Capture large("eth0", LinkType::raw);
    Capture cni("cni0", LinkType::raw);
    Capture veth("veth1", LinkType::raw);
    Wire full = segment(1, 64);
    full.resize(60'000);
    large.add(0, full);
    large.add(10 * kMs, segment(2, 64));
    for (auto* each : {&cni, &veth}) {
        each->add(5 * kMs, segment(3, 64));
        each->add(20 * kMs, segment(4, 64));
    }
    const auto counts = together({&large, &cni, &veth}, {.bytes = 60'000, .apart = 2});
    CHECK(Capture::most_loaded == 2);
    CHECK(counts.packets == 6);
    CHECK(counts.duplicates == 2);
}

TEST_CASE("no more than 64 captures are read together, however small they are", "[packet][paths]") {
    std::vector<std::unique_ptr<Capture>> captures;
    std::vector<Capture*> all;
    for (int i = 0; i < 66; ++i) {
        all.push_back(captures.emplace_back(std::make_unique<Capture>("eth0", LinkType::raw)).get());
        all.back()->add(i * kUs, segment(static_cast<std::uint8_t>(i), 64));
        all.back()->add(1 * kMs, segment(static_cast<std::uint8_t>(100 + i), 64));
    }
    const auto counts = together(all, {.apart = 2});
    CHECK(Capture::most_loaded == 64);
    CHECK(counts.packets == 132);
}

TEST_CASE("captures of different times are not kept in memory together, in whatever order they stand",
          "[packet][paths]") {
    Capture first("eth0", LinkType::raw);
    Capture second("eth0", LinkType::raw);
    Capture third("eth0", LinkType::raw);
    first.add(0, segment(1, 64));
    second.add(400 * kMs, segment(2, 64));
    third.add(800 * kMs, segment(3, 64));
    const auto counts = together({&third, &first, &second});
    CHECK(Capture::most_loaded == 1);
    CHECK(counts.packets == 3);
    CHECK(counts.tcp.retransmitted_segments == 2);
}

TEST_CASE("a damaged capture among others tells of its damage, and ends alone", "[packet][paths]") {
    class Damaged final : public CaptureFiles {
      public:
        [[nodiscard]] std::size_t count() const override { return 1; }
        [[nodiscard]] std::uint64_t size(std::size_t) const override { return text_.size(); }
        [[nodiscard]] std::string beginning() const override { return std::string(text_); }
        [[nodiscard]] std::span<const std::byte> load(std::size_t) override { return std::as_bytes(std::span{text_}); }
        void let_go() override {}
        void tell(std::size_t, std::span<const CaptureProblem> problems) override { told += problems.size(); }
        std::size_t told = 0;

      private:
        std::string_view text_ = "Dear Sir";
    };
    Damaged damaged;
    Capture eth("eth0", LinkType::raw);
    eth.add(0, segment(1, 64));
    eth.next_file();
    const std::vector<CaptureFiles*> files{&damaged, &eth};
    Traffic traffic;
    CHECK(read_together(files, traffic, 1) == 0);
    CHECK(damaged.told == 1);
    CHECK(traffic.outer().packets == 1);
}

}  // namespace kwd::packet
