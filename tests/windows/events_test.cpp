// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::collect;
using test::Collected;
using test::Node;

namespace {

constexpr const char* kHnsAdmin = "Microsoft-Windows-Host-Network-Service-Admin";

// As EvtRender gives a record.
std::string record(const std::string& provider, const std::string& channel, int id, int level, const std::string& time,
                   const std::string& data) {
    return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" + provider +
           "'/><EventID Qualifiers='49152'>" + std::to_string(id) + "</EventID><Level>" + std::to_string(level) +
           "</Level><TimeCreated SystemTime='" + time + "'/><Channel>" + channel +
           "</Channel><Computer>win-1</Computer></System><EventData>" + data + "</EventData></Event>\n";
}

void serve_events(const Node& node) {
    node.serve("events\\System.xml",
               record("Service Control Manager", "System", 7036, 4, "2024-01-31T09:00:00.1Z",
                      "<Data Name='param1'>Host Network Service</Data><Data Name='param2'>running</Data>") +
                   record("Service Control Manager", "System", 7031, 2, "2024-01-31T10:00:00.2Z",
                          "<Data Name='param1'>Host Network Service</Data><Data Name='param2'>1</Data>"));
    node.serve("events\\messages-Service Control Manager.txt",
               "7031 The Host Network Service service terminated unexpectedly. It has done this 1 time(s).\n");
    node.serve("events\\" + std::string(kHnsAdmin) + ".xml",
               record("Microsoft-Windows-Host-Network-Service", kHnsAdmin, 1002, 2, "2024-01-31T10:00:01Z",
                      "<Data Name='Message'>failed &lt;x&gt; 0x803b0013 --token=abcdef.0123456789abcdef</Data>"));
}

}  // namespace

TEST_CASE("event channels are kept as XML, oldest first, with messages where the node has them", "[windows][events]") {
    const Node node;
    serve_events(node);
    const Collected collected = collect(node, "events");
    // Most channels are not there, and that is no fault.
    CHECK(collected.collection("events")["outcome"] == "ok");

    const json events =
        collected.query("SELECT channel, provider, event_id, level, time_utc, message FROM events ORDER BY time_utc");
    REQUIRE(events.size() == 3);
    CHECK(events[0]["message"] == "param1: Host Network Service; param2: running");
    CHECK(events[1] ==
          json{{"channel", "System"},
               {"provider", "Service Control Manager"},
               {"event_id", 7031},
               {"level", "error"},
               {"time_utc", "2024-01-31T10:00:00Z"},
               {"message", "The Host Network Service service terminated unexpectedly. It has done this 1 time(s)."}});
    CHECK(events[2]["channel"] == kHnsAdmin);
    CHECK_THAT(events[2]["message"].get<std::string>(), ContainsSubstring("failed <x> 0x803b0013"));
    CHECK_THAT(events[2]["message"].get<std::string>(), !ContainsSubstring("0123456789abcdef"));

    const json channels = collected.query("SELECT state, record_count FROM event_channels WHERE channel = 'System'");
    CHECK(channels == json::array({{{"state", "read"}, {"record_count", 2}}}));
    CHECK(collected.query("SELECT state FROM event_channels WHERE channel = 'Application'")[0]["state"] == "absent");
    for (const char* each :
         {"EKS", "Microsoft-Windows-Hyper-V-VfpExt-Admin", "Microsoft-Windows-Hyper-V-VfpExt-Operational",
          "Microsoft-Windows-DNS-Client/Operational"}) {
        INFO(each);
        CHECK(collected.query("SELECT state FROM event_channels WHERE channel = '" + std::string(each) + "'") ==
              json::array({{{"state", "absent"}}}));
    }
    // Only within the window, and of the system's log only what matters; metadata of a provider once.
    CHECK(test::was_called(node,
                           "EvtQuery Microsoft-Windows-Host-Network-Service-Operational "
                           "*[System[TimeCreated[timediff(@SystemTime) <= 86460000]]]"));
    // Seven days, as rule hns-service-crash promises, also when logs are read for a day.
    CHECK(test::was_called(
        node, "EvtQuery " + std::string(kHnsAdmin) + " *[System[TimeCreated[timediff(@SystemTime) <= 604800000]]]"));
    CHECK(std::ranges::any_of(node.calls(), [](const std::string& each) {
        return each.starts_with("EvtQuery System ") && each.ends_with("timediff(@SystemTime) <= 604800000]]]");
    }));
    CHECK(test::was_called(node,
                           "EvtQuery System *[System[(Level=1 or Level=2 or Level=3 or Provider[@Name='Service "
                           "Control Manager' or "));
    const auto calls = node.calls();
    CHECK(std::ranges::count(calls, "EvtOpenPublisherMetadata Service Control Manager 1033") == 1);
    CHECK_FALSE(test::changed_anything(node));
}

TEST_CASE("a channel that may not be read leaves events known in part, and says what it needs", "[windows][events]") {
    const Node node;
    serve_events(node);
    node.fault("EvtQuery:System fail 0x5");
    const Collected collected = collect(node, "events");
    const json events = collected.collection("events");
    CHECK(events["outcome"] == "partial");
    CHECK(events["error_code"] == "access_denied");
    CHECK(events["native_code"] == 5);
    CHECK_THAT(events["reason"].get<std::string>(), ContainsSubstring("System") && ContainsSubstring("elevated"));
    CHECK(collected.query("SELECT state FROM event_channels WHERE channel = 'System'")[0]["state"] == "denied");
    CHECK(collected.query("SELECT count(*) AS n FROM events")[0]["n"] == 1);
    CHECK(collected.query("SELECT state FROM table_coverage WHERE table_name = 'events'")[0]["state"] == "partial");
}

TEST_CASE("a channel that is switched off is told from one that is quiet", "[windows][events]") {
    const Node node;
    serve_events(node);
    node.serve("events\\disabled.txt", std::string(kHnsAdmin) + "\n");
    const Collected collected = collect(node, "events");
    CHECK(collected.query("SELECT state, record_count FROM event_channels WHERE channel LIKE '%Service-Admin'") ==
          json::array({{{"state", "disabled"}, {"record_count", 1}}}));
}

TEST_CASE("a channel whose provider does not support to be asked costs no other", "[windows][events]") {
    const Node node;
    serve_events(node);
    node.fault("EvtQuery:" + std::string(kHnsAdmin) + " fail 0x32");  // ERROR_NOT_SUPPORTED
    const Collected collected = collect(node, "events");
    const json events = collected.collection("events");
    CHECK(events["outcome"] == "partial");
    CHECK(events["native_code"] == 50);
    CHECK(collected.query("SELECT state FROM event_channels WHERE channel LIKE '%Service-Admin'")[0]["state"] ==
          "failed");
    CHECK(collected.query("SELECT state FROM event_channels WHERE channel = 'System'")[0]["state"] == "read");
    CHECK(collected.query("SELECT count(*) AS n FROM events")[0]["n"] == 2);
}

TEST_CASE("records that do not fit into a batch are read one by one", "[windows][events]") {
    const Node node;
    serve_events(node);
    node.fault("EvtNext fail 0x6c6");
    const Collected collected = collect(node, "events");
    CHECK(collected.collection("events")["outcome"] == "ok");
    CHECK(collected.query("SELECT count(*) AS n FROM events")[0]["n"] == 3);
}

TEST_CASE("a query that Windows refuses is asked again without its sources", "[windows][events]") {
    const Node node;
    serve_events(node);
    node.fault("EvtQuery:System fail 0x3a99");  // 15001
    const Collected collected = collect(node, "events");
    CHECK(test::was_called(node, "EvtQuery System *[System[TimeCreated["));
    CHECK(collected.collection("events")["outcome"] == "partial");
}

TEST_CASE("an event log that hangs costs only what was not read yet", "[windows][events][slow]") {
    const Node node;
    serve_events(node);
    node.fault("EvtQuery:System hang");
    const Collected collected = collect(node, "events,ip");
    CHECK(collected.collection("events")["outcome"] == "timed_out");
    CHECK(collected.query("SELECT count(*) AS n FROM events")[0]["n"] == 1);
    CHECK(collected.query("SELECT count(*) AS n FROM interfaces")[0]["n"].get<int>() > 0);
}

TEST_CASE("a system without an event log, as Wine's own, is skipped", "[windows][events]") {
    const Node node;
    node.without("wevtapi.dll");
    const Collected collected = collect(node, "events");
    const json events = collected.collection("events");
    CHECK(events["outcome"] == "skipped");
    CHECK(events["error_code"] == "unsupported");
    CHECK_FALSE(test::was_called(node, "EvtQuery"));
    CHECK(collected.query("SELECT state FROM table_coverage WHERE table_name = 'events'")[0]["state"] == "missing");
}
