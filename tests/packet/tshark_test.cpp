// SPDX-License-Identifier: Apache-2.0
// What tshark makes of the same packets. Skipped where there is none.
#include "odd_packets.h"
#include "packet/dissect.h"
#include "packet/pcapng_writer.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <span>
#include <string>

namespace kwd::packet {

static constexpr std::array kLinkTypes{LinkType::ethernet, LinkType::linux_sll, LinkType::linux_sll2, LinkType::raw,
                                       LinkType::null};

static std::string output_of(const std::string& command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    REQUIRE(pipe);
    std::string output;
    std::array<char, 4096> buffer;
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
        output.append(buffer.data(), count);
    }
    return output;
}

/// Numbers of the packets that tshark finds malformed, each header on its own.
static std::set<std::size_t> malformed_to_tshark(std::span<const OddPacket> packets) {
    std::vector<CaptureInterface> interfaces(kLinkTypes.size());
    for (std::size_t i = 0; i < kLinkTypes.size(); ++i) {
        interfaces[i].link_type = kLinkTypes[i];
    }
    PcapngWriter writer{"test", interfaces};
    for (const auto& packet : packets) {
        const auto interface = std::ranges::find(kLinkTypes, packet.link_type) - kLinkTypes.begin();
        writer.add(static_cast<std::uint32_t>(interface), 1'700'000'000'000'000'000,
                   std::span{packet.wire}.first(packet.kept), static_cast<std::uint32_t>(packet.wire.size()));
    }
    const test::TemporaryFolder folder;
    const auto file = folder.file("odd.pcapng");
    std::ofstream(file, std::ios::binary) << writer.take();
    const auto output = output_of("tshark -n -r " + file +
                                  " -d udp.port==8472,vxlan -o ip.defragment:FALSE -o ipv6.defragment:FALSE"
                                  " -o tcp.desegment_tcp_streams:FALSE -Y _ws.malformed -T fields -e frame.number"
                                  " 2>/dev/null");
    std::set<std::size_t> numbers;
    std::size_t number = 0;
    for (const char c : output) {
        if (c == '\n') {
            numbers.insert(number);
            number = 0;
        } else {
            number = number * 10 + static_cast<std::size_t>(c - '0');
        }
    }
    return numbers;
}

static bool malformed(const OddPacket& packet) {
    const auto dissected =
        dissect(packet.link_type, std::span{packet.wire}.first(packet.kept), packet.wire.size(), VxlanPorts{});
    return dissected.outer.outcome == Outcome::malformed ||
           (dissected.inner && dissected.inner->outcome == Outcome::malformed);
}

static std::string text_of(const OddPacket& packet) {
    auto text = fmt::format("{}, {} kept of {}:", static_cast<int>(packet.link_type), packet.kept, packet.wire.size());
    for (const auto octet : packet.wire) {
        text += fmt::format(" {:02x}", std::to_integer<unsigned>(octet));
    }
    return text;
}

TEST_CASE("what is malformed here is malformed to tshark", "[packet][tshark]") {
    if (std::system("tshark --version >/dev/null 2>&1") != 0) {
        SKIP("there is no tshark");
    }
    auto packets = odd_packets(60'000, 4);
    std::ranges::copy(impossible_packets(), std::back_inserter(packets));
    const auto theirs = malformed_to_tshark(packets);
    CHECK(theirs.size() > 1000);
    std::size_t both = 0;
    std::size_t more = 0;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const bool ours = malformed(packets[i]);
        const bool here = theirs.contains(i + 1);
        both += ours && here ? 1U : 0U;
        if (ours && !here && ++more <= 20) {
            UNSCOPED_INFO(text_of(packets[i]));
        }
    }
    CHECK(more == 0);
    CHECK(both > 200);
}

}  // namespace kwd::packet
