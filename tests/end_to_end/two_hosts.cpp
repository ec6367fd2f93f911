// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/two_hosts.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace kwd::test {
namespace {

int run(const std::string& command) {
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void must(const std::string& command) {
    INFO(command);
    REQUIRE(run(command) == 0);
}

int number(char host) {
    return host == 'a' ? 1 : 2;
}

std::string vtep_mac(char host) {
    return fmt::format("5a:0c:77:00:00:0{}", number(host));
}

}  // namespace

std::string TwoHosts::name(char host) const {
    return prefix_ + host;
}

TwoHosts::TwoHosts() : prefix_(fmt::format("kwd{}", ::getpid())) {
    must(fmt::format("ip netns add {}", name('a')));
    must(fmt::format("ip netns add {}", name('b')));
    must(fmt::format("ip -n {} link add eth0 type veth peer name eth0 netns {}", name('a'), name('b')));
    make_host('a');
    make_host('b');
    make_tunnel('a', 'b');
    make_tunnel('b', 'a');
}

TwoHosts::~TwoHosts() {
    for (const char* each : {"a", "b", "a-pod", "b-pod", "router"}) {
        run(fmt::format("ip netns del {}{} 2>/dev/null", prefix_, each));
    }
}

void TwoHosts::in(char host, const std::string& command) const {
    must(fmt::format("ip netns exec {} {}", name(host), command));
}

void TwoHosts::try_in(char host, const std::string& command) const {
    run(fmt::format("ip netns exec {} {}", name(host), command));
}

std::string TwoHosts::as_host(char host, const std::string& command) const {
    return fmt::format("ip netns exec {} {}", name(host), command);
}

std::string TwoHosts::as_pod(char host, const std::string& command) const {
    return fmt::format("ip netns exec {}-pod {}", name(host), command);
}

void TwoHosts::add_pod(char host) const {
    const int n = number(host);
    must(fmt::format("ip netns add {}-pod", name(host)));
    in(host, fmt::format("ip link add veth5 mtu 1450 type veth peer name eth0 mtu 1450 netns {}-pod", name(host)));
    in(host, "ip link set veth5 master cni0 up");
    must(as_pod(host, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1"));
    must(as_pod(host, fmt::format("ip addr add 10.244.{}.5/24 dev eth0", n)));
    must(as_pod(host, "ip link set eth0 up"));
    must(as_pod(host, fmt::format("ip route add default via 10.244.{}.1", n)));
}

void TwoHosts::put_router_between(int mtu) const {
    const std::string router = prefix_ + "router";
    must(fmt::format("ip netns add {}", router));
    const auto on_router = [&](const std::string& command) { must(fmt::format("ip -n {} {}", router, command)); };
    const auto leg = [&](char host, int near, int far, int bytes) {
        in(host, "ip addr flush dev eth0");
        in(host, "ip link set eth0 down");
        in(host, "ip link set eth0 name old0");
        in(host, fmt::format("ip link add eth0 type veth peer name to-{} netns {}", host, router));
        in(host, fmt::format("ip addr add 192.168.77.{}/32 dev eth0", number(host)));
        in(host, fmt::format("ip link set eth0 mtu {} up", bytes));
        on_router(fmt::format("addr add 192.168.77.{}/32 dev to-{}", near, host));
        on_router(fmt::format("link set to-{} mtu {} up", host, bytes));
        on_router(fmt::format("route add 192.168.77.{} dev to-{}", number(host), host));
        in(host, fmt::format("ip route add 192.168.77.{} dev eth0", near));
        in(host, fmt::format("ip route add 192.168.77.{} via 192.168.77.{} dev eth0", far, near));
        in(host, "ip link del flannel.4096");
        make_tunnel(host, host == 'a' ? 'b' : 'a');
    };
    must(fmt::format("ip netns exec {} sysctl -qw net.ipv4.ip_forward=1", router));
    leg('a', 101, 2, 1500);
    leg('b', 102, 1, mtu);
}

void TwoHosts::make_host(char host) const {
    const int n = number(host);
    in(host, "ip link set lo up");
    in(host, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
    in(host, "sysctl -qw net.ipv4.ip_forward=1");
    in(host, "ip link set eth0 up");
    in(host, fmt::format("ip addr add 192.168.77.{}/24 dev eth0", n));
    in(host, "ip link add cni0 mtu 1450 type bridge");
    in(host, fmt::format("ip addr add 10.244.{}.1/24 dev cni0", n));
    in(host, "ip link set cni0 up");
    in(host, "ip link add pod0 mtu 1450 type veth peer name pod0-eth0");
    in(host, "ip link set pod0 master cni0 up");
    in(host, "ip link set pod0-eth0 up");

    const auto root = folder_.path() / std::string(1, host);
    std::filesystem::create_directories(root / "etc/kube-flannel");
    std::filesystem::create_directories(root / "etc/cni/net.d");
    std::filesystem::create_directories(root / "run/flannel");
    std::ofstream(root / "etc/kube-flannel/net-conf.json")
        << R"({"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","VNI":4096,"Port":4789}})";
    std::ofstream(root / "run/flannel/subnet.env") << fmt::format(
        "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.{}.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n", n);
    std::ofstream(root / "etc/cni/net.d/10-flannel.conflist")
        << R"({"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,)"
           R"("isDefaultGateway":true}},{"type":"portmap","capabilities":{"portMappings":true}}]})";
}

void TwoHosts::make_tunnel(char host, char other) const {
    const int n = number(host);
    const int o = number(other);
    in(host,
       fmt::format("ip link add flannel.4096 address {} mtu 1450 type vxlan id 4096 dstport 4789 local 192.168.77.{} "
                   "dev eth0 nolearning",
                   vtep_mac(host), n));
    in(host, fmt::format("ip addr add 10.244.{}.0/32 dev flannel.4096", n));
    in(host, "ip link set flannel.4096 up");
    in(host, fmt::format("ip route add 10.244.{}.0/24 via 10.244.{}.0 dev flannel.4096 onlink", o, o));
    in(host, fmt::format("ip neigh add 10.244.{}.0 lladdr {} dev flannel.4096 nud permanent", o, vtep_mac(other)));
    in(host, fmt::format("bridge fdb append {} dev flannel.4096 dst 192.168.77.{}", vtep_mac(other), o));
}

bool TwoHosts::pods_reach_each_other() const {
    return run(fmt::format("ip netns exec {} ping -q -c 2 -i 0.2 -W 1 -I 10.244.1.1 10.244.2.1 >/dev/null 2>&1",
                           name('a'))) == 0;
}

TwoHosts::Answer TwoHosts::run_kwdiag(char host) const {
    // Bounded traffic: 20 pings of one packet each, both ways.
    return run_kwdiag(host, as_host('a', "ping -q -c 20 -i 0.1 -I 10.244.1.1 10.244.2.1 & ") +
                                as_host('b', "ping -q -c 20 -i 0.1 -I 10.244.2.1 10.244.1.1; wait"));
}

TwoHosts::Answer TwoHosts::run_kwdiag(char host, const std::string& during) const {
    std::filesystem::remove(folder_.file(fmt::format("{}.html", host)));
    return run_beside(
        host, during,
        fmt::format("run --root {} --packets 3 --format json", (folder_.path() / std::string(1, host)).string()));
}

std::string TwoHosts::capture(char host, const std::string& options, const std::string& during) const {
    const Answer answer = run_beside(host, during, "capture " + options);
    REQUIRE(answer.exit_code == 0);
    (void)run(
        fmt::format("{} analyze {} --update >/dev/null", KWD_KWDIAG, folder_.file(fmt::format("{}.kwsnap", host))));
    return answer.said;
}

TwoHosts::Answer TwoHosts::run_beside(char host, const std::string& during, const std::string& arguments) const {
    // Who listens is listed below a head of one line. On a busy machine it takes kwdiag its time.
    const std::string script = folder_.file(fmt::format("{}.sh", host));
    std::ofstream(script) << "n=0; until [ $(wc -l </proc/net/packet) -gt 1 ] || [ $n = 600 ]; do sleep 0.05; "
                             "n=$((n + 1)); done\n"
                          << during << "\n";
    const std::string out = folder_.file(fmt::format("{}.out", host));
    const std::string snapshot = folder_.file(fmt::format("{}.kwsnap", host));
    std::filesystem::remove(snapshot);
    const int code =
        run(fmt::format("ip netns exec {0} sh {1} >/dev/null 2>&1 & traffic=$!; "
                        "ip netns exec {0} {2} {3} --quiet --interface eth0 --out {4} >{5} 2>{5}.err; code=$?; "
                        "kill $traffic 2>/dev/null; wait; exit $code",
                        name(host), script, KWD_KWDIAG, arguments, snapshot, out));
    std::ifstream file(out);
    std::ifstream errors(out + ".err");
    INFO(std::string(std::istreambuf_iterator<char>(errors), {}));
    Answer answer{code, std::string(std::istreambuf_iterator<char>(file), {})};
    REQUIRE_FALSE(answer.said.empty());
    return answer;
}

nlohmann::json TwoHosts::query(char host, const std::string& sql) const {
    const std::string out = folder_.file("rows.json");
    must(fmt::format("{} query {} \"{}\" --format json >{}", KWD_KWDIAG, folder_.file(fmt::format("{}.kwsnap", host)),
                     sql, out));
    std::ifstream file(out);
    return nlohmann::json::parse(file);
}

}  // namespace kwd::test
