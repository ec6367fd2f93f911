// SPDX-License-Identifier: Apache-2.0
#include "packet/dissect.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace kwd::packet {

using Frame = std::vector<std::byte>;

static const auto kInnerFrame =
    hex("0e2a0af40203 0e2a0af40102 0800"
        "45 00 0020 0001 0000 40 11 0000 0af40102 0af40203"
        "c350 0035 000c 0000 aabbccdd");  // 46 bytes

static const auto kVxlanFrame = hex("00155df00001 00155df00000 0800"
                                    "45 00 0052 0002 0000 40 11 0000 0af00004 0af00005"
                                    "d431 12b5 003e 0000"
                                    "08 000000 001000 00") +
                                kInnerFrame;  // 50 bytes and the inner frame

static Packet whole(LinkType link_type, const Frame& frame) {
    return dissect(link_type, frame, frame.size(), VxlanPorts{});
}

/// The first `kept` bytes of a frame, as a snap length leaves them.
static Packet snapped(const Frame& frame, std::size_t kept) {
    return dissect(LinkType::ethernet, std::span{frame}.first(kept), frame.size(), VxlanPorts{});
}

template <class Header, class... Headers>
static const Header& as(const std::variant<Headers...>& layer) {
    const auto* header = std::get_if<Header>(&layer);
    REQUIRE(header != nullptr);
    return *header;
}

TEST_CASE("a VXLAN packet is read from the outer frame to the inner datagram", "[packet][dissect]") {
    const auto packet = whole(LinkType::ethernet, kVxlanFrame);
    CHECK(packet.outer.outcome == Outcome::complete);
    CHECK(as<Ipv4>(packet.outer.network).destination == 0x0af00005);
    CHECK(as<Udp>(packet.outer.transport).destination_port == 4789);
    REQUIRE(packet.vxlan);
    CHECK(packet.vxlan->vni == 4096);
    REQUIRE(packet.inner);
    CHECK(packet.inner->outcome == Outcome::complete);
    CHECK(as<Ethernet>(packet.inner->link).source == MacAddress{0x0e, 0x2a, 0x0a, 0xf4, 0x01, 0x02});
    CHECK(as<Ipv4>(packet.inner->network).source == 0x0af40102);
    CHECK(as<Udp>(packet.inner->transport).payload.size() == 4);
}

TEST_CASE("VXLAN is found on a port that was not given if it is that beyond doubt", "[packet][dissect]") {
    const auto packet = dissect(LinkType::ethernet, kVxlanFrame, kVxlanFrame.size(), VxlanPorts{8472});
    CHECK(packet.outer.outcome == Outcome::complete);
    REQUIRE(packet.vxlan);
    CHECK(packet.vxlan->vni == 4096);
    CHECK(packet.inner);

    auto doubtful = kVxlanFrame;
    doubtful[49] = std::byte{1};  // a reserved bit
    const auto other = dissect(LinkType::ethernet, doubtful, doubtful.size(), VxlanPorts{8472});
    CHECK_FALSE(other.vxlan);
    CHECK_FALSE(other.inner);
    CHECK(whole(LinkType::ethernet, doubtful).inner);
}

TEST_CASE("an extension that says so has IP right after the VXLAN header", "[packet][dissect]") {
    const auto frame =
        hex("00155df00001 00155df00000 0800"
            "45 00 0044 0002 0000 40 11 0000 0af00004 0af00005"
            "d431 12b5 0030 0000"
            "0c 000001 001000 00"
            "45 00 0020 0001 0000 40 11 0000 0af40102 0af40203"
            "c350 0035 000c 0000 aabbccdd");
    const auto packet = whole(LinkType::ethernet, frame);
    REQUIRE(packet.inner);
    CHECK(std::holds_alternative<std::monostate>(packet.inner->link));
    CHECK(as<Ipv4>(packet.inner->network).source == 0x0af40102);
    auto nsh = frame;
    nsh[45] = std::byte{4};
    CHECK(whole(LinkType::ethernet, nsh).vxlan);
    CHECK_FALSE(whole(LinkType::ethernet, nsh).inner);
}

TEST_CASE("a VXLAN header without a valid VNI is shown, and the frame within not opened", "[packet][dissect]") {
    auto frame = kVxlanFrame;
    frame[42] = std::byte{0};
    const auto packet = whole(LinkType::ethernet, frame);
    REQUIRE(packet.vxlan);
    CHECK_FALSE(packet.vxlan->vni_valid);
    CHECK_FALSE(packet.inner);
}

TEST_CASE("VXLAN within VXLAN is not opened again", "[packet][dissect]") {
    const auto frame = hex("00155df00001 00155df00000 0800"
                           "45 00 0084 0002 0000 40 11 0000 0af00004 0af00005"
                           "d431 12b5 0070 0000"
                           "08 000000 001000 00") +
                       kVxlanFrame;
    const auto packet = whole(LinkType::ethernet, frame);
    REQUIRE(packet.inner);
    CHECK(packet.inner->outcome == Outcome::complete);
    CHECK(as<Udp>(packet.inner->transport).destination_port == 4789);
    CHECK(as<Udp>(packet.inner->transport).payload.size() == 54);
}

TEST_CASE("a packet that the snap length cut is truncated wherever it ends, and never malformed", "[packet][dissect]") {
    for (std::size_t kept = 0; kept < kVxlanFrame.size(); ++kept) {
        const auto packet = snapped(kVxlanFrame, kept);
        CHECK(packet.outer.outcome == Outcome::truncated);
        if (packet.inner) {
            CHECK(packet.inner->outcome == Outcome::truncated);
        }
    }
}

TEST_CASE("a packet that ends too early on the wire contradicts itself, and is malformed if a header lacks its end",
          "[packet][dissect]") {
    const auto outcome = [](std::size_t size) {
        const auto packet = whole(LinkType::ethernet,
                                  Frame(kVxlanFrame.begin(), kVxlanFrame.begin() + static_cast<std::ptrdiff_t>(size)));
        return packet.inner ? std::max(packet.outer.outcome, packet.inner->outcome) : packet.outer.outcome;
    };
    for (std::size_t size = 0; size < kVxlanFrame.size(); ++size) {
        CHECK(outcome(size) >= Outcome::contradictory);
    }
    // Within Ethernet, IPv4, UDP, the inner Ethernet, IPv4 and UDP headers.
    for (const std::size_t size : {13U, 33U, 41U, 63U, 83U, 91U}) {
        CHECK(outcome(size) == Outcome::malformed);
    }
    CHECK(outcome(93) == Outcome::contradictory);  // within the payload
}

TEST_CASE("a snapped packet gives every layer whose header was kept", "[packet][dissect]") {
    const auto packet = snapped(kVxlanFrame, 50 + 14 + 20 + 8);
    CHECK(as<Udp>(packet.outer.transport).cut);
    REQUIRE(packet.inner);
    CHECK(as<Udp>(packet.inner->transport).destination_port == 53);
}

TEST_CASE("a later fragment has addresses and no transport", "[packet][dissect]") {
    const auto frame =
        hex("00155df00001 00155df00000 0800"
            "45 00 001c 0002 00b9 40 11 0000 0af00004 0af00005"
            "d431 12b5 003e 0000");
    const auto packet = whole(LinkType::ethernet, frame);
    CHECK(packet.outer.outcome == Outcome::fragment);
    CHECK(as<Ipv4>(packet.outer.network).fragment_offset == 1480);
    CHECK(std::holds_alternative<std::monostate>(packet.outer.transport));
}

TEST_CASE("a first fragment is opened as far as it goes", "[packet][dissect]") {
    auto frame = kVxlanFrame;
    frame[20] = std::byte{0x20};  // more fragments
    frame[39] = std::byte{0xff};  // the UDP length speaks of the whole datagram
    const auto packet = whole(LinkType::ethernet, frame);
    CHECK(packet.outer.outcome == Outcome::fragment);
    REQUIRE(packet.vxlan);
    CHECK(packet.vxlan->vni == 4096);
    REQUIRE(packet.inner);
    CHECK(as<Udp>(packet.inner->transport).source_port == 50000);
}

TEST_CASE("a later IPv6 fragment has no transport", "[packet][dissect]") {
    const auto packet = whole(LinkType::raw, hex("60000000 0010 2c 40 fd000000 00000000 00000000 00000001"
                                                 "fd000000 00000000 00000000 00000002"
                                                 "1100 05a8 deadbeef d431 12b5 003e 0000"));
    CHECK(packet.outer.outcome == Outcome::fragment);
    CHECK(std::holds_alternative<std::monostate>(packet.outer.transport));
}

TEST_CASE("each link type leads to the packet within", "[packet][dissect]") {
    const auto ip = hex("45 00 001c 0001 0000 40 01 0000 0a000001 0a000002 0800 0000 0001 0001");
    const auto ip6 =
        hex("60000000 0008 3a 40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002"
            "8000 0000 0001 0001");
    const auto is_icmp = [](const Packet& packet) {
        return packet.outer.outcome == Outcome::complete && std::holds_alternative<Icmpv4>(packet.outer.transport);
    };
    const auto is_icmp6 = [](const Packet& packet) {
        return packet.outer.outcome == Outcome::complete && std::holds_alternative<Icmpv6>(packet.outer.transport);
    };
    CHECK(is_icmp(whole(LinkType::raw, ip)));
    CHECK(is_icmp6(whole(LinkType::raw, ip6)));
    CHECK(is_icmp(whole(LinkType::raw_bsd, ip)));
    CHECK(is_icmp(whole(LinkType::raw_openbsd, ip)));
    CHECK(is_icmp(whole(LinkType::ipv4, ip)));
    CHECK(is_icmp6(whole(LinkType::ipv6, ip6)));
    CHECK(is_icmp(whole(LinkType::null, hex("02000000") + ip)));
    CHECK(is_icmp6(whole(LinkType::null, hex("17000000") + ip6)));
    CHECK(is_icmp(whole(LinkType::loop, hex("00000002") + ip)));
    CHECK(is_icmp(whole(LinkType::linux_sll, hex("0000 0001 0006 0a580af401020000 0800") + ip)));
    CHECK(is_icmp6(whole(LinkType::linux_sll2, hex("86dd 0000 00000001 0001 00 06 0a580af401020000") + ip6)));
    CHECK(is_icmp(whole(LinkType::ethernet, hex("00155df00001 00155df00000 8100 0064 0800") + ip)));
}

TEST_CASE("ARP is read to its end", "[packet][dissect]") {
    const auto packet = whole(LinkType::ethernet, hex("ffffffffffff 00155df00000 0806 0001 0800 06 04 0001"
                                                      "00155df00000 0af00004 000000000000 0af00005"
                                                      "000000000000000000000000000000000000"));
    CHECK(packet.outer.outcome == Outcome::complete);
    CHECK(as<Arp>(packet.outer.network).addresses->target_ip == 0x0af00005);
}

TEST_CASE("a protocol without a dissector is unsupported, and what was read stays", "[packet][dissect]") {
    const auto lldp = whole(LinkType::ethernet, hex("0180c200000e 00155df00000 88cc 0000"));
    CHECK(lldp.outer.outcome == Outcome::unsupported);
    CHECK(as<Ethernet>(lldp.outer.link).ethertype == 0x88cc);

    const auto gre = whole(LinkType::raw, hex("45 00 0018 0001 0000 40 2f 0000 0a000001 0a000002 00000000"));
    CHECK(gre.outer.outcome == Outcome::unsupported);
    CHECK(as<Ipv4>(gre.outer.network).protocol == 47);

    CHECK(whole(LinkType{147}, hex("00")).outer.outcome == Outcome::unsupported);
}

TEST_CASE("a header that contradicts itself is told, and is not malformed", "[packet][dissect]") {
    const auto bad_version = hex("75 00 0018 0001 0000 40 11 0000 0a000001 0a000002 00000000");
    const auto bad_udp = hex("45 00 001c 0001 0000 40 11 0000 0a000001 0a000002 0001 12b5 0003 0000");
    CHECK(whole(LinkType::raw, bad_version).outer.outcome == Outcome::unsupported);
    CHECK(whole(LinkType::ipv4, bad_version).outer.outcome == Outcome::contradictory);
    CHECK(dissect(LinkType::ipv4, bad_udp, 1000, VxlanPorts{}).outer.outcome == Outcome::contradictory);
}

TEST_CASE("a UDP length that its IP packet has no room for is told, though the frame has padding",
          "[packet][dissect]") {
    const auto frame =
        hex("00155df00001 00155df00000 0800"
            "45 00 001c 0001 0000 40 11 0000 0a000001 0a000002 0001 0035 000c 0000"
            "0000 0000 0000");
    CHECK(whole(LinkType::ethernet, frame).outer.outcome == Outcome::contradictory);
    CHECK(dissect(LinkType::ethernet, frame, 1000, VxlanPorts{}).outer.outcome == Outcome::contradictory);
}

}  // namespace kwd::packet
