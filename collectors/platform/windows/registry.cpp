// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/pktmon_session.h"
#include "collectors/platform/worker_process.h"

#include <array>
#include <chrono>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = 1 << 20;

// Long ones first: what takes its time should not be what is waited for in the end.
constexpr auto kCollectors = std::to_array<Collector>({
    {"packets", "packets on the interface that leads out of the node", &collect_packets, 30s, 1 * kMiB, Privilege::root,
     true, true},
    {"k8s", "Kubernetes objects, by the node's own credentials", &collect_kubernetes, 120s, 512 * kMiB, Privilege::root,
     true},
    {"logs", "ends of the log files of node agents", &collect_logs, 60s, 256 * kMiB, Privilege::root, true},
    {"hns", "HNS networks, endpoints, load balancers and namespaces, by both interfaces", &collect_hns, 60s, 512 * kMiB,
     Privilege::root, false, false, true},
    {"ip", "interfaces, addresses, routes and neighbors of every network compartment", &collect_ip, 30s, 128 * kMiB,
     Privilege::root, false, false, true},
    {"events", "records of the event log: HNS, virtual switches, containers, services", &collect_events, 60s,
     160 * kMiB, Privilege::root, true},
    {"vfp", "ports of virtual switches, their rules and counters, by vfpctrl", &collect_vfp, 90s, 512 * kMiB,
     Privilege::root, false},
    {"node-files", "files of kubelet, kube-proxy, CNI, flannel and the runtime", &collect_node_files, 30s, 64 * kMiB,
     Privilege::root, true},
    {"kubeconfigs", "servers and certificate dates of kubeconfig files, no keys", &collect_kubeconfigs, 10s, 8 * kMiB,
     Privilege::root, true},
    {"ip-reservations", "addresses that host-local IPAM keeps", &collect_ip_reservations, 10s, 8 * kMiB,
     Privilege::root, false, false, true},
    {"services", "services and drivers, and what NSSM runs for them", &collect_services, 30s, 32 * kMiB,
     Privilege::root, true},
    {"processes", "processes, with arguments and threads", &collect_processes, 20s, 64 * kMiB, Privilege::root, true},
    {"ports", "TCP and UDP sockets with their processes, dynamic and excluded port ranges", &collect_ports, 40s,
     64 * kMiB, Privilege::none, false},
    {"system", "version, updates, features, environment and what waits for a restart", &collect_system, 75s, 32 * kMiB,
     Privilege::root, false},
    {"registry", "registry values that networking depends on", &collect_registry, 20s, 32 * kMiB, Privilege::root,
     false},
    {"firewall", "profiles and rules of Windows Firewall", &collect_firewall, 20s, 64 * kMiB, Privilege::root, false},
});

}  // namespace

std::span<const Collector> all_collectors() {
    return kCollectors;
}

std::optional<int> run_beside_workers(std::string_view name) {
    return name == PktmonGuard::kName ? std::optional(PktmonGuard::main()) : std::nullopt;
}

}  // namespace kwd::collectors
