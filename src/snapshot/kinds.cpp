// SPDX-License-Identifier: Apache-2.0
#include "snapshot/kinds.h"

#include <array>

namespace kwd::snapshot {
namespace {

constexpr auto kKinds = std::to_array<KindInfo>({
    {kind::hns_networks, "HNS networks: JSON of V1 or V2, or the list form of Get-HnsNetwork"},
    {kind::hns_endpoints, "HNS endpoints: JSON of V1 or V2, or the list form of Get-HnsEndpoint"},
    {kind::hns_load_balancers, "HNS load balancers or policy lists: JSON, or the list form of Get-HnsPolicyList"},
    {kind::hns_namespaces, "HNS namespaces: JSON or list form"},
    {kind::hns_mixed, "HNS objects of several types in one text, as hnsdiag list all -d prints them"},
    {kind::hnsdiag_list, "hnsdiag list all: names and ids"},
    {kind::docker_networks, "docker network inspect"},
    {kind::transcript, "output of HNS, Windows and kubectl in one text, as people paste what a console showed"},
    {kind::windows_state, "JSON of our own: answers of Windows' functions, as lists named like tables"},
    {kind::ipconfig, "ipconfig, ipconfig /all, with /allcompartments"},
    {kind::route_print, "route print"},
    {kind::ip_state, "several network listings in one text, as ip.txt and routes.txt of collectlogs.ps1 hold them"},
    {kind::ps_list, "output of Get-Net… cmdlets as table, list, JSON or CSV"},
    {kind::netsh, "output of netsh"},
    {kind::arp, "arp -a"},
    {kind::winver, "Windows version line and hotfix table"},
    {kind::hns_port_pools, "HNS V1 GET /portpools: ports of the host that HNS holds"},
    {kind::process_list, "tasklist, Get-Process, Win32_Process"},
    {kind::netstat, "netstat"},
    {kind::folder_listing, "dir or Get-ChildItem"},
    {kind::registry_text, "reg query and *.reg"},
    {kind::systeminfo, "systeminfo"},
    {kind::windows_services, "Get-Service or sc query"},
    {kind::vfp, "output of vfpctrl"},
    {kind::event_records, "event log records as JSON, XML, CSV or text"},
    {kind::cni_conf, "CNI configuration or configuration list"},
    {kind::flannel_net_conf, "flannel net-conf.json"},
    {kind::subnet_env, "flannel subnet.env"},
    {kind::kubelet_config, "KubeletConfiguration"},
    {kind::kube_proxy_config, "KubeProxyConfiguration"},
    {kind::kubeconfig, "kubeconfig with its secrets removed"},
    {kind::containerd_config, "containerd config.toml"},
    {kind::command_line, "command lines of components: flags in scripts, kubeadm-flags.env, service arguments"},
    {kind::source_vip, "sourceVip.json"},
    {kind::ip_reservation, "reservations of a local IPAM"},
    {kind::cluster_config, "cluster wide settings: kubeclusterconfig.json, kubeadm ClusterConfiguration, config.ps1"},
    {kind::node_files, "JSON list of files looked for: path, role, present, size, time"},
    {kind::log, "a log: klog, logrus, azure-vnet, JSON lines or plain text"},
    {kind::journal, "journalctl -o json"},
    {kind::linux_system, "JSON of our own: /etc/os-release, uname, uptime, clock"},
    {kind::linux_links, "ip -j -d link show"},
    {kind::linux_addresses, "ip -j addr show"},
    {kind::linux_routes, "ip -j -d route show table all, IPv4 and IPv6"},
    {kind::linux_rules, "ip -j rule show"},
    {kind::linux_neighbors, "ip -j neigh show"},
    {kind::linux_fdb, "bridge -j fdb show"},
    {kind::linux_offloads, "JSON of our own: ethtool features per interface"},
    {kind::linux_sysctl, "JSON of our own: setting to value"},
    {kind::linux_nftables, "nft -j list ruleset"},
    {kind::linux_iptables, "iptables-save -c"},
    {kind::linux_sockets, "JSON of our own: sockets with their processes"},
    {kind::linux_processes, "JSON of our own: processes"},
    {kind::linux_services, "JSON of our own: systemd units"},
    {kind::resolv_conf, "resolv.conf"},
    {kind::k8s_objects, "Kubernetes objects: List or single, JSON or YAML"},
    {kind::kubectl_text, "kubectl describe and the tables of kubectl get"},
    {kind::capture, "packets as pcapng or pcap"},
    {kind::capture_summary, "JSON of our own: how many packets were captured and dropped, and what ended that"},
    {kind::other, "not recognised: kept as it is"},
});

}  // namespace

std::span<const KindInfo> document_kinds() {
    return kKinds;
}

}  // namespace kwd::snapshot
