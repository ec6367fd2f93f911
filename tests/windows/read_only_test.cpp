// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/live.h"
#include "tests/collectors/meddling.h"
#include "tests/support/differences.h"
#include "tests/windows/collected.h"
#include "tests/windows/node_state.h"
#include "tests/windows/vxlan_sender.h"
#include "tests/windows/whole_node.h"

#include <windows.h>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using namespace kwd::test;
using namespace std::chrono_literals;

namespace {

// What is different after this collector was run, and what the doubles were asked to change. `state` becomes what it is
// now.
std::vector<std::string> changed_by(const Collector& collector, const Node& node, std::vector<std::string>& state,
                                    const std::string& interface_name = {}) {
    CollectOptions options;
    options.packet_seconds = 1s;
    options.packet_interfaces = {interface_name};
    (void)collect(std::span(&collector, 1), options);
    std::vector<std::string> now = describe_node();
    std::vector<std::string> changed = differences(state, now);
    state = std::move(now);
    for (const std::string& call : node.calls()) {
        if (call.starts_with("CHANGED")) {
            changed.push_back(call);
        }
    }
    return changed;
}

void tidy_up_after_meddling() {
    std::error_code ignored;
    std::filesystem::remove(std::filesystem::temp_directory_path() / "kwdiag-left-this", ignored);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\kwdiag-was-here");
    SC_HANDLE manager = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = OpenServiceW(manager, L"kwdiag-was-here", SERVICE_ALL_ACCESS);
    DeleteService(service);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

}  // namespace

TEST_CASE("no collector changes the node that it asks", "[windows][read-only]") {
    const WholeNode node;
    CollectOptions options;
    options.packet_seconds = 0s;
    (void)collect(options);  // so that Wine has started what it starts when first asked
    std::vector<std::string> state = describe_node();
    for (const Collector& each : all_collectors()) {
        CAPTURE(each.name);
        CHECK(changed_by(each, node, state, "lo") == std::vector<std::string>{});
    }
    for (const char* called : {"HcnEnumerateNetworks", "HNSCall", "vfpctrl", "EvtQuery", "kubectl",
                               "netsh interface ipv4 show", "w32tm /query"}) {
        CAPTURE(called);
        CHECK(was_called(node, called));
    }
}

TEST_CASE("a node whose packets were captured by pktmon is as it was", "[windows][read-only]") {
    const Node node;
    node.install_pktmon();
    node.serve("pktmon\\capture.pcapng", seen_by_pktmon(4097));
    node.serve("pktmon\\components.json", "[]");
    const auto capture = std::ranges::find(all_collectors(), "packets", &Collector::name);
    REQUIRE(capture != all_collectors().end());
    std::vector<std::string> state = describe_node();
    CHECK(changed_by(*capture, node, state) == std::vector<std::string>{});
    CHECK(was_called(node, "pktmon start --capture"));
}

TEST_CASE("a collector that changes anything would be noticed", "[windows][read-only]") {
    tidy_up_after_meddling();  // a run that was broken off
    for (const Collector& each : meddling_collectors()) {
        const Node node;
        CAPTURE(each.name);
        std::vector<std::string> state = describe_node();
        CHECK_FALSE(changed_by(each, node, state).empty());
    }
    tidy_up_after_meddling();
}
