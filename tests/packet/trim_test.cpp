// SPDX-License-Identifier: Apache-2.0
#include "packet/trim.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace kwd::packet {

using Frame = std::vector<std::byte>;

// Ethernet and IPv4 (20 bytes) with a protocol, from 10.240.0.4 to 10.240.0.5, of 1,400 bytes and more.
static Frame ipv4(const char* protocol) {
    return hex("00155df00001 00155df00000 0800 45 00 0578 0002 0000 40") + hex(protocol) +
           hex("0000 0af00004 0af00005");
}
static const auto kVxlan = ipv4("11") + hex("d431 12b5 0564 0000 08 000000 001000 00");        // 50 bytes
static const auto kInnerIpv4 = hex("0e2a0af40203 0e2a0af40102 0800 45 00 0546 0001 0000 40");  // 23 bytes
static const auto kPodAddresses = hex("0000 0af40102 0af40203");                               // 10 bytes

static Frame filled(Frame frame) {
    frame.resize(1414, std::byte{0x5a});
    return frame;
}

static std::size_t kept(const Frame& frame) {
    return trimmed_length(LinkType::ethernet, frame, frame.size());
}

TEST_CASE("a packet in a tunnel is kept to the end of its inner transport header", "[packet][trim]") {
    const auto tcp = kVxlan + kInnerIpv4 + hex("06") + kPodAddresses;
    // 50 + 14 + 20, and a header of 20 bytes, or of 32 with options
    CHECK(kept(filled(tcp + hex("c350 01bb 00000001 00000002 50 10 ffff 0000 0000"))) == 104);
    CHECK(kept(filled(tcp + hex("c350 01bb 00000001 00000002 80 10 ffff 0000 0000"))) == 116);
    CHECK(kept(filled(kVxlan + kInnerIpv4 + hex("11") + kPodAddresses + hex("c350 2328 0532 0000"))) == 92);
    const auto ipv6 = kVxlan + hex("0e2a0af40203 0e2a0af40102 86dd 60000000 0514 06 40"
                                   "fd000000000000000000000000000001 fd000000000000000000000000000002");
    CHECK(kept(filled(ipv6 + hex("c350 01bb 00000001 00000002 50 10 ffff 0000 0000"))) == 50 + 14 + 40 + 20);
}

TEST_CASE("DNS is kept to its end, in a tunnel or not, by UDP or TCP", "[packet][trim]") {
    const auto inner = kVxlan + kInnerIpv4;
    CHECK(kept(filled(inner + hex("11") + kPodAddresses + hex("c350 0035 0532 0000"))) == 1414);
    CHECK(kept(filled(inner + hex("11") + kPodAddresses + hex("0035 c350 0532 0000"))) == 1414);
    CHECK(kept(filled(inner + hex("06") + kPodAddresses + hex("c350 0035 00000001 00000002 50 10 ffff 0000 0000"))) ==
          1414);
    CHECK(kept(filled(ipv4("11") + hex("c350 0035 0564 0000"))) == 1414);
}

TEST_CASE("a packet outside of a tunnel is kept to the end of its TCP header", "[packet][trim]") {
    CHECK(kept(filled(ipv4("06") + hex("c350 01bb 00000001 00000002 50 10 ffff 0000 0000"))) == 54);
}

TEST_CASE("what is not understood to its end is kept as far as headers may reach", "[packet][trim]") {
    CHECK(kept(filled(ipv4("11") + hex("c350 3039 0564 0000"))) == 256);   // maybe a tunnel of another kind
    CHECK(kept(filled(ipv4("01") + hex("03 04 0000 0000 05aa"))) == 256);  // ICMP quotes a packet
    CHECK(kept(filled(ipv4("84"))) == 256);                                // SCTP
    CHECK(kept(filled(hex("00155df00001 00155df00000 88cc"))) == 256);     // LLDP
    auto fragment = filled(kVxlan);
    fragment[20] = std::byte{0x20};  // more fragments
    CHECK(kept(fragment) == 256);
    auto malformed = filled(kVxlan + kInnerIpv4 + hex("06") + kPodAddresses);
    malformed[64] = std::byte{0x41};  // an inner header of four bytes
    CHECK(kept(malformed) == 256);
    CHECK(trimmed_length(static_cast<LinkType>(147), filled(kVxlan), 1414) == 256);
}

TEST_CASE("a VLAN tag adds its four bytes to what is kept, whatever else a packet says", "[packet][trim]") {
    const auto tcp = hex("c350 01bb 00000001 00000002 60 10 ffff 0000 0000 01010101");
    const auto inner = kVxlan + kInnerIpv4;
    const std::array frames{inner + hex("06") + kPodAddresses + tcp,
                            inner + hex("11") + kPodAddresses + hex("c350 2328 0532 0000"),
                            inner + hex("11") + kPodAddresses + hex("0035 2328 0532 0000"), ipv4("06") + tcp,
                            ipv4("11") + hex("c350 0035 0564 0000")};
    std::minstd_rand random(7);
    const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
    for (int round = 0; round < 200'000; ++round) {
        Frame frame = filled(frames[below(frames.size())]);
        for (std::size_t changes = below(3); changes > 0; --changes) {
            frame[14 + below(110)] = static_cast<std::byte>(below(256));
        }
        const std::size_t original_length = below(4) == 0 ? 1300 + below(200) : frame.size();
        frame.resize(below(4) == 0 ? below(130) + 14 : frame.size());
        Frame tagged = frame;
        const Frame tag = hex("8100 0001");
        tagged.insert(tagged.begin() + 12, tag.begin(), tag.end());

        const std::size_t plain_length = trimmed_length(LinkType::ethernet, frame, original_length);
        const std::size_t tagged_length = trimmed_length(LinkType::ethernet, tagged, original_length + 4);
        const bool as_far_as_headers_may_reach = plain_length == std::min<std::size_t>(frame.size(), 256);
        REQUIRE(tagged_length ==
                (as_far_as_headers_may_reach ? std::min<std::size_t>(tagged.size(), 256) : plain_length + 4));
    }
}

TEST_CASE("no more is kept than there is, wherever a packet was cut", "[packet][trim]") {
    const auto whole = filled(kVxlan + kInnerIpv4 + hex("06") + kPodAddresses +
                              hex("c350 01bb 00000001 00000002 50 10 ffff 0000 0000"));
    for (std::size_t size = 0; size <= 120; ++size) {
        CHECK(trimmed_length(LinkType::ethernet, std::span{whole}.first(size), 1414) ==
              std::min<std::size_t>(size, 104));
    }
}

}  // namespace kwd::packet
