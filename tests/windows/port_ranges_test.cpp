// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"
#include "tests/windows/tool_answers.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::collect;
using test::Collected;
using test::Node;

namespace {

std::string fixture(const std::string& name) {
    std::ifstream file(std::filesystem::path(KWD_FIXTURES) / "loose/windows" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string reason(const Collected& collected) {
    const json row = collected.collection("ports");
    return row["reason"].is_null() ? "" : row["reason"].get<std::string>();
}

std::string coverage(const Collected& collected) {
    return collected.query("SELECT state FROM table_coverage WHERE table_name = 'port_ranges'").at(0)["state"];
}

// `v4 tcp dynamic 49152-65535`, with a star where an administrator made it.
std::vector<std::string> ranges(const Collected& collected) {
    const json rows = collected.query(
        "SELECT 'v' || family || ' ' || protocol || ' ' || kind || ' ' || first_port || '-' || last_port || "
        "iif(administered, ' *', '') AS line FROM port_ranges ORDER BY family, protocol, kind, first_port");
    std::vector<std::string> lines;
    std::ranges::transform(rows, std::back_inserter(lines), [](const json& row) { return row["line"]; });
    return lines;
}

}  // namespace

TEST_CASE("netsh is asked for port ranges of both families and protocols, and for nothing else", "[windows][ports]") {
    const Node node;
    test::serve_port_ranges(node);
    const Collected collected = collect(node, "ports,system");
    CHECK(ranges(collected) == std::vector<std::string>{"v4 tcp dynamic 49152-65535", "v4 tcp excluded 5985-5985",
                                                        "v4 tcp excluded 49871-49970", "v4 tcp excluded 50000-50059 *",
                                                        "v4 udp dynamic 50000-50999", "v6 tcp dynamic 20000-65534",
                                                        "v6 tcp excluded 47001-47001", "v6 udp dynamic 49152-65535",
                                                        "v6 udp excluded 64000-64063 *"});
    CHECK(coverage(collected) == "ok");
    CHECK_THAT(reason(collected), !ContainsSubstring("netsh"));
    // A thousand UDP ports are few, but 15 whole blocks of 64: they are not used up.
    CHECK(collected.verdict("dynamic-range-too-small") == "finding");
    CHECK(collected.verdict("ephemeral-port-exhaustion") == "clear");
    auto calls = node.calls();
    std::erase_if(calls, [](const std::string& call) { return call.find("netsh") == std::string::npos; });
    std::ranges::sort(calls);
    CHECK(calls == std::vector<std::string>{
                       "netsh interface ipv4 show dynamicport tcp", "netsh interface ipv4 show dynamicport udp",
                       "netsh interface ipv4 show excludedportrange tcp",
                       "netsh interface ipv4 show excludedportrange udp", "netsh interface ipv6 show dynamicport tcp",
                       "netsh interface ipv6 show dynamicport udp", "netsh interface ipv6 show excludedportrange tcp",
                       "netsh interface ipv6 show excludedportrange udp"});
}

TEST_CASE("port ranges are read in another language and kept as UTF-8", "[windows][ports]") {
    const Node node;
    node.serve("netsh\\ipv4-dynamicport-tcp.txt", fixture("netsh-dynamic-german-cp850.txt"));
    node.serve("netsh\\ipv4-excludedportrange-tcp.txt", fixture("netsh-excluded-french-cp850.txt"));
    const Collected collected = collect(node, "ports");
    CHECK(ranges(collected) == std::vector<std::string>{"v4 tcp dynamic 49152-65535", "v4 tcp excluded 5985-5985",
                                                        "v4 tcp excluded 47001-47001 *"});
    // Code pages 437 and 850 have this letter at the same place.
    CHECK_THAT(node.stored(collected.snapshot), ContainsSubstring("Exclusions de port administr\xc3\xa9"
                                                                  "es."));
}

TEST_CASE("a netsh that says nothing is told, and gives no empty list", "[windows][ports]") {
    const Node node;
    SECTION("the double") {}
    SECTION("that of Wine") {
        node.without("netsh.exe");
    }
    const Collected collected = collect(node, "ports");
    CHECK(coverage(collected) == "missing");
    CHECK_THAT(
        reason(collected),
        ContainsSubstring("it said nothing of ipv4 dynamicport tcp, ipv4 dynamicport udp, ipv4 excludedportrange "
                          "tcp, ipv4 excludedportrange udp, ipv6 dynamicport tcp"));
    CHECK(collected.query("SELECT count(*) AS n FROM sockets")[0]["n"] > 0);
    CHECK(collected.query("SELECT name FROM documents WHERE name LIKE '%netsh%' OR name LIKE 'port-ranges%'").empty());
}

TEST_CASE("one answer of netsh that is missing leaves port ranges a part", "[windows][ports]") {
    const Node node;
    test::serve_port_ranges(node);
    const std::string question = "netsh\\ipv4-excludedportrange-tcp.txt";
    std::string told;
    std::string why = "netsh did not answer for ipv4 excludedportrange tcp";
    SECTION("it says nothing") {
        node.serve(question, "\r\n");
        told = "it said nothing of ipv4 excludedportrange tcp";
    }
    SECTION("it fails") {
        node.serve(question,
                   "Element nicht gefunden.\r\nPr\x81"
                   "fen Sie die Schnittstelle.\r\n");
        node.fault("netsh:ipv4-excludedportrange-tcp fail 1");
        told =
            "run netsh interface ipv4 show excludedportrange tcp: exit status 1: Element nicht gefunden.; Pr\xc3\xbc"
            "fen Sie die Schnittstelle.";
    }
    SECTION("it is denied") {
        node.serve(question, "The requested operation requires elevation (Run as administrator).\r\n");
        node.fault("netsh:ipv4-excludedportrange-tcp fail 1");
        told = "(Run as administrator). (refused to an elevated process too)";
    }
    SECTION("it crashes") {
        node.fault("netsh:ipv4-excludedportrange-tcp crash");
        told = "run netsh interface ipv4 show excludedportrange tcp: died of exception 0xc0000005";
    }
    SECTION("it hangs") {
        node.fault("netsh:ipv4-excludedportrange-tcp hang");
        told = "run netsh interface ipv4 show excludedportrange tcp: it did not answer in time";
    }
    SECTION("it says something else") {
        node.serve(question, "The request is not supported.\r\n");
        why = "ipv4-excludedportrange-tcp.txt could not be understood";
    }
    const Collected collected = collect(node, "ports,system");
    CHECK_THAT(reason(collected), ContainsSubstring(told));
    CHECK(coverage(collected) == "partial");
    // What is excluded and not known may be all that is left.
    CHECK(collected.verdict("ephemeral-port-exhaustion") == "not_evaluated");
    CHECK_THAT(collected.query("SELECT reason FROM table_coverage WHERE table_name = 'port_ranges'")[0]["reason"]
                   .get<std::string>(),
               ContainsSubstring(why));
    CHECK(ranges(collected) == std::vector<std::string>{"v4 tcp dynamic 49152-65535", "v4 udp dynamic 50000-50999",
                                                        "v6 tcp dynamic 20000-65534", "v6 tcp excluded 47001-47001",
                                                        "v6 udp dynamic 49152-65535", "v6 udp excluded 64000-64063 *"});
}

TEST_CASE("a netsh that always hangs costs its own time, and sockets are there", "[windows][ports]") {
    const Node node;
    node.fault("netsh hang");
    const Collected collected = collect(node, "ports");
    const json row = collected.collection("ports");
    CHECK(row["outcome"] == "partial");
    // Of the collector's 40 s it gets 25, and the end of a worker takes its time.
    CHECK(row["duration_ms"] < 32'000);
    CHECK_THAT(reason(collected),
               ContainsSubstring("run netsh interface ipv4 show dynamicport tcp: it did not answer in time"));
    CHECK_THAT(reason(collected), ContainsSubstring("there was no time for") &&
                                      ContainsSubstring("ipv6 excludedportrange tcp, ipv6 excludedportrange udp"));
    CHECK(coverage(collected) == "missing");
    CHECK(collected.query("SELECT count(*) AS n FROM sockets")[0]["n"] > 0);
    CHECK(collected.query("SELECT state FROM table_coverage WHERE table_name = 'sockets'")[0]["state"] != "missing");
}
