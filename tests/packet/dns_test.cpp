// SPDX-License-Identifier: Apache-2.0
#include "packet/dns.h"

#include "hex.h"

#include <catch2/catch_test_macros.hpp>

#include <utility>

namespace kwd::packet {

static const auto kTail = hex("0001 0001");

static std::string name_of(std::string_view labels) {
    const auto dns = dissect_dns(hex("0001 0100 0001 0000 0000 0000") + hex(labels) + kTail);
    REQUIRE(dns);
    REQUIRE(dns->question);
    return dns->question->name.text();
}

TEST_CASE("a DNS query gives its id and question", "[packet][dns]") {
    const auto dns =
        dissect_dns(hex("beef 0100 0001 0000 0000 0000 03617069 04636f7270 07657861 6d706c65 00 001c 0001"));
    REQUIRE(dns);
    CHECK(dns->id == 0xbeef);
    CHECK_FALSE(dns->response);
    CHECK(dns->opcode == 0);
    CHECK(dns->recursion_desired);
    CHECK_FALSE(dns->recursion_available);
    CHECK(dns->questions == 1);
    CHECK(dns->defect == Defect::none);
    REQUIRE(dns->question);
    CHECK(dns->question->name.text() == "api.corp.example");
    CHECK(dns->question->type == 28);
    CHECK(dns->question->dns_class == 1);
}

TEST_CASE("a DNS answer gives its response code and counts", "[packet][dns]") {
    const auto dns = dissect_dns(hex("0007 8783 0001 0002 0003 0004 0161 00 0001 0001"));
    REQUIRE(dns);
    CHECK(dns->response);
    CHECK(dns->response_code == 3);
    CHECK(dns->authoritative);
    CHECK(dns->truncated);
    CHECK(dns->recursion_desired);
    CHECK(dns->recursion_available);
    CHECK(dns->answers == 2);
    CHECK(dns->authorities == 3);
    CHECK(dns->additionals == 4);
    CHECK(dns->question->name.text() == "a");
}

TEST_CASE("the opcode is told", "[packet][dns]") {
    CHECK(dissect_dns(hex("0001 2800 0000 0000 0000 0000"))->opcode == 5);
}

TEST_CASE("a message without a question has none", "[packet][dns]") {
    const auto dns = dissect_dns(hex("0001 8005 0000 0000 0000 0000"));
    REQUIRE(dns);
    CHECK(dns->response_code == 5);
    CHECK_FALSE(dns->question);
    CHECK_FALSE(dns->cut);
    CHECK(dns->defect == Defect::none);
}

TEST_CASE("a name is written so that it can be told from any other", "[packet][dns]") {
    CHECK(name_of("00") == ".");
    CHECK(name_of("03412e62 00") == "A\\.b");
    CHECK(name_of("025c20 00") == "\\\\\\032");
    CHECK(name_of("02 00ff 00") == "\\000\\255");
    CHECK(name_of("053c2f613e27 00") == "</a>'");
}

TEST_CASE("a name of 255 octets is read and one of 256 is a defect", "[packet][dns]") {
    const std::string label63 = "3f" + [] {
        std::string octets;
        for (int i = 0; i < 63; ++i) {
            octets += "61";
        }
        return octets;
    }();
    const auto with_last = [&](std::string_view last) {
        return dissect_dns(hex("0001 0100 0001 0000 0000 0000") +
                           hex(label63 + label63 + label63 + std::string{last} + "00") + kTail);
    };
    std::string octets61;
    for (int i = 0; i < 61; ++i) {
        octets61 += "62";
    }
    const auto longest = with_last("3d" + octets61);
    REQUIRE(longest);
    REQUIRE(longest->question);
    CHECK(longest->question->name.labels().size() == 254);

    const auto too_long = with_last("3e" + octets61 + "62");
    REQUIRE(too_long);
    CHECK(too_long->defect == Defect::name);
    CHECK_FALSE(too_long->question);
}

TEST_CASE("a compression pointer in the first name is a defect, wherever it points", "[packet][dns]") {
    for (const auto* pointer : {"c00c", "c000", "c00e", "ffff", "0161 c00c"}) {
        const auto dns = dissect_dns(hex("0001 0100 0001 0000 0000 0000") + hex(pointer) + kTail);
        REQUIRE(dns);
        CHECK(dns->defect == Defect::name);
        CHECK_FALSE(dns->question);
    }
    CHECK(dissect_dns(hex("0001 0100 0001 0000 0000 0000 41 61 00") + kTail)->defect == Defect::name);
}

TEST_CASE("a question that goes on beyond the message gives as much of its name as there is", "[packet][dns]") {
    for (const auto& [question, name] : {std::pair{"", "."},
                                         {"03", "."},
                                         {"03 6170", "ap"},
                                         {"03 617069", "api"},
                                         {"03 617069 02 6e", "api.n"},
                                         {"03 617069 00", "api"},
                                         {"03 617069 00 0001 00", "api"}}) {
        const auto dns = dissect_dns(hex("0001 8583 0001 0000 0000 0000") + hex(question));
        REQUIRE(dns);
        CHECK(dns->cut);
        CHECK(dns->defect == Defect::none);
        CHECK(dns->id == 1);
        CHECK(dns->response_code == 3);
        REQUIRE(dns->question);
        CHECK_FALSE(dns->question->whole);
        CHECK(dns->question->name.text() == name);
        CHECK(dns->question->type == 0);
    }
    CHECK_FALSE(dissect_dns(hex("0001 0100 0001 0000 0000 00")));
}

TEST_CASE("by TCP a message has its length in front", "[packet][dns]") {
    const auto message = hex("0007 0100 0001 0000 0000 0000 03 617069 00") + kTail;
    const auto whole = dissect_dns_over_tcp(hex("0015") + message + hex("0015 0008"));
    REQUIRE(whole);
    CHECK(whole->id == 7);
    REQUIRE(whole->question);
    CHECK(whole->question->whole);
    CHECK(whole->question->name.text() == "api");

    const auto cut = dissect_dns_over_tcp(hex("0015") + hex("0007 0100 0001 0000 0000 0000 03 6170"));
    REQUIRE(cut);
    CHECK(cut->cut);
    CHECK(cut->question->name.text() == "ap");

    CHECK_FALSE(dissect_dns_over_tcp(hex("")));
    CHECK_FALSE(dissect_dns_over_tcp(hex("0015")));            // the message comes in the next segment
    CHECK_FALSE(dissect_dns_over_tcp(hex("000b") + message));  // shorter than any message
}

TEST_CASE("a packet to or from port 53 gives its message, by UDP and TCP", "[packet][dns]") {
    const auto message = hex("0007 0100 0001 0000 0000 0000 03 617069 00 0001 0001");  // 21 bytes
    const auto id_of = [](const std::vector<std::byte>& packet) {
        const auto dns = dissect_dns(dissect(LinkType::raw, packet, packet.size(), VxlanPorts{}).outer);
        return dns ? std::optional(dns->id) : std::nullopt;
    };
    const auto udp = [&](const char* ports) {
        return hex("45 00 0031 0001 0000 40 11 0000 0a000001 0a000002") + hex(ports) + hex("001d 0000") + message;
    };
    CHECK(id_of(udp("c350 0035")) == 7);
    CHECK(id_of(udp("0035 c350")) == 7);
    CHECK_FALSE(id_of(udp("c350 c351")));
    CHECK(id_of(hex("45 00 003f 0001 0000 40 06 0000 0a000001 0a000002"
                    "c350 0035 00000001 00000001 50 18 faf0 0000 0000 0015") +
                message) == 7);
    CHECK_FALSE(dissect_dns(Layers{}));
}

}  // namespace kwd::packet
