// SPDX-License-Identifier: Apache-2.0
#include "collectors/pktmon.h"

#include "packet/pcapng_writer.h"

#include <catch2/catch_test_macros.hpp>

#include <array>

using namespace kwd;
using namespace kwd::collectors;

namespace {

constexpr const char* kHelp2022 =
    "pktmon <command> [OPTIONS | help]\n    Advanced packet capture and event collection.\n\nCommands\n"
    "    filter     Manage packet filters.\n    list       List packet processing components.\n\n"
    "    start      Start packet capture and event collection.\n    stop       Stop data collection.\n"
    "    status     Query current status.\n    unload     Unload PktMon driver.\n\n"
    "    counters   Display current packet counters.\n    reset      Reset packet counters to zero.\n\n"
    "    etl2txt    Convert log file to text format.\n    etl2pcap   Convert log file to pcapng format.\n";
constexpr const char* kHelp2019 =
    "pktmon <command> [OPTIONS | help]\n\nCommands\n    filter     Packet filter management.\n"
    "    comp       Networking component management.\n    reset      Reset packet counters to zero.\n"
    "    start      Start packet monitoring.\n    stop       Stop packet monitoring.\n"
    "    format     Convert log file to text.\n    unload     Unload PktMon driver.\n";

class Kept final : public DocumentSink {
  public:
    Result<void> put(NewDocument document) override {
        documents.push_back(std::move(document));
        return {};
    }
    void missed(Error) override {}
    std::vector<NewDocument> documents;
};

const packet::CaptureInterface kEthernet{
    .name = "", .description = "", .link_type = packet::LinkType::ethernet, .snap_length = 0};

}  // namespace

TEST_CASE("what a version of pktmon can do is read from its help", "[collectors][packets]") {
    const auto newer = dialect_of(kHelp2022, "    -c, --capture\n");
    CHECK(newer.has_status);
    CHECK(newer.list == "list");
    CHECK(newer.converter == "etl2pcap");
    CHECK(newer.has_unload);
    CHECK(start_arguments(newer, 13, 256, "C:\\t\\a.etl", 32) ==
          std::vector<std::string>{"start", "--capture", "--comp", "13", "--pkt-size", "256", "--file-name",
                                   "C:\\t\\a.etl", "--file-size", "32"});
    CHECK(start_arguments(newer, std::nullopt, 256, "a", 32).at(3) == "nics");

    const auto older = dialect_of(kHelp2019, "    --etw\n");
    CHECK_FALSE(older.has_status);
    CHECK(older.list == "comp list");
    CHECK(older.converter.empty());
    CHECK(older.has_unload);
    CHECK(start_arguments(older, 13, 256, "a.etl", 32) == std::vector<std::string>{"start", "--etw", "-p", "256", "-c",
                                                                                   "13", "--file-name", "a.etl",
                                                                                   "--file-size", "32"});
}

TEST_CASE("pktmon runs when its status is more than a sentence, in whatever language", "[collectors][packets]") {
    CHECK_FALSE(says_running("Packet Monitor is not running.\r\n"));
    CHECK_FALSE(says_running("\r\nMonitoraggio pacchetti non in esecuzione.\r\n\r\n"));
    CHECK(
        says_running("Collected Data:\n    Packet counters, packet capture\n\nCapture Type:\n    All packets\n\n"
                     "Logger Parameters:\n    Logger name: PktMon\n    Log file: C:\\PktMon.etl\n"));
    CHECK(says_running(""));
}

TEST_CASE("filters of pktmon are the numbered rows of a table", "[collectors][packets]") {
    CHECK(filters_of("Packet Filters:\n    None\n") == std::vector<std::string>());
    CHECK(filters_of("There are no packet filters.\n") == std::vector<std::string>());
    const auto filters = filters_of(
        "Packet Filters:\n     # Name         Protocol Port\n     - ----         -------- ----\n"
        "     1 kwdiag-vxlan UDP      4789\n     2 external     UDP      1234\n");
    CHECK(filters == std::vector<std::string>{"kwdiag-vxlan", "external"});

    // Not understood, so that nothing is concluded.
    CHECK_FALSE(filters_of(""));
    CHECK_FALSE(filters_of("Packet Filters:\n    None\n    Something else\n"));
    CHECK_FALSE(filters_of("- ---- --------\n"));
}

TEST_CASE("the component of an adapter is the one that has its interface index itself", "[collectors][packets]") {
    const char* list =
        R"([{"Group":"Ethernet","Components":[)"
        R"({"Name":"TCP/IPv4","Type":"Protocol","Id":75,"Properties":[{"Name":"Miniport ifIndex","Value":4}]},)"
        R"({"Name":"Hyper-V","Type":"NetVsc","Id":13,"Properties":[{"Name":"MAC","Value":"x"},{"Name":"ifIndex","Value":4}]}]},)"
        R"({"Name":"alone","Id":20,"Properties":[{"Name":"ifIndex","Value":"7"}]}])";
    CHECK(component_of(list, 4) == 13);
    CHECK(component_of(list, 7) == 20);
    CHECK(component_of(list, 5) == std::nullopt);
    CHECK(component_of("no JSON", 4) == std::nullopt);
    CHECK(component_of(R"({"Components":3})", 4) == std::nullopt);
}

TEST_CASE("a packet that pktmon saw at several places of the stack is kept once", "[collectors][packets]") {
    constexpr std::array<std::byte, 60> one{};
    std::array<std::byte, 60> other{};
    other[0] = std::byte{1};
    packet::PcapngWriter writer("pktmon", std::array{kEthernet});
    writer.add(0, 1'000'000'000, one, 60);
    writer.add(0, 1'000'010'000, other, 60);
    writer.add(0, 1'000'020'000, one, 60);
    writer.add(0, 1'005'000'000, one, 60);  // five milliseconds later: sent again
    Kept kept;
    PacketDocuments documents(kept, std::array{kEthernet}, {}, "");
    const auto packets = keep_packets(writer.take(), documents);
    REQUIRE(packets);
    CHECK(packets->duplicates == 1);
    CHECK(documents.packets() == 3);
}

TEST_CASE("what is no capture is told, and an empty one is none", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, std::array{kEthernet}, {}, "");
    CHECK(keep_packets("Error: the file is damaged", documents).error().code == Errc::malformed);
    packet::PcapngWriter writer("pktmon", std::array{kEthernet});
    CHECK(keep_packets(writer.take(), documents));
}
