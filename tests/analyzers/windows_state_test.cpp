// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_state.h"

#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

TEST_CASE("services tell what they start themselves and what NSSM starts for them, as an outline",
          "[analyzers][windows]") {
    const auto analysis = analyzed(&analyze_windows_state, "services.json",
                                   R"({"services":[
  {"name":"kubelet","state":"running","start_type":"delayed-auto","process_id":812,"binary_path":"C:\\k\\nssm.exe","type":"service",
   "nssm":{"application":"C:\\k\\kubelet.exe","arguments":["C:\\k\\kubelet.exe","--node-ip=10.0.0.4","--feature-gates=WinDSR=true"]}},
  {"name":"kubeproxy","state":"running","binary_path":"C:\\k\\kube-proxy.exe --windows-service --proxy-mode=kernelspace",
   "nssm":{"arguments":"no list"}},
  {"name":"flanneld","state":"running","nssm":{"arguments":["powershell.exe","-File","C:\\k\\start-flannel.ps1"]}},
  {"state":"running"}],"absent_services":["hns"]})");
    CHECK(analysis.rows(snapshot::kServices).size() == 3);
    CHECK(analysis.rows(snapshot::kServices)[0].row.start_type == "delayed-auto");
    CHECK(column_of(analysis, snapshot::kComponentFlags, &snapshot::ComponentFlagsRow::name) ==
          std::vector<std::string>{"node-ip", "feature-gates", "windows-service", "proxy-mode"});
    CHECK(analysis.rows(snapshot::kComponentFlags)[0].row.component == "kubelet");
    CHECK(analysis.rows(snapshot::kComponentFlags)[0].row.origin == "service");
    CHECK(only_row(analysis, snapshot::kFeatureGates).row.gate == "WinDSR");
    CHECK(analysis.coverage().at("services").empty());
    CHECK_FALSE(analysis.coverage().contains("component_flags"));
    CHECK_FALSE(analysis.coverage().contains("processes"));
}

TEST_CASE("processes of Windows tell the flags of the components among them", "[analyzers][windows]") {
    const auto analysis = analyzed(&analyze_windows_state, "processes.json",
                                   R"({"processes":[
  {"process_id":812,"parent_id":600,"name":"kubelet","arguments":["C:\\k\\kubelet.exe","--v=2"],"thread_count":19},
  {"process_id":4,"name":"system","thread_count":180}]})");
    CHECK(analysis.rows(snapshot::kProcesses).size() == 2);
    CHECK(only_row(analysis, snapshot::kComponentFlags).row.origin == "process");
    CHECK(analysis.coverage().at("component_flags").empty());
    CHECK(analysis.coverage().at("feature_gates").empty());
}

TEST_CASE("a component whose command line was not to be read may have any flag", "[analyzers][windows]") {
    const auto analysis =
        analyzed(&analyze_windows_state, "processes.json",
                 R"({"processes":[{"process_id":812,"name":"kube-proxy"},{"process_id":4,"name":"system"}]})");
    CHECK(analysis.coverage().at("processes").empty());
    CHECK(analysis.coverage().at("component_flags") == "the command line of kube-proxy was not to be read");
    CHECK(analysis.coverage().at("feature_gates") == "the command line of kube-proxy was not to be read");
}

TEST_CASE("connections that were left out make the sockets incomplete", "[analyzers][windows]") {
    const auto analysis = analyzed(
        &analyze_windows_state, "sockets.json",
        R"({"sockets":[{"protocol":"tcp","local_address":"0.0.0.0","local_port":10250,"state":"listen","family":4}],"counts":[],"left_out":7})");
    CHECK(only_row(analysis, snapshot::kSockets).row.local_port == 10250);
    CHECK(analysis.coverage().at("sockets") == "7 connected sockets were left out");
}

}  // namespace
}  // namespace kwd::analyzers
