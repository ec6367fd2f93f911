// SPDX-License-Identifier: Apache-2.0
// Expected lines are those that tcpdump 4.99 prints (-S -n -ve) for the same packets, laid out anew.
#include "packet/packet_text.h"

#include "base/utf8.h"
#include "odd_packets.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::packet {
namespace {

std::string text_of(LinkType link_type, const std::vector<std::byte>& wire, std::size_t kept = 0,
                    std::string_view name = "eth0") {
    const CapturedPacket captured{.number = 1,
                                  .time_ns_utc = 1'763'849'666'792'544'000,
                                  .interface_id = 0,
                                  .link_type = link_type,
                                  .direction = Direction::unknown,
                                  .checksums_unfinished = false,
                                  .captured = std::span{wire}.first(kept == 0 ? wire.size() : kept),
                                  .original_length = static_cast<std::uint32_t>(wire.size())};
    const CaptureInterface interface {
        .name = std::string(name), .description = {}
    };
    return packet_text(captured, &interface);
}

const auto kTunnel =
    hex("00155df00001 00155df00000 0800"
        "45 00 0000 0001 0000 40 11 0000 0a000004 0a000005 d431 12b5 0000 0000 08 000000 001000 00");

std::vector<std::byte> tunnelled(const std::vector<std::byte>& frame) {
    auto wire = kTunnel + frame;
    const auto put = [&](std::size_t place, std::size_t number) {
        wire[place] = static_cast<std::byte>(number >> 8);
        wire[place + 1] = static_cast<std::byte>(number);
    };
    put(16, wire.size() - 14);
    put(38, wire.size() - 34);
    return wire;
}

std::vector<std::byte> inner_ip(std::string_view ip) {
    return kInnerMacs + hex("0800") + hex(ip);
}

TEST_CASE("a SYN in a tunnel shows both pairs of ends, the VNI, flags and options", "[packet]") {
    const auto syn = inner_ip(
        "45 00 0030 0001 4000 3f 06 0000 0af40102 0af40203 c350 0050 00000007 00000000 70 02 faf0 0000 0000 020405b4 "
        "0402 0101");
    CHECK(text_of(LinkType::ethernet, tunnelled(syn)) ==
          "2025-11-22 22:14:26.792544 UTC, eth0, 112 bytes\n"
          "00:15:5d:f0:00:00 > 00:15:5d:f0:00:01, IP (ttl 64, id 1, offset 0, flags [none], length 98)\n"
          "10.0.0.4.54321 > 10.0.0.5.4789: VXLAN, flags [I] (0x08), vni 4096\n"
          "  0e:2a:0a:f4:01:02 > 0e:2a:0a:f4:02:03, IP (ttl 63, id 1, offset 0, flags [DF], length 48)\n"
          "  10.244.1.2.50000 > 10.244.2.3.80: Flags [S], seq 7, win 64240, options [mss 1460,sackOK], length 0");
}

std::string last_line(const std::string& text) {
    return text.substr(text.rfind('\n') + 1);
}
std::string last_line_of_ip(std::string_view ip) {
    return last_line(text_of(LinkType::raw, hex(ip)));
}

TEST_CASE("DNS shows the name that is asked for, and how it was answered", "[packet]") {
    CHECK(last_line_of_ip("45 00 0039 0001 4000 40 11 0000 0af40102 0a600000 c350 0035 0025 0000"
                          "1234 0100 0001 0000 0000 0000 03 617069 07 6578616d706c65 00 0001 0001") ==
          "10.244.1.2.50000 > 10.96.0.0.53: 4660+ A? api.example. (29)");
    CHECK(last_line_of_ip("45 00 0039 0001 4000 40 11 0000 0a600000 0af40102 0035 c350 0025 0000"
                          "1234 8583 0001 0000 0000 0000 03 617069 07 6578616d706c65 00 001c 0001") ==
          "10.96.0.0.53 > 10.244.1.2.50000: 4660 NXDomain* q: AAAA? api.example. 0/0/0 (29)");
}

TEST_CASE("ICMP errors show the packet that they answer", "[packet]") {
    CHECK(last_line_of_ip("45 00 0038 0001 0000 40 01 0000 0a000009 0af40102 03 04 0000 0000 05aa"
                          "45 00 05dc 0001 4000 40 06 0000 0af40102 0af40203 c350 0050 00000001") ==
          "10.0.0.9 > 10.244.1.2: ICMP 10.244.2.3 unreachable - need to frag (mtu 1450), length 36, of "
          "10.244.1.2.50000 > 10.244.2.3.80: tcp");
    CHECK(last_line_of_ip("45 00 0024 0001 0000 40 01 0000 0af40102 0af40203 08 00 0000 0001 0002 4141414141414141") ==
          "10.244.1.2 > 10.244.2.3: ICMP echo request, id 1, seq 2, length 16");
}

TEST_CASE("ARP and neighbor discovery show who asks for whom", "[packet]") {
    CHECK(last_line(text_of(LinkType::ethernet, kMacs + hex("0806 0001 0800 06 04 0001 00155df00000 0af40102"
                                                            "000000000000 0af40203"))) ==
          "Request who-has 10.244.2.3 tell 10.244.1.2");
    CHECK(last_line(text_of(LinkType::ethernet, kMacs + hex("8100 0007 0806 0001 0800 06 04 0002 00155df00000 0af40102"
                                                            "00155df00001 0af40203"))) ==
          "Reply 10.244.1.2 is-at 00:15:5d:f0:00:00");
    CHECK(last_line_of_ip("60000000 0020 3a ff fe800000000000000000000000000001 ff0200000000000000000001ff000002"
                          "87 00 0000 00000000 fe800000000000000000000000000002 01 01 00155df00000") ==
          "fe80::1 > ff02::1:ff00:2: ICMP6, neighbor solicitation, who has fe80::2, length 32");
}

TEST_CASE("a later fragment shows its place, and a packet that was cut off says so", "[packet]") {
    CHECK(text_of(LinkType::linux_sll, hex("0004 0001 0006 00155df00000 0000 0800"
                                           "45 00 0024 0007 0002 40 11 0000 0af40102 0af40203"
                                           "4141414141414141 4141414141414141")) ==
          "2025-11-22 22:14:26.792544 UTC, eth0, 52 bytes\n"
          "Out 00:15:5d:f0:00:00, IP (ttl 64, id 7, offset 16, flags [none], length 36)\n"
          "10.244.1.2 > 10.244.2.3: udp, length 16");
    CHECK(text_of(LinkType::raw,
                  hex("45 00 0028 0001 4000 40 06 0000 0af40102 0af40203"
                      "c350 0050 00000001 00000000 50 18 faf0 0000 0000"),
                  30) ==
          "2025-11-22 22:14:26.792544 UTC, eth0, 40 bytes (30 captured)\n"
          "IP (ttl 64, id 1, offset 0, flags [DF], length 40)\n"
          "10.244.1.2 > 10.244.2.3: tcp, length 20 [cut off by the capture]");
}

TEST_CASE("whatever a packet holds, its text is short lines of printable characters", "[packet]") {
    std::mt19937 random{7};
    for (const auto& packet : odd_packets(20'000, 7)) {
        std::string name(random() % (random() % 16 == 0 ? 1024 : 16), ' ');
        for (char& c : name) {
            c = static_cast<char>(random());
        }
        const auto text = text_of(packet.link_type, packet.wire, packet.kept, name);
        REQUIRE(std::ranges::count(text, '\n') <= 6);
        REQUIRE(is_utf8(text));
        const auto first = text.find('\n');
        REQUIRE(first <= 64 + 100);
        REQUIRE(std::ranges::none_of(text.substr(0, first), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }));
        REQUIRE(std::ranges::all_of(text.substr(first), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    }
}

TEST_CASE("an interface's name stays in its line and leaves room for the rest", "[packet]") {
    const auto packet = hex("45 00 0014 0001 4000 40 fd 0000 0af40102 0af40203");
    const auto first_line = [&](std::string_view name) {
        const auto text = text_of(LinkType::raw, packet, 0, name);
        return text.substr(0, text.find('\n'));
    };
    CHECK(first_line("x\n10.0.0.1.53 > 10.0.0.2.53: \x1b[31m") ==
          "2025-11-22 22:14:26.792544 UTC, x\\x0a10.0.0.1.53 > 10.0.0.2.53: \\x1b[31m, 20 bytes");
    CHECK(first_line("\\Device\\NPF_{01234567-89AB-CDEF-0123-456789ABCDEF}").ends_with("CDEF}, 20 bytes"));
    CHECK(first_line("Verbindung \xc3\xbc").ends_with(", Verbindung \xc3\xbc, 20 bytes"));
    const auto cut = first_line(std::string(1024, 'y'));
    CHECK(cut.ends_with("y\xe2\x80\xa6, 20 bytes"));
    CHECK(cut.size() < 120);
}

}  // namespace
}  // namespace kwd::packet
