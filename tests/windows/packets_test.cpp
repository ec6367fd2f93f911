// SPDX-License-Identifier: Apache-2.0
// What kwdiag.exe makes of captures that exist already. No driver is needed for it.
#include "base/wide.h"
#include "tests/windows/node.h"

#include <windows.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::Node;

namespace {

// What a capture of two namespaces holds is told beside it (tests/fixtures/packet/README.md).
constexpr std::string_view kTunnels = KWD_FIXTURES "/packet/tunnels.pcap";

void write(const std::string& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
}

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void check_tunnels(const json& counts, int times = 1) {
    CHECK(counts["packets"] == 37 * times);
    CHECK(counts["malformed"] == 0);
    CHECK(counts["by_vni"] == json{{"77", 6 * times}, {"4096", 21 * times}});
    CHECK(counts["by_udp_port"] == json{{"4789", 21 * times}, {"4790", 6 * times}});
    CHECK(counts["dns_queries"] == 3);
    CHECK(counts["dns_answers"] == 2);
    CHECK(counts["dns_unanswered"] == 1);
    CHECK(counts["tcp_resets"] == 1);
    CHECK(counts["tunnels"].size() == 4);
}

}  // namespace

TEST_CASE("kwdiag.exe counts the packets of a capture, in text and JSON", "[windows][packets]") {
    const Node node;
    const std::string capture = node.file("tunnels.pcap");
    std::filesystem::copy(std::filesystem::path(kTunnels), capture);

    const auto text = node.kwdiag("packets " + capture);
    CHECK(text.code == 0);
    CHECK(text.err.empty());
    CHECK_THAT(text.out, ContainsSubstring("37 packets, 5502 bytes, 0 malformed") && ContainsSubstring("4096 (21)"));

    const auto listed = node.kwdiag("packets " + capture + " --format json --flows --threads 1");
    CHECK(listed.code == 0);
    const json counts = json::parse(listed.out);
    check_tunnels(counts);
    CHECK(counts["flows"].size() ==
          counts["inner_flows"].get<std::size_t>() + counts["outer"]["inner_flows"].get<std::size_t>());
    CHECK(node.kwdiag("packets " + capture + " --format json --flows --threads 3").out == listed.out);
}

TEST_CASE("kwdiag.exe counts the captures of a snapshot together", "[windows][packets]") {
    const Node node;
    const std::string folder = node.file("captures");
    std::filesystem::create_directory(folder);
    std::filesystem::copy(std::filesystem::path(kTunnels), folder + "/eth0.pcap");
    const std::string snapshot = node.file("captures.kwsnap");
    static_cast<void>(node.kwdiag("import --quiet " + folder + " --out " + snapshot));
    const auto one = node.kwdiag("packets " + snapshot + " --format json");
    INFO(one.err);
    CHECK(one.code == 0);
    check_tunnels(json::parse(one.out));

    std::string other = read(std::string(kTunnels));
    other[16] = '\x7f';  // the snap length: a file with the same content would not be kept again
    write(folder + "/vethernet.pcap", other);
    const std::string both = node.file("both.kwsnap");
    static_cast<void>(node.kwdiag("import --quiet " + folder + " --out " + both));
    check_tunnels(json::parse(node.kwdiag("packets " + both + " --format json").out), 2);
}

TEST_CASE("a file that kwdiag.exe cannot count the packets of is told with why", "[windows][packets]") {
    const Node node;
    const auto refused = [&](const std::string& path, const char* word) {
        const auto ran = node.kwdiag("packets " + path);
        CAPTURE(path);
        CHECK(ran.code == 4);
        CHECK(ran.out.empty());
        CHECK_THAT(ran.err, ContainsSubstring(word));
    };
    refused(node.file("missing.pcap"), "missing.pcap");
    refused(node.file("."), "open ");

    const std::string empty = node.file("empty.pcap");
    write(empty, "");
    refused(empty, "is empty");
    const std::string letter = node.file("letter.pcap");
    write(letter, "Dear Sir");
    refused(letter, "neither a pcap nor a pcapng file");

    // Somebody writes it, and lets nobody else in meanwhile.
    const std::string held = node.file("held.pcap");
    write(held, "Dear Sir");
    const HANDLE writing =
        CreateFileW(wide(held).c_str(), GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    REQUIRE(writing != INVALID_HANDLE_VALUE);
    refused(held, "held.pcap");
    CloseHandle(writing);
}

// By VNI, which needs no driver: Wine's capturing library lacks pcap_open_dead(), by which filters are compiled.
TEST_CASE("kwdiag.exe exports the packets of a VNI, and counts them again", "[windows][packets]") {
    const Node node;
    const std::string folder = node.file("captures");
    std::filesystem::create_directory(folder);
    std::filesystem::copy(std::filesystem::path(kTunnels), folder + "/eth0.pcap");
    const std::string snapshot = node.file("captures.kwsnap");
    static_cast<void>(node.kwdiag("import --quiet " + folder + " --out " + snapshot));

    const std::string exported = node.file("exported.pcapng");
    const auto ran = node.kwdiag("export " + snapshot + " --pcapng " + exported + " --vni 77");
    INFO(ran.err);
    CHECK(ran.code == 0);
    const json counts = json::parse(node.kwdiag("packets " + exported + " --format json").out);
    CHECK(counts["packets"] == 6);
    CHECK(counts["by_vni"] == json{{"77", 6}});
}
