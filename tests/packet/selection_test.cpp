// SPDX-License-Identifier: Apache-2.0
#include "packet/selection.h"

#include "hex.h"
#include "packet/capture_reader.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace kwd::packet {

// Numbers of the packets of tests/fixtures/packet/tunnels.pcap that a selection takes.
static std::vector<std::uint64_t> taken(std::optional<std::uint32_t> vni, const char* flow = nullptr) {
    Selection selection;
    selection.vni = vni;
    if (flow != nullptr) {
        selection.flow = parse_flow_ends(flow).value();
    }
    std::ifstream file(KWD_FIXTURES "/packet/tunnels.pcap", std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    CaptureReader reader{std::as_bytes(std::span{bytes})};
    std::vector<std::uint64_t> numbers;
    while (const auto packet = reader.next()) {
        if (selection.takes(*packet)) {
            numbers.push_back(packet->number);
        }
    }
    return numbers;
}

static std::vector<std::uint64_t> of_flow(const char* flow) {
    return taken(std::nullopt, flow);
}

// What is expected was read off tshark's list of the file's packets.
using Numbers = std::vector<std::uint64_t>;

TEST_CASE("a VNI selects what came through it, also on a port that nobody named, and later fragments",
          "[packet][selection]") {
    CHECK(taken(77) == Numbers{24, 25, 26, 27, 34, 35});
    CHECK(taken(4096) == Numbers{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 23, 28, 29, 30});
    CHECK(taken(1).empty());
}

TEST_CASE("a flow selects both directions, within a tunnel or outside, with ports or without", "[packet][selection]") {
    CHECK(of_flow("10.244.2.2:41000-10.244.3.2:8080") == Numbers{10, 11, 12, 13, 14, 15, 16, 17, 22, 23});
    CHECK(of_flow("10.244.3.2:8080-10.244.2.2:41000") == Numbers{10, 11, 12, 13, 14, 15, 16, 17, 22, 23});
    CHECK(of_flow("10.244.2.2:41001-10.244.3.2") == Numbers{18, 19});
    CHECK(of_flow("192.168.10.21:42003-192.168.10.22:9998") == Numbers{36});
    CHECK(of_flow("10.244.2.2:42001-10.244.3.2:7000") == Numbers{28, 29});
    CHECK(of_flow("10.244.2.2:1-10.244.3.2:8080").empty());
    CHECK(taken(77, "10.77.0.1-10.77.0.2") == Numbers{26, 27});
    CHECK(taken(4096, "10.77.0.1-10.77.0.2").empty());
}

TEST_CASE("everything is taken where nothing is asked", "[packet][selection]") {
    CHECK(taken(std::nullopt).size() == 37);
}

TEST_CASE("the ends of a flow are read, and what is none is refused", "[packet][selection]") {
    const auto v6 = parse_flow_ends("[fd00::7]:50000-[fd00::9]:53");
    REQUIRE(v6);
    CHECK(v6->one.address.text() == "fd00::7");
    CHECK(v6->one.port == 50000);
    CHECK(v6->other.port == 53);
    CHECK_FALSE(parse_flow_ends("fd00::7-fd00::9").value().one.port);
    CHECK(parse_flow_ends("[fd00::7]-10.0.0.1:0").value().other.port == 0);
    for (const char* wrong : {"", "-", "10.0.0.1:1", "10.0.0.1:1-", "10.0.0.1:-10.0.0.2:2", "10.0.0.1:70000-10.0.0.2:2",
                              "10.0.0.1:1x-10.0.0.2:2", "[fd00::7-fd00::9", "[fd00::7]53-fd00::9", "pod-a:1-pod-b:2"}) {
        INFO(wrong);
        CHECK(parse_flow_ends(wrong).error().code == Errc::invalid_input);
    }
}

}  // namespace kwd::packet
