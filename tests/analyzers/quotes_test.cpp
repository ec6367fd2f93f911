// SPDX-License-Identifier: Apache-2.0
#include "analyzers/quotes.h"

#include "packet/pcapng_writer.h"
#include "snapshot/kinds.h"
#include "tests/analyzers/analyzed.h"
#include "tests/packet/hex.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>
#include <utility>

namespace kwd::analyzers {
namespace {

snapshot::Quotes quotes_of(std::string_view kind, std::string content) {
    snapshot::Document document;
    document.info.kind = kind;
    document.content = std::move(content);
    return open_quotes(std::move(document));
}

// The lines are those of `tcpdump -ve`, laid out anew.
TEST_CASE("a packet of a capture is quoted with its headers, in any order and again", "[analyzers][packets]") {
    const auto quotes = quotes_of(snapshot::kind::capture, fixture("packet/tunnels.pcap"));
    for (int times = 0; times < 2; ++times) {
        CHECK(quotes("packet:8", 2000)
                  .ends_with("  10.244.3.2.53 > 10.244.2.2.40002: 2 NXDomain q: A? nowhere.example. "
                             "0/0/0 (33)"));
        CHECK(quotes("packet:1", 2000)
                  .ends_with("\n02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff, ARP\n"
                             "Request who-has 192.168.10.22 tell 192.168.10.21"));
    }
    CHECK(quotes("packet:38", 2000).empty());
    CHECK(quotes("packet:0", 2000).empty());
    CHECK(quotes("packet:x", 2000).empty());
    CHECK(quotes("line:1", 2000).empty());
    CHECK(quotes("", 2000).starts_with("a capture of 37 packets, "));
}

TEST_CASE("a packet far into a capture is found, with the interface that was described before it",
          "[analyzers][packets]") {
    const std::array<packet::CaptureInterface, 2> interfaces = {
        packet::CaptureInterface{.name = "eth0", .description = {}, .link_type = packet::LinkType::raw},
        packet::CaptureInterface{.name = "cni0", .description = {}, .link_type = packet::LinkType::raw}};
    packet::PcapngWriter writer("test", interfaces);
    // IPv4 10.0.0.1 > 10.0.0.2, UDP 5000 > its number, no payload
    auto datagram = packet::hex("4500001c 00010000 40110000 0a000001 0a000002 13880000 00080000");
    for (std::uint32_t i = 1; i <= 3000; ++i) {
        datagram[22] = static_cast<std::byte>(i >> 8);
        datagram[23] = static_cast<std::byte>(i);
        writer.add(i % 2, 1'700'000'000'000'000'000, datagram, static_cast<std::uint32_t>(datagram.size()));
    }
    const auto quotes = quotes_of(snapshot::kind::capture, writer.take());
    for (const int number : {2999, 1, 1024, 1025, 2048, 2049, 3000, 2}) {
        const auto text = quotes("packet:" + std::to_string(number), 2000);
        CHECK(text.find(number % 2 == 1 ? ", cni0, 28 bytes" : ", eth0, 28 bytes") != std::string::npos);
        CHECK(text.ends_with("10.0.0.1.5000 > 10.0.0.2." + std::to_string(number) + ": UDP, length 0"));
    }
    CHECK(quotes("packet:3001", 2000).empty());
}

TEST_CASE("packets are found in any order where interfaces are described between them", "[analyzers][packets]") {
    // One section after another, each with an interface of another name.
    const auto datagram = packet::hex("45000014 00010000 40fd0000 0a000001 0a000002");
    std::string content;
    for (int i = 1; i <= 40; ++i) {
        const std::array<packet::CaptureInterface, 1> interfaces = {packet::CaptureInterface{
            .name = "veth" + std::to_string(i), .description = {}, .link_type = packet::LinkType::raw}};
        packet::PcapngWriter writer("test", interfaces);
        for (int packets = 0; packets < 100; ++packets) {
            writer.add(0, 1'700'000'000'000'000'000 + i * 1'000'000'000LL, datagram,
                       static_cast<std::uint32_t>(datagram.size()) + 5);
        }
        content += writer.take();
    }
    const auto quotes = quotes_of(snapshot::kind::capture, std::move(content));
    // 1,700,000,000 s are 2023-11-14 22:13:20 UTC.
    CHECK(quotes("packet:4000", 2000).starts_with("2023-11-14 22:14:00.000000 UTC, veth40, 25 bytes (20 captured)\n"));
    CHECK(quotes("packet:1", 2000).starts_with("2023-11-14 22:13:21.000000 UTC, veth1, 25 bytes (20 captured)\n"));
    CHECK(quotes("packet:2001", 2000).starts_with("2023-11-14 22:13:41.000000 UTC, veth21, 25 bytes (20 captured)\n"));
    CHECK(quotes("packet:4001", 2000).empty());
    CHECK(quotes("packet:18446744073709551615", 2000).empty());
    CHECK(quotes("", 2000).starts_with("a capture of 4000 packets, "));
}

TEST_CASE("other documents are quoted as texts", "[analyzers]") {
    CHECK(quotes_of(snapshot::kind::log, "first\nsecond\n")("line:2", 2000) == "second");
}

}  // namespace
}  // namespace kwd::analyzers
