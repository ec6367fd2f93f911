// SPDX-License-Identifier: Apache-2.0
#include "analyzers/csv.h"
#include "analyzers/event_records.h"
#include "analyzers/vfp.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/network.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

TEST_CASE("vfpctrl /list-vmswitch-port: one row for each port", "[analyzers][vfp]") {
    const Analysis read = analyzed(&analyze_vfp,
                                   "ITEM LIST\n"
                                   "===========\n"
                                   "  Port name             : 11111111-2222-4333-8444-555555555501\n"
                                   "  Port Friendly name    : Container NIC 1a2b3c4d\n"
                                   "  Switch name           : 7d3a5c10-0a52-4e56-9c11-2b1d5e7f0101\n"
                                   "  Switch Friendly name  : Ethernet\n"
                                   "  PortId                : 3\n"
                                   "  Port type             : Synthetic\n"
                                   "  Port is Initialized.\n"
                                   "  MTU                   : 1500\n"
                                   "  MAC address           : 00-15-5D-3E-21-A1\n"
                                   "  VM name               :\n"
                                   "  NIC state             : Connected\n"
                                   "\n"
                                   "  Port name             : 11111111-2222-4333-8444-555555555502\n");
    const auto ports = read.rows(kVfpPorts);
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].row.port_name == "11111111-2222-4333-8444-555555555501");
    CHECK(ports[0].row.friendly_name == "Container NIC 1a2b3c4d");
    CHECK(ports[0].row.switch_name == "7D3A5C10-0A52-4E56-9C11-2B1D5E7F0101");
    CHECK(ports[0].row.port_id == 3);
    CHECK(ports[0].row.mtu_bytes == 1500);
    CHECK(ports[0].row.mac == "00:15:5d:3e:21:a1");
    CHECK(ports[0].row.nic_state == "Connected");
    CHECK_FALSE(ports[0].row.blocked.has_value());
    CHECK(ports[1].place == "line:15");
}

TEST_CASE("the state of a port belongs to the port named above it", "[analyzers][vfp]") {
    const Analysis read = analyzed(&analyze_vfp,
                                   "Port name                            Mac Address       PortId\n"
                                   "---------                            -----------       ------\n"
                                   "11111111-2222-4333-8444-555555555500 00-50-56-9A-3C-21 1\n"
                                   "11111111-2222-4333-8444-555555555501 00-50-56-9A-3C-22 2\n"
                                   "\n"
                                   "Policy for port : \n"
                                   "11111111-2222-4333-8444-555555555501\n"
                                   "\n"
                                   "  Enabled : TRUE\n"
                                   "  Blocked : TRUE\n"
                                   "Policy for port : \n"
                                   "11111111-2222-4333-8444-555555555500\n"
                                   "  Blocked : FALSE\n");
    const auto ports = read.rows(kVfpPorts);
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].row.mac == "00:50:56:9a:3c:21");
    CHECK(ports[0].row.blocked == false);
    CHECK_FALSE(ports[0].row.enabled.has_value());
    CHECK(ports[1].row.port_id == 2);
    CHECK(ports[1].row.enabled == true);
    CHECK(ports[1].row.blocked == true);
}

TEST_CASE("event records as JSON of Windows PowerShell", "[analyzers][events]") {
    const Analysis read =
        analyzed(&analyze_event_records, "eventlogs/hns-admin.json", fixture("loose/events/hns-admin.json"));
    const EventsRow event = only_row(read, kEvents).row;
    CHECK(event.channel == "Microsoft-Windows-Host-Network-Service-Admin");
    CHECK(event.provider == "Microsoft-Windows-Host-Network-Service");
    CHECK(event.event_id == 1002);
    CHECK(event.level == "error");
    CHECK(event.time_utc == "2024-01-31T10:11:12Z");
    CHECK(event.message == "IpamAddressAllocation failed");
    CHECK(only_row(read, kEvents).place == "/0");
}

TEST_CASE("an event without a message shows its data, and its first code is found", "[analyzers][events]") {
    const Analysis read = analyzed(
        &analyze_event_records,
        R"({"Id":1,"Level":2,"TimeCreated":"2024-01-31T10:11:12.5Z","Properties":[{"Value":"0x5"},{"Value":"HCN 0x803B0013 x"}]})");
    const EventsRow event = only_row(read, kEvents).row;
    CHECK(event.message == "0x5; HCN 0x803B0013 x");
    CHECK(event.code == "0x803b0013");
    CHECK(event.level == "error");
    CHECK(event.time_utc == "2024-01-31T10:11:12Z");
}

TEST_CASE("event records as CSV: messages of several lines, local words and times", "[analyzers][events]") {
    const Analysis read =
        analyzed(&analyze_event_records, "20240131-101112_services.csv",
                 "#TYPE Selected.System.Diagnostics.Eventing.Reader.EventLogRecord\r\n"
                 "\"TimeCreated\",\"Id\",\"LevelDisplayName\",\"Message\"\r\n"
                 "\"1/31/2024 10:11:12 PM\",\"7031\",\"Fehler\",\"first \"\"line\"\"\r\nsecond, line\"\r\n"
                 "\"31.01.2024 10:11:12\",\"7036\",\"Informationen\",\"x\"\r\n");
    const auto events = read.rows(kEvents);
    REQUIRE(events.size() == 2);
    CHECK(events[0].row.channel == "System");
    CHECK(events[0].row.event_id == 7031);
    CHECK(events[0].row.level == "error");
    CHECK(events[0].row.time_utc == "2024-01-31T22:11:12");
    CHECK(events[0].row.message == "first \"line\"\r\nsecond, line");
    CHECK(events[0].place == "line:3-4");
    CHECK(events[1].row.level == "info");
    CHECK_FALSE(events[1].row.time_utc.has_value());
    CHECK(events[1].place == "line:5");
}

TEST_CASE("a table of other things is no table of events", "[analyzers][events]") {
    const Analysis read = analyzed(&analyze_event_records, "Name,Id\nx,1\n");
    CHECK(read.rows(kEvents).empty());
    CHECK(notes_of(read) == std::vector<std::string>{"unrecognised at "});
}

TEST_CASE("broken CSV ends with its text", "[analyzers][events]") {
    CsvReader reader("a,\"b\n\"\"c,d");
    const auto record = reader.next();
    REQUIRE(record);
    CHECK(record->fields == std::vector<std::string>{"a", "b\n\"c,d"});
    CHECK(record->end == 10);
    CHECK_FALSE(reader.next());
    CHECK_FALSE(CsvReader("\n\r\n").next());
}

}  // namespace
}  // namespace kwd::analyzers
