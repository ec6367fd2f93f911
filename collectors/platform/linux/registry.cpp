// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/worker_process.h"

#include <array>
#include <chrono>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = 1 << 20;

// Long ones first: what takes its time should not be what is waited for in the end.
constexpr auto kCollectors = std::to_array<Collector>({
    {"packets", "packets on the interface that leads out of the node", &collect_packets, 10s, 1 * kMiB, Privilege::root,
     true, true},
    {"k8s", "Kubernetes objects, by the node's own credentials", &collect_kubernetes, 120s, 512 * kMiB, Privilege::root,
     true},
    {"logs", "ends of the log files of node agents", &collect_logs, 60s, 256 * kMiB, Privilege::root, true},
    {"journal", "systemd's journal of node agents and of the kernel", &collect_journal, 60s, 256 * kMiB,
     Privilege::root, true},
    {"system", "operating system, kernel and its modules, clock, vendor", &collect_system, 20s, 1 * kMiB,
     Privilege::none, false},
    {"links", "network devices with their details: MTU, VXLAN, bridge, veth", &collect_links, 10s, 32 * kMiB,
     Privilege::none, false, false, true},
    {"offloads", "offload settings of network devices", &collect_offloads, 10s, 32 * kMiB, Privilege::none, false},
    {"addresses", "addresses of network devices", &collect_addresses, 10s, 32 * kMiB, Privilege::none, false, false,
     true},
    {"routes", "routes of all tables", &collect_routes, 20s, 256 * kMiB, Privilege::none, false, false, true},
    {"rules", "policy routing rules", &collect_rules, 10s, 32 * kMiB, Privilege::none, false, false, true},
    {"neighbors", "ARP and neighbor discovery tables", &collect_neighbors, 10s, 32 * kMiB, Privilege::none, false,
     false, true},
    {"fdb", "forwarding databases of bridges and VXLAN devices", &collect_fdb, 10s, 32 * kMiB, Privilege::none, false,
     false, true},
    {"sysctl", "kernel settings that networking depends on", &collect_sysctl, 10s, 8 * kMiB, Privilege::none, false},
    {"nftables", "nftables rules with their counters", &collect_nftables, 30s, 128 * kMiB, Privilege::root, false},
    {"iptables", "iptables rules with their counters", &collect_iptables, 30s, 256 * kMiB, Privilege::root, false},
    {"sockets", "TCP and UDP sockets with their processes", &collect_sockets, 30s, 64 * kMiB, Privilege::root, false},
    {"processes", "processes with their command lines", &collect_processes, 20s, 64 * kMiB, Privilege::root, true},
    {"services", "systemd units", &collect_services, 20s, 32 * kMiB, Privilege::none, false},
    {"node-files", "files of kubelet, kube-proxy, CNI, flannel and containerd", &collect_node_files, 20s, 64 * kMiB,
     Privilege::root, true},
    {"kubeconfigs", "servers and certificate dates of kubeconfig files, no keys", &collect_kubeconfigs, 10s, 8 * kMiB,
     Privilege::root, true},
    {"ip-reservations", "addresses that host-local IPAM keeps", &collect_ip_reservations, 10s, 8 * kMiB,
     Privilege::root, false, false, true},
});

}  // namespace

std::span<const Collector> all_collectors() {
    return kCollectors;
}

std::optional<int> run_beside_workers(std::string_view /*name*/) {
    return std::nullopt;
}

}  // namespace kwd::collectors
