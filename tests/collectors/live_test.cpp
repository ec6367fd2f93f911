// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/live.h"

#include "collectors/platform/linux/file_descriptor.h"
#include "collectors/platform/tool.h"
#include "tests/collectors/made_node.h"
#include "tests/collectors/network_namespace.h"
#include "tests/support/differences.h"
#include "tests/support/temporary_folder.h"

#include <unistd.h>

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using namespace kwd::test;
using namespace std::chrono_literals;
using nlohmann::json;
using snapshot::Outcome;

namespace {

constexpr std::uint16_t kListeningPort = 10250;
constexpr const char* kQuery = "a query of the test";

FileDescriptor listen_on(std::uint16_t port) {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket.get(), 1) == 0);
    return socket;
}

// Sends a datagram to port 53 of the loopback again and again.
void send_queries(const std::stop_token& stop) {
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    while (!stop.stop_requested()) {
        (void)::sendto(socket.get(), kQuery, std::string_view(kQuery).size(), 0,
                       reinterpret_cast<const sockaddr*>(&address), sizeof address);
        std::this_thread::sleep_for(20ms);
    }
}

const json* find(const json& list, const char* name, const json& value) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const json& each) { return each.value(name, json()) == value; });
    return found == list.end() ? nullptr : &*found;
}

json get(const json& list, const char* name, const json& value) {
    const json* found = find(list, name, value);
    CAPTURE(name, value);
    REQUIRE(found != nullptr);
    return *found;
}

std::string setting(const Taken& taken, const char* name) {
    return get(taken.read("sysctl.json")["sysctl"], "name", name)["value"].get<std::string>();
}

bool has_programs() {
    return std::ranges::all_of(std::array{"ip", "bridge", "nft", "iptables-nft"},
                               [](const char* name) { return find_tool(name).has_value(); });
}

}  // namespace

TEST_CASE("a live node tells what it is, no secret, and stays as it was", "[collectors][live]") {
    const NetworkNamespace inside;
    if (!inside.entered() || !has_programs()) {
        SKIP("it takes root, iproute2, nftables and iptables");
    }
    configure_node();
    const auto listening = listen_on(kListeningPort);
    const TemporaryFolder root;
    make_node(root.path());

    CollectOptions options;
    options.root = root.path().string();
    options.packet_seconds = 1s;
    options.packet_interfaces = {"lo"};
    options.log_bytes_per_file = 4000;
    const auto files_before = describe_files(root.path());
    const auto network_before = describe_network();
    Taken taken;
    {
        const std::jthread queries(&send_queries);
        taken = collect(options);
    }
    CHECK(differences(network_before, describe_network()) == std::vector<std::string>{});
    CHECK(differences(files_before, describe_files(root.path())) == std::vector<std::string>{});

    for (const auto& [name, document] : taken.documents) {
        CAPTURE(name);
        for (const std::string& secret : secrets_of_made_node()) {
            CHECK(document.content.find(secret) == std::string::npos);
        }
    }

    {
        INFO("collections");
        const std::map<std::string, Outcome> not_ok{
            {"logs", Outcome::partial},  // the link to /etc/shadow
            {"journal", Outcome::skipped},
            {"k8s", Outcome::skipped},
        };
        for (const auto& [name, collection] : taken.collections) {
            CAPTURE(name, collection.error ? collection.error->text() : "");
            if (name != "services") {  // there is systemd here, or there is not
                CHECK(name_of(collection.outcome) ==
                      std::string(name_of(not_ok.contains(name) ? not_ok.at(name) : Outcome::ok)));
            }
        }
    }
    {
        INFO("links");
        const json links = taken.read("links.json");
        const json vxlan = get(links, "ifname", "flannel.4096");
        CHECK(vxlan["mtu"] == 1450);
        CHECK(vxlan["linkinfo"]["info_kind"] == "vxlan");
        CHECK(vxlan["linkinfo"]["info_data"]["id"] == 4096);
        CHECK(vxlan["linkinfo"]["info_data"]["port"] == 4789);
        CHECK(vxlan["linkinfo"]["info_data"]["local"] == "10.0.0.5");
        CHECK(vxlan["linkinfo"]["info_data"]["learning"] == false);
        CHECK(get(links, "ifname", "veth1")["master"] == "cni0");
    }
    {
        INFO("addresses, routes, rules, neighbors, forwarding database");
        const json cni0 = get(taken.read("addresses.json"), "ifname", "cni0");
        CHECK(get(cni0["addr_info"], "local", "10.244.1.1")["prefixlen"] == 24);
        const json routes = taken.read("routes.json");
        CHECK(get(routes["ipv4"], "dst", "10.244.2.0/24")["dev"] == "flannel.4096");
        CHECK(get(routes["ipv4"], "dst", "10.9.0.0/16")["table"] == "100");
        CHECK(get(routes["ipv6"], "dst", "fd00:2::/64")["dev"] == "uplink");
        CHECK(get(taken.read("rules.json")["ipv4"], "priority", 1000)["table"] == "100");
        CHECK(get(taken.read("neighbors.json"), "dst", "10.244.2.0")["lladdr"] == "02:00:00:00:00:02");
        CHECK(get(taken.read("fdb.json"), "mac", "02:00:00:00:00:02")["dst"] == "10.0.0.6");
    }
    {
        INFO("offloads and settings");
        const json offloads = taken.read("offloads.json");
        const json uplink = get(offloads["interfaces"], "interface_name", "uplink");
        CHECK(uplink["driver"] == "veth");
        CHECK(get(uplink["features"], "feature", "tx-checksumming")["enabled"].is_boolean());
        CHECK(find(uplink["features"], "feature", "tx-udp_tnl-segmentation") != nullptr);
        CHECK(setting(taken, "net.ipv4.ip_forward") == "1");
        CHECK(setting(taken, "net.ipv4.conf.flannel/4096.forwarding") == "1");
        CHECK(setting(taken, "net.ipv4.ip_local_port_range").find('\t') != std::string::npos);
    }
    {
        INFO("packet filters");
        CHECK(taken.documents.at("nftables.json").content.find("192.0.2.77") != std::string::npos);
        CHECK(taken.documents.at("iptables-nft.txt").content.find("-A KUBE-TEST -p udp") != std::string::npos);
    }
    {
        INFO("sockets and processes");
        const json socket = get(taken.read("sockets.json")["sockets"], "local_port", kListeningPort);
        CHECK(socket["protocol"] == "tcp");
        CHECK(socket["state"] == "listen");
        CHECK(socket["local_address"] == "0.0.0.0");
        CHECK(socket["process_id"] == ::getpid());
        const json process = get(taken.read("processes.json")["processes"], "process_id", ::getpid());
        CHECK(process["account"] == "root");
        CHECK(process["thread_count"] >= 1);
        CHECK(socket["process_name"] == process["name"]);
    }
    {
        INFO("system");
        const json system = taken.read("system.json")["system"];
        CHECK(system["os_family"] == "linux");
        CHECK(system["os_name"] == "Ubuntu 22.04.4 LTS");
        CHECK(system["os_version"] == "22.04");
        CHECK(system.value("time_zone", "") == "Europe/Berlin");
        CHECK(system.value("locale", "") == "de_DE.UTF-8");
        CHECK(system["uptime_seconds"] > 0);
    }
    {
        INFO("files");
        const json files = taken.read("node-files.json")["files"];
        CHECK(get(files, "path", "/etc/cni/net.d/10-flannel.conflist")["role"] == "cni-conf");
        CHECK(get(files, "path", "/opt/cni/bin/flannel")["present"] == true);
        CHECK(get(files, "path", "/var/lib/kubelet/kubeconfig")["present"] == false);
        CHECK(taken.documents.at("/etc/cni/net.d/10-flannel.conflist").info.kind == "cni-conf");
        CHECK(taken.documents.at("/etc/kube-flannel/net-conf.json").info.kind == "flannel-net-conf");
        CHECK(taken.documents.at("/run/flannel/subnet.env").info.kind == "subnet-env");
        CHECK(taken.documents.at("/etc/resolv.conf").info.kind == "resolv-conf");
        const auto& proxy =
            taken.documents.at("/var/lib/kubelet/pods/8f1c/volumes/kubernetes.io~configmap/kube-proxy/config.conf");
        CHECK(proxy.info.kind == "kube-proxy-config");
        CHECK(proxy.content == "kind: KubeProxyConfiguration\nmode: iptables\n");
        const auto& flags = taken.documents.at("/var/lib/kubelet/kubeadm-flags.env");
        CHECK(flags.content == "KUBELET_KUBEADM_ARGS=\"--node-ip=10.0.0.5 --token=[removed: token]\"\n");
        CHECK(flags.info.note == "secrets removed: 1 token");
        CHECK(flags.info.original_path == "/var/lib/kubelet/kubeadm-flags.env");
        CHECK(taken.documents.at("/etc/kubernetes/azure.json").content.find("[removed: secret]") != std::string::npos);
    }
    {
        INFO("kubeconfigs and reservations");
        const json kubelet = taken.read("/etc/kubernetes/kubelet.conf");
        CHECK(kubelet["server"] == "https://10.0.0.9:6443");
        CHECK(taken.read("/etc/cni/net.d/calico-kubeconfig")["token_present"] == true);
        const json reservations = taken.read("ip-reservations.json");
        CHECK(reservations["reservations"].size() == 1);
        CHECK(reservations["reservations"][0]["address"] == "10.244.1.7");
        CHECK(reservations["reservations"][0]["owner"] == "0123456789ab");
        CHECK(reservations["reservations"][0]["interface"] == "eth0");
        CHECK(reservations["last_reserved"][0]["address"] == "10.244.1.9");
    }
    {
        INFO("logs");
        const auto& flannel = taken.documents.at("/var/log/pods/kube-flannel_kube-flannel-ds-x_1/kube-flannel/0.log");
        CHECK(flannel.info.kind == "log");
        CHECK(flannel.content.find("main.go:212] using token=[removed: token]") != std::string::npos);
        const auto& kubelet = taken.documents.at("/var/log/kubelet.log");
        CHECK(kubelet.content == "the last line\n");
        CHECK(kubelet.info.truncated);
        CHECK(kubelet.info.note == "the last 14 of 5015 bytes");
        CHECK_FALSE(taken.documents.contains("/var/log/containerd.log"));
        CHECK_FALSE(taken.documents.contains("/var/log/pods/x_kube-proxy-evil_2/kube-proxy/0.log"));
    }
    {
        INFO("packets");
        const auto& packets = taken.documents.at("packets-1.pcapng");
        CHECK(packets.info.kind == "capture");
        CHECK(packets.content.find(kQuery) != std::string::npos);
        CHECK(packets.info.note.value_or("").starts_with("interface lo, filter '"));
    }
}

TEST_CASE("packets are captured where they leave the node, of the kinds that are asked for", "[collectors][live]") {
    const NetworkNamespace inside;
    if (!inside.entered() || !has_programs()) {
        SKIP("it takes root, iproute2, nftables and iptables");
    }
    configure_node();
    CollectOptions options;
    options.packet_seconds = 1s;

    SECTION("the interface of the default route") {
        const auto taken = collect(options, "packets");
        CHECK(taken.collections.at("packets").outcome == Outcome::ok);
        CHECK(taken.documents.at("packets-1.pcapng").info.note.value_or("").starts_with("interface uplink, "));
    }
    SECTION("a filter of one's own") {
        options.packet_interfaces = {"lo"};
        options.packet_filter = "udp dst port 54";
        const std::jthread queries(&send_queries);
        const auto taken = collect(options, "packets");
        CHECK(taken.documents.at("packets-1.pcapng").content.find(kQuery) == std::string::npos);
    }
    SECTION("all interfaces where there is no default route") {
        run_commands({"ip route del default"});
        const std::jthread queries(&send_queries);
        const auto taken = collect(options, "packets");
        CHECK(taken.documents.at("packets-1.pcapng").info.note.value_or("").starts_with("interface any, "));
        CHECK(taken.documents.at("packets-1.pcapng").content.find(kQuery) != std::string::npos);
    }
    SECTION("a wrong filter, a wrong interface, no time") {
        options.packet_filter = "this is no filter";
        CHECK(collect(options, "packets").collections.at("packets").error->code == Errc::invalid_input);
        options.packet_filter = "";
        options.packet_interfaces = {"nowhere0"};
        CHECK(collect(options, "packets").collections.at("packets").error->code == Errc::not_found);
        options.packet_seconds = 0s;
        CHECK(collect(options, "packets").collections.at("packets").outcome == Outcome::skipped);
    }
    SECTION("a budget that is soon used up") {
        options.packet_interfaces = {"lo"};
        options.packet_bytes = 1000;
        const std::jthread queries(&send_queries);
        const auto taken = collect(options, "packets");
        CHECK(taken.collections.at("packets").outcome == Outcome::partial);
        CHECK(taken.documents.at("packets-1.pcapng").info.truncated);
    }
}
