// SPDX-License-Identifier: Apache-2.0
// A capture in parts gives what it gives whole: rows, times, and the packets that they stand at.
#include "analyzers/analyze.h"
#include "analyzers/quotes.h"
#include "packet/capture_reader.h"
#include "packet/pcapng_writer.h"
#include "snapshot/kinds.h"
#include "snapshot/schema.h"
#include "tests/analyzers/analyzed.h"
#include "tests/analyzers/given_documents.h"
#include "tests/packet/hex.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

namespace kwd::analyzers {
namespace {

constexpr std::array kTables = {"captures",    "vxlan_flows",   "vxlan_inner_macs", "vxlan_paths",
                                "vxlan_sizes", "flows",         "address_pairs",    "dns_queries",
                                "icmp_errors", "arp_exchanges", "vxlan_verdicts"};

// The same packets in files of so many each; 0: in one.
std::vector<std::string> parts_of(const std::string& file, std::size_t packets) {
    packet::CaptureReader whole(std::as_bytes(std::span(file)));
    std::vector<packet::CapturedPacket> all;
    while (const auto next = whole.next()) {
        all.push_back(*next);
    }
    packet::PcapngWriter writer("test", whole.interfaces());
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < all.size(); ++i) {
        writer.add(all[i].interface_id, *all[i].time_ns_utc, all[i].captured, all[i].original_length);
        if (packets != 0 && (i + 1) % packets == 0) {
            parts.push_back(writer.take());
        }
    }
    parts.push_back(writer.take());
    return parts;
}

// Each row of each table with what it stands at, in the words for people.
std::map<std::string, std::multiset<std::string>> rows_of(const std::vector<std::string>& parts,
                                                          std::string_view collector = "packets") {
    GivenDocuments documents;
    for (const std::string& each : parts) {
        auto& info = documents.add(snapshot::kind::capture, each);
        info.collector = collector;
        info.name = "packets.pcapng";
    }
    auto database = snapshot::Database::memory();
    snapshot::create_schema(database);
    for (const auto& info : documents.documents()) {
        auto insert = database.prepare(
            "INSERT INTO documents (id, collector, kind, name, size_bytes, sha256) VALUES (?, "
            "?, 'capture', ?, 0, '')");
        insert.bind(1, info.id);
        insert.bind(2, std::string_view(info.collector));
        insert.bind(3, std::string_view(info.name));
        insert.run();
    }
    analyze(documents, database);
    std::map<std::string, std::multiset<std::string>> tables;
    for (const char* table : kTables) {
        auto select = database.prepare(std::string("SELECT * FROM ") + table);
        while (select.step()) {
            std::string row;
            std::int64_t document = 0;
            std::string place;
            for (int column = 0; column < select.column_count(); ++column) {
                const std::string name = select.column_name(column);
                if (name == "document_id") {
                    document = select.integer(column);
                } else if (name == "place") {
                    place = select.text(column);
                } else if (name != "at" && name != "first_packet") {
                    row += name + "=" + select.text(column) + " ";
                }
            }
            if (document != 0 && !place.empty()) {
                row += open_quotes(*documents.document(document))(place, 2000);
            }
            tables[table].insert(row);
        }
    }
    return tables;
}

TEST_CASE("a capture in chunks gives the rows that it gives whole, at the same packets", "[analyzers][packets]") {
    for (const char* file : {"packet/tunnels.pcap", "packet/mergecap_snapped.pcapng"}) {
        const auto whole = rows_of(parts_of(fixture(file), 0));
        REQUIRE_FALSE(whole.at("flows").empty());
        for (const std::size_t packets : {1U, 2U, 3U, 7U, 20U}) {
            INFO(file << " in files of " << packets);
            CHECK(rows_of(parts_of(fixture(file), packets)) == whole);
        }
    }
}

const std::array<packet::CaptureInterface, 2> kInterfaces = {
    packet::CaptureInterface{.name = "eth0", .description = {}, .link_type = packet::LinkType::raw},
    packet::CaptureInterface{.name = "cni0", .description = {}, .link_type = packet::LinkType::raw}};
constexpr std::int64_t kStart = 1'700'000'000'000'000'000;

struct Sent {
    std::uint32_t interface;
    std::int64_t after_ms;
    std::vector<std::byte> bytes;
};

// Each packet in a file of its own.
std::vector<std::string> alone(const std::vector<Sent>& packets) {
    packet::PcapngWriter writer("test", kInterfaces);
    std::vector<std::string> files;
    for (const Sent& each : packets) {
        writer.add(each.interface, kStart + each.after_ms * 1'000'000, each.bytes,
                   static_cast<std::uint32_t>(each.bytes.size()));
        files.push_back(writer.take());
    }
    return files;
}

bool has(const std::multiset<std::string>& rows, std::string_view part) {
    return std::ranges::any_of(rows, [&](const std::string& row) { return row.find(part) != std::string::npos; });
}

// IPv4 10.0.0.1 > 10.0.0.2, UDP 5000 > 53, id 1, "a" A IN; and the answer
const auto kQuestion = packet::hex(
    "45000033 00010000 40110000 0a000001 0a000002 13880035 001f0000 0001 0100 0001 0000 0000 0000 0161 00 0001 0001");
const auto kAnswer = packet::hex(
    "45000033 00020000 40110000 0a000002 0a000001 00351388 001f0000 0001 8180 0001 0000 0000 0000 0161 00 0001 0001");

TEST_CASE("the answer to a question may come in a later chunk", "[analyzers][packets]") {
    const auto rows = rows_of(alone({{0, 0, kQuestion}, {0, 250, kAnswer}}));
    CHECK(has(rows.at("dns_queries"), "answered=1 answered_by=10.0.0.2 rcode=0 latency_ms=250.0"));
    // Imported files are captures each: nothing says that one goes on where the other ends.
    CHECK(has(rows_of(alone({{0, 0, kQuestion}, {0, 250, kAnswer}}), "import").at("dns_queries"), "answered= "));
}

TEST_CASE("a packet on its way through several interfaces counts once, and on each of them", "[analyzers][packets]") {
    const auto rows = rows_of(alone({{1, 0, kQuestion}, {0, 1, kQuestion}, {0, 2, kAnswer}, {1, 3, kAnswer}}));
    CHECK(rows.at("dns_queries").size() == 1);
    CHECK(has(rows.at("flows"), "source_port=5000 destination_port=53 vni= packets=1 bytes=51 "));
    CHECK(rows.at("captures").size() == 2);
    CHECK(has(rows.at("address_pairs"), "interface_name=cni0 source=10.0.0.1 destination=10.0.0.2 packets=1 "));
    CHECK(has(rows.at("address_pairs"), "interface_name=eth0 source=10.0.0.1 destination=10.0.0.2 packets=1 "));
}

TEST_CASE("fragments of a tunnel count for it in whatever order they come", "[analyzers][packets]") {
    // 10.0.0.4 > 10.0.0.5, UDP 54321 > 4789, VNI 4096, within UDP 10.244.1.2:50000 > 10.244.2.3:50001
    const auto first = packet::hex(
        "45 00 0064 0007 2000 40 11 0000 0a000004 0a000005 d431 12b5 0100 0000 08000000 00100000"
        "0e2a0af40203 0e2a0af40102 0800"
        "45 00 00c8 0001 4000 40 11 0000 0af40102 0af40203 c350 c351 00b4 0000"
        "4141414141414141 4141414141414141 41414141 4141");
    const auto later =
        packet::hex("45 00 0024 0007 000a 40 11 0000 0a000004 0a000005 4141414141414141 4141414141414141");
    for (const auto& order : {std::vector<Sent>{{0, 0, first}, {0, 1, later}}, {{0, 0, later}, {0, 1, first}}}) {
        const auto rows = rows_of(alone(order));
        CHECK(has(rows.at("vxlan_flows"), "vni=4096 vni_valid=1 packets=2 bytes=136 "));
        CHECK(has(rows.at("vxlan_flows"), "outer_fragments=2 "));
        CHECK(has(rows.at("vxlan_paths"), "inner_source=10.244.1.2 inner_destination=10.244.2.3 packets=2 bytes=136 "));
        CHECK(has(rows.at("captures"), "vxlan_packets=2 "));
        CHECK(rows.at("flows").size() == 1);
    }
}

}  // namespace
}  // namespace kwd::analyzers
