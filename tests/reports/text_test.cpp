// SPDX-License-Identifier: Apache-2.0
#include "reports/report.h"
#include "snapshot/schema.h"
#include "tests/reports/example.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the text report begins with the verdict and says what was not judged", "[reports][text]") {
    const std::string text = reports::render_text(test::example_results(), {});
    CHECK_THAT(text, ContainsSubstring("1 critical finding, 1 warning."));
    CHECK_THAT(text, ContainsSubstring("What to do: Set VNI to 4096."));
    CHECK_THAT(text, ContainsSubstring("node> Restart-Service flanneld"));
    CHECK_THAT(text, ContainsSubstring("vxlan_flows: no document gives it: 1 rule\n"));
    CHECK_THAT(text, ContainsSubstring("packets: timed_out, no answer within 20 s"));
    CHECK(text.find("Nothing wrong") == std::string::npos);
}

TEST_CASE("what a finding explains stands below it, with its evidence and its remedy", "[reports][text]") {
    const std::string text = reports::render_text(test::example_results(), {.width = 120});
    CHECK_THAT(text, ContainsSubstring("         explains warning  HNS gave an error  [hns-error-code-seen]\n"
                                       "           HNS answered 0x803b0014 <i>twice</i>.\n"
                                       "           explains critical  Pods do not start  [log-sandbox-create-failed]\n"
                                       "             The sandbox of pod-a was not made.\n"
                                       "             What it does: pod-a waits.\n"
                                       "             Certainty: likely the cause.\n"
                                       "             seen in kubelet.log line:8\n"
                                       "               | Failed to create sandbox of pod-a\n"
                                       "             What to do: Look at the sandbox of pod-a.\n"
                                       "               node> crictl pods\n"
                                       "             Risk: It stays away.\n"
                                       "             Then: pod-a runs.\n"
                                       "             The sandbox of pod-b was not made.\n"
                                       "             seen in kubelet.log line:9\n"
                                       "               | Failed to create sandbox of pod-b\n"));
}

TEST_CASE("of very many findings that one explains ten of each rule are told", "[reports][text]") {
    snapshot::Database database = test::example_results();
    database.execute(
        "WITH n(i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE i < 109) "
        "INSERT INTO findings SELECT i, rule_id, area, severity, confidence, 'pod-' || i, title, 'The sandbox of pod-' "
        "|| i || ' was not made.', columns, remedy, cause, cause_id FROM findings, n WHERE id = 6");
    const std::string text = reports::render_text(database, {});
    CHECK_THAT(text, ContainsSubstring("The sandbox of pod-107 was not made."));
    CHECK(text.find("pod-108") == std::string::npos);
    CHECK_THAT(text, ContainsSubstring("And 2 more of [log-sandbox-create-failed]."));
}

TEST_CASE("what is critical makes critical what explains it", "[reports]") {
    snapshot::Database database = test::example_results();
    // The critical ones stand two levels below a finding that is informational.
    database.execute("UPDATE findings SET severity = 'info' WHERE id = 2");
    const std::string text = reports::render_text(database, {});
    CHECK_THAT(text, ContainsSubstring("1 critical finding, 1 warning."));
    CHECK_THAT(text, ContainsSubstring("critical Overlay subnet uses a VNI that Windows does not accept  "
                                       "[overlay-vni-below-4096]\n         In itself info; what it explains is "
                                       "critical.\n"));
    CHECK(text.find("Overlay subnet uses") < text.find("Two endpoints share an address"));
    const std::string page = reports::render_html(database);
    CHECK_THAT(page, ContainsSubstring("<title>win-a: 1 critical finding, 1 warning</title>"));
    CHECK_THAT(page,
               ContainsSubstring("<article class=\"finding critical\" data-severities=\"critical info warning\""));
    CHECK_THAT(page, ContainsSubstring("In itself info; what it explains is critical."));
    const std::string json = reports::render_json(database);
    CHECK_THAT(json, ContainsSubstring("\"critical\": 1,"));
    CHECK_THAT(json, ContainsSubstring("\"severity\": \"info\",\n      \"worst_severity\": \"critical\""));
}

TEST_CASE("no finding is lost, whatever causes a database names", "[reports]") {
    snapshot::Database database = test::example_results();
    database.execute("UPDATE findings SET cause_id = 5 WHERE id = 4; UPDATE findings SET cause_id = 77 WHERE id = 6");
    const std::string text = reports::render_text(database, {});
    for (const char* told : {"0x803b0014", "pod-a was not made", "pod-b was not made"}) {
        CHECK_THAT(text, ContainsSubstring(told));
    }
}

TEST_CASE("what many rules lack is one sentence, and each rule with --verbose", "[reports][text]") {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    database.execute(
        "WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 21) "
        "INSERT INTO evaluations (rule_id, area, title, severity, verdict, reason) SELECT 'r' || i, 'x', 'A', "
        "'warning', "
        "'not_evaluated', 'routes is missing: no document gives it' || iif(i > 19, '; node_facts.build is not known, "
        "and "
        "routes is missing: no document gives it', '') FROM n;"
        "INSERT INTO evaluations (rule_id, area, title, severity, verdict, reason) VALUES "
        "('denied', 'x', 'B', 'warning', 'not_evaluated', 'flows is missing: access denied'),"
        "('both', 'x', 'B', 'warning', 'not_evaluated', 'flows is missing: access denied; routes is missing: no "
        "document "
        "gives it')");
    const std::string text = reports::render_text(database, {.width = 160});
    CHECK_THAT(text, ContainsSubstring("  21 rules need tables that no document gives: routes (21), node_facts (2). "
                                       "--verbose names them.\n"));
    CHECK_THAT(text, ContainsSubstring("  flows is missing: access denied: 1 rule\n      denied\n"));
    CHECK_THAT(text, ContainsSubstring("routes is missing: no document gives it: 1 rule\n      both\n"));
    CHECK_THAT(text, !ContainsSubstring("r7"));
    const std::string all = reports::render_text(database, {.evaluations = true, .width = 160});
    CHECK_THAT(all, ContainsSubstring("  routes is missing: no document gives it: 19 rules\n      r1, r10,"));
    CHECK_THAT(all, !ContainsSubstring("--verbose"));

    database.execute("DELETE FROM evaluations WHERE rule_id = 'r7'");
    CHECK_THAT(reports::render_text(database, {.width = 160}),
               ContainsSubstring("  routes is missing: no document gives it: 18 rules\n      r1, r10,"));
}

TEST_CASE("why a collector brought nothing is told once, not with every table that it takes along", "[reports][text]") {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    database.execute(
        "INSERT INTO collections (collector, outcome, reason) VALUES ('packets', 'skipped', 'no Npcap; install it'),"
        " ('k8s', 'partial', 'pods: access denied');"
        "INSERT INTO evaluations (rule_id, area, title, severity, verdict, reason) VALUES"
        " ('a', 'x', 'A', 'warning', 'not_evaluated', 'flows is missing: the collector packets was skipped: no Npcap; "
        "install it, and k8s_pods is missing: the collector k8s missed something: pods: access denied'),"
        " ('b', 'x', 'B', 'warning', 'not_evaluated', 'the collector hns was skipped: no Npcap; install it')");
    const auto times = [](const std::string& text, std::string_view part) {
        int count = 0;
        for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
            ++count;
        }
        return count;
    };
    // Also with each rule; `b` speaks of a collector that gave no such reason.
    CHECK(times(reports::render_text(database, {.evaluations = true, .width = 160}), "no Npcap; install it") == 3);
    CHECK(times(reports::render_text(database, {.evaluations = true, .width = 160}), "pods: access denied") == 1);
    CHECK(times(reports::render_json(database), "pods: access denied") == 1);
    CHECK(times(reports::render_html(database), "pods: access denied") == 1);
    const std::string text = reports::render_text(database, {.width = 160});
    CHECK_THAT(text, ContainsSubstring("  packets: skipped, no Npcap; install it\n"));
    CHECK_THAT(text, ContainsSubstring("  flows is missing: the collector packets was skipped, and k8s_pods is "
                                       "missing: the collector k8s missed something: 1 rule\n"));
    CHECK_THAT(text, ContainsSubstring("  the collector hns was skipped: no Npcap; install it: 1 rule\n"));
}

TEST_CASE("a collector that failed each time it was asked is named once", "[reports][text]") {
    snapshot::Database database = test::example_results();
    database.execute(
        "INSERT INTO collections (collector, outcome, reason) SELECT collector, outcome, reason FROM collections");
    const std::string text = reports::render_text(database, {.width = 160});
    CHECK(text.find("packets: timed_out, no answer within 20 s") != std::string::npos);
    CHECK(text.find("packets, packets") == std::string::npos);
}

TEST_CASE("VXLAN packets are counted by verdict, with what the first of them was held against", "[reports][text]") {
    const std::string text = reports::render_text(test::example_results(), {.width = 160});
    CHECK_THAT(text,
               ContainsSubstring("VXLAN packets, each held against the node's own state\n"
                                 "          7 in    mac-wrong          for a MAC that the receiver does not have\n"
                                 "                  expected 00:15:5d:00:00:21; seen 00:15:5d:00:00:98; decided by "
                                 "distributed router MAC of network vxlan0; first packet 12 of packets-1.pcapng\n"));
    CHECK_THAT(text, ContainsSubstring("        120 out   right              as the node's state calls for\n"));
    CHECK_THAT(text, ContainsSubstring(
                         "  Counted beside these\n          5 out   fragmented         fragments of outer IP\n"));
    snapshot::Database none = snapshot::Database::memory();
    snapshot::create_schema(none);
    CHECK(reports::render_text(none, {}).find("VXLAN packets") == std::string::npos);
}

TEST_CASE("data cannot drive the terminal", "[reports][text]") {
    const std::string text = reports::render_text(test::example_results(), {.color = false});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK_THAT(text, ContainsSubstring("a\\x1b[31mred"));
    CHECK(reports::render_text(test::example_results(), {.color = true}).find("\x1b[1;31m") != std::string::npos);
}

TEST_CASE("lines are wrapped at the width", "[reports][text]") {
    const std::string text = reports::render_text(test::example_results(), {.width = 60});
    CHECK_THAT(
        text, ContainsSubstring("         Overlay network vxlan0 uses VNI 1; Windows needs\n         4096 or more.\n"));
}

TEST_CASE("no rule evaluated is not nothing wrong", "[reports][text]") {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    CHECK_THAT(reports::render_text(database, {}), ContainsSubstring("No rule was evaluated"));
}

TEST_CASE("a machine without Kubernetes is not called well", "[reports][text]") {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    database.execute(
        "INSERT INTO evaluations (rule_id, area, title, severity, verdict) VALUES ('r', 'hns', 't', 'info', 'clear')");
    CHECK_THAT(reports::render_text(database, {}), ContainsSubstring("Nothing wrong was found."));
    database.execute("INSERT INTO node_facts (os_family, is_kubernetes_node) VALUES ('linux', 0)");
    const std::string text = reports::render_text(database, {});
    CHECK_THAT(text, ContainsSubstring("This is no Kubernetes node: no kubelet, kube-proxy or network agent is here."));
    CHECK(text.find("Nothing wrong") == std::string::npos);
}
