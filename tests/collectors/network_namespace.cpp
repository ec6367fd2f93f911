// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/network_namespace.h"

#include "collectors/platform/tool.h"

#include <fcntl.h>
#include <sched.h>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace kwd::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::vector<std::string> words(const std::string& command) {
    std::istringstream in(command);
    return {std::istream_iterator<std::string>(in), {}};
}

std::string read_setting(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string text;
    for (std::string line; std::getline(file, line);) {  // some give an error instead of a text
        text += line + "\n";
    }
    return text;
}

// Timers of bridges run on, whoever looks.
void without_timers(json& value) {
    if (value.is_object()) {
        for (auto member = value.begin(); member != value.end();) {
            member = member.key().ends_with("_timer") ? value.erase(member) : std::next(member);
        }
    }
    if (value.is_structured()) {
        for (json& each : value) {
            without_timers(each);
        }
    }
}

}  // namespace

NetworkNamespace::NetworkNamespace() : outside_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    entered_ = outside_ && ::unshare(CLONE_NEWNET) == 0;
}

NetworkNamespace::~NetworkNamespace() {
    if (entered_) {
        (void)::setns(outside_.get(), CLONE_NEWNET);
    }
}

std::string run_commands(const std::vector<std::string>& commands) {
    std::string output;
    for (const std::string& command : commands) {
        const auto answer = collectors::ask_tool(words(command), std::chrono::steady_clock::now() + 30s, 16 << 20);
        INFO((answer ? command : answer.error().text()));
        REQUIRE(answer);
        output = *answer;
    }
    return output;
}

void write_sysctl(const std::string& path, const std::string& value) {
    std::ofstream file("/proc/sys/" + path);
    file << value << std::flush;
    INFO(path);
    REQUIRE(file.good());
}

std::vector<std::string> describe_network() {
    std::vector<std::string> lines;
    for (const char* command :
         {"ip -j -d link", "ip -j addr", "ip -4 -j -d route show table all", "ip -6 -j -d route show table all",
          "ip -4 -j rule", "ip -6 -j rule", "ip -j neigh", "bridge -j fdb", "nft -j list ruleset"}) {
        json answer = json::parse(run_commands({command}));
        without_timers(answer);
        for (const json& each : answer.is_object() ? answer["nftables"] : answer) {
            lines.push_back(std::string(command) + ": " + each.dump());
        }
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator("/proc/sys/net")) {
        if (entry.is_regular_file() && entry.path().filename() != "nf_conntrack_count") {
            lines.push_back(entry.path().string() + ": " + read_setting(entry.path()));
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> differences(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    std::vector<std::string> result;
    std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(result));
    return result;
}

}  // namespace kwd::test
