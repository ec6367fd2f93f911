// SPDX-License-Identifier: Apache-2.0
#include "analyzers/linux_system.h"

#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

TEST_CASE("the machine and what its kernel has", "[analyzers][linux]") {
    const auto analysis = analyzed(
        &analyze_linux_system, "system.json",
        R"({"system":{"os_family":"linux","host_name":"node-1","os_name":"Ubuntu 22.04.4 LTS","os_version":"22.04",
  "kernel":"5.15.0-105-generic","uptime_seconds":86412.37,"clock_source":"chrony 10.0.0.1","clock_offset_ms":-0.412,
  "clock_synchronized":true,"vendor":"VMware, Inc.","time_zone":"Etc/UTC","swap_bytes":2147479552},
  "features":[{"name":"br_netfilter","state":"loaded","built_in":false},{"name":"wireguard","state":"absent"}]})");
    const auto [system, place] = only_row(analysis, snapshot::kSystem);
    CHECK(place == "/system");
    CHECK(system.os_family == "linux");
    CHECK(system.kernel == "5.15.0-105-generic");
    CHECK(system.uptime_seconds == 86412.37);
    CHECK(system.clock_offset_ms == -0.412);
    CHECK(system.clock_synchronized == true);
    CHECK(system.swap_bytes == 2147479552);
    CHECK_FALSE(system.build.has_value());
    CHECK(analysis.rows(snapshot::kFeatures)[1].row.state == "absent");
}

TEST_CASE("a setting that the kernel lacks has no value", "[analyzers][linux]") {
    const auto rows =
        analyzed(
            &analyze_linux_sysctl, "sysctl.json",
            R"({"sysctl":[{"name":"net.ipv4.ip_forward","value":"1"},{"name":"net.bridge.bridge-nf-call-iptables","value":null}]})")
            .rows(snapshot::kSysctl);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].row.value == "1");
    CHECK_FALSE(rows[1].row.value.has_value());
}

TEST_CASE("the range of local ports is that of both protocols and families", "[analyzers][linux]") {
    const auto with_range = [](const char* value) {
        return analyzed(
            &analyze_linux_sysctl, "sysctl.json",
            std::string(R"({"sysctl":[{"name":"net.ipv4.ip_local_port_range","value":")") + value + "\"}]}");
    };
    const auto analysis = with_range("32768\\t60999");
    const auto rows = analysis.rows(snapshot::kPortRanges);
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].row.protocol == "tcp");
    CHECK(rows[0].row.kind == "dynamic");
    CHECK(rows[0].row.first_port == 32768);
    CHECK(rows[3].row.protocol == "udp");
    CHECK(rows[3].row.family == 6);
    CHECK(rows[3].row.last_port == 60999);
    CHECK(with_range("32768").rows(snapshot::kPortRanges).empty());
    CHECK(with_range("a b").rows(snapshot::kPortRanges).empty());
}

TEST_CASE("sockets, and that some were left out", "[analyzers][linux]") {
    const auto analysis = analyzed(
        &analyze_linux_sockets, "sockets.json",
        R"({"sockets":[{"protocol":"tcp","family":4,"local_address":"0.0.0.0","local_port":10250,"state":"listen","process_id":812,"process_name":"kubelet"}],
  "counts":[],"left_out":3})");
    const auto socket = only_row(analysis, snapshot::kSockets).row;
    CHECK(socket.local_port == 10250);
    CHECK(socket.process_name == "kubelet");
    CHECK_FALSE(socket.remote_address.has_value());
    CHECK(analysis.coverage().at("sockets") == "3 connected sockets were left out");
}

TEST_CASE("processes tell the flags of the components among them", "[analyzers][linux]") {
    const auto analysis = analyzed(
        &analyze_linux_processes, "processes.json",
        R"({"processes":[{"process_id":812,"parent_id":1,"name":"kubelet","command_line":"/usr/bin/kubelet --v=2 --node-ip=10.0.0.4",
  "arguments":["/usr/bin/kubelet","--v=2","--node-ip","10.0.0.4","--feature-gates=A=true"],"thread_count":19,"started_at_utc":"2024-05-01T06:01:02Z"},
  {"process_id":900,"name":"bash","arguments":["bash","-c","kubelet --v=9"]}],
  "environment":[{"scope":"flanneld","process_id":2210,"name":"NODE_NAME","value":"node-1"}]})");
    CHECK(analysis.rows(snapshot::kProcesses).size() == 2);
    CHECK(analysis.rows(snapshot::kProcesses)[0].row.thread_count == 19);
    CHECK(column_of(analysis, snapshot::kComponentFlags, &snapshot::ComponentFlagsRow::name) ==
          std::vector<std::string>{"v", "node-ip", "feature-gates"});
    CHECK(analysis.rows(snapshot::kComponentFlags)[1].row.value == "10.0.0.4");
    CHECK(analysis.rows(snapshot::kComponentFlags)[1].row.origin == "process");
    CHECK(only_row(analysis, snapshot::kFeatureGates).row.gate == "A");
    CHECK(only_row(analysis, snapshot::kEnvironment).row.value == "node-1");
}

TEST_CASE("a list of processes without components still answers for their flags", "[analyzers][linux]") {
    const auto analysis = analyzed(&analyze_linux_processes, "processes.json", R"({"processes":[]})");
    CHECK(analysis.coverage().at("component_flags").empty());
    CHECK_FALSE(analysis.coverage().contains("environment"));
}

TEST_CASE("services that exist, with an outline of the flags in them", "[analyzers][linux]") {
    const auto analysis =
        analyzed(&analyze_linux_services, "services.json",
                 R"({"services":[{"name":"kubelet.service","state":"running","start_type":"auto","process_id":812,
  "binary_path":"/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS --v=2","dependencies":"containerd.service","exit_code":0,"load_state":"loaded"},
  {"name":"kube-proxy.service","load_state":"not-found"}]})");
    const auto service = only_row(analysis, snapshot::kServices).row;
    CHECK(service.name == "kubelet.service");
    CHECK(service.state == "running");
    CHECK(only_row(analysis, snapshot::kComponentFlags).row.origin == "service");
    CHECK_FALSE(analysis.coverage().contains("component_flags"));
}

}  // namespace
}  // namespace kwd::analyzers
