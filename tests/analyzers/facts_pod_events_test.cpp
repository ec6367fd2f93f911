// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts.h"
#include "snapshot/tables/kubernetes.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/given_tables.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using namespace snapshot;
using Rows = std::vector<std::string>;

constexpr const char* kLines = "SELECT time_utc, severity, code, substr(message, 1, 10) FROM log_lines";

K8sEventsRow sandbox_failed(std::string object) {
    return {.name_space = "shop",
            .object = std::move(object),
            .type = "Warning",
            .reason = "FailedCreatePodSandBox",
            .message = "Failed to create pod sandbox: hcnCreateEndpoint failed in Win32: (0x803B0002)",
            .last_time_utc = "2024-02-01T09:00:00Z"};
}

// win-a is this node; its pod and another node's.
GivenTables two_nodes() {
    GivenTables given;
    given.row(kSystem, {.os_family = "windows", .host_name = "WIN-A"})
        .row(kK8sNodes, {.name = "win-a"})
        .row(kK8sNodes, {.name = "win-c"})
        .row(kK8sPods, {.name_space = "shop", .name = "web", .node_name = "win-a"})
        .row(kK8sPods, {.name_space = "shop", .name = "db", .node_name = "win-c"});
    return given;
}

TEST_CASE("events of this node's pods tell what kubelet would have logged", "[analyzers][facts]") {
    GivenTables given = two_nodes();
    given.row(kK8sEvents, sandbox_failed("Pod/web")).row(kK8sEvents, sandbox_failed("Pod/db")).derive();
    CHECK(given.ask(kLines) == Rows{"2024-02-01T09:00:00Z error 0x803b0002 Failed to "});
    CHECK(given.one("SELECT component || ' ' || age_s || ' ' || time_is_local FROM log_lines") == "kubelet 0.0 0");
    CHECK(given.one("SELECT l.at = e.at FROM log_lines AS l JOIN k8s_events AS e ON e.object = 'Pod/web'") == "1");
    CHECK(given.coverage("log_lines") == "partial");
}

TEST_CASE("a pod of the same name elsewhere, what is normal, and what others than kubelet say are none of it",
          "[analyzers][facts]") {
    GivenTables given = two_nodes();
    K8sEventsRow elsewhere = sandbox_failed("Pod/web");
    elsewhere.name_space = "other";
    K8sEventsRow normal = sandbox_failed("Pod/web");
    normal.type = "Normal";
    K8sEventsRow scheduler = sandbox_failed("Pod/web");
    scheduler.reason = "FailedScheduling";
    given.row(kK8sEvents, elsewhere).row(kK8sEvents, normal).row(kK8sEvents, scheduler).derive();
    CHECK(given.ask(kLines).empty());
    CHECK(given.coverage("log_lines") == "missing");
}

TEST_CASE("kubelet's own log is not told twice", "[analyzers][facts]") {
    GivenTables given = two_nodes();
    given.row(kLogLines, {.component = "kubelet", .message = "started"})
        .row(kK8sEvents, sandbox_failed("Pod/web"))
        .derive();
    CHECK(given.one("SELECT message FROM log_lines") == "started");
}

TEST_CASE("a pod that somebody described alone has its node's events", "[analyzers][facts]") {
    GivenTables given;
    given.row(kK8sPods, {.name_space = "shop", .name = "web", .node_name = "win-a"}, "kubectl-text");
    SECTION("one node") {
        given.row(kK8sEvents, sandbox_failed("Pod/web"), "kubectl-text").derive();
        CHECK(given.ask(kLines).size() == 1);
    }
    SECTION("pods of two") {
        given.row(kK8sPods, {.name_space = "shop", .name = "db", .node_name = "win-c"}, "kubectl-text")
            .row(kK8sEvents, sandbox_failed("Pod/web"), "kubectl-text")
            .derive();
        CHECK(given.ask(kLines).empty());
    }
}

}  // namespace
}  // namespace kwd::analyzers
