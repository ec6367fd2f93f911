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

void configure_node() {
    // Duplicate address detection would change addresses while we look.
    write_sysctl("net/ipv6/conf/default/accept_dad", "0");
    write_sysctl("net/ipv6/conf/default/dad_transmits", "0");
    write_sysctl("net/ipv4/ip_forward", "1");
    run_commands({
        "ip link set lo up",
        "ip link add uplink type veth peer name peer0",
        "ip addr add 10.0.0.5/24 dev uplink",
        "ip link set uplink up",
        "ip link set peer0 up",
        "ip link add flannel.4096 mtu 1450 type vxlan id 4096 dstport 4789 local 10.0.0.5 dev uplink nolearning",
        "ip addr add 10.244.1.0/32 dev flannel.4096",
        "ip link set flannel.4096 up",
        "ip link add cni0 type bridge",
        "ip addr add 10.244.1.1/24 dev cni0",
        "ip link add veth1 type veth peer name pod1",
        "ip link set veth1 master cni0 up",
        "ip link set cni0 up",
        "ip route add default via 10.0.0.1 dev uplink",
        "ip route add 10.244.2.0/24 via 10.244.2.0 dev flannel.4096 onlink",
        "ip route add 10.9.0.0/16 via 10.0.0.1 dev uplink table 100",
        "ip -6 route add fd00:2::/64 dev uplink",
        "ip rule add from 10.244.1.0/24 table 100 priority 1000",
        "ip neigh add 10.244.2.0 lladdr 02:00:00:00:00:02 dev flannel.4096 nud permanent",
        "bridge fdb add 02:00:00:00:00:02 dev flannel.4096 dst 10.0.0.6 self permanent",
        "nft add table ip kwdiag_test",
        "nft add chain ip kwdiag_test other",
        "nft add rule ip kwdiag_test other ip daddr 192.0.2.77 counter drop",
        "iptables-nft -t nat -N KUBE-TEST",
        "iptables-nft -t nat -A KUBE-TEST -p udp --dport 53 -j RETURN",
    });
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

std::vector<std::string> describe_processes() {
    namespace fs = std::filesystem;
    std::error_code gone;
    const fs::path ours = fs::read_symlink("/proc/thread-self/ns/net");
    std::vector<std::string> lines;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const fs::path process = entry.path();
        if (fs::read_symlink(process / "ns/net", gone) == ours && !gone) {
            lines.push_back(process.filename().string() + " " + read_setting(process / "comm"));
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace kwd::test
