// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture.h"

#include "packet/pcapng_writer.h"
#include "snapshot/tables/packets.h"
#include "tests/analyzers/analyzed.h"
#include "tests/packet/capture_of_extremes.h"
#include "tests/packet/hex.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <map>

namespace kwd::analyzers {
namespace {

Analysis tunnels() {
    return analyzed(&analyze_capture, "tunnels.pcap", fixture("packet/tunnels.pcap"));
}

TEST_CASE("a capture is counted", "[analyzers][packets]") {
    const auto [capture, place] = only_row(tunnels(), snapshot::kCaptures);
    CHECK(place == "packet:1");
    CHECK(capture.name == "tunnels.pcap");
    CHECK(capture.link_type == "EN10MB");
    CHECK_FALSE(capture.interface_name.has_value());
    CHECK(capture.packets == 37);
    CHECK(capture.bytes == 5502);
    CHECK(capture.truncated_packets == 4);
    CHECK(capture.malformed_packets == 0);
    CHECK(capture.vxlan_packets == 28);
    CHECK(capture.first_time_utc->ends_with(":14:26.792518Z"));
    CHECK(capture.last_time_utc->ends_with(":14:35.061851Z"));
}

TEST_CASE("tunnels are told apart by ends, port and VNI", "[analyzers][packets]") {
    std::vector<std::string> flows;
    const auto analysis = tunnels();
    for (const auto& [row, place] : analysis.rows(snapshot::kVxlanFlows)) {
        flows.push_back(row.outer_source.substr(11) + ">" + row.outer_destination.substr(11) + ":" +
                        std::to_string(row.udp_port) + " vni " + std::to_string(row.vni) + " packets " +
                        std::to_string(*row.packets) + " fragments " + std::to_string(*row.outer_fragments) + " " +
                        place);
    }
    CHECK(flows == std::vector<std::string>{"21>22:4789 vni 4096 packets 13 fragments 2 packet:3",
                                            "22>21:4789 vni 4096 packets 9 fragments 0 packet:4",
                                            "21>22:4790 vni 77 packets 3 fragments 0 packet:24",
                                            "22>21:4790 vni 77 packets 3 fragments 0 packet:25"});
    const auto first = analysis.rows(snapshot::kVxlanFlows)[0].row;
    CHECK(first.largest_inner_bytes == 1500);
    CHECK(first.vni_valid == true);
    CHECK(first.first_time_utc->ends_with(":14:26.792544Z"));
}

TEST_CASE("the ways of packets in tunnels add up to the tunnels, later fragments too", "[analyzers][packets]") {
    const auto analysis = tunnels();
    std::map<std::string, std::int64_t> packets;
    std::int64_t fragments = 0;
    std::int64_t in_ip = 0;
    for (const auto& [row, place] : analysis.rows(snapshot::kVxlanPaths)) {
        CHECK_FALSE(row.interface_name.has_value());
        packets[row.outer_source.substr(11) + ":" + std::to_string(row.udp_port)] += *row.packets;
        fragments += *row.outer_fragments;
        in_ip += row.inner_source && row.inner_destination ? *row.packets : 0;
        if (row.inner_source == "10.244.2.2" && row.inner_destination == "10.244.3.2") {
            CHECK(row.inner_destination_mac == "00:15:5d:00:00:0b");
            CHECK(row.inner_ethertype == 2048);
            CHECK(row.largest_outer_bytes == 1500);
        }
    }
    CHECK(packets ==
          std::map<std::string, std::int64_t>{{"21:4789", 13}, {"22:4789", 9}, {"21:4790", 3}, {"22:4790", 3}});
    CHECK(fragments == 2);
    CHECK(in_ip >= 20);  // the others are ARP
    // 1500 bytes within are 1550 outside: 1500 and what is left of the payload, with a header of its own.
    std::vector<std::string> sizes;
    for (const auto& [row, place] : analysis.rows(snapshot::kVxlanSizes)) {
        sizes.push_back(std::string(*row.fragment ? "fragment " : "whole ") + std::to_string(row.outer_bytes) + " x" +
                        std::to_string(*row.packets) + " protocol " + std::to_string(row.inner_protocol.value_or(-1)));
    }
    CHECK(sizes == std::vector<std::string>{"fragment 1500 x1 protocol 17", "fragment 70 x1 protocol 17"});
}

TEST_CASE("who sent to whom outside of tunnels is told for each interface, whatever sections a file is joined of",
          "[analyzers][packets]") {
    const std::array<packet::CaptureInterface, 2> interfaces = {
        packet::CaptureInterface{
            .name = "eth0", .description = {}, .link_type = packet::LinkType::raw, .snap_length = 0},
        packet::CaptureInterface{
            .name = "cni0", .description = {}, .link_type = packet::LinkType::raw, .snap_length = 0}};
    packet::PcapngWriter writer("test", interfaces);
    // IPv4 10.0.0.1 > 10.0.0.2, UDP 5000 > 6000, no payload
    const auto datagram = packet::hex("4500001c 00010000 40110000 0a000001 0a000002 13881770 00080000");
    std::string file;
    for (const std::uint32_t interface : {0U, 1U, 0U}) {
        writer.add(interface, 1'700'000'000'000'000'000, datagram, static_cast<std::uint32_t>(datagram.size()));
        file += writer.take();
    }
    std::vector<std::string> pairs;
    for (const auto& [row, place] : analyzed(&analyze_capture, "x.pcapng", file).rows(snapshot::kAddressPairs)) {
        pairs.push_back(*row.interface_name + " " + row.source + ">" + row.destination + " x" +
                        std::to_string(*row.packets) + " " + std::to_string(*row.bytes) + " " + place);
    }
    CHECK(pairs ==
          std::vector<std::string>{"eth0 10.0.0.1>10.0.0.2 x2 56 packet:1", "cni0 10.0.0.1>10.0.0.2 x1 28 packet:2"});
}

TEST_CASE("frames in tunnels have their MACs", "[analyzers][packets]") {
    const auto macs = tunnels().rows(snapshot::kVxlanInnerMacs);
    REQUIRE(macs.size() == 6);
    CHECK(macs[0].row.source_mac == "00:15:5d:00:00:0a");
    CHECK(macs[0].row.destination_mac == "ff:ff:ff:ff:ff:ff");
    CHECK(macs[0].row.packets == 1);
    CHECK(macs[1].row.vni == 4096);
    CHECK(macs[1].row.destination_mac == "00:15:5d:00:00:0a");
    CHECK(macs[1].row.packets == 9);
    CHECK(macs[2].row.destination_mac == "00:15:5d:00:00:0b");
    CHECK(macs[2].row.packets == 11);
    CHECK(macs[3].row.vni == 77);
}

TEST_CASE("flows in tunnels have their VNI, and TCP its handshakes", "[analyzers][packets]") {
    const auto analysis = tunnels();
    const auto flow = [&](std::int64_t source_port, std::int64_t destination_port) {
        for (const auto& each : analysis.rows(snapshot::kFlows)) {
            if (each.row.source_port == source_port && each.row.destination_port == destination_port) {
                return each.row;
            }
        }
        return snapshot::FlowsRow{};
    };
    const auto talk = flow(41000, 8080);
    CHECK(talk.source == "10.244.2.2");
    CHECK(talk.destination == "10.244.3.2");
    CHECK(talk.protocol == 6);
    CHECK(talk.vni == 4096);
    CHECK(talk.packets == 6);
    CHECK(talk.bytes == 325);
    CHECK(talk.syn == 1);
    CHECK(talk.syn_ack == 0);
    CHECK(talk.fin == 1);
    CHECK(talk.rst == 0);
    CHECK(flow(8080, 41000).syn_ack == 1);
    CHECK(flow(8081, 41001).rst == 1);
    CHECK_FALSE(flow(41002, 9999).vni.has_value());
    CHECK_FALSE(flow(41002, 9999).syn.has_value());
    CHECK(flow(42001, 7000).bytes == 1500);
    CHECK(flow(42000, 7777).vni == 77);
    for (const auto& each : analysis.rows(snapshot::kFlows)) {
        CHECK((each.row.destination_port != 4789 && each.row.destination_port != 4790));
    }
}

TEST_CASE("DNS questions and what became of them", "[analyzers][packets]") {
    const auto questions = tunnels().rows(snapshot::kDnsQueries);
    REQUIRE(questions.size() == 3);
    CHECK(questions[2].row.name == "silent.example");
    CHECK(questions[2].row.answered == false);
    CHECK_FALSE(questions[2].row.rcode.has_value());
    CHECK(questions[1].row.name == "nowhere.example");
    CHECK(questions[1].row.client == "10.244.2.2");
    CHECK(questions[1].row.server == "10.244.3.2");
    CHECK(questions[1].row.query_type == 1);
    CHECK(questions[1].row.answered == true);
    CHECK(questions[1].row.answered_by == "10.244.3.2");
    CHECK(questions[1].row.rcode == 3);
    CHECK((questions[1].row.latency_ms > 0.18 && questions[1].row.latency_ms < 0.182));
    CHECK(questions[1].place == "packet:7");
    // Of the first, question and answer, the capture kept too little.
    CHECK(questions[0].row.name.ends_with("…"));
    CHECK_FALSE(questions[0].row.query_type.has_value());
    CHECK(questions[0].row.answered == true);
}

TEST_CASE("ICMP errors name the packet that they are about", "[analyzers][packets]") {
    std::vector<std::string> errors;
    for (const auto& [row, place] : tunnels().rows(snapshot::kIcmpErrors)) {
        errors.push_back(row.source + " " + std::to_string(row.type) + "/" + std::to_string(row.code) + " " +
                         row.original_destination.value_or("?") + ":" +
                         std::to_string(row.original_destination_port.value_or(0)) + " x" + std::to_string(*row.count) +
                         " " + place);
    }
    CHECK(errors == std::vector<std::string>{"192.168.10.22 3/3 192.168.10.22:9999 x1 packet:21",
                                             "10.77.0.2 3/3 10.77.0.2:7777 x1 packet:27",
                                             "10.244.3.2 3/3 10.244.3.2:7000 x1 packet:30",
                                             "192.168.10.22 3/3 192.168.10.22:9998 x1 packet:37"});
}

TEST_CASE("ARP questions and their answers, inside of tunnels too", "[analyzers][packets]") {
    std::vector<std::string> exchanges;
    for (const auto& [row, place] : tunnels().rows(snapshot::kArpExchanges)) {
        exchanges.push_back(row.sender + " " + row.target + " " + std::to_string(*row.requests) + "/" +
                            std::to_string(*row.replies) + " " + row.replier_mac.value_or("-"));
    }
    CHECK(exchanges == std::vector<std::string>{
                           "192.168.10.21 192.168.10.22 1/1 02:00:00:00:00:0b",
                           "10.244.2.2 10.244.3.2 1/1 00:15:5d:00:00:0b", "10.77.0.1 10.77.0.2 1/1 00:15:5d:00:01:0b",
                           "192.168.10.21 192.168.10.99 3/0 -", "10.77.0.2 10.77.0.1 1/1 00:15:5d:00:01:0a"});
}

TEST_CASE("each interface of a file is a capture, and unanswered questions at its end are open",
          "[analyzers][packets]") {
    const std::array<packet::CaptureInterface, 2> interfaces = {
        packet::CaptureInterface{
            .name = "eth0", .description = {}, .link_type = packet::LinkType::ethernet, .snap_length = 0},
        packet::CaptureInterface{
            .name = "cni0", .description = {}, .link_type = packet::LinkType::raw, .snap_length = 0}};
    packet::PcapngWriter writer("test", interfaces);
    // IPv4 10.0.0.1 > 10.0.0.2, UDP 5000 > 53, id 1, "a" A IN
    const auto question = packet::hex(
        "45000033 00010000 40110000 0a000001 0a000002 13880035 001f0000"
        "0001 0100 0001 0000 0000 0000 0161 00 0001 0001");
    writer.add(1, 1'700'000'000'000'000'000, question, static_cast<std::uint32_t>(question.size()));
    const auto analysis = analyzed(&analyze_capture, "packets-1.pcapng", writer.take());

    const auto captures = analysis.rows(snapshot::kCaptures);
    REQUIRE(captures.size() == 2);
    CHECK(captures[0].row.interface_name == "eth0");
    CHECK(captures[0].row.packets == 0);
    CHECK(captures[1].row.link_type == "RAW");
    CHECK(captures[1].row.packets == 1);
    CHECK(captures[1].row.first_time_utc == "2023-11-14T22:13:20.000000Z");
    const auto asked = only_row(analysis, snapshot::kDnsQueries).row;
    CHECK(asked.name == "a");
    CHECK_FALSE(asked.answered.has_value());
}

TEST_CASE("between a question in 1677 and an answer in 2262 is as long as can be said", "[analyzers][packets]") {
    const auto asked = packet::hex(
        "45000033 00010000 40110000 0a000001 0a000002 13880035 001f0000"
        "0001 0100 0001 0000 0000 0000 0161 00 0001 0001");
    const auto answered = packet::hex(
        "45000033 00010000 40110000 0a000002 0a000001 00351388 001f0000"
        "0001 8183 0001 0000 0000 0000 0161 00 0001 0001");
    const auto only_question = [](const packet::CaptureOfExtremes& capture) {
        const std::string file(reinterpret_cast<const char*>(capture.file.data()), capture.file.size());
        return only_row(analyzed(&analyze_capture, "packets-1.pcapng", file), snapshot::kDnsQueries).row;
    };
    const auto late = only_question(packet::CaptureOfExtremes{}.in_1677(asked).in_2262(answered));
    CHECK(late.answered == true);
    CHECK(late.latency_ms == 9'223'372'036'854.775807);  // 2^63 - 1 nanoseconds
    const auto never = only_question(packet::CaptureOfExtremes{}.in_1677(asked).in_2262(packet::hex("00")));
    CHECK(never.answered == false);
}

TEST_CASE("what was dropped, and by which filter, is told of each interface that says so", "[analyzers][packets]") {
    const std::array<packet::CaptureInterface, 2> interfaces = {
        packet::CaptureInterface{.name = "eth0", .description = {}, .filter = "udp port 4789"},
        packet::CaptureInterface{.name = "cni0", .description = {}}};
    packet::PcapngWriter writer("test", interfaces);
    writer.add_statistics(0, {.dropped_by_interface = ~std::uint64_t{0}, .dropped_by_system = 3});
    const auto captures = analyzed(&analyze_capture, "packets-1.pcapng", writer.take()).rows(snapshot::kCaptures);
    REQUIRE(captures.size() == 2);
    CHECK(captures[0].row.dropped_packets == 3);
    CHECK(captures[0].row.dropped_by_interface == 9'223'372'036'854'775'807);
    CHECK(captures[0].row.filter == "udp port 4789");
    CHECK_FALSE(captures[1].row.dropped_packets.has_value());
    CHECK_FALSE(captures[1].row.dropped_by_interface.has_value());
    CHECK_FALSE(captures[1].row.filter.has_value());
}

TEST_CASE("what is no capture is noted", "[analyzers][packets]") {
    const auto analysis = analyzed(&analyze_capture, "x.pcap", "not packets at all");
    CHECK(analysis.rows(snapshot::kFlows).empty());
    CHECK(notes_of(analysis) == std::vector<std::string>{"malformed at "});
}

TEST_CASE("a file that breaks off gives its packets and says so", "[analyzers][packets]") {
    const auto analysis = analyzed(&analyze_capture, "x.pcap", fixture("packet/tunnels.pcap").substr(0, 1000));
    CHECK(only_row(analysis, snapshot::kCaptures).row.packets == 8);
    CHECK(notes_of(analysis) == std::vector<std::string>{"truncated at "});
    CHECK(analysis.coverage().at("flows") == "a capture file breaks off");
}

}  // namespace
}  // namespace kwd::analyzers
