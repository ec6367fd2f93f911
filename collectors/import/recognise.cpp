// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/recognise.h"

#include "collectors/import/component.h"
#include "collectors/import/names.h"
#include "collectors/import/recognisers.h"
#include "snapshot/kinds.h"

#include <algorithm>
#include <array>

namespace kwd::collectors {
namespace {

namespace kind = snapshot::kind;

/// One row: when `test` says yes, the file is of `kind`, and `what` says so in words. For `other`, `what` tells people
/// what the file is although nothing reads it.
struct Recogniser {
    std::string_view kind;
    std::string_view what;
    bool (*test)(const Sample&);
};

// The first row that says yes decides, so what may quote or contain the others stands above them. A new shape is one
// row here and its test in the file of its family.
constexpr auto kRecognisers = std::to_array<Recogniser>({
    {kind::capture, "packet capture", is_capture},
    {kind::event_records, "Windows event log file (evtx)", is_event_log_file},
    {kind::other, "SQLite database", is_sqlite},
    {kind::other, "archive", is_archive},
    {kind::other, "trace (etl): convert it on Windows with pktmon etl2pcap", is_trace_log},
    {kind::other, "program", is_executable},
    {kind::other, "registry hive", is_registry_hive},
    {kind::other, "memory dump", is_memory_dump},
    {kind::other, "picture", is_picture},
    {kind::other, "binary file of unknown form", is_binary},

    {kind::other, "private key: removed", is_private_key},
    {kind::journal, "journalctl -o json", is_journal},
    {kind::event_records, "event log records", is_event_records},
    {kind::event_records, "what networkhealth.ps1 found", is_network_health},
    {kind::log, "log", is_log},

    {kind::kubeconfig, "kubeconfig", is_kubeconfig},
    {kind::kubelet_config, "KubeletConfiguration", is_kubelet_config},
    {kind::kube_proxy_config, "KubeProxyConfiguration", is_kube_proxy_config},
    {kind::cluster_config, "cluster wide settings", is_cluster_config},
    {kind::k8s_objects, "Kubernetes objects", is_k8s_objects},

    {kind::transcript, "output of several commands", is_transcript},
    {kind::kubectl_text, "kubectl describe or get", is_kubectl_text},
    {kind::hns_mixed, "hnsdiag list all -d", is_hnsdiag_dump},
    {kind::hns_mixed, "HNS objects of several types", is_hns_mixed_json},
    {kind::hns_networks, "HNS networks as JSON", is_hns_networks_json},
    {kind::hns_load_balancers, "HNS load balancers or policy lists as JSON", is_hns_load_balancers_json},
    {kind::hns_endpoints, "HNS endpoints as JSON", is_hns_endpoints_json},
    {kind::hns_namespaces, "HNS namespaces as JSON", is_hns_namespaces_json},
    {kind::hns_port_pools, "HNS port pools", is_hns_port_pools},
    {kind::hnsdiag_list, "hnsdiag list", is_hnsdiag_list},
    {kind::docker_networks, "docker network inspect", is_docker_networks},
    {kind::other, "docker inspect", is_docker_inspect},

    {kind::source_vip, "source VIP reservation", is_source_vip},
    {kind::other, "request for a source VIP reservation", is_source_vip_request},
    {kind::other, "state of Azure CNI", is_azure_vnet_state},
    {kind::ip_reservation, "state of Azure IPAM", is_azure_ipam_state},
    {kind::cni_conf, "CNI configuration", is_cni_conf},
    {kind::flannel_net_conf, "flannel network configuration", is_flannel_net_conf},
    {kind::subnet_env, "flannel subnet.env", is_subnet_env},
    {kind::containerd_config, "containerd configuration", is_containerd_config},
    {kind::other, "crictl info", is_crictl_info},
    {kind::ip_reservation, "reservation of host-local IPAM", is_ip_reservation},

    {kind::linux_addresses, "ip -j addr", is_ip_address},
    {kind::linux_links, "ip -j link", is_ip_link},
    {kind::linux_neighbors, "ip -j neigh", is_ip_neighbor},
    {kind::linux_routes, "ip -j route", is_ip_route},
    {kind::linux_fdb, "bridge -j fdb", is_bridge_fdb},
    {kind::linux_nftables, "nft -j list ruleset", is_nftables},
    {kind::linux_iptables, "iptables-save", is_iptables},
    {kind::resolv_conf, "resolv.conf", is_resolv_conf},

    {kind::vfp, "vfpctrl", is_vfp},
    {kind::hns_namespaces, "HNS namespaces as PowerShell prints them", is_hns_namespaces_list},
    {kind::hns_endpoints, "HNS endpoints as PowerShell prints them", is_hns_endpoints_list},
    {kind::hns_load_balancers, "HNS policy lists as PowerShell prints them", is_hns_policies_list},
    {kind::hns_networks, "HNS networks as PowerShell prints them", is_hns_networks_list},
    {kind::ip_state, "several network listings", is_ip_state},
    {kind::ipconfig, "ipconfig", is_ipconfig},
    {kind::route_print, "route print", is_route_print},
    {kind::arp, "arp -a", is_arp},
    {kind::windows_services, "Windows services", is_windows_services},
    {kind::ps_list, "output of Get-Net… cmdlets", is_net_cmdlet},
    {kind::winver, "Windows version or updates", is_winver},
    {kind::systeminfo, "systeminfo", is_systeminfo},
    {kind::netsh, "netsh", is_netsh},
    {kind::process_list, "processes", is_process_list},
    {kind::netstat, "netstat", is_netstat},
    {kind::registry_text, "registry values", is_registry_export},

    {kind::command_line, "command lines with flags", is_command_line},
    {kind::folder_listing, "listing of folders", is_folder_listing},
    {kind::other, "netstat -s: statistics", is_netstat_statistics},
    {kind::other, "estimate of free port blocks", is_port_block_estimate},
    {kind::other, "crictl listing", is_crictl},
    {kind::other, "containerd or hcsdiag listing", is_containerd_listing},
    {kind::other, "state of the Windows Filtering Platform", is_wfp_state},
    {kind::other, "results of DebugWindowsNode.ps1", is_pester_result},
    {kind::other, "certificate", is_certificate},
});

bool is_written_by_a_component(std::string_view kind) {
    return kind == kind::log || kind == kind::command_line;
}

}  // namespace

Recognition recognise(std::string_view path, std::string_view bytes) {
    const Sample sample(path, bytes);
    if (sample.says_nothing()) {
        const auto name = telling_name(sample.path());
        const auto empty = sample.bytes().empty() ? "empty file" : "no content";
        return name ? Recognition{name->kind, std::string(empty) + ", by its name " + std::string(name->what), {}, true}
                    : Recognition{kind::other, empty, {}, false};
    }
    const auto found =
        std::find_if(kRecognisers.begin(), kRecognisers.end(), [&](const Recogniser& row) { return row.test(sample); });
    if (found != kRecognisers.end()) {
        return {found->kind, std::string(found->what),
                is_written_by_a_component(found->kind) ? component_of(sample) : std::string(), false};
    }
    if (const auto name = telling_name(sample.path()); name && name->decides_alone) {
        return {name->kind, "by its name " + std::string(name->what), {}, true};
    }
    if (is_plain_log(sample)) {
        return {kind::log, "by its name a log", component_of(sample), true};
    }
    return {kind::other, "not recognised", {}, false};
}

}  // namespace kwd::collectors
