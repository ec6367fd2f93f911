// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/protocols.h"

#include "packet/traffic/tunnels.h"
#include "told_traffic.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>

namespace kwd::packet {

/// A UDP datagram between 10.0.0.1 and 10.0.0.2.
static Frame datagram(std::uint16_t source_port, std::uint16_t destination_port, const Frame& payload) {
    auto frame =
        hex("00155df00001 00155df00000 0800  45 00 0000 0002 0000 40 11 0000 0a000001 0a000002"
            "0000 0000 0000 0000");
    put(frame, 16, 2, 28 + payload.size());
    put(frame, 34, 2, source_port);
    put(frame, 36, 2, destination_port);
    put(frame, 38, 2, 8 + payload.size());
    return frame + payload;
}

TEST_CASE("DHCP's messages, Geneve's networks and the rest are counted by what they are, within and outside of tunnels",
          "[packet][traffic]") {
    auto offer = Frame(236);
    offer[0] = std::byte{2};
    offer = offer + hex("63825363 350102 ff");
    const auto geneve = hex("00 00 6558 002000 00") + Frame(20);
    Told told;
    told.add(datagram(67, 68, offer));
    told.add(in_vxlan(datagram(67, 68, offer)));
    told.add(datagram(50000, 6081, geneve));
    told.add(datagram(50000, 6081, geneve));
    told.add(datagram(50000, 53, hex("0001 0100 0001 0000 0000 0000 0161 00 0001 0001")));
    told.add(hex("ffffffffffff 00155df00000 0806 0001 0800 06 04 0001 00155df00000 0a000001 000000000000 0a000002"));
    told.add(hex("0180c200000e 00155df00000 88cc 0000"));
    told({.sequence = 1, .server_port = 53});
    told({.sequence = 1});

    const auto outer = told.traffic.outer();
    const auto& plain = outer.protocols;
    CHECK(plain.of(PacketRecord::Kind::udp) == 4);
    CHECK(plain.of(PacketRecord::Kind::arp) == 1);
    CHECK(plain.of(PacketRecord::Kind::none) == 1);
    CHECK(std::accumulate(plain.by_kind.begin(), plain.by_kind.end(), std::uint64_t{0}) == outer.packets);
    CHECK(plain.by_application[static_cast<std::size_t>(Application::geneve)] == 2);
    CHECK(plain.by_application[static_cast<std::size_t>(Application::dns)] == 1);
    CHECK(plain.dhcp_messages[static_cast<std::size_t>(DhcpMessage::offer)] == 1);
    CHECK(plain.geneve_vnis == std::map<std::uint32_t, std::uint64_t>{{0x2000, 2}});
    const auto within = told.traffic.inner().protocols;
    CHECK(within.of(PacketRecord::Kind::tcp) == 2);
    CHECK(within.by_application[static_cast<std::size_t>(Application::dns)] == 1);
    CHECK(within.dhcp_messages[static_cast<std::size_t>(DhcpMessage::offer)] == 1);
}

TEST_CASE("tunnels are told by both ends and VNI, by IPv4 and IPv6", "[packet][traffic]") {
    const auto inner = Tcp4{.payload = 10}.inner();
    auto by_ipv6 =
        hex("00155df00001 00155df00000 86dd 60000000 0000 11 40 fd000000000000000000000000000001"
            "fd000000000000000000000000000002 d431 12b5 0000 0000 08 000000 001000 00");
    put(by_ipv6, 18, 2, 16 + inner.size());
    put(by_ipv6, 58, 2, 16 + inner.size());
    by_ipv6 = by_ipv6 + inner;
    auto elsewhere = in_vxlan(inner);
    put(elsewhere, 46, 3, 4097);
    auto back = in_vxlan(inner);
    put(back, 26, 4, 0x0af00005);
    put(back, 30, 4, 0x0af00004);

    Told told;
    told.add(in_vxlan(inner));
    told.after(kMs);
    told.add(in_vxlan(inner));
    told.add(back);
    told.add(by_ipv6);
    told.add(elsewhere);
    told.add(inner);  // in none

    const auto& tunnels = told.traffic.tunnels().all();
    REQUIRE(tunnels.size() == 4);
    const auto& [key, tunnel] = *tunnels.begin();
    CHECK(key.vni == 4096);
    CHECK(key.source.text() == "10.240.0.4");
    CHECK(key.destination.text() == "10.240.0.5");
    CHECK(tunnel.packets == 2);
    CHECK(tunnel.bytes == 2 * (50 + inner.size()));
    CHECK(tunnel.times.last_ns - tunnel.times.first_ns == kMs);
    CHECK(std::next(tunnels.begin())->first.source.text() == "10.240.0.5");
    CHECK(std::next(tunnels.begin(), 2)->first.source.text() == "fd00::1");
    CHECK(std::prev(tunnels.end())->first.vni == 4097);
}

TEST_CASE("the times of a tunnel and of an ICMP error are the earliest and the latest, in whatever order they come",
          "[packet][traffic]") {
    using Times = std::vector<std::optional<std::int64_t>>;
    const auto tunnelled = in_vxlan(Tcp4{.sequence = 100}.inner());
    const auto error = hex("00155df00001 00155df00000 0800") +
                       hex("45 00 0038 0001 0000 40 01 0000 0af40102 0af40203 03 04 0000 0000 05aa") +
                       hex("45 00 05dc 0001 4000 40 06 0000 0af40102 0af40203 c350 0050 00000001");
    const auto seen_at = [&](const Times& times) {
        Traffic traffic;
        for (const auto time_ns : times) {
            for (const auto& frame : {tunnelled, error}) {
                auto packet = captured(frame);
                packet.time_ns_utc = time_ns;
                const auto record = describe(packet);
                traffic.add({&record, 1});
            }
        }
        const auto tunnel = traffic.tunnels().all().begin()->second.times;
        const auto icmp = traffic.icmp_errors().all().begin()->second.times;
        return std::vector{tunnel.first_ns, tunnel.last_ns, icmp.first_ns, icmp.last_ns};
    };
    CHECK(seen_at({5, 3, 9, 4}) == std::vector<std::int64_t>{3, 9, 3, 9});
    CHECK(seen_at({std::nullopt, 7, std::nullopt}) == std::vector<std::int64_t>{7, 7, 7, 7});
    constexpr auto kNone = PacketRecord::kNoTime;
    CHECK(seen_at({std::nullopt}) == std::vector<std::int64_t>{kNone, kNone, kNone, kNone});
}

TEST_CASE("of tunnels beyond what is kept the packets are told", "[packet][traffic]") {
    auto frame = in_vxlan(Tcp4{}.inner());
    Told told;
    for (std::uint32_t vni = 0; vni < Tunnels::kMost + 10; ++vni) {
        put(frame, 46, 3, vni);
        told.add(frame);
    }
    CHECK(told.traffic.tunnels().all().size() == Tunnels::kMost);
    CHECK(told.traffic.limits().packets_without_tunnel == 10);
}

}  // namespace kwd::packet
