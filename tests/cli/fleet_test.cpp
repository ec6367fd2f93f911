// SPDX-License-Identifier: Apache-2.0
// `kwdiag analyze` of several snapshots, as scripts use it.
#include "snapshot/store.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

struct Ran {
    int code;
    std::string out;
    std::string err;
};

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class Fleet {
  public:
    [[nodiscard]] Ran operator()(const std::string& arguments) const {
        const int status = std::system(
            fmt::format("cd {} && {} {} >out 2>err", folder.path().string(), KWD_KWDIAG, arguments).c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(folder.file("out")), text_of(folder.file("err"))};
    }
    // A Linux node of the cluster of https://192.168.1.9, with a kubelet that gives pods this DNS server.
    void node(const std::string& name, const std::string& dns,
              const std::string& taken = "2026-02-01T10:00:00Z") const {
        auto store = snapshot::Store::create(folder.file(name + ".kwsnap"), "test");
        REQUIRE(store);
        store->set_meta("taken_at_utc", taken);
        store->set_meta("node_name", name);
        const auto add = [&](const char* kind, const char* path, const std::string& content) {
            REQUIRE(store->add_document(
                {.collector = "node-files", .kind = kind, .name = path, .original_path = path, .sha256 = {}}, content));
        };
        add("kubelet-config", "/var/lib/kubelet/config.yaml",
            fmt::format("kind: KubeletConfiguration\nclusterDNS: [{}]\n", dns));
        add("kubeconfig", "/etc/kubernetes/kubelet.conf",
            "kind: Config\nclusters: [{name: c, cluster: {server: 'https://192.168.1.9:6443'}}]\n"
            "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\nusers: [{name: u, user: "
            "{}}]\n");
    }
    test::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("several snapshots are held against each other before each is judged", "[cli][fleet]") {
    const Fleet kwdiag;
    kwdiag.node("lin-a", "10.96.0.10");
    kwdiag.node("lin-b", "10.0.0.10", "2026-02-01T10:03:00Z");
    const Ran text = kwdiag("analyze lin-a.kwsnap lin-b.kwsnap");
    CHECK(text.code == 1);
    CHECK(text.err.empty());
    CHECK_THAT(text.out, ContainsSubstring("2 nodes of one cluster (https://192.168.1.9:6443), collected 3 min apart"));
    CHECK_THAT(text.out, ContainsSubstring("[cw-dns-ip-mismatch]"));
    CHECK_THAT(text.out, ContainsSubstring("seen in lin-a: /var/lib/kubelet/config.yaml"));
    CHECK(text.out.find("[cw-dns-ip-mismatch]") < text.out.find("\nlin-a"));

    const Ran answer = kwdiag("analyze lin-a.kwsnap lin-b.kwsnap --format json --out f.kwfleet");
    const json report = json::parse(answer.out);
    CHECK(report["scope"] == "cluster");
    CHECK(
        report["clusters"] ==
        json::parse(R"([{"name": "https://192.168.1.9:6443", "nodes": ["lin-a", "lin-b"], "seconds_apart": 180.0}])"));
    CHECK(report["findings"][0]["rule"] == "cw-dns-ip-mismatch");
    CHECK(report["findings"][0]["nodes"].size() == 2);
    CHECK(report["nodes"][1]["report"]["node"]["name"] == "lin-b");
    CHECK(report["nodes"][1]["report"]["documents"].size() == 2);
    CHECK_THAT(text_of(kwdiag.folder.file("f.kwfleet")), ContainsSubstring("SQLite format 3"));

    const Ran asked =
        kwdiag("query f.kwfleet 'SELECT node, cluster_dns FROM kubelet_settings ORDER BY node' --format csv");
    CHECK(asked.code == 0);
    CHECK(asked.out == "node,cluster_dns\r\nlin-a,10.96.0.10\r\nlin-b,10.0.0.10\r\n");
    CHECK(kwdiag("query f.kwfleet 'DELETE FROM fleet_nodes'").code == 2);
    const Ran taken = kwdiag("analyze f.kwfleet");
    CHECK(taken.code == 4);
    CHECK_THAT(taken.err, ContainsSubstring("it is a fleet database"));
}

TEST_CASE("what was found is told even where the fleet database cannot be written", "[cli][fleet]") {
    const Fleet kwdiag;
    kwdiag.node("lin-a", "10.96.0.10");
    kwdiag.node("lin-b", "10.0.0.10");
    const Ran ran = kwdiag("analyze lin-a.kwsnap lin-b.kwsnap --out /proc/f.kwfleet");
    CHECK(ran.code == 4);
    CHECK_THAT(ran.out, ContainsSubstring("[cw-dns-ip-mismatch]"));
    CHECK_THAT(ran.out, ContainsSubstring("\nlin-b"));
    CHECK_THAT(ran.err, ContainsSubstring("/proc/f.kwfleet"));
}

TEST_CASE("a finding names the nodes that were not compared", "[cli][fleet]") {
    const Fleet kwdiag;
    kwdiag.node("lin-a", "10.96.0.10");
    kwdiag.node("lin-b", "10.0.0.10");
    auto store = snapshot::Store::create(kwdiag.folder.file("lin-c.kwsnap"), "test");
    REQUIRE(store);
    store->set_meta("taken_at_utc", "2026-02-01T10:00:00Z");
    store->set_meta("node_name", "lin-c");
    const Ran ran = kwdiag("analyze lin-a.kwsnap lin-b.kwsnap lin-c.kwsnap");
    CHECK_THAT(ran.out, ContainsSubstring("Found, and not judged on all nodes\n  compared with no other: lin-c: no "
                                          "kubeconfig tells"));
}

TEST_CASE("a file that is no snapshot is named and left out, and the exit code tells", "[cli][fleet]") {
    const Fleet kwdiag;
    kwdiag.node("lin-a", "10.96.0.10");
    kwdiag.node("lin-b", "10.96.0.10");
    std::ofstream(kwdiag.folder.file("x.kwsnap")) << "no database";
    const Ran ran = kwdiag("analyze lin-a.kwsnap x.kwsnap lin-b.kwsnap gone.kwsnap --format json");
    CHECK(ran.code == 4);
    CHECK_THAT(ran.err, ContainsSubstring("left out: open x.kwsnap"));
    CHECK_THAT(ran.err, ContainsSubstring("left out: open gone.kwsnap"));
    const json report = json::parse(ran.out);
    CHECK(report["snapshots"][1]["state"] == "unreadable");
    CHECK(report["nodes"].size() == 2);
    CHECK(kwdiag("analyze x.kwsnap gone.kwsnap").code == 4);
}

TEST_CASE("an older snapshot of the same node is left out and said to be", "[cli][fleet]") {
    const Fleet kwdiag;
    kwdiag.node("lin-a", "10.96.0.10");
    REQUIRE(std::system(fmt::format("mv {} {}", kwdiag.folder.file("lin-a.kwsnap"), kwdiag.folder.file("old.kwsnap"))
                            .c_str()) == 0);
    kwdiag.node("lin-a", "10.0.0.10", "2026-02-01T11:00:00Z");
    kwdiag.node("lin-b", "10.0.0.10", "2026-02-01T11:00:00Z");
    const Ran ran = kwdiag("analyze old.kwsnap lin-a.kwsnap lin-b.kwsnap");
    CHECK_THAT(ran.out, ContainsSubstring("old.kwsnap is left out"));
    CHECK_THAT(ran.out, ContainsSubstring("lin-a.kwsnap is of the same node, and newer"));
    CHECK_THAT(ran.out, !ContainsSubstring("[cw-dns-ip-mismatch]"));
}

TEST_CASE("options of one snapshot and of several are told apart", "[cli][fleet]") {
    const Fleet kwdiag;
    kwdiag.node("a", "10.96.0.10");
    kwdiag.node("b", "10.96.0.10");
    for (const char* wrong :
         {"a.kwsnap b.kwsnap --update", "a.kwsnap b.kwsnap --report r.html", "a.kwsnap a.kwsnap",
          "a.kwsnap --same-cluster", "a.kwsnap --out f.kwfleet", "a.kwsnap b.kwsnap --out a.kwsnap"}) {
        INFO(wrong);
        const Ran ran = kwdiag(std::string("analyze ") + wrong);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
    }
}
