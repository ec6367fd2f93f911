// SPDX-License-Identifier: Apache-2.0
#include "analyzers/event_records.h"
#include "snapshot/tables/logs.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

constexpr std::string_view kNamespace = "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'";

// As EvtRender gives it. The binary data is "hns/4" and a NUL in UTF-16LE.
const std::string kServiceCrash =
    "<Event " + std::string(kNamespace) +
    "><System><Provider Name='Service Control Manager' Guid='{555908d1-a6d7-4695-8e1e-26931d2012f4}' "
    "EventSourceName='Service Control Manager'/><EventID Qualifiers='49152'>7031</EventID><Version>0</Version>"
    "<Level>2</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x8080000000000000</Keywords>"
    "<TimeCreated SystemTime='2024-01-31T10:11:12.1234567Z'/><EventRecordID>1711</EventRecordID><Correlation/>"
    "<Execution ProcessID='620' ThreadID='800'/><Channel>System</Channel><Computer>win-1</Computer><Security/></System>"
    "<EventData><Data Name='param1'>Hostnetzwerkdienst</Data><Data Name='param2'>1</Data><Data Name='param3'/>"
    "<Binary>68006E0073002F0034000000</Binary></EventData></Event>";

TEST_CASE("an event as XML: its data are the message where none was rendered", "[analyzers][events]") {
    const Analysis read = analyzed(&analyze_event_records, kServiceCrash);
    const auto event = only_row(read, kEvents);
    CHECK(event.row.channel == "System");
    CHECK(event.row.provider == "Service Control Manager");
    CHECK(event.row.event_id == 7031);
    CHECK(event.row.level == "error");
    CHECK(event.row.time_utc == "2024-01-31T10:11:12Z");
    CHECK(event.row.message == "param1: Hostnetzwerkdienst; param2: 1; Binary: hns/4");
    CHECK(event.row.data == event.row.message);
    CHECK(event.place == "line:1");
    CHECK(read.notes().empty());
}

TEST_CASE("a rendered message wins over the data, and both are kept", "[analyzers][events]") {
    const Analysis read = analyzed(
        &analyze_event_records,
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<Events>"
        "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><EventID>1002</EventID>"
        "<Level>3</Level><TimeCreated SystemTime=\"2024-01-31T10:11:12Z\"/>"
        "<Provider Guid=\"{0c885e0d}\" Name=\"Microsoft-Windows-Host-Network-Service\"/></System>\r\n"
        "<EventData><Data>&lt;a&gt; &amp; b</Data><Data>2</Data></EventData>\r\n"
        "<RenderingInfo Culture=\"en-US\"><Message>Failed: 0x803B0013 "
        "\xC3\xA9</Message><Level>Warning</Level><Task></Task>"
        "<Keywords><Keyword>x</Keyword></Keywords></RenderingInfo></Event></Events>");
    const auto event = only_row(read, kEvents);
    CHECK(event.row.provider == "Microsoft-Windows-Host-Network-Service");
    CHECK(event.row.level == "warning");
    CHECK(event.row.message == "Failed: 0x803B0013 \xC3\xA9");
    CHECK(event.row.code == "0x803b0013");
    CHECK(event.row.data == "<a> & b; 2");
    CHECK(event.place == "line:2-4");
}

TEST_CASE("user data are named after their elements, and the file tells a channel that the record does not",
          "[analyzers][events]") {
    const Analysis read = analyzed(
        &analyze_event_records, "eventlogs/hns-admin.xml",
        "<e:Event xmlns:e='urn:x'><e:System><e:EventID>5</e:EventID></e:System><e:UserData><e:Failure>"
        "<e:ErrorCode>0x803b0006</e:ErrorCode><e:Inner><e:Name>net1</e:Name></e:Inner></e:Failure></e:UserData>"
        "</e:Event>");
    const EventsRow event = only_row(read, kEvents).row;
    CHECK(event.channel == "Microsoft-Windows-Host-Network-Service-Admin");
    CHECK(event.data == "ErrorCode: 0x803b0006; Name: net1");
    CHECK(event.code == "0x803b0006");
    CHECK_FALSE(event.level.has_value());
    CHECK_FALSE(event.time_utc.has_value());
}

TEST_CASE("binary data that are no text stay as they are", "[analyzers][events]") {
    const Analysis read = analyzed(&analyze_event_records,
                                   "<Event><System/><EventData><Binary>00000000</Binary></EventData></Event>\n"
                                   "<Event><System/><EventData><Binary>ABC</Binary></EventData></Event>\n"
                                   "<Event><System/><EventData><Binary>zz00</Binary></EventData></Event>\n");
    const auto events = read.rows(kEvents);
    REQUIRE(events.size() == 3);
    CHECK(events[0].row.data == "Binary: 00000000");
    CHECK(events[1].row.data == "Binary: ABC");
    CHECK(events[2].row.data == "Binary: zz00");
    CHECK(events[2].place == "line:3");
}

TEST_CASE("a record that is cut or malformed is noted, and the others are read", "[analyzers][events]") {
    const Analysis read = analyzed(&analyze_event_records, kServiceCrash.substr(0, 400) + "\n" + kServiceCrash +
                                                               "\n<Event><System></Event>\n" + kServiceCrash +
                                                               "\n<Event><System><EventID>1");
    CHECK(read.rows(kEvents).size() == 2);
    CHECK(notes_of(read) ==
          std::vector<std::string>{"malformed at line:1", "malformed at line:3", "malformed at line:5"});
    CHECK_FALSE(read.coverage().at("events").empty());
}

TEST_CASE("an empty channel is an answer, other XML is none", "[analyzers][events]") {
    const Analysis none = analyzed(&analyze_event_records, "<Events>\n</Events>\n");
    CHECK(none.rows(kEvents).empty());
    CHECK(none.coverage().at("events").empty());
    const Analysis other = analyzed(&analyze_event_records, "<wfpstate/>");
    CHECK(notes_of(other) == std::vector<std::string>{"unrecognised at "});
    CHECK_FALSE(other.coverage().contains("events"));
}

}  // namespace
}  // namespace kwd::analyzers
