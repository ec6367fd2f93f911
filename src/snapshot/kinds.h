// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace kwd::snapshot {

/// What a document can be. Collectors and importers give it, and it decides which analyzer reads the document.
struct KindInfo {
    std::string_view name;
    std::string_view doc;
};

// NOLINTBEGIN(readability-identifier-naming): spelled as the kinds themselves
namespace kind {
// HNS
inline constexpr std::string_view hns_networks = "hns-networks";
inline constexpr std::string_view hns_endpoints = "hns-endpoints";
inline constexpr std::string_view hns_load_balancers = "hns-load-balancers";
inline constexpr std::string_view hns_namespaces = "hns-namespaces";
inline constexpr std::string_view hns_mixed = "hns-mixed";
inline constexpr std::string_view hnsdiag_list = "hnsdiag-list";
inline constexpr std::string_view docker_networks = "docker-networks";
inline constexpr std::string_view transcript = "transcript";
// Windows state
inline constexpr std::string_view windows_state = "windows-state";
inline constexpr std::string_view ipconfig = "ipconfig";
inline constexpr std::string_view route_print = "route-print";
inline constexpr std::string_view ip_state = "ip-state";
inline constexpr std::string_view hns_port_pools = "hns-port-pools";
inline constexpr std::string_view ps_list = "ps-list";
inline constexpr std::string_view netsh = "netsh";
inline constexpr std::string_view arp = "arp";
inline constexpr std::string_view winver = "winver";
inline constexpr std::string_view process_list = "process-list";
inline constexpr std::string_view netstat = "netstat";
inline constexpr std::string_view folder_listing = "folder-listing";
inline constexpr std::string_view registry_text = "registry-text";
inline constexpr std::string_view systeminfo = "systeminfo";
inline constexpr std::string_view windows_services = "windows-services";
inline constexpr std::string_view vfp = "vfp";
inline constexpr std::string_view event_records = "event-records";
// Node files
inline constexpr std::string_view cni_conf = "cni-conf";
inline constexpr std::string_view flannel_net_conf = "flannel-net-conf";
inline constexpr std::string_view subnet_env = "subnet-env";
inline constexpr std::string_view kubelet_config = "kubelet-config";
inline constexpr std::string_view kube_proxy_config = "kube-proxy-config";
inline constexpr std::string_view kubeconfig = "kubeconfig";
inline constexpr std::string_view containerd_config = "containerd-config";
inline constexpr std::string_view command_line = "command-line";
inline constexpr std::string_view source_vip = "source-vip";
inline constexpr std::string_view ip_reservation = "ip-reservation";
inline constexpr std::string_view cluster_config = "cluster-config";
inline constexpr std::string_view node_files = "node-files";
// Logs
inline constexpr std::string_view log = "log";
inline constexpr std::string_view journal = "journal";
// Linux
inline constexpr std::string_view linux_system = "linux-system";
inline constexpr std::string_view linux_links = "linux-links";
inline constexpr std::string_view linux_addresses = "linux-addresses";
inline constexpr std::string_view linux_routes = "linux-routes";
inline constexpr std::string_view linux_rules = "linux-rules";
inline constexpr std::string_view linux_neighbors = "linux-neighbors";
inline constexpr std::string_view linux_fdb = "linux-fdb";
inline constexpr std::string_view linux_offloads = "linux-offloads";
inline constexpr std::string_view linux_sysctl = "linux-sysctl";
inline constexpr std::string_view linux_nftables = "linux-nftables";
inline constexpr std::string_view linux_iptables = "linux-iptables";
inline constexpr std::string_view linux_sockets = "linux-sockets";
inline constexpr std::string_view linux_processes = "linux-processes";
inline constexpr std::string_view linux_services = "linux-services";
inline constexpr std::string_view resolv_conf = "resolv-conf";
// Kubernetes and packets
inline constexpr std::string_view k8s_objects = "k8s-objects";
inline constexpr std::string_view kubectl_text = "kubectl-text";
inline constexpr std::string_view capture = "capture";
inline constexpr std::string_view capture_summary = "capture-summary";
// Kept, listed, not understood
inline constexpr std::string_view other = "other";
}  // namespace kind
// NOLINTEND(readability-identifier-naming)

/// All of them with what they hold, in the order above.
[[nodiscard]] std::span<const KindInfo> document_kinds();

}  // namespace kwd::snapshot
