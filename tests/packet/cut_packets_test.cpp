// SPDX-License-Identifier: Apache-2.0
// What is counted of packets that a snap length cut off.
#include "packet/tcp.h"
#include "told_traffic.h"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>

namespace kwd::packet {
namespace {

/// Tells a packet of which `kept` bytes of the frame within the tunnel were captured.
void add_cut(Traffic& traffic, const Frame& inner, std::size_t kept) {
    const auto whole = in_vxlan(inner);
    auto packet = captured(whole);
    packet.captured = packet.captured.first(whole.size() - inner.size() + kept);
    const auto record = describe(packet);
    traffic.add({&record, 1});
}

constexpr std::size_t kTransport = 34;  // Ethernet and IPv4

}  // namespace

TEST_CASE("16 bytes of a TCP header are enough, and fewer are told", "[packet][traffic]") {
    for (std::size_t kept = 0; kept <= 20; ++kept) {
        Traffic traffic;
        const auto add = [&](const Tcp4& segment) { add_cut(traffic, segment.inner(), kTransport + kept); };
        add({.flags = Tcp::kSyn, .sequence = 99});
        add({.flags = Tcp::kSyn, .sequence = 99});
        add({.from_client = false, .flags = Tcp::kSyn | Tcp::kAck, .sequence = 499});
        add({.sequence = 100, .payload = 50});
        add({.sequence = 100, .payload = 50});
        add({.from_client = false, .sequence = 500, .window = 0});
        add({.flags = Tcp::kRst, .sequence = 150});
        const auto counts = traffic.inner();
        const std::uint64_t known = kept >= 16 ? 1 : 0;
        CAPTURE(kept);
        CHECK(counts.packets == 7);
        CHECK(counts.malformed == 0);
        CHECK(counts.truncated == (kept < 20 ? 7 : 2));
        CHECK(counts.tcp_headers_cut == 7 * (1 - known));
        CHECK(counts.tcp_flows == (kept >= 4 ? 1 : 0));
        CHECK(counts.tcp.syn_retransmissions == known);
        CHECK(counts.tcp.retransmitted_segments == known);
        CHECK(counts.tcp.resets == known);
        CHECK(counts.tcp.zero_windows == known);
    }
}

TEST_CASE("two bytes of an ICMP error tell that it asks for fragmentation", "[packet][traffic]") {
    auto error =
        hex("0e2a0af40203 0e2a0af40102 0800  45 00 0038 0001 4000 40 01 0000 0af40101 0af40102"
            "0304 0000 0000 05aa  45 00 05dc 0001 4000 40 06 0000 0af40102 0af40203 c350 01bb 00000000");
    for (std::size_t kept = 0; kept <= 8; ++kept) {
        Traffic traffic;
        add_cut(traffic, error, kTransport + kept);
        CAPTURE(kept);
        CHECK(traffic.inner().icmp_frag_needed == (kept >= 2 ? 1 : 0));
        if (kept >= 2) {
            const auto mtu = traffic.icmp_errors().all().begin()->first.mtu;
            CHECK(mtu.has_value() == (kept == 8));
            CHECK(mtu.value_or(1450) == 1450);
        }
    }
}

TEST_CASE("four bytes of a DNS message are enough to count it, and fewer are told", "[packet][traffic]") {
    auto query =
        hex("0e2a0af40203 0e2a0af40102 0800  45 00 002f 0001 4000 40 11 0000 0af40102 0af40203"
            "c350 0035 001b 0000  0007 0100 0001 0000 0000 0000 0161 00 0001 0001");
    for (std::size_t kept = 4; kept <= 27; ++kept) {
        Traffic traffic;
        add_cut(traffic, query, kTransport + kept);
        CAPTURE(kept);
        CHECK(traffic.inner().dns_queries == (kept >= 12 ? 1 : 0));
        CHECK(traffic.inner().dns_unanswered == (kept >= 12 ? 1 : 0));
        CHECK(traffic.inner().dns_headers_cut == (kept >= 12 ? 0 : 1));
    }
}

}  // namespace kwd::packet
