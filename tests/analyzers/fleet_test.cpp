// SPDX-License-Identifier: Apache-2.0
#include "analyzers/fleet.h"

#include "analyzers/facts.h"
#include "snapshot/fleet.h"
#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include <algorithm>

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

NodeIdentity with(std::vector<Kubeconfig> kubeconfigs) {
    return {.name = "n", .kubeconfigs = std::move(kubeconfigs)};
}
NodeIdentity with_ca(std::string ca, std::string url = "") {
    return with({{std::move(url), std::move(ca)}});
}
NodeIdentity with_url(std::string url) {
    return with({{std::move(url), ""}});
}

TEST_CASE("nodes with a CA in common are of one cluster, whatever the URL", "[analyzers][fleet]") {
    CHECK(clusters({with_ca("aaaa"), with_ca("aaaa", {"https://x:6443"}), with_ca("bbbb", {"https://x:6443"})}) ==
          "CA aaaa; CA aaaa; CA bbbb");
    CHECK(clusters({with_ca("0123456789abcdef"), with_ca("0123456789abcdef")}) == "CA 0123456789ab; CA 0123456789ab");
}

TEST_CASE("a node that keeps kubeconfigs of two clusters is of none and joins nothing", "[analyzers][fleet]") {
    CHECK(clusters({with_ca("aaaa"), with({{"", "aaaa"}, {"", "ffff"}}), with_ca("ffff")}) == "CA aaaa; ?; CA ffff");
    CHECK(clusters({with_url("https://x"), with({{"https://x", ""}, {"https://y", ""}}), with_url("https://y")}) ==
          "https://x; ?; https://y");
    CHECK(clusters({with_ca("aaaa", "https://x"), with({{"https://x", ""}, {"https://y", ""}}),
                    with_url("https://y")}) == "CA aaaa; ?; https://y");
    CHECK(clusters_of({with_ca("aaaa"), with({{"", "aaaa"}, {"", "ffff"}}), with_ca("ffff")}, false)[1].why ==
          "its kubeconfigs, or the Node objects that name it, are of two clusters");
}

TEST_CASE("a node with two CAs is of the cluster that another has one of them of", "[analyzers][fleet]") {
    CHECK(clusters({with_ca("aaaa"), with({{"", "aaaa"}, {"", "ffff"}})}) == "CA aaaa; CA aaaa");
    // While a CA is replaced each node has both.
    CHECK(clusters({with({{"", "aaaa"}, {"", "ffff"}}), with({{"", "aaaa"}, {"", "ffff"}})}) == "CA aaaa; CA aaaa");
    CHECK(clusters({with({{"", "aa"}, {"", "bb"}}), with({{"", "bb"}, {"", "cc"}}), with({{"", "cc"}, {"", "dd"}})}) ==
          "?; ?; ?");
}

TEST_CASE("two clusters whose nodes have the same names are two", "[analyzers][fleet]") {
    const auto node = [](std::string name, std::string address, std::string other, std::string other_address) {
        return NodeIdentity{.name = std::move(name),
                            .addresses = {std::move(address)},
                            .peers = {{std::move(other), std::move(other_address)}}};
    };
    CHECK(clusters({node("win-a", "10.1.0.1", "win-c", "10.1.0.2"), node("win-c", "10.1.0.2", "win-a", "10.1.0.1"),
                    node("win-a", "10.2.0.1", "win-c", "10.2.0.2"), node("win-c", "10.2.0.2", "win-a", "10.2.0.1")}) ==
          "that of win-a; that of win-a; that of win-a (2); that of win-a (2)");
    // Twelve digits of the CA are told.
    CHECK(clusters({with_ca("0123456789abcd"), with_ca("0123456789abce")}) == "CA 0123456789ab; CA 0123456789ab (2)");
}

TEST_CASE("a node that Node objects of two clusters name is of none", "[analyzers][fleet]") {
    const NodeIdentity named{.name = "win-a", .addresses = {"10.0.0.1"}};
    NodeIdentity one = with_ca("aaaa");
    one.peers = {{"win-a", "10.0.0.1"}};
    NodeIdentity two = with_url("https://y");
    two.peers = one.peers;
    CHECK(clusters({one, named, two}) == "CA aaaa; ?; https://y");
    CHECK(clusters({with_url("https://x"), named, two}) == "https://x; https://y; https://y");
    one.kubeconfigs = {{"https://x", ""}};
    CHECK(clusters({one, named, two}) == "https://x; ?; https://y");
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
    const NodeIdentity middle{.name = "m", .addresses = {"10.0.0.5"}, .kubeconfigs = {{"https://x", ""}}};
    const NodeIdentity ca{.name = "c", .kubeconfigs = {{"", "aaaa"}}, .peers = {{"m", "10.0.0.5"}}};
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
                 "('5', 'https://kubernetes.default.svc', NULL), ('6', 'https://10.0.0.1:6443', NULL), "
                 "('7', 'https://10.0.0.1:443/', NULL), ('8', NULL, NULL), ('9', 'https://10.0.0.1/k8s/c', NULL);"
                 "INSERT INTO system (host_name) VALUES ('EC2-7');"
                 "INSERT INTO interfaces (name, kind, mac, compartment_id) VALUES ('E', 'ethernet', 'm1', 1), "
                 "('E2', 'ethernet', 'm1', NULL), ('pod', 'ethernet', 'm2', 3), ('vx', 'vxlan', 'm3', 1);"
                 "INSERT INTO k8s_nodes (name, internal_ip) VALUES ('lin-b', '10.0.0.2'), ('lin-c', NULL)"));
    CHECK(identity.name == "win-a");
    CHECK(identity.os_family == "windows");
    CHECK(identity.collected_at_utc == "2026-02-01T10:00:00Z");
    CHECK(identity.macs == std::vector<std::string>{"m1"});
    CHECK(identity.addresses == std::vector<std::string>{"10.0.0.1"});
    CHECK(identity.host_name == "ec2-7");
    CHECK(identity.kubeconfigs ==
          std::vector<Kubeconfig>{
              {"", "ab"}, {"https://10.0.0.1/k8s/c", ""}, {"https://10.0.0.1:6443", ""}, {"https://api:6443", "ab"}});
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

std::vector<std::string> reasons(const std::vector<std::pair<std::string, snapshot::Database>>& given) {
    snapshot::Database fleet = snapshot::Database::memory();
    snapshot::create_fleet_schema(fleet);
    FleetBuilder builder(fleet, {});
    for (const auto& [path, database] : given) {
        builder.add(path, database);
    }
    std::vector<std::string> all;
    auto select = fleet.prepare("SELECT reason FROM fleet_snapshots WHERE state = 'older'");
    while (select.step()) {
        all.push_back(select.text(0));
    }
    return all;
}

TEST_CASE("why a snapshot is left out is what is so", "[analyzers][fleet]") {
    using Reasons = std::vector<std::string>;
    CHECK(reasons(two(analyzed("n", "2026-02-01T10:00:00Z"), analyzed("n", "2026-02-01T10:00:00Z"))) ==
          Reasons{"a is of the same node, and of the same time"});
    CHECK(reasons(two(analyzed("n", "2026-02-01T10:00:00Z"), analyzed("n", "2026-02-01T10:00:01Z"))) ==
          Reasons{"b is of the same node, and newer"});
    CHECK(reasons(two(analyzed("n", "2026-02-01T10:00:00Z"), analyzed("n", "?"))) ==
          Reasons{"b is of the same node, and this does not say when it was collected"});
}

TEST_CASE("a machine that has another name in one of two snapshots is one", "[analyzers][fleet]") {
    const std::string machine =
        std::string(kMac1) +
        "; INSERT INTO system (host_name) VALUES ('EC2-7'); UPDATE node_facts SET node_ip = '10.0.0.1'";
    CHECK(snapshots(
              two(analyzed("win-a", "2026-02-01T10:00:00Z", machine), analyzed("", "2026-02-01T10:05:00Z", machine))) ==
          "a win-a older; b ec2-7 used; x - unreadable | ec2-7 b");
    // A copy of the machine with an address of its own is another.
    CHECK(snapshots(
              two(analyzed("win-a", "2026-02-01T10:00:00Z", machine),
                  analyzed("", "2026-02-01T10:05:00Z", machine + "; UPDATE node_facts SET node_ip = '10.0.0.2'"))) ==
          "a win-a used; b ec2-7 used; x - unreadable | win-a a; ec2-7 b");
}

TEST_CASE("a node of another cluster that has the name is another, in whatever order they come", "[analyzers][fleet]") {
    const auto of = [](const char* time, const std::string& mac, const std::string& more) {
        return analyzed("n", time, mac + "; " + more);
    };
    const std::string x = "INSERT INTO kubeconfigs (path, server) VALUES ('1', 'https://x')";
    const std::string y = "INSERT INTO kubeconfigs (path, server) VALUES ('1', 'https://y')";
    const char* early = "2026-02-01T10:00:00Z";
    const char* late = "2026-02-02T10:00:00Z";
    CHECK(snapshots(two(of(early, kMac1, x), of(late, kMac2, y))) ==
          "a n used; b n (b) used; x - unreadable | n a; n (b) b");
    CHECK(snapshots(two(of(late, kMac2, y), of(early, kMac1, x))) ==
          "a n used; b n (b) used; x - unreadable | n a; n (b) b");
    // Made anew in the same cluster.
    CHECK(snapshots(two(of(early, kMac1, x), of(late, kMac2, x))) == "a n older; b n used; x - unreadable | n b");
    // Where nothing tells the cluster the address does.
    const std::string one = "UPDATE node_facts SET node_ip = '10.0.0.1'";
    const std::string two_ = "UPDATE node_facts SET node_ip = '10.0.0.2'";
    CHECK(snapshots(two(of(early, kMac1, one), of(late, kMac2, two_))) ==
          "a n used; b n (b) used; x - unreadable | n a; n (b) b");
    CHECK(snapshots(two(of(early, kMac1, one), of(late, kMac2, one))) == "a n older; b n used; x - unreadable | n b");
}

TEST_CASE("a snapshot takes the place of all older ones of its node", "[analyzers][fleet]") {
    for (std::vector<int> order = {0, 1, 2};;) {
        std::vector<std::pair<std::string, snapshot::Database>> given;
        for (const int each : order) {
            given.emplace_back(
                std::string(1, static_cast<char>('a' + each)),
                analyzed(
                    "n", each == 2 ? "2026-02-01T13:00:00Z" : "2026-02-01T10:00:00Z",
                    fmt::format("INSERT INTO interfaces (name, kind, mac) VALUES ('E', 'ethernet', 'm{}')", each)));
        }
        CHECK(snapshots(given).ends_with(" c"));
        CHECK(snapshots(given).find("; n") == std::string::npos);
        if (!std::ranges::next_permutation(order).found) {
            break;
        }
    }
}

TEST_CASE("when an import was collected is what its events and logs tell", "[analyzers][fleet]") {
    const auto time_of = [](const std::string& more) {
        snapshot::Database database = snapshot::Database::memory();
        snapshot::create_schema(database);
        database.execute(
            "INSERT INTO documents (collector, kind, name, collected_at_utc, size_bytes, sha256) VALUES "
            "('import', 'log', 'l', '2026-03-01T00:00:00Z', 1, '');"
            "INSERT INTO system (os_family) VALUES ('windows')");
        database.execute(more.c_str());
        derive_facts(database);
        return identity_of(database).collected_at_utc;
    };
    CHECK(time_of("") == "2026-03-01T00:00:00Z");
    CHECK(time_of("INSERT INTO log_lines (time_utc, time_is_local, message) VALUES ('2026-02-01T10:00:00Z', 0, ''), "
                  "('2026-02-01T09:00:00Z', 0, ''), ('2026-02-01T12:00:00Z', 1, '');"
                  "INSERT INTO events (time_utc, message) VALUES ('2026-02-01T10:30:00Z', '')") ==
          "2026-02-01T10:30:00Z");
    CHECK(time_of("INSERT INTO log_lines (time_utc, message) VALUES ('2026-02-01T10:00:00Z', '');"
                  "INSERT INTO documents (collector, kind, name, collected_at_utc, size_bytes, sha256) VALUES "
                  "('hns', 'x', 'l', '2026-02-07T00:00:00Z', 1, '')") == "2026-02-07T00:00:00Z");
}

TEST_CASE("two machines of one name, and nodes without a name, are all there", "[analyzers][fleet]") {
    CHECK(snapshots(two(analyzed("n", "2026-02-01T10:00:00Z", kMac1), analyzed("n", "2026-02-01T10:30:00Z", kMac2))) ==
          "a n used; b n (b) used; x - unreadable | n a; n (b) b");
    CHECK(snapshots(two(analyzed("", "2026-02-01T10:00:00Z"), analyzed("", "2026-02-01T10:30:00Z"))) ==
          "a a used; b b used; x - unreadable | a a; b b");
}

}  // namespace
}  // namespace kwd::analyzers
