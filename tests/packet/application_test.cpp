// SPDX-License-Identifier: Apache-2.0
#include "packet/application.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

// A packet views its bytes: they are kept beside it.
struct Datagram {
    Datagram(const char* ports, const std::vector<std::byte>& payload)
        : bytes(hex("45 00 0000 0001 0000 40 11 0000 0a000001 0a000002") + hex(ports) + hex("0000 0000") + payload),
          packet(dissect(LinkType::raw, bytes, bytes.size(), VxlanPorts{})) {}
    std::vector<std::byte> bytes;
    Packet packet;
};

static Application named(const char* ports, const std::vector<std::byte>& payload) {
    return application_of(Datagram(ports, payload).packet.outer);
}

TEST_CASE("DHCP is named by its ports and cookie, as far as it was captured", "[packet][application]") {
    auto discover = hex("01 01 06 00 12345678");
    CHECK(named("0044 0043", discover) == Application::dhcp);
    discover.resize(236);
    discover = discover + hex("63825363 350101 ff");
    CHECK(named("0044 0043", discover) == Application::dhcp);
    CHECK(named("0043 0044", discover) == Application::dhcp);
    CHECK(named("0043 0043", discover) == Application::dhcp);
    CHECK(named("0044 c350", discover) == Application::unknown);
    discover[236] = std::byte{0};
    CHECK(named("0044 0043", discover) == Application::unknown);
    CHECK(named("0044 0043", hex("07")) == Application::unknown);
    CHECK(named("0222 0223", hex("01 123456")) == Application::dhcpv6);
    CHECK(name_of(Application::dhcp) == std::string_view("DHCP"));
}

TEST_CASE("a DHCP message says what it is in an option, wherever that stands", "[packet][application]") {
    const auto begin = std::vector<std::byte>(236) + hex("63825363");
    CHECK(dhcp_message(begin + hex("350101 ff")) == DhcpMessage::discover);
    CHECK(dhcp_message(begin + hex("00 00 37020103 3501 05")) == DhcpMessage::ack);
    CHECK(dhcp_message(begin + hex("350108")) == DhcpMessage::inform);
    CHECK(dhcp_message(begin + hex("350109")) == DhcpMessage::other);
    CHECK(dhcp_message(begin + hex("3500")) == DhcpMessage::other);
    CHECK(dhcp_message(begin + hex("35")) == DhcpMessage::other);
    CHECK(dhcp_message(begin + hex("ff 350101")) == DhcpMessage::other);
    CHECK(dhcp_message(begin + hex("37ff 350101")) == DhcpMessage::other);
    CHECK(dhcp_message({}) == DhcpMessage::other);
    CHECK(name_of(DhcpMessage::nak) == std::string_view("NAK"));
}

TEST_CASE("DNS is named by its port", "[packet][application]") {
    CHECK(named("c350 0035", hex("0001")) == Application::dns);
    CHECK(named("0035 c350", hex("")) == Application::dns);
    CHECK(application_of(Layers{}) == Application::unknown);
    CHECK(application_of_tcp(50000, 53) == Application::dns);
    CHECK(application_of_tcp(443, 50000) == Application::unknown);
}

TEST_CASE("Geneve is named, and neither opened nor taken for VXLAN", "[packet][application]") {
    // RFC 8926 §3.4: version 0, no options, Ethernet, VNI 4096; then a frame with IPv4.
    const auto geneve =
        hex("00 00 6558 001000 00 0e2a0af40203 0e2a0af40102 0800"
            "45 00 0014 0001 0000 40 11 0000 0af40102 0af40203");
    const Datagram datagram("c350 17c1", geneve);
    const Packet& packet = datagram.packet;
    CHECK(named("c350 17c1", geneve) == Application::geneve);
    CHECK(geneve_vni(geneve) == 4096);
    CHECK_FALSE(packet.vxlan);
    CHECK_FALSE(packet.inner);
    CHECK_FALSE(Datagram("c350 2222", geneve).packet.vxlan);
    // 32 bytes of options: its first byte is that of a VXLAN header.
    CHECK_FALSE(Datagram("c350 17c1", hex("08 00 6558 001000 00") + std::vector<std::byte>(32) + geneve).packet.vxlan);
    CHECK(named("c350 17c1", hex("40 00 6558 001000 00")) == Application::unknown);
}

}  // namespace kwd::packet
