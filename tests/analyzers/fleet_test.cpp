// SPDX-License-Identifier: Apache-2.0
#include "analyzers/fleet.h"

#include "snapshot/fleet.h"
#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

namespace kwd::analyzers {
namespace {

using Nodes = std::vector<NodeIdentity>;

std::string clusters(const Nodes& nodes) {
    std::string all;
    for (const Membership& each : clusters_of(nodes, false)) {
        all += (all.empty() ? "" : "; ") + each.cluster.value_or("?");
    }
    return all;
}

NodeIdentity with_ca(std::string ca, std::vector<std::string> urls = {}) {
    return {.name = "n", .ca_fingerprints = {std::move(ca)}, .api_servers = std::move(urls)};
}
NodeIdentity with_url(std::string url) {
    return {.name = "n", .api_servers = {std::move(url)}};
}

TEST_CASE("nodes with a CA in common are of one cluster, whatever the URL", "[analyzers][fleet]") {
    CHECK(clusters({with_ca("aaaa"), with_ca("aaaa", {"https://x:6443"}), with_ca("bbbb", {"https://x:6443"})}) ==
          "CA aaaa; CA aaaa; CA bbbb");
    CHECK(clusters({with_ca("0123456789abcdef"), {.ca_fingerprints = {"0123456789abcdef", "ffff"}}, with_ca("ffff")}) ==
          "CA 0123456789ab; CA 0123456789ab; CA 0123456789ab");
}

TEST_CASE("where a CA is not known the API server tells the cluster, unless two have it", "[analyzers][fleet]") {
    CHECK(clusters({with_url("https://x:6443"), with_url("https://x:6443"), with_url("https://y:6443")}) ==
          "https://x:6443; https://x:6443; https://y:6443");
    CHECK(clusters({with_url("https://x"), with_ca("aaaa", {"https://x"}), with_ca("bbbb", {"https://y"})}) ==
          "CA aaaa; CA aaaa; CA bbbb");
    CHECK(clusters({with_url("https://x"), with_ca("aaaa", {"https://x"}), with_ca("bbbb", {"https://x"})}) ==
          "?; CA aaaa; CA bbbb");
}

TEST_CASE("Node objects tell the cluster of nodes that they name with their address", "[analyzers][fleet]") {
    const NodeIdentity teller{.name = "win-a", .peers = {{"lin-b", "10.0.0.2"}}};
    CHECK(clusters(
              {teller, {.name = "lin-b", .addresses = {"10.0.0.2"}}, {.name = "lin-b", .addresses = {"10.0.0.9"}}}) ==
          "that of win-a; that of win-a; ?");
    CHECK(clusters({{.name = "lin-b", .addresses = {"10.0.0.2"}}, teller, {.name = "x"}}) ==
          "that of lin-b; that of lin-b; ?");
}

TEST_CASE("a node comes to a CA's cluster through others too, and somebody may say so", "[analyzers][fleet]") {
    const NodeIdentity middle{.name = "m", .addresses = {"10.0.0.5"}, .api_servers = {"https://x"}};
    const NodeIdentity ca{.name = "c", .ca_fingerprints = {"aaaa"}, .peers = {{"m", "10.0.0.5"}}};
    CHECK(clusters({with_url("https://x"), middle, ca}) == "CA aaaa; CA aaaa; CA aaaa");
    for (const Membership& each : clusters_of({{.name = "a"}, {.name = "b"}}, true)) {
        CHECK(each.cluster == "as said by --same-cluster");
    }
}

snapshot::Database analyzed(const std::string& name, const std::string& time, const std::string& more = "") {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    database.execute(fmt::format("INSERT INTO meta VALUES ('taken_at_utc', '{}'); INSERT INTO node_facts (node_name, "
                                 "os_family) VALUES (nullif('{}', ''), 'windows'); {}",
                                 time, name, more)
                         .c_str());
    return database;
}

TEST_CASE("an identity is what the tables tell of the machine and its cluster", "[analyzers][fleet]") {
    const NodeIdentity identity = identity_of(
        analyzed("Win-A", "2026-02-01T10:00:00Z",
                 "UPDATE node_facts SET node_ip = '10.0.0.1', service_cidr = '10.50.0.0/16';"
                 "INSERT INTO kubeconfigs (path, server, ca_fingerprint) VALUES ('1', 'https://API:6443/', 'AB'), "
                 "('2', 'https://127.0.0.1:6443', 'ab'), ('3', 'https://10.50.0.1:443', NULL), ('4', "
                 "'https://10.96.0.1', NULL), "
                 "('5', 'https://kubernetes.default.svc', NULL);"
                 "INSERT INTO interfaces (name, kind, mac, compartment_id) VALUES ('E', 'ethernet', 'm1', 1), "
                 "('E2', 'ethernet', 'm1', NULL), ('pod', 'ethernet', 'm2', 3), ('vx', 'vxlan', 'm3', 1);"
                 "INSERT INTO k8s_nodes (name, internal_ip) VALUES ('lin-b', '10.0.0.2'), ('lin-c', NULL)"));
    CHECK(identity.name == "win-a");
    CHECK(identity.os_family == "windows");
    CHECK(identity.collected_at_utc == "2026-02-01T10:00:00Z");
    CHECK(identity.macs == std::vector<std::string>{"m1"});
    CHECK(identity.addresses == std::vector<std::string>{"10.0.0.1"});
    CHECK(identity.ca_fingerprints == std::vector<std::string>{"ab"});
    CHECK(identity.api_servers == std::vector<std::string>{"https://api:6443"});
    CHECK(identity.peers == std::vector<std::pair<std::string, std::string>>{{"lin-b", "10.0.0.2"}});
}

std::string snapshots(const std::vector<std::pair<std::string, snapshot::Database>>& given) {
    snapshot::Database fleet = snapshot::Database::memory();
    snapshot::create_fleet_schema(fleet);
    FleetBuilder builder(fleet, {});
    for (const auto& [path, database] : given) {
        builder.add(path, database);
    }
    builder.skip("x", "damaged");
    builder.finish(false);
    return fleet
               .text(
                   "SELECT group_concat(snapshot || ' ' || coalesce(node, '-') || ' ' || state, '; ') FROM "
                   "fleet_snapshots")
               .value_or("") +
           " | " + fleet.text("SELECT group_concat(node || ' ' || snapshot, '; ') FROM fleet_nodes").value_or("");
}

constexpr const char* kMac1 = "INSERT INTO interfaces (name, kind, mac) VALUES ('E', 'ethernet', 'm1')";
constexpr const char* kMac2 = "INSERT INTO interfaces (name, kind, mac) VALUES ('E', 'ethernet', 'm2')";

std::vector<std::pair<std::string, snapshot::Database>> two(snapshot::Database a, snapshot::Database b) {
    std::vector<std::pair<std::string, snapshot::Database>> both;
    both.emplace_back("a", std::move(a));
    both.emplace_back("b", std::move(b));
    return both;
}

TEST_CASE("of two snapshots of one node the newer is used, in whatever order they come", "[analyzers][fleet]") {
    CHECK(snapshots(two(analyzed("n", "2026-02-01T10:00:00Z"), analyzed("n", "2026-02-01T11:00:00Z"))) ==
          "a n older; b n used; x - unreadable | n b");
    CHECK(snapshots(two(analyzed("n", "2026-02-01T11:00:00Z"), analyzed("n", "2026-02-01T10:00:00Z"))) ==
          "a n used; b n older; x - unreadable | n a");
    CHECK(snapshots(two(analyzed("n", "2026-02-01T10:00:00Z", kMac1), analyzed("n", "2026-02-02T10:00:00Z", kMac2))) ==
          "a n older; b n used; x - unreadable | n b");
}

TEST_CASE("two machines of one name, and nodes without a name, are all there", "[analyzers][fleet]") {
    CHECK(snapshots(two(analyzed("n", "2026-02-01T10:00:00Z", kMac1), analyzed("n", "2026-02-01T10:30:00Z", kMac2))) ==
          "a n used; b n (b) used; x - unreadable | n a; n (b) b");
    CHECK(snapshots(two(analyzed("", "2026-02-01T10:00:00Z"), analyzed("", "2026-02-01T10:30:00Z"))) ==
          "a a used; b b used; x - unreadable | a a; b b");
}

}  // namespace
}  // namespace kwd::analyzers
