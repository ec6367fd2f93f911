// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/live.h"
#include "tests/collectors/made_node.h"
#include "tests/collectors/meddling.h"
#include "tests/collectors/network_namespace.h"
#include "tests/support/differences.h"
#include "tests/support/temporary_folder.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using namespace kwd::test;
using namespace std::chrono_literals;

namespace {

// A variable of this process and of what it starts, put back when the test ends.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* was = std::getenv(name)) {
            before_ = was;
        }
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() { before_.empty() ? ::unsetenv(name_) : ::setenv(name_, before_.c_str(), 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::string before_;
};

// The node that a test made: its network, its files, and folders of its own for what programs write beside their work.
class WatchedNode {
  public:
    WatchedNode() : home_("HOME", own_.path().string()), temporary_("TMPDIR", own_.path().string()) {
        configure_node();
        make_node(root_.path());
        options_.root = root_.path().string();
        options_.packet_seconds = 1s;
        options_.packet_interfaces = {"lo"};
    }

    /// What is different after this collector was run.
    [[nodiscard]] std::vector<std::string> changed_by(const Collector& collector) const {
        const auto before = describe();
        (void)collect(std::span(&collector, 1), options_);
        return differences(before, describe());
    }

  private:
    [[nodiscard]] std::vector<std::string> describe() const {
        std::vector<std::string> lines = describe_network();
        for (const auto& more : {describe_files(root_.path()), describe_files(own_.path()), describe_files("/etc"),
                                 describe_processes()}) {
            lines.insert(lines.end(), more.begin(), more.end());
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    }

    TemporaryFolder root_;
    TemporaryFolder own_;
    Variable home_;
    Variable temporary_;
    CollectOptions options_;
};

void end_process_of(const std::vector<std::string>& changed) {
    for (const std::string& line : changed) {
        if (const int process = std::atoi(line.c_str()); process > 1) {
            (void)::kill(process, SIGKILL);
        }
    }
}

}  // namespace

TEST_CASE("no collector changes the node that it asks", "[collectors][live][read-only]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    const WatchedNode node;
    for (const Collector& each : all_collectors()) {
        CAPTURE(each.name);
        CHECK(node.changed_by(each) == std::vector<std::string>{});
    }
}

TEST_CASE("a collector that changes anything would be noticed", "[collectors][live][read-only]") {
    const NetworkNamespace inside;
    if (!inside.entered()) {
        SKIP("it takes root");
    }
    const WatchedNode node;
    for (const Collector& each : meddling_collectors()) {
        CAPTURE(each.name);
        const auto changed = node.changed_by(each);
        CHECK_FALSE(changed.empty());
        if (each.name == "leaves-a-process") {
            end_process_of(changed);
        }
    }
}
