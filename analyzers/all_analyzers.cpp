// SPDX-License-Identifier: Apache-2.0
#include "analyzers/analyze.h"
#include "analyzers/capture.h"
#include "analyzers/cluster_config.h"
#include "analyzers/cni_conf.h"
#include "analyzers/command_files.h"
#include "analyzers/component_config.h"
#include "analyzers/containerd_config.h"
#include "analyzers/docker_networks.h"
#include "analyzers/event_records.h"
#include "analyzers/flannel_files.h"
#include "analyzers/hns_json.h"
#include "analyzers/ip_reservations.h"
#include "analyzers/journal.h"
#include "analyzers/k8s_objects.h"
#include "analyzers/kubeconfig.h"
#include "analyzers/kubectl_text.h"
#include "analyzers/linux_network.h"
#include "analyzers/linux_system.h"
#include "analyzers/log.h"
#include "analyzers/node_files.h"
#include "analyzers/packet_filter.h"
#include "analyzers/registry_text.h"
#include "analyzers/transcript.h"
#include "analyzers/vfp.h"
#include "analyzers/windows_state.h"
#include "analyzers/windows_text.h"
#include "snapshot/kinds.h"

namespace kwd::analyzers {

std::span<const Analyzer> all_analyzers() {
    namespace kind = snapshot::kind;
    // Sorted by kind. The tables are those that documents of the kind may fill.
    static const std::vector<Analyzer> analyzers = {
        {kind::arp, &analyze_windows_text, {"neighbors"}},
        {kind::capture,
         &analyze_capture,
         {"captures", "vxlan_flows", "vxlan_inner_macs", "vxlan_paths", "vxlan_sizes", "address_pairs", "flows",
          "dns_queries", "icmp_errors", "arp_exchanges"},
         &begin_capture},
        {kind::cluster_config,
         &analyze_cluster_config,
         {"cluster_settings", "component_flags", "environment", "feature_gates"}},
        {kind::cni_conf, &analyze_cni_conf, {"cni_networks", "cni_policies", "cni_nat_exceptions"}},
        {kind::command_line, &analyze_command_file, {"component_flags", "environment", "feature_gates"}},
        {kind::containerd_config, &analyze_containerd_config, {"containerd_config"}},
        {kind::docker_networks, &analyze_docker_networks, {"hns_networks", "hns_subnets"}},
        {kind::event_records, &analyze_event_records, {"events"}},
        {kind::flannel_net_conf, &analyze_flannel_net_conf, {"flannel_config"}},
        {kind::folder_listing, &analyze_windows_text, {"node_files"}},
        {kind::hns_endpoints, &analyze_hns_endpoints, {"hns_endpoints", "hns_policies", "hns_nat_exceptions"}},
        {kind::hns_load_balancers,
         &analyze_hns_load_balancers,
         {"hns_load_balancers", "hns_load_balancer_vips", "hns_load_balancer_ports", "hns_load_balancer_endpoints"}},
        {kind::hns_mixed,
         &analyze_hns_mixed,
         {"hns_networks", "hns_subnets", "hns_remote_subnets", "hns_extensions", "hns_policies", "hns_endpoints",
          "hns_nat_exceptions", "hns_load_balancers", "hns_load_balancer_vips", "hns_load_balancer_ports",
          "hns_load_balancer_endpoints", "hns_namespaces", "hns_namespace_resources"}},
        {kind::hns_namespaces, &analyze_hns_namespaces, {"hns_namespaces", "hns_namespace_resources"}},
        {kind::hns_networks,
         &analyze_hns_networks,
         {"hns_networks", "hns_subnets", "hns_remote_subnets", "hns_extensions", "hns_policies"}},
        {kind::hns_port_pools, &analyze_hns_port_pools, {"hns_port_pools"}},
        {kind::hnsdiag_list,
         &analyze_hns_mixed,
         {"hns_networks", "hns_endpoints", "hns_load_balancers", "hns_namespaces"}},
        {kind::ip_reservation, &analyze_ip_reservation, {"ip_reservations"}},
        {kind::ip_state,
         &analyze_windows_text,
         {"interfaces", "addresses", "ip_interfaces", "routes", "neighbors", "dns_servers", "system"}},
        {kind::ipconfig, &analyze_windows_text, {"interfaces", "addresses", "dns_servers", "routes", "system"}},
        {kind::journal, &analyze_journal, {"log_lines", "component_versions", "component_flags", "feature_gates"}},
        {kind::k8s_objects,
         &analyze_k8s_objects,
         {"k8s_nodes", "k8s_pods", "k8s_services", "k8s_service_ports", "k8s_endpoints", "k8s_events", "flannel_config",
          "kube_proxy_config", "cluster_settings"}},
        {kind::kube_proxy_config, &analyze_kube_proxy_config, {"kube_proxy_config", "feature_gates"}},
        {kind::kubeconfig, &analyze_kubeconfig, {"kubeconfigs"}},
        {kind::kubectl_text,
         &analyze_kubectl_text,
         {"k8s_nodes", "k8s_pods", "k8s_services", "k8s_service_ports", "k8s_endpoints", "k8s_events"}},
        {kind::kubelet_config, &analyze_kubelet_config, {"kubelet_config", "feature_gates"}},
        {kind::linux_addresses, &analyze_linux_addresses, {"addresses"}},
        {kind::linux_fdb, &analyze_linux_fdb, {"fdb_entries"}},
        {kind::linux_iptables, &analyze_iptables, {"packet_filter_rules", "packet_filter_chains"}},
        {kind::linux_links, &analyze_linux_links, {"interfaces"}},
        {kind::linux_neighbors, &analyze_linux_neighbors, {"neighbors"}},
        {kind::linux_nftables, &analyze_nftables, {"packet_filter_rules", "packet_filter_chains"}},
        {kind::linux_offloads, &analyze_linux_offloads, {"interface_offloads"}},
        {kind::linux_processes,
         &analyze_linux_processes,
         {"processes", "component_flags", "feature_gates", "environment"}},
        {kind::linux_routes, &analyze_linux_routes, {"routes"}},
        {kind::linux_rules, &analyze_linux_rules, {"routing_rules"}},
        {kind::linux_services, &analyze_linux_services, {"services", "component_flags", "feature_gates"}},
        {kind::linux_sockets, &analyze_linux_sockets, {"sockets"}},
        {kind::linux_sysctl, &analyze_linux_sysctl, {"sysctl", "port_ranges"}},
        {kind::linux_system, &analyze_linux_system, {"system", "features"}},
        {kind::log, &analyze_log, {"log_lines", "component_versions", "component_flags", "feature_gates"}},
        {kind::netsh, &analyze_windows_text, {"ip_interfaces", "port_ranges", "firewall_rules", "firewall_profiles"}},
        {kind::netstat, &analyze_windows_text, {"sockets"}},
        {kind::node_files, &analyze_node_files, {"node_files"}},
        {kind::process_list, &analyze_windows_text, {"processes", "component_flags", "feature_gates"}},
        {kind::ps_list,
         &analyze_windows_text,
         {"interfaces", "addresses", "ip_interfaces", "routes", "neighbors", "dns_servers", "port_ranges",
          "interface_offloads", "firewall_rules", "firewall_profiles", "sockets"}},
        {kind::registry_text, &analyze_registry_text, {"registry_values", "component_flags", "feature_gates"}},
        {kind::resolv_conf, &analyze_resolv_conf, {"dns_servers"}},
        {kind::route_print, &analyze_windows_text, {"routes", "interfaces"}},
        {kind::source_vip, &analyze_source_vip, {"source_vip_files"}},
        {kind::subnet_env, &analyze_subnet_env, {"flannel_subnet_env"}},
        {kind::systeminfo, &analyze_windows_text, {"system", "hotfixes"}},
        {kind::transcript,
         &analyze_transcript,
         {"hns_networks",
          "hns_subnets",
          "hns_remote_subnets",
          "hns_extensions",
          "hns_policies",
          "hns_endpoints",
          "hns_nat_exceptions",
          "hns_load_balancers",
          "hns_load_balancer_vips",
          "hns_load_balancer_ports",
          "hns_load_balancer_endpoints",
          "hns_namespaces",
          "hns_namespace_resources",
          "interfaces",
          "addresses",
          "ip_interfaces",
          "routes",
          "neighbors",
          "dns_servers",
          "port_ranges",
          "interface_offloads",
          "firewall_rules",
          "firewall_profiles",
          "services",
          "processes",
          "sockets",
          "component_flags",
          "feature_gates",
          "system",
          "hotfixes",
          "k8s_nodes",
          "k8s_pods",
          "k8s_services",
          "k8s_service_ports",
          "k8s_endpoints",
          "k8s_events"}},
        {kind::vfp, &analyze_vfp, {"vfp_ports", "vfp_layers", "vfp_groups", "vfp_rules", "vfp_counters"}},
        {kind::windows_services, &analyze_windows_text, {"services", "component_flags", "feature_gates"}},
        {kind::windows_state,
         &analyze_windows_state,
         {"system",      "hotfixes",          "features",       "registry_values", "environment",    "interfaces",
          "addresses",   "ip_interfaces",     "routes",         "neighbors",       "dns_servers",    "sockets",
          "port_ranges", "firewall_profiles", "firewall_rules", "hns_calls",       "event_channels", "services",
          "processes",   "component_flags",   "feature_gates"}},
        {kind::winver, &analyze_windows_text, {"system", "hotfixes"}},
    };
    return analyzers;
}

}  // namespace kwd::analyzers
