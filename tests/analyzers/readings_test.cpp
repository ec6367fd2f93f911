// SPDX-License-Identifier: Apache-2.0
#include "analyzers/readings.h"

#include "analyzers/analyze.h"
#include "tests/analyzers/given_documents.h"
#include "tests/analyzers/vxlan_nodes.h"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::analyzers {

namespace {

// A node whose routes were asked for at 00:00 and again at 00:01.
class AskedTwice {
  public:
    explicit AskedTwice(const char* second_outcome = "ok") {
        snapshot::create_schema(now_);
        now_.execute(
            "INSERT INTO collections (collector, outcome, started_at_utc) VALUES ('sysctl', 'ok', "
            "'2024-01-01T00:00:00Z'), ('routes', 'ok', '2024-01-01T00:00:00Z'), ('routes', 'ok', "
            "'2024-01-01T00:01:00Z')");
        snapshot::Statement second = now_.prepare("UPDATE collections SET outcome = ? WHERE id = 3");
        second.bind(1, std::string_view(second_outcome));
        second.run();
    }
    // A document with one route.
    void add_route(const char* name, const char* destination, const char* read, const char* collector = "routes") {
        snapshot::DocumentInfo& info = documents_.add(
            "linux-routes", std::string(R"({"ipv4": [{"dst": ")") + destination + R"(", "dev": "eth0"}], "ipv6": []})");
        info.name = name;
        info.collector = collector;
        info.collected_at_utc = read;
    }
    void add_sysctl() {
        snapshot::DocumentInfo& info =
            documents_.add("linux-sysctl", R"({"sysctl": [{"name": "net.ipv4.ip_forward", "value": "1"}]})");
        info.collector = "sysctl";
        info.collected_at_utc = "2024-01-01T00:00:00Z";
    }
    [[nodiscard]] std::string routes_now() {
        analyze(documents_, now_);
        return routes_in(now_);
    }
    void ask_again(const char* started, const char* outcome = "ok") {
        snapshot::Statement again =
            now_.prepare("INSERT INTO collections (collector, outcome, started_at_utc) VALUES ('routes', ?, ?)");
        again.bind(1, std::string_view(outcome));
        again.bind(2, std::string_view(started));
        again.run();
    }
    // Of the states before the last, their routes.
    [[nodiscard]] Rows routes_before() {
        Rows all;
        for (snapshot::Database& each :
             states_before(documents_, Readings(now_, documents_.documents()), now_, all_analyzers())) {
            all.push_back(routes_in(each));
        }
        return all;
    }
    // nullopt when there is one state alone.
    [[nodiscard]] std::optional<snapshot::Database> before() {
        auto states = states_before(documents_, Readings(now_, documents_.documents()), now_, all_analyzers());
        return states.empty() ? std::nullopt : std::optional(std::move(states.front()));
    }
    [[nodiscard]] static std::string routes_in(snapshot::Database& database) {
        return database.text("SELECT group_concat(destination, ' ') FROM (SELECT destination FROM routes ORDER BY 1)")
            .value_or("");
    }

  private:
    GivenDocuments documents_;
    snapshot::Database now_ = snapshot::Database::memory();
};

constexpr const char* kFirst = "2024-01-01T00:00:01Z";
constexpr const char* kSecond = "2024-01-01T00:01:01Z";

}  // namespace

TEST_CASE("of what a node was asked twice the last answer counts, of imported files each", "[analyzers][readings]") {
    const auto destinations = [](const char* collector) {
        AskedTwice node;
        node.add_route("routes.json", "10.1.0.0/16", kFirst, collector);
        node.add_route("routes.json", "10.2.0.0/16", kSecond, collector);
        return node.routes_now();
    };
    CHECK(destinations("routes") == "10.2.0.0/16");
    CHECK(destinations("import") == "10.1.0.0/16 10.2.0.0/16");
}

TEST_CASE("the state that was read first is had from the documents of then", "[analyzers][readings]") {
    AskedTwice node;
    node.add_sysctl();
    node.add_route("routes.json", "10.1.0.0/16", kFirst);
    node.add_route("routes.json", "10.2.0.0/16", kSecond);
    CHECK(node.routes_now() == "10.2.0.0/16");
    auto before = node.before();
    REQUIRE(before);
    CHECK(before->text("SELECT destination || ' ' || at FROM routes") == "10.1.0.0/16 2#/ipv4/0");
    CHECK(before->integer("SELECT count(*) FROM sysctl") == 1);
    CHECK(before->text("SELECT collected_at_utc FROM documents WHERE id = 2") == kFirst);
}

TEST_CASE("a document that came or went between two readings is of one of them alone", "[analyzers][readings]") {
    AskedTwice node;
    node.add_route("compartment-1.json", "10.1.0.0/16", kFirst);
    node.add_route("compartment-2.json", "10.2.0.0/16", kFirst);
    node.add_route("compartment-1.json", "10.1.0.0/16", kSecond);
    node.add_route("compartment-3.json", "10.3.0.0/16", kSecond);
    CHECK(node.routes_now() == "10.1.0.0/16 10.3.0.0/16");
    auto before = node.before();
    REQUIRE(before);
    CHECK(AskedTwice::routes_in(*before) == "10.1.0.0/16 10.2.0.0/16");
}

TEST_CASE("a second reading that failed leaves the first, whole", "[analyzers][readings]") {
    for (const char* outcome : {"failed", "timed_out"}) {
        AskedTwice node(outcome);
        node.add_route("compartment-1.json", "10.1.0.0/16", kFirst);
        node.add_route("compartment-2.json", "10.2.0.0/16", kFirst);
        node.add_route("compartment-1.json", "10.9.0.0/16", kSecond);
        CHECK(node.routes_now() == "10.1.0.0/16 10.2.0.0/16");
        CHECK_FALSE(node.before());
    }
    AskedTwice denied("partial");
    denied.add_route("compartment-1.json", "10.1.0.0/16", kFirst);
    denied.add_route("compartment-1.json", "10.9.0.0/16", kSecond);
    CHECK(denied.routes_now() == "10.9.0.0/16");
}

TEST_CASE("each reading has its state, but for those that failed", "[analyzers][readings]") {
    AskedTwice node;
    node.ask_again("2024-01-01T00:02:00Z", "failed");
    node.ask_again("2024-01-01T00:03:00Z");
    node.add_route("routes.json", "10.1.0.0/16", kFirst);
    node.add_route("routes.json", "10.2.0.0/16", kSecond);
    node.add_route("routes.json", "10.3.0.0/16", "2024-01-01T00:02:01Z");
    node.add_route("routes.json", "10.4.0.0/16", "2024-01-01T00:03:01Z");
    CHECK(node.routes_now() == "10.4.0.0/16");
    CHECK(node.routes_before() == Rows{"10.1.0.0/16", "10.2.0.0/16"});
}

TEST_CASE("what was asked less often than the rest stays as it was last", "[analyzers][readings]") {
    GivenDocuments documents;
    snapshot::Database now = snapshot::Database::memory();
    snapshot::create_schema(now);
    now.execute(
        "INSERT INTO collections (collector, outcome, started_at_utc) VALUES ('sysctl', 'ok', '2024-01-01T00:00:00Z'), "
        "('routes', 'ok', '2024-01-01T00:00:00Z'), ('rules', 'ok', '2024-01-01T00:00:00Z'), ('routes', 'ok', "
        "'2024-01-01T00:01:00Z'), ('rules', 'ok', '2024-01-01T00:01:00Z'), ('routes', 'ok', '2024-01-01T00:02:00Z')");
    const auto add = [&](const char* collector, const char* kind, const char* read) {
        snapshot::DocumentInfo& info = documents.add(kind, "{}");
        info.collector = collector;
        info.collected_at_utc = read;
        return info.id;
    };
    const std::int64_t sysctl = add("sysctl", "linux-sysctl", "2024-01-01T00:00:00Z");
    const std::int64_t rules_first = add("rules", "linux-rules", "2024-01-01T00:00:00Z");
    const std::int64_t rules_last = add("rules", "linux-rules", "2024-01-01T00:01:00Z");
    const std::int64_t routes_between = add("routes", "linux-routes", "2024-01-01T00:01:00Z");
    const Readings readings(now, documents.documents());
    CHECK(readings.count() == 3);
    const auto of = [&](std::int64_t id) {
        std::string numbers;
        for (std::size_t number = 0; number < readings.count(); ++number) {
            numbers += readings.is_of(id, number) ? std::to_string(number) : "";
        }
        return numbers;
    };
    CHECK(of(sysctl) == "012");
    CHECK(of(rules_first) == "0");
    CHECK(of(rules_last) == "12");
    CHECK(of(routes_between) == "1");
    CHECK(readings.is_superseded(routes_between));
    CHECK_FALSE(readings.is_superseded(rules_last));
}

TEST_CASE("what was read once has no state before it", "[analyzers][readings]") {
    AskedTwice node;
    node.add_sysctl();
    CHECK_FALSE(node.before());
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

TEST_CASE("what is longer than its way carries is so by both states", "[analyzers][readings][vxlan]") {
    const auto told = [](std::int64_t mtu_before) {
        const auto node = [](std::int64_t mtu) {
            GivenTables given = windows_node();
            given.row(kHnsNetworks, {.id = "M", .name = "second", .type = "Overlay", .management_ip = "192.168.20.21"})
                .row(kAddresses, {.compartment_id = 1, .interface_name = "card", .address = "192.168.20.21"})
                .row(kInterfaces, {.name = "card", .mtu_bytes = mtu});
            return given;
        };
        GivenTables before = node(mtu_before);
        GivenTables now = node(1500);
        now.row(kVxlanSizes,
                {.outer_source = "192.168.20.21",
                 .outer_destination = "192.168.10.22",
                 .udp_port = 4789,
                 .vni = 4096,
                 .inner_protocol = 1,
                 .outer_bytes = 1550,
                 .packets = 2},
                "capture")
            .none("vxlan_paths")
            .none("address_pairs")
            .derive_after(before);
        return now.ask("SELECT verdict FROM vxlan_verdicts");
    };
    CHECK(told(1500) == Rows{"over-mtu"});
    CHECK(told(9000).empty());
}

TEST_CASE("what goes past the tunnel does so by both states", "[analyzers][readings][vxlan]") {
    const auto told = [](bool there_before) {
        const auto node = [](bool there) {
            GivenTables given = windows_node();
            if (there) {
                given.row(kHnsRemoteSubnets, {.network_id = "N",
                                              .destination_prefix = "10.244.4.0/24",
                                              .isolation_id = 4096,
                                              .provider_address = "192.168.10.23",
                                              .dr_mac = "00:15:5d:00:00:23"});
            }
            return given;
        };
        GivenTables before = node(there_before);
        GivenTables now = node(true);
        now.row(kAddressPairs,
                {.interface_name = "\\Device\\NPF_{aaaa}",
                 .source = "10.244.2.7",
                 .destination = "10.244.4.9",
                 .packets = 3},
                "capture")
            .none("vxlan_paths")
            .none("vxlan_sizes")
            .derive_after(before);
        return now.ask("SELECT verdict FROM vxlan_verdicts");
    };
    CHECK(told(true) == Rows{"not-encapsulated"});
    CHECK(told(false).empty());
}

TEST_CASE("of many readings those around the packets count", "[analyzers][readings][vxlan]") {
    // A pod had 10.244.2.8 at each of these times, or not.
    const auto told = [](const std::vector<std::pair<const char*, bool>>& read, const char* first, const char* last) {
        std::vector<GivenTables> nodes;
        for (const auto& each : read) {
            GivenTables given = windows_node();
            const std::string time = std::string("2024-01-01T00:") + each.first + "Z";
            given.row(kHnsEndpoints, {.id = "E2", .network_id = "N", .ip_address = "10.244.2.9", .is_remote = false},
                      "other", "hns", time);
            if (each.second) {
                given.row(kHnsEndpoints,
                          {.id = "E3", .network_id = "N", .ip_address = "10.244.2.8", .is_remote = false}, "other",
                          "hns", time);
            }
            nodes.push_back(std::move(given));
        }
        GivenTables now = std::move(nodes.back());
        nodes.pop_back();
        VxlanPathsRow path = sent();
        path.inner_source = "10.244.2.8";
        path.first_time_utc = std::string("2024-01-01T00:") + first + "Z";
        path.last_time_utc = std::string("2024-01-01T00:") + last + "Z";
        now.row(kVxlanPaths, path, "capture", "packets", "2024-01-01T00:00:10Z")
            .none("vxlan_sizes")
            .none("address_pairs")
            .derive_after(nodes);
        return now.one("SELECT verdict FROM vxlan_verdicts") +
               (would_be_told_by_another(now.database()) ? ", ask again" : "");
    };
    // It came, and went again.
    CHECK(told({{"00:10", false}, {"01:00", true}, {"02:00", false}}, "00:30", "01:30") == "right");
    CHECK(told({{"00:10", false}, {"01:00", false}, {"02:00", false}}, "01:20", "01:30") == "source-unknown");
    CHECK(told({{"00:10", false}, {"01:00", false}, {"02:00", false}}, "01:20", "02:30") == "source-unknown");
    // It is another one that had it long before or after.
    CHECK(told({{"00:10", true}, {"01:00", false}, {"02:00", false}}, "01:20", "01:30") == "source-unknown");
    CHECK(told({{"00:10", false}, {"01:00", false}, {"02:00", true}}, "00:20", "00:30") == "source-unknown");
    CHECK(told({{"00:10", true}, {"01:00", false}, {"02:00", false}}, "00:20", "00:30") == "right");

    CHECK(told({{"00:10", false}}, "00:20", "00:30") == "unknown, ask again");
    CHECK(told({{"00:10", false}, {"01:00", false}}, "01:20", "01:30") == "unknown, ask again");
    CHECK(told({{"00:10", false}}, "00:12", "00:30") == "source-unknown");
    CHECK(told({{"00:10", false}}, "00:01", "00:02") == "unknown");  // no later reading tells of them
    CHECK(told({{"00:10", true}}, "00:20", "00:30") == "right");
}

}  // namespace kwd::analyzers
