// SPDX-License-Identifier: Apache-2.0
#include "analyzers/readings.h"

#include "analyzers/analyze.h"
#include "tests/analyzers/given_documents.h"
#include "tests/analyzers/vxlan_nodes.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kwd::analyzers {

TEST_CASE("of what a node was asked twice the last answer counts, of imported files each", "[analyzers][readings]") {
    const auto destinations = [](const char* collector) {
        GivenDocuments documents;
        for (const char* each : {"10.1.0.0/16", "10.2.0.0/16"}) {
            snapshot::DocumentInfo& info = documents.add(
                "linux-routes", std::string(R"({"ipv4": [{"dst": ")") + each + R"(", "dev": "eth0"}], "ipv6": []})");
            info.collector = collector;
            info.collected_at_utc = "2024-01-01T00:00:00Z";
        }
        snapshot::Database database = snapshot::Database::memory();
        snapshot::create_schema(database);
        analyze(documents, database);
        return database.text("SELECT group_concat(destination, ' ') FROM (SELECT destination FROM routes ORDER BY 1)")
            .value_or("");
    };
    CHECK(destinations("routes") == "10.2.0.0/16");
    CHECK(destinations("import") == "10.1.0.0/16 10.2.0.0/16");
}

TEST_CASE("the state that was read first is had from the documents of then", "[analyzers][readings]") {
    GivenDocuments documents;
    const auto add = [&](const char* collector, const char* kind, std::string content, const char* read) {
        snapshot::DocumentInfo& info = documents.add(kind, std::move(content));
        info.collector = collector;
        info.collected_at_utc = read;
        return info.id;
    };
    add("sysctl", "linux-sysctl", R"({"sysctl": [{"name": "net.ipv4.ip_forward", "value": "1"}]})",
        "2024-01-01T00:00:00Z");
    const auto first = add("routes", "linux-routes", R"({"ipv4": [{"dst": "10.1.0.0/16", "dev": "eth0"}], "ipv6": []})",
                           "2024-01-01T00:00:01Z");
    const auto last = add("routes", "linux-routes", R"({"ipv4": [], "ipv6": []})", "2024-01-01T00:01:00Z");
    const Readings readings(documents.documents());
    CHECK(readings.is_superseded(first));
    CHECK_FALSE(readings.is_superseded(last));
    CHECK(readings.supersedes(last));

    snapshot::Database now = snapshot::Database::memory();
    snapshot::create_schema(now);
    analyze(documents, now);
    CHECK(now.integer("SELECT count(*) FROM routes") == 0);
    const auto before = state_before(documents, readings, now, all_analyzers());
    REQUIRE(before);
    CHECK(before->text("SELECT destination || ' ' || at FROM routes") == "10.1.0.0/16 2#/ipv4/0");
    CHECK(before->integer("SELECT count(*) FROM sysctl") == 1);
    CHECK(before->text("SELECT collected_at_utc FROM documents WHERE id = 2") == "2024-01-01T00:00:01Z");

    const GivenDocuments once;
    CHECK_FALSE(state_before(once, Readings(once.documents()), now, all_analyzers()));
}

TEST_CASE("packets are held against the state before and after them", "[analyzers][readings][vxlan]") {
    // Read at 10 and at 60 seconds; a pod had 10.244.2.8 at the times that are told.
    const auto told = [](bool pod_before, bool pod_after, const char* first, const char* last) {
        const auto node = [](bool pod, const char* read) {
            GivenTables given = windows_node();
            given.row(kHnsEndpoints, {.id = "E2", .network_id = "N", .ip_address = "10.244.2.9", .is_remote = false},
                      "other", "hns", read);
            if (pod) {
                given.row(kHnsEndpoints,
                          {.id = "E3", .network_id = "N", .ip_address = "10.244.2.8", .is_remote = false}, "other",
                          "hns", read);
            }
            return given;
        };
        GivenTables before = node(pod_before, "2024-01-01T00:00:10Z");
        GivenTables now = node(pod_after, "2024-01-01T00:01:00Z");
        VxlanPathsRow path = sent();
        path.inner_source = "10.244.2.8";
        path.first_time_utc = first;
        path.last_time_utc = last;
        now.row(kVxlanPaths, path, "capture", "packets", "2024-01-01T00:00:10Z")
            .none("vxlan_sizes")
            .none("address_pairs")
            .derive_after(before);
        return now.one("SELECT verdict FROM vxlan_verdicts");
    };
    const char* early = "2024-01-01T00:00:11Z";
    const char* between = "2024-01-01T00:00:30Z";
    const char* late = "2024-01-01T00:00:59Z";
    CHECK(told(true, true, between, between) == "right");
    CHECK(told(false, true, between, late) == "right");   // it came
    CHECK(told(true, false, early, between) == "right");  // it went
    CHECK(told(false, false, between, between) == "source-unknown");
    CHECK(told(false, false, early, late) == "source-unknown");
    CHECK(told(false, false, "2024-01-01T00:00:01Z", "2024-01-01T00:00:02Z") == "unknown");
    CHECK(told(false, false, "2024-01-01T00:02:01Z", "2024-01-01T00:02:02Z") == "unknown");
}

}  // namespace kwd::analyzers
