// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log.h"

#include "analyzers/journal.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using snapshot::LogLinesRow;

std::vector<std::string> messages_of(const Analysis& analysis) {
    return column_of(analysis, snapshot::kLogLines, &LogLinesRow::message);
}
std::vector<std::string> times_of(const Analysis& analysis) {
    std::vector<std::string> times;
    for (const auto& each : analysis.rows(snapshot::kLogLines)) {
        times.push_back(each.row.time_utc.value_or("NULL"));
    }
    return times;
}

TEST_CASE("a klog line becomes a row with its component, year and code", "[analyzers][logs]") {
    const auto [row, place] =
        only_row(analyzed(&analyze_log, R"(C:\k\kubeproxy.err.log)",
                          "E0131 10:11:12.345678    5532 proxier.go:998] Source Vip endpoint creation failed: "
                          "hcnCreateEndpoint failed in Win32: x (0x803b002f)\r\n"),
                 snapshot::kLogLines);
    CHECK(place == "line:1");
    CHECK(row.component == "kube-proxy");
    CHECK(row.time_utc == "2024-01-31T10:11:12.345678");
    CHECK(row.time_is_local == true);
    CHECK(row.severity == "error");
    CHECK(row.source_file == "proxier.go");
    CHECK(row.source_line == 998);
    CHECK(row.process_id == 5532);
    CHECK(row.code == "0x803b002f");
}

TEST_CASE("the year is the last one in which the day is not in the future", "[analyzers][logs]") {
    const std::string text = "I1231 23:59:59.000000       1 a.go:1] old\nI0101 00:00:01.000000       1 a.go:1] new\n";
    CHECK(times_of(analyzed(&analyze_log, "kubelet.log", text, "2024-01-01T08:00:00Z")) ==
          std::vector<std::string>{"2023-12-31T23:59:59.000000", "2024-01-01T00:00:01.000000"});
    CHECK(times_of(analyzed(&analyze_log, "kubelet.log", text, "")) == std::vector<std::string>{"NULL", "NULL"});
}

TEST_CASE("klog's heading tells the year in which the file begins", "[analyzers][logs]") {
    const auto analysis =
        analyzed(&analyze_log, "kubelet.exe.INFO",
                 "Log file created at: 2022/12/31 10:11:12\nRunning on machine: WIN-A\n"
                 "I1231 10:11:12.000000       1 a.go:1] first\nI0102 10:11:12.000000       1 a.go:1] later\n");
    CHECK(times_of(analysis)[2] == "2022-12-31T10:11:12.000000");
    CHECK(times_of(analysis)[3] == "2023-01-02T10:11:12.000000");
}

TEST_CASE("the names of rotated files tell the year too", "[analyzers][logs]") {
    const std::string line = "I1231 10:11:12.000000       1 a.go:1] x\n";
    CHECK(times_of(analyzed(&analyze_log, "kubelet.exe.W.S.log.INFO.20211230-101112.77", line)) ==
          std::vector<std::string>{"2021-12-31T10:11:12.000000"});
    CHECK(times_of(analyzed(&analyze_log, R"(C:\k\kubelet-20220103T101112.345.err.log)", line)) ==
          std::vector<std::string>{"2021-12-31T10:11:12.000000"});
}

TEST_CASE("a pod's line has the time of its runtime, which knows its zone", "[analyzers][logs]") {
    const auto row =
        only_row(analyzed(&analyze_log, "/var/log/pods/ns_kube-proxy-windows-x_1/kube-proxy/0.log",
                          "2024-01-31T08:11:12.345678901Z stderr F W0131 10:11:12.345678       1 proxier.go:1] y\n"),
                 snapshot::kLogLines)
            .row;
    CHECK(row.time_utc == "2024-01-31T08:11:12.345678Z");
    CHECK(row.time_is_local == false);
    CHECK(row.severity == "warning");
    CHECK(row.message == "y");
}

TEST_CASE("pieces of a pod's line are put together per stream", "[analyzers][logs]") {
    const auto analysis = analyzed(&analyze_log, "x.log",
                                   "2024-01-31T08:11:12.1Z stdout P one \n2024-01-31T08:11:12.2Z stderr F error\n"
                                   "2024-01-31T08:11:12.3Z stdout F two\n2024-01-31T08:11:12.4Z stdout P unfinished\n");
    CHECK(messages_of(analysis) == std::vector<std::string>{"error", "one two", "unfinished"});
    CHECK(analysis.rows(snapshot::kLogLines)[1].place == "line:1");
}

TEST_CASE("stack traces and indented lines belong to the entry before", "[analyzers][logs]") {
    const auto analysis = analyzed(&analyze_log, "kubelet.log",
                                   "E0131 10:11:12.000000       1 runtime.go:79] Observed a panic: x\n"
                                   "goroutine 12 [running]:\nk8s.io/a/b.c(0xc0001)\n\t/go/src/a.go:12 +0x1d\n\n"
                                   "I0131 10:11:13.000000       1 a.go:1] next\n    more of it\n"
                                   "Flag --x has been deprecated\n"
                                   "panic: last\ngoroutine 1 [running]:\nmain.main()\n");
    CHECK(messages_of(analysis) ==
          std::vector<std::string>{
              "Observed a panic: x\ngoroutine 12 [running]:\nk8s.io/a/b.c(0xc0001)\n\t/go/src/a.go:12 +0x1d",
              "next\n    more of it", "Flag --x has been deprecated",
              "panic: last\ngoroutine 1 [running]:\nmain.main()"});
    CHECK(analysis.rows(snapshot::kLogLines)[0].place == "line:1-4");
    CHECK(analysis.rows(snapshot::kLogLines)[3].place == "line:9-11");
    CHECK(times_of(analysis)[2] == "2024-01-31T10:11:13.000000");
}

TEST_CASE("lines that a console wrapped are whole again", "[analyzers][logs]") {
    const std::string first = "I0131 10:11:12.000000    1 a.go:1] " + std::string(45, 'a');  // 80 wide
    REQUIRE(first.size() == 80);
    const std::string other = "I0131 10:11:13.000000    1 a.go:1] c\n";
    CHECK(messages_of(analyzed(&analyze_log, "kubelet.log", first + "\nbbb\n" + other)) ==
          std::vector<std::string>{std::string(45, 'a') + "bbb", "c"});
    const std::string full(80, 'b');
    CHECK(messages_of(analyzed(&analyze_log, "kubelet.log", other + first + "\n" + full + "\nd\n" + other)) ==
          std::vector<std::string>{"c", std::string(45, 'a') + full + "d", "c"});
}

TEST_CASE("lines that only happen to be the longest are not joined with the next", "[analyzers][logs]") {
    const std::string longest = "I0131 10:11:12.000000    1 a.go:1] " + std::string(45, 'a') + "\n";
    CHECK(messages_of(analyzed(&analyze_log, "kubelet.log", longest + longest + longest + "plain\n")).size() == 4);
    CHECK(messages_of(analyzed(&analyze_log, "kubelet.log", longest + "Flag --x has been deprecated\n")).size() == 2);
    CHECK(messages_of(analyzed(&analyze_log, "kubelet.log", std::string(80, 'x') + "\nplain\n")).size() == 2);
}

TEST_CASE("PowerShell's error records stay with the line that they are about", "[analyzers][logs]") {
    const auto analysis = analyzed(
        &analyze_log, "kubelet.log",
        "C:\\k\\kubelet.exe : I0131 10:11:12.345678    1234 server.go:408] Version: v1.14.0\n"
        "At C:\\k\\start-kubelet.ps1:6 char:1\n+ c:\\k\\kubelet.exe --v=6\n    + CategoryInfo : NotSpecified\n");
    CHECK(messages_of(analysis) ==
          std::vector<std::string>{"Version: v1.14.0\nAt C:\\k\\start-kubelet.ps1:6 char:1\n+ c:\\k\\kubelet.exe "
                                   "--v=6\n    + CategoryInfo : NotSpecified"});
}

TEST_CASE("flags and gates that components print are an outline of their tables, versions an answer",
          "[analyzers][logs]") {
    const auto analysis = analyzed(
        &analyze_log, "kube-proxy.log",
        "I0131 10:11:12.000000       1 flags.go:64] FLAG: --source-vip=\"10.244.2.2\"\n"
        "I0131 10:11:12.000000       1 flags.go:64] FLAG: --hostname-override=\"\"\n"
        "I0131 10:11:12.000000       1 feature_gate.go:243] feature gates: &{map[WinDSR:true WinOverlay:false]}\n"
        "I0131 10:11:12.000000       1 server.go:846] \"Version info\" version=\"v1.28.5\"\n"
        "I0131 10:12:12.000000       1 flags.go:64] FLAG: --source-vip=\"10.244.5.2\"\n");
    const auto flags = analysis.rows(snapshot::kComponentFlags);
    REQUIRE(flags.size() == 2);
    CHECK(flags[0].row.name == "hostname-override");
    CHECK(flags[0].row.value == "");
    CHECK(flags[1].row.value == "10.244.5.2");
    CHECK(flags[1].row.origin == "log");
    CHECK(flags[1].place == "line:5");
    CHECK(analysis.rows(snapshot::kFeatureGates)[1].row.gate == "WinOverlay");
    CHECK(analysis.rows(snapshot::kFeatureGates)[1].row.enabled == false);
    const auto version = only_row(analysis, snapshot::kComponentVersions).row;
    CHECK(version.component == "kube-proxy");
    CHECK(version.version == "v1.28.5");
    CHECK(analysis.coverage().at("component_versions").empty());
    CHECK_FALSE(analysis.coverage().contains("component_flags"));
    CHECK(analysis.outlines().contains("component_flags"));
    CHECK(analysis.outlines().contains("feature_gates"));
}

TEST_CASE("each component prints its version in its own way", "[analyzers][logs]") {
    const auto version_in = [](std::string path, std::string line) {
        const auto row =
            only_row(analyzed(&analyze_log, std::move(path), std::move(line)), snapshot::kComponentVersions).row;
        return row.component + " " + row.version;
    };
    CHECK(version_in("kubelet.log",
                     "I0201 08:52:11.318201    4120 server.go:467] \"Kubelet version\" kubeletVersion=\"v1.29.3\"\n") ==
          "kubelet v1.29.3");
    CHECK(version_in("kube-proxy.log", "I0201 08:52:11.318201    4120 server.go:650] Version: v1.20.4\n") ==
          "kube-proxy v1.20.4");
    CHECK(version_in("containerd.log",
                     "time=\"2024-01-31T10:11:12Z\" level=info msg=\"starting containerd\" "
                     "revision=7c3aca7a610df76212171d200ca3811ff6096eb8 version=v1.7.13\n") == "containerd v1.7.13");
    CHECK(version_in("azure-vnet.log", "2021/01/02 03:04:05 [12] [cni-net] Plugin azure-vnet version v1.4.54.\n") ==
          "azure-vnet v1.4.54");
    CHECK(version_in("flanneld.log", "I0201 08:52:11.318201    4120 main.go:1] Flanneld version: v0.22.1\n") ==
          "flanneld v0.22.1");
    CHECK(version_in(
              "rke2.log",
              "time=\"2024-01-31T10:11:12Z\" level=info msg=\"Starting rke2 agent v1.28.9+rke2r1 (07bf87f9)\"\n") ==
          "rke2 v1.28.9+rke2r1");
}

TEST_CASE("kubectl's dump names the containers", "[analyzers][logs]") {
    const auto analysis = analyzed(&analyze_log, "dump/kube-system/some-pod/logs.txt",
                                   "==== START logs for container kube-flannel of pod kube-system/p ====\nI0131 "
                                   "10:11:12.000000       1 a.go:1] x\n");
    CHECK(analysis.rows(snapshot::kLogLines)[1].row.component == "flanneld");
}

TEST_CASE("a log without a telling name is known by what logs there", "[analyzers][logs]") {
    CHECK(only_row(analyzed(&analyze_log, "log.txt", "I0131 10:11:12.000000       1 proxier.go:1] x\n"),
                   snapshot::kLogLines)
              .row.component == "kube-proxy");
    CHECK(only_row(analyzed(&analyze_log, "app.log", "hello\n"), snapshot::kLogLines).row.component == "app");
}

TEST_CASE("long messages are cut and noted once", "[analyzers][logs]") {
    const std::string line = "I0131 10:11:12.000000       1 a.go:1] " + std::string(10000, 'x') + "\n";
    const auto analysis = analyzed(&analyze_log, "kubelet.log", line + line);
    CHECK(messages_of(analysis)[0].size() == kLongestLogMessage + 3);
    CHECK(notes_of(analysis) == std::vector<std::string>{"truncated at line:1"});
    CHECK(analysis.coverage().at("log_lines").empty());
}

TEST_CASE("a log without end is read up to a limit", "[analyzers][logs]") {
    std::string text;
    for (std::size_t i = 0; i <= kMostLogEntries; ++i) {
        text += "x\n";
    }
    const auto analysis = analyzed(&analyze_log, "kubelet.log", text);
    CHECK(analysis.rows(snapshot::kLogLines).size() == kMostLogEntries);
    CHECK_FALSE(analysis.coverage().at("log_lines").empty());
}

TEST_CASE("an empty log is an answer", "[analyzers][logs]") {
    const auto analysis = analyzed(&analyze_log, "kubelet.log", "");
    CHECK(analysis.rows(snapshot::kLogLines).empty());
    CHECK(analysis.coverage().at("log_lines").empty());
}

TEST_CASE("the journal's entries are read in their programs' formats", "[analyzers][logs]") {
    const auto analysis = analyzed(
        &analyze_journal, "journal/kubelet.json",
        R"({"__REALTIME_TIMESTAMP":"1706695872345678","_SYSTEMD_UNIT":"kubelet.service","SYSLOG_IDENTIFIER":"kubelet","PRIORITY":"6","_PID":"812","MESSAGE":"E0131 10:11:12.345678     812 kubelet.go:2] \"x\" err=\"y\""})"
        "\n"
        R"({"__REALTIME_TIMESTAMP":"1706695873000000","_TRANSPORT":"kernel","PRIORITY":"4","MESSAGE":[118,120,108,97,110]})"
        "\n"
        R"({"__REALTIME_TIMESTAMP":"1706695874000000","_SYSTEMD_UNIT":["cron.service","x"],"MESSAGE":null})"
        "\n"
        R"({"__REALTIME_TIMESTAMP":"170669587)");
    const auto rows = analysis.rows(snapshot::kLogLines);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].row.component == "kubelet");
    CHECK(rows[0].row.severity == "error");
    CHECK(rows[0].row.source_file == "kubelet.go");
    CHECK(rows[0].row.message == R"("x" err="y")");
    CHECK(rows[0].row.time_utc == "2024-01-31T10:11:12.345678Z");
    CHECK(rows[0].row.time_is_local == false);
    CHECK(rows[0].row.process_id == 812);
    CHECK(rows[1].row.component == "kernel");
    CHECK(rows[1].row.severity == "warning");
    CHECK(rows[1].row.message == "vxlan");
    CHECK(rows[2].row.component == "cron");
    CHECK(rows[2].row.message.empty());
    CHECK(rows[2].place == "line:3");
    CHECK(notes_of(analysis) == std::vector<std::string>{"truncated at line:4"});
}

}  // namespace
}  // namespace kwd::analyzers
