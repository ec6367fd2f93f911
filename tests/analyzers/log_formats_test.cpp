// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log_formats.h"

#include "analyzers/error_code.h"
#include "analyzers/log_component.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

std::string time_of_line(std::string_view line) {
    const auto entry = read_log_line(line);
    return entry && entry->time ? iso_text(*entry->time).value_or("no year") : "no time";
}

TEST_CASE("klog's header is taken apart", "[analyzers][logs]") {
    const auto entry =
        read_log_line("E0131 10:11:12.345678    1234 proxier.go:333] Policy creation failed: (0x803b0013)");
    REQUIRE(entry);
    CHECK(entry->severity == "error");
    CHECK(entry->process_id == 1234);
    CHECK(entry->source_file == "proxier.go");
    CHECK(entry->source_line == 333);
    CHECK(entry->message == "Policy creation failed: (0x803b0013)");
    CHECK(entry->time->year == 0);
    CHECK(entry->time->month == 1);
    CHECK(entry->time->day == 31);
    CHECK(entry->time->microsecond == 345678);
}

TEST_CASE("what only resembles klog is not klog", "[analyzers][logs]") {
    CHECK_FALSE(read_klog_line("I0131 10:11:12.345678"));
    CHECK_FALSE(read_klog_line("I1331 10:11:12.345678    1234 proxier.go:333] x"));
    CHECK_FALSE(read_klog_line("I0131 10:61:12.345678    1234 proxier.go:333] x"));
    CHECK_FALSE(read_klog_line("I0131 10:11:12.345678    abcd proxier.go:333] x"));
    CHECK_FALSE(read_klog_line("I0131 10:11:12.345678    1234 proxier.go:333 x without bracket"));
    CHECK_FALSE(read_klog_line("I0131 10:11:12.345678    1234 ] nothing between"));
}

TEST_CASE("klog's JSON has milliseconds and no level", "[analyzers][logs]") {
    const auto info = read_log_line(
        R"({"ts":1700000000000.123,"caller":"proxier.go:765","msg":"Hns Network loaded","hnsNetworkName":"cbr0","v":1})");
    REQUIRE(info);
    CHECK(iso_text(*info->time) == "2023-11-14T22:13:20.000123Z");
    CHECK(info->severity == "info");
    CHECK(info->source_file == "proxier.go");
    CHECK(info->source_line == 765);
    CHECK(info->message == R"(Hns Network loaded hnsNetworkName="cbr0" v=1)");

    const auto error = read_log_line(
        R"({"ts":1700000000000,"caller":"proxier.go:9","msg":"Policy creation failed","err":"hcnCreate"})");
    REQUIRE(error);
    CHECK(error->severity == "error");
}

TEST_CASE("zap's JSON as azure-vnet writes it", "[analyzers][logs]") {
    const auto entry = read_log_line(
        R"({"level":"error","ts":"2024-01-31T10:11:12.345Z","caller":"network/network.go:57","msg":"Failed to create endpoint","pid":4711,"component":"cni"})");
    REQUIRE(entry);
    CHECK(iso_text(*entry->time) == "2024-01-31T10:11:12.345000Z");
    CHECK(entry->severity == "error");
    CHECK(entry->process_id == 4711);
    CHECK(entry->source_file == "network/network.go");
    CHECK(entry->message == R"(Failed to create endpoint component="cni")");
}

TEST_CASE("JSON that is no log line is left alone", "[analyzers][logs]") {
    CHECK_FALSE(read_log_line(R"({"Network":"10.244.0.0/16"})"));
    CHECK_FALSE(read_log_line("{broken"));
    CHECK_FALSE(read_log_line("{}"));
}

TEST_CASE("logrus and its fields", "[analyzers][logs]") {
    const auto entry = read_log_line(
        R"x(time="2024-01-31T10:11:12.345678900Z" level=error msg="RunPodSandbox for \"web\" failed" error="rpc: (0x490)" pod=web)x");
    REQUIRE(entry);
    CHECK(iso_text(*entry->time) == "2024-01-31T10:11:12.345678Z");
    CHECK(entry->severity == "error");
    CHECK(entry->message == R"x(RunPodSandbox for "web" failed error="rpc: (0x490)" pod=web)x");

    const auto other = read_log_line(R"(level=info ts=2024-01-31T10:11:12+02:00 caller=main.go:1 msg="cut off)");
    REQUIRE(other);
    CHECK(iso_text(*other->time) == "2024-01-31T08:11:12.000000Z");
    CHECK(other->message == "\"cut off caller=main.go:1");
}

TEST_CASE("azure-vnet's text, Calico's and zap's lines behind their times", "[analyzers][logs]") {
    const auto azure = read_log_line("2021/01/02 03:04:05 [1234] [cni-net] Plugin azure-vnet version v1.4.0.");
    REQUIRE(azure);
    CHECK(azure->process_id == 1234);
    CHECK(azure->message == "[cni-net] Plugin azure-vnet version v1.4.0.");
    CHECK(azure->severity.empty());
    CHECK_FALSE(azure->time->offset_minutes.has_value());

    const auto felix = read_log_line(
        R"(2024-01-31 10:11:12.345 [WARNING][1234] felix/win_dataplane.go 344: Failed to apply rules err="x")");
    REQUIRE(felix);
    CHECK(felix->severity == "warning");
    CHECK(felix->process_id == 1234);
    CHECK(felix->source_file == "felix/win_dataplane.go");
    CHECK(felix->source_line == 344);
    CHECK(felix->message == R"(Failed to apply rules err="x")");

    const auto zap = read_log_line("2024-01-31T10:11:12.345+0100\tINFO\tcontroller/x.go:12\tstarted");
    REQUIRE(zap);
    CHECK(zap->severity == "info");
    CHECK(zap->source_file == "controller/x.go");
    CHECK(zap->message == "started");

    CHECK(time_of_line("2024-01-31T10:11:12.345+0100\tINFO\tx") == "2024-01-31T09:11:12.345000Z");
    CHECK(time_of_line("2024-01-31 10:11:12,345 - ERROR - x") == "2024-01-31T10:11:12.345000");
    CHECK(time_of_line("[2024-01-31T10:11:12Z] x") == "2024-01-31T10:11:12.000000Z");
    CHECK(read_log_line("2024-01-31 10:11:12, Info                  CBS    x")->severity == "info");
}

TEST_CASE("a level without a time", "[analyzers][logs]") {
    CHECK(read_log_line("[ERROR] plugin/errors: 2 example.com. A: read udp")->severity == "error");
    CHECK(read_log_line("WARNING: no network")->message == "no network");
    CHECK_FALSE(read_log_line("Error: failed to run Kubelet"));
    CHECK_FALSE(read_log_line("[plain] text"));
}

TEST_CASE("what runtimes and syslog put before a line is taken away", "[analyzers][logs]") {
    const auto cri =
        unwrap_log_line("2024-01-31T10:11:12.345678901Z stderr F E0131 10:11:12.345678       1 main.go:1] x");
    REQUIRE(cri);
    CHECK(cri->inner == "E0131 10:11:12.345678       1 main.go:1] x");
    CHECK(cri->error_stream);
    CHECK_FALSE(cri->partial);

    const auto partial = unwrap_log_line("2024-01-31T10:11:12.3Z stdout P first half");
    REQUIRE(partial);
    CHECK(partial->partial);
    CHECK(partial->inner == "first half");

    const auto docker =
        unwrap_log_line(R"({"log":"I0131 text\n","stream":"stdout","time":"2024-01-31T10:11:12.345Z"})");
    REQUIRE(docker);
    CHECK(docker->inner == "I0131 text");
    CHECK(iso_text(*docker->time) == "2024-01-31T10:11:12.345000Z");

    const auto syslog =
        unwrap_log_line("Feb  4 17:38:21 node1 containerd[1439]: time=\"2023-02-14T17:38:19Z\" level=info msg=x");
    REQUIRE(syslog);
    CHECK(syslog->component == "containerd");
    CHECK(syslog->process_id == 1439);
    CHECK(syslog->time->month == 2);
    CHECK(syslog->time->day == 4);

    CHECK(unwrap_log_line("2024-05-01T06:00:11.1+00:00 node1 kubelet[812]: text")->component == "kubelet");
    CHECK_FALSE(unwrap_log_line("2024-05-01T06:00:11Z some words: text"));
    CHECK_FALSE(unwrap_log_line("Starting: text"));
}

TEST_CASE("the first error code of a message", "[analyzers][logs]") {
    CHECK(first_error_code("hcnCreateEndpoint failed in Win32: The IP address is either invalid (0x803B002F)") ==
          "0x803b002f");
    CHECK(first_error_code("hnsCall failed in Win32: Element not found. (0x490)") == "0x490");
    CHECK(first_error_code("HNS failed with error : 0x00000057") == "0x57");
    CHECK(first_error_code(R"({"Success":false,"Error":"x","ErrorCode":2151350299})") == "0x803b001b");
    CHECK(first_error_code(R"(err="{\"ErrorCode\":2151350291}")") == "0x803b0013");
    CHECK(first_error_code("HResult: -2143617023") == "0x803b0001");
    CHECK(first_error_code("exit status 0xc0000409") == "0xc0000409");
    CHECK(first_error_code("first (0x490) then (0x803b0013)") == "0x490");

    CHECK_FALSE(first_error_code("no code at all"));
    CHECK_FALSE(first_error_code("success (0x0)"));
    CHECK_FALSE(first_error_code("IP:0xaf40000, PrefixLen:0x18"));
    CHECK_FALSE(first_error_code("pointer 0xc000123456"));
    CHECK_FALSE(first_error_code("panic\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/x.go:1 +0x1d (0x490)"));
    CHECK_FALSE(first_error_code("ErrorCode:0"));
}

TEST_CASE("the path says whose log it is", "[analyzers][logs]") {
    CHECK(component_of_log(R"(C:\k\kubelet.err.log)") == "kubelet");
    CHECK(component_of_log(R"(C:\k\kubeproxy.log)") == "kube-proxy");
    CHECK(component_of_log("kube-proxy.exe.WIN-A.SYSTEM.log.INFO.20240131-101112.1234") == "kube-proxy");
    CHECK(component_of_log("azure-vnet-ipam.log") == "azure-vnet-ipam");
    CHECK(component_of_log(R"(C:\CalicoWindows\logs\calico-felix.err.log)") == "calico");
    CHECK(component_of_log("/var/log/pods/kube-flannel_kube-flannel-ds-abc_1234-5678/kube-flannel/0.log") ==
          "flanneld");
    CHECK(component_of_log("/var/log/pods/calico-system_calico-node-windows-x_12/node/3.log") == "calico");
    CHECK(component_of_log("/var/log/containers/kube-proxy-windows-x_kube-system_kube-proxy-0123.log") == "kube-proxy");
    CHECK(component_of_log("cluster-dump/kube-system/coredns-5d78c9869d-abcde/logs.txt") == "coredns");
    CHECK(component_of_log("/var/log/kern.log") == "kernel");
    CHECK(component_of_log("/var/log/something.log").empty());
    CHECK(log_name("/var/log/something.err.log") == "something");
    CHECK(log_name("default/web-1/logs.txt") == "web-1");
}

TEST_CASE("kubectl logs puts a time or the pod before a line", "[analyzers][logs]") {
    const auto timed =
        unwrap_log_line("2024-01-31T10:11:13.345678900Z E0131 18:11:13.345678    4321 proxier.go:710] x");
    REQUIRE(timed);
    CHECK(timed->inner == "E0131 18:11:13.345678    4321 proxier.go:710] x");
    CHECK(iso_text(*timed->time) == "2024-01-31T10:11:13.345678Z");

    const auto named =
        unwrap_log_line("[pod/kube-proxy-windows-9tjxq/kube-proxy] E0131 18:11:13.345678 1 proxier.go:7] x");
    REQUIRE(named);
    CHECK(named->inner == "E0131 18:11:13.345678 1 proxier.go:7] x");
    CHECK(named->component == "kube-proxy");

    CHECK_FALSE(unwrap_log_line("2024-01-31T10:11:13Z a message of its own"));
    CHECK_FALSE(unwrap_log_line("[pod/no end"));
    CHECK_FALSE(unwrap_log_line("[pod/x] y"));
}

TEST_CASE("the folder of a source file does not hide its component", "[analyzers][logs]") {
    CHECK(component_of_source("winkernel/proxier.go") == "kube-proxy");
    CHECK(component_of_source("kubelet/kubelet.go") == "kubelet");
    CHECK(component_of_source("proxier") == "");
}

}  // namespace
}  // namespace kwd::analyzers
