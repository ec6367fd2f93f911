// SPDX-License-Identifier: Apache-2.0
// What `kwdiag capture` asks of the collector, on a veth pair between nobody and nobody.
#include "collectors/capture_summary.h"
#include "collectors/platform/linux/file_descriptor.h"
#include "collectors/runner.h"
#include "packet/capture_reader.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"
#include "tests/collectors/live.h"
#include "tests/collectors/network_namespace.h"
#include "tests/support/temporary_folder.h"

#include <unistd.h>

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using namespace kwd::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using snapshot::Outcome;

namespace {

constexpr std::size_t kUdpPayload = 42;  // after Ethernet, IPv4 and UDP

// A frame from 10.0.0.1 to 10.0.0.2 with a number at the beginning of its UDP payload.
std::string datagram(std::uint16_t port, std::uint32_t number, std::size_t size) {
    std::string frame(size, 'x');
    const std::array<unsigned char, kUdpPayload> headers{0x02, 0, 0,  0, 0, 2, 0x02, 0,    0,  0,  0, 1, 0x08, 0,
                                                         0x45, 0, 0,  0, 0, 1, 0,    0,    64, 17, 0, 0, 10,   0,
                                                         0,    1, 10, 0, 0, 2, 0x75, 0x30, 0,  0,  0, 0, 0,    0};
    std::memcpy(frame.data(), headers.data(), headers.size());
    const auto put = [&](std::size_t at, std::size_t value) {
        frame[at] = static_cast<char>(value >> 8);
        frame[at + 1] = static_cast<char>(value);
    };
    put(16, size - 14);
    put(36, port);
    put(38, size - 34);
    std::memcpy(frame.data() + kUdpPayload, &number, sizeof number);
    return frame;
}

class Sender {
  public:
    explicit Sender(const char* interface) : socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
        sockaddr_ll address{};
        address.sll_family = AF_PACKET;
        address.sll_ifindex = static_cast<int>(::if_nametoindex(interface));
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("bind a raw socket");
        }
    }
    bool send(const std::string& frame) const {
        return ::send(socket_.get(), frame.data(), frame.size(), 0) == static_cast<ssize_t>(frame.size());
    }

  private:
    FileDescriptor socket_;
};

// Sends numbered datagrams to a port again and again, from an interface.
class Numbers {
  public:
    Numbers(const char* interface, std::uint16_t port, std::size_t size = 100)
        : thread_([this, interface, port, size](const std::stop_token& stop) {
              const Sender sender(interface);
              while (!stop.stop_requested()) {
                  sent_at_.push_back(Clock::now());
                  (void)sender.send(datagram(port, static_cast<std::uint32_t>(sent_at_.size() - 1), size));
                  std::this_thread::sleep_for(5ms);
              }
          }) {}
    // When each number was sent.
    [[nodiscard]] const std::vector<Clock::time_point>& stop() {
        thread_.request_stop();
        thread_.join();
        return sent_at_;
    }

  private:
    std::vector<Clock::time_point> sent_at_;
    std::jthread thread_;
};

struct Seen {
    std::vector<std::uint32_t> numbers;
    std::vector<std::size_t> sizes;
    std::map<std::string, std::size_t> packets;  ///< by interface
    std::uint64_t accepted = 0;
    std::uint64_t dropped = 0;
};

void add(const std::string& capture, Seen& seen) {
    packet::CaptureReader reader(std::as_bytes(std::span(capture)));
    while (const auto each = reader.next()) {
        if (each->captured.size() < kUdpPayload + 4 || each->captured[23] != std::byte{17}) {
            continue;  // what the kernel itself sends
        }
        std::uint32_t number = 0;
        std::memcpy(&number, each->captured.data() + kUdpPayload, sizeof number);
        seen.numbers.push_back(number);
        seen.sizes.push_back(each->captured.size());
        ++seen.packets[reader.interfaces()[each->interface_id].name];
    }
    for (const auto& each : reader.interfaces()) {
        REQUIRE(each.statistics);
        seen.accepted += each.statistics->accepted.value();
        seen.dropped += each.statistics->dropped_by_system.value();
    }
}

Seen seen_in(const Taken& taken) {
    Seen seen;
    for (const auto& [name, document] : taken.documents) {
        add(document.content, seen);
    }
    return seen;
}

void make_pairs() {
    for (const char* name : {"all", "default"}) {
        write_sysctl(std::string("net/ipv6/conf/") + name + "/disable_ipv6", "1");
    }
    run_commands({"ip link add v0 type veth peer name v1", "ip link set v0 up", "ip link set v1 up",
                  "ip link add w0 type veth peer name w1", "ip link set w0 up", "ip link set w1 up"});
}

pid_t worker_of_ours() {
    for (int i = 0; i < 1000; ++i) {
        for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
            std::string children;
            std::getline(std::ifstream(task.path() / "children"), children);
            if (!children.empty()) {
                return std::stoi(children);
            }
        }
        std::this_thread::sleep_for(5ms);
    }
    return 0;
}

}  // namespace

TEST_CASE("several interfaces are captured on at once, and each packet says on which", "[collectors][live][capture]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    make_pairs();
    Numbers first("v0", 4789);
    Numbers second("w0", 4789);
    CollectOptions options;
    options.packet_seconds = 1s;
    options.packet_interfaces = {"v1", "w1"};
    const auto taken = collect(options, "packets");
    CHECK(taken.collections.at("packets").outcome == Outcome::ok);
    const Seen seen = seen_in(taken);
    CHECK(seen.packets.at("v1") > 20);
    CHECK(seen.packets.at("w1") > 20);
    CHECK(seen.dropped == 0);
}

TEST_CASE("an interface that goes does not end what is captured on another", "[collectors][live][capture]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    make_pairs();
    Numbers stays("w0", 4789);
    CollectOptions options;
    options.packet_seconds = 2s;
    options.packet_interfaces = {"v1", "w1"};
    Taken taken;
    {
        // A thread of its own would be in this namespace too: it is made here.
        const std::jthread breaks([] {
            std::this_thread::sleep_for(700ms);
            (void)std::system("ip link del v1");
        });
        taken = collect(options, "packets");
    }
    CHECK(taken.collections.at("packets").outcome == Outcome::partial);
    CHECK(taken.collections.at("packets").error->doing.find("capture packets on v1") != std::string::npos);
    CHECK(seen_in(taken).packets.at("w1") > 200);
}

TEST_CASE("a number of packets ends a capture, and makes it whole", "[collectors][live][capture]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    make_pairs();
    Numbers numbers("v0", 4789);
    CollectOptions options;
    options.packet_seconds = 60s;
    options.packet_count = 7;
    options.packet_interfaces = {"v1"};
    const auto begin = Clock::now();
    const auto taken = collect(options, "packets");
    CHECK(Clock::now() - begin < 20s);
    CHECK(taken.collections.at("packets").outcome == Outcome::ok);
    CHECK(seen_in(taken).numbers.size() == 7);
    CHECK_FALSE(taken.documents.at("packets-1.pcapng").info.truncated);
}

TEST_CASE("a packet that is waited for ends a capture, whether the filter takes it or not",
          "[collectors][live][capture]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    make_pairs();
    CollectOptions options;
    options.packet_seconds = 60s;
    options.packet_after_trigger = 1s;
    options.packet_trigger = "udp dst port 9999";
    options.packet_interfaces = {"v1"};
    Taken taken;
    Numbers numbers("v0", 4789);
    const auto begin = Clock::now();
    {
        const std::jthread ends([] {
            std::this_thread::sleep_for(1s);
            const Sender sender("v0");
            (void)sender.send(datagram(9999, 4'000'000'000, 100));
        });
        taken = collect(options, "packets");
    }
    const auto lasted = Clock::now() - begin;
    CHECK(lasted > 1900ms);
    CHECK(lasted < 20s);
    CHECK(taken.collections.at("packets").outcome == Outcome::ok);
    const Seen seen = seen_in(taken);
    const auto trigger = std::ranges::find(seen.numbers, 4'000'000'000);
    REQUIRE(trigger != seen.numbers.end());
    CHECK(seen.numbers.end() - trigger > 50);  // a second of them
    const std::string note = taken.documents.at("packets-1.pcapng").info.note.value_or("");
    CHECK(note.find("until 'udp dst port 9999'") != std::string::npos);
    CHECK(note.ends_with("ended by a packet that was waited for"));
    const auto summary = read_capture_summary(taken.documents.at("packets.json").content);
    REQUIRE(summary);
    CHECK(summary->ended_when == "a packet came that was waited for");
    CHECK(summary->interfaces.at(0).packets >= seen.numbers.size());

    options.packet_trigger = "this is no filter";
    CHECK(collect(options, "packets").collections.at("packets").error->code == Errc::invalid_input);
}

TEST_CASE("DNS is kept whole, of other datagrams what headers may take", "[collectors][live][capture]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    make_pairs();
    CollectOptions options;
    options.packet_seconds = 1s;
    options.packet_interfaces = {"v1"};
    SECTION("DNS") {
        Numbers numbers("v0", 53, 1400);
        const Seen seen = seen_in(collect(options, "packets"));
        CHECK(std::set(seen.sizes.begin(), seen.sizes.end()) == std::set<std::size_t>{1400});
    }
    SECTION("others") {
        Numbers numbers("v0", 4789, 1400);
        const Seen seen = seen_in(collect(options, "packets"));
        CHECK(std::set(seen.sizes.begin(), seen.sizes.end()) == std::set<std::size_t>{256});
    }
    SECTION("as much as was asked for") {
        options.packet_snap_length = 1000;
        Numbers numbers("v0", 4789, 1400);
        const Seen seen = seen_in(collect(options, "packets"));
        CHECK(std::set(seen.sizes.begin(), seen.sizes.end()) == std::set<std::size_t>{1000});
    }
}

TEST_CASE("a process that is killed in the middle of a capture loses its last second at most",
          "[collectors][live][capture]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    make_pairs();
    const TemporaryFolder folder;
    const std::string path = folder.file("killed.kwsnap");
    const pid_t capturing = ::fork();
    REQUIRE(capturing >= 0);
    if (capturing == 0) {
        CollectOptions options;
        options.packet_seconds = 60s;
        options.packet_interfaces = {"v1"};
        const auto all = all_collectors();
        const std::array chosen{*std::ranges::find(all, "packets", &Collector::name)};
        auto store = snapshot::Store::create(path, "test");
        run_collectors(chosen, options, *store);
        std::_Exit(0);
    }
    Numbers numbers("v0", 4789);
    std::this_thread::sleep_for(4300ms);
    const auto killed_at = Clock::now();
    ::kill(capturing, SIGKILL);
    ::waitpid(capturing, nullptr, 0);
    const auto& sent_at = numbers.stop();

    const auto opened = snapshot::Snapshot::open(path);
    REQUIRE(opened);
    Seen seen;
    for (const auto& info : (*opened)->documents()) {
        add((*opened)->document(info.id)->content, seen);
    }
    // From the first one on, which was sent when the capture began, none is missing.
    REQUIRE_FALSE(seen.numbers.empty());
    const std::uint32_t first = seen.numbers.front();
    CHECK(killed_at - sent_at[first] > 2s);
    for (std::size_t i = 0; i < seen.numbers.size(); ++i) {
        REQUIRE(seen.numbers[i] == first + i);
    }
    const std::uint32_t next = seen.numbers.back() + 1;
    CHECK(killed_at - sent_at[next] < 1s);
}

TEST_CASE("what the kernel had no room for is counted in the capture", "[collectors][live][capture]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    make_pairs();
    CollectOptions options;
    options.packet_seconds = 6s;
    options.packet_bytes = 512 << 20;
    options.packet_interfaces = {"v1"};
    std::uint64_t sent = 0;
    Taken taken;
    {
        const std::jthread floods([&] {
            const pid_t worker = worker_of_ours();
            std::this_thread::sleep_for(1s);
            ::kill(worker, SIGSTOP);
            // 64 MiB hold some 190,000 packets of 256 bytes with what the kernel writes beside them.
            const Sender sender("v0");
            const std::string frame = datagram(4789, 0, 1400);
            const auto until = Clock::now() + 3s;
            while (sent < 400'000 && Clock::now() < until) {
                sent += sender.send(frame) ? 1 : 0;
            }
            ::kill(worker, SIGCONT);
        });
        taken = collect(options, "packets");
    }
    CHECK(taken.collections.at("packets").outcome == Outcome::ok);
    const Seen seen = seen_in(taken);
    INFO(sent << " sent, " << seen.numbers.size() << " kept");
    if (sent < 300'000) {
        SKIP("this machine is too slow to send more than there is room for");
    }
    CHECK(seen.dropped > 0);
    CHECK(seen.accepted == sent);
    CHECK(seen.numbers.size() + seen.dropped == sent);
}
