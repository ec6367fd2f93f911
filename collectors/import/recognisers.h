// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/import/sample.h"

// The tests behind the table in recognise.cpp, by the file that holds them. Each answers one question about a file's
// beginning; the table says what a yes means.

namespace kwd::collectors {

// recognise_binary.cpp
bool is_capture(const Sample& sample);
bool is_event_log_file(const Sample& sample);
bool is_trace_log(const Sample& sample);
bool is_archive(const Sample& sample);
bool is_executable(const Sample& sample);
bool is_registry_hive(const Sample& sample);
bool is_memory_dump(const Sample& sample);
bool is_sqlite(const Sample& sample);
bool is_picture(const Sample& sample);
bool is_binary(const Sample& sample);

// recognise_hns.cpp
bool is_transcript(const Sample& sample);
bool is_hnsdiag_dump(const Sample& sample);
bool is_hns_mixed_json(const Sample& sample);
bool is_hns_networks_json(const Sample& sample);
bool is_hns_endpoints_json(const Sample& sample);
bool is_hns_load_balancers_json(const Sample& sample);
bool is_hns_namespaces_json(const Sample& sample);
bool is_hns_port_pools(const Sample& sample);
bool is_hnsdiag_list(const Sample& sample);
bool is_hns_networks_list(const Sample& sample);
bool is_hns_endpoints_list(const Sample& sample);
bool is_hns_policies_list(const Sample& sample);
bool is_hns_namespaces_list(const Sample& sample);

// recognise_windows.cpp
bool is_ip_state(const Sample& sample);
bool is_ipconfig(const Sample& sample);
bool is_route_print(const Sample& sample);
bool is_arp(const Sample& sample);
bool is_netsh(const Sample& sample);
bool is_net_cmdlet(const Sample& sample);
bool is_windows_services(const Sample& sample);
bool is_systeminfo(const Sample& sample);
bool is_winver(const Sample& sample);
bool is_vfp(const Sample& sample);
bool is_netstat(const Sample& sample);
bool is_netstat_statistics(const Sample& sample);
bool is_port_block_estimate(const Sample& sample);
bool is_crictl(const Sample& sample);
bool is_containerd_listing(const Sample& sample);
bool is_wfp_state(const Sample& sample);
bool is_event_records(const Sample& sample);
bool is_network_health(const Sample& sample);
bool is_registry_export(const Sample& sample);
bool is_process_list(const Sample& sample);
bool is_folder_listing(const Sample& sample);

// recognise_files.cpp
bool is_k8s_objects(const Sample& sample);
bool is_kubectl_text(const Sample& sample);
bool is_kubeconfig(const Sample& sample);
bool is_kubelet_config(const Sample& sample);
bool is_kube_proxy_config(const Sample& sample);
bool is_cluster_config(const Sample& sample);
bool is_flannel_net_conf(const Sample& sample);
bool is_subnet_env(const Sample& sample);
bool is_source_vip(const Sample& sample);
bool is_source_vip_request(const Sample& sample);
bool is_cni_conf(const Sample& sample);
bool is_azure_ipam_state(const Sample& sample);
bool is_azure_vnet_state(const Sample& sample);
bool is_ip_reservation(const Sample& sample);
bool is_containerd_config(const Sample& sample);
bool is_crictl_info(const Sample& sample);
bool is_docker_networks(const Sample& sample);
bool is_docker_inspect(const Sample& sample);
bool is_pester_result(const Sample& sample);
bool is_command_line(const Sample& sample);
bool is_private_key(const Sample& sample);
bool is_certificate(const Sample& sample);

// recognise_linux.cpp
bool is_journal(const Sample& sample);
bool is_ip_link(const Sample& sample);
bool is_ip_address(const Sample& sample);
bool is_ip_route(const Sample& sample);
bool is_ip_neighbor(const Sample& sample);
bool is_bridge_fdb(const Sample& sample);
bool is_nftables(const Sample& sample);
bool is_iptables(const Sample& sample);
bool is_resolv_conf(const Sample& sample);

// recognise_logs.cpp
bool is_log(const Sample& sample);
bool is_plain_log(const Sample& sample);

}  // namespace kwd::collectors
