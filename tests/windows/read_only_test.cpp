// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/live.h"
#include "tests/collectors/meddling.h"
#include "tests/support/differences.h"
#include "tests/windows/node.h"
#include "tests/windows/node_state.h"

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
std::vector<std::string> changed_by(const Collector& collector, const Node& node, std::vector<std::string>& state) {
    CollectOptions options;
    options.packet_seconds = 1s;
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
    const Node node;
    node.serve_fixture("hns\\networks.json", "hns/flannel-vxlan-network-v2.json");
    node.serve_fixture("hns\\endpoints.json", "hns/flannel-vxlan-endpoints-v2.json");
    CollectOptions options;
    options.packet_seconds = 0s;
    (void)collect(options);  // so that Wine has started what it starts when first asked
    std::vector<std::string> state = describe_node();
    for (const Collector& each : all_collectors()) {
        CAPTURE(each.name);
        CHECK(changed_by(each, node, state) == std::vector<std::string>{});
    }
    CHECK_FALSE(node.calls().empty());
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
