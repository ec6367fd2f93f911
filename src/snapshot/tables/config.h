// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// What configuration files say.

namespace kwd::snapshot {

struct CniNetworksRow {
    std::string file_name = {};
    Text folder = {};
    std::int64_t position = {};
    Text name = {};
    Text cni_version = {};
    Text plugin_type = {};
    Text delegate_type = {};
    Integer api_version = {};
    Text capabilities = {};
    Text ipam_type = {};
    Text ipam_subnet = {};
    Text dns_servers = {};
    Text dns_search = {};
    Text mode = {};
    Integer vni = {};
    Text mac_prefix = {};
    Flag loopback_dsr = {};
    Flag effective = {};
    Text policy_key = {};
};

inline constexpr auto kCniNetworks =
    table("cni_networks", "CNI configuration files, one row per plugin in them.",
          column("file_name", &CniNetworksRow::file_name, "name of the file, without its folder"),
          column("folder", &CniNetworksRow::folder, "folder on the node"),
          column("position", &CniNetworksRow::position, "of the plugin in the list, from 0"),
          column("name", &CniNetworksRow::name, "network name: the HNS network on Windows"),
          column("cni_version", &CniNetworksRow::cni_version, "cniVersion"),
          column("plugin_type", &CniNetworksRow::plugin_type,
                 "flannel, win-overlay, win-bridge, calico, azure-vnet, sdnbridge, bridge, portmap, …"),
          column("delegate_type", &CniNetworksRow::delegate_type, "delegate.type of flannel"),
          column("api_version", &CniNetworksRow::api_version, "apiVersion: 1 HNS V1, 2 HCN"),
          column("capabilities", &CniNetworksRow::capabilities, "enabled ones, comma separated"),
          column("ipam_type", &CniNetworksRow::ipam_type, "ipam.type"),
          column("ipam_subnet", &CniNetworksRow::ipam_subnet, "ipam.subnet or the first range"),
          column("dns_servers", &CniNetworksRow::dns_servers, "comma separated"),
          column("dns_search", &CniNetworksRow::dns_search, "comma separated"),
          column("mode", &CniNetworksRow::mode, "Calico or Azure mode"),
          column("vni", &CniNetworksRow::vni, "Calico vxlan_vni"),
          column("mac_prefix", &CniNetworksRow::mac_prefix, "endpointMacPrefix or vxlan_mac_prefix"),
          column("loopback_dsr", &CniNetworksRow::loopback_dsr,
                 "loopbackDSR, windows_loopback_DSR, windowsSettings.enableLoopbackDSR"),
          column("effective", &CniNetworksRow::effective,
                 "the file that the runtime would take: first in lexical order of the folder that it reads"),
          column("policy_key", &CniNetworksRow::policy_key,
                 "Policies, policies or AdditionalArgs, whichever holds the policies"));

struct CniPoliciesRow {
    std::string file_name = {};
    Text network_name = {};
    std::string type = {};
    Text form = {};
    Text destination_prefix = {};
    Flag need_encap = {};
    Text provider_address = {};
    Text settings = {};
};

inline constexpr auto kCniPolicies =
    table("cni_policies", "Policies in CNI configuration.",
          column("file_name", &CniPoliciesRow::file_name, "joins cni_networks.file_name"),
          column("network_name", &CniPoliciesRow::network_name, "joins cni_networks.name"),
          column("type", &CniPoliciesRow::type, "OutBoundNAT, SDNRoute, ProviderAddress, ACL, …, as V2 names them"),
          column("form", &CniPoliciesRow::form, "flat (V1) or settings (V2)"),
          column("destination_prefix", &CniPoliciesRow::destination_prefix, "SDNRoute"),
          column("need_encap", &CniPoliciesRow::need_encap, "SDNRoute"),
          column("provider_address", &CniPoliciesRow::provider_address, "ProviderAddress"),
          column("settings", &CniPoliciesRow::settings, "raw JSON"));

struct CniNatExceptionsRow {
    std::string file_name = {};
    Text network_name = {};
    std::string prefix = {};
};

inline constexpr auto kCniNatExceptions =
    table("cni_nat_exceptions", "One row for each OutBoundNAT exception in CNI configuration.",
          column("file_name", &CniNatExceptionsRow::file_name, "joins cni_networks.file_name"),
          column("network_name", &CniNatExceptionsRow::network_name, "joins cni_networks.name"),
          column("prefix", &CniNatExceptionsRow::prefix, "as written"));

struct FlannelConfigRow {
    Text network = {};
    Text ipv6_network = {};
    Flag enable_ipv4 = {};
    Flag enable_ipv6 = {};
    Integer subnet_length = {};
    Text backend_type = {};
    Text backend_name = {};
    Integer vni = {};
    Integer port = {};
    Text mac_prefix = {};
    Flag direct_routing = {};
    Flag gbp = {};
    Integer mtu_bytes = {};
};

inline constexpr auto kFlannelConfig = table(
    "flannel_config", "net-conf.json.", column("network", &FlannelConfigRow::network, "cluster CIDR"),
    column("ipv6_network", &FlannelConfigRow::ipv6_network, "cluster CIDR, IPv6"),
    column("enable_ipv4", &FlannelConfigRow::enable_ipv4, "EnableIPv4"),
    column("enable_ipv6", &FlannelConfigRow::enable_ipv6, "EnableIPv6"),
    column("subnet_length", &FlannelConfigRow::subnet_length, "SubnetLen"),
    column("backend_type", &FlannelConfigRow::backend_type, "vxlan, host-gw, udp, …"),
    column("backend_name", &FlannelConfigRow::backend_name, "Backend.Name: the HNS network"),
    column("vni", &FlannelConfigRow::vni, "Backend.VNI; NULL where absent, which means 4096 on Windows and 1 on Linux"),
    column("port", &FlannelConfigRow::port,
           "Backend.Port; NULL where absent, which means 4789 on Windows and 8472 on Linux"),
    column("mac_prefix", &FlannelConfigRow::mac_prefix, "Backend.MacPrefix"),
    column("direct_routing", &FlannelConfigRow::direct_routing, "Backend.DirectRouting"),
    column("gbp", &FlannelConfigRow::gbp, "Backend.GBP"),
    column("mtu_bytes", &FlannelConfigRow::mtu_bytes, "Backend.MTU"));

struct FlannelSubnetEnvRow {
    Text network = {};
    Text subnet = {};
    Text ipv6_network = {};
    Text ipv6_subnet = {};
    Integer mtu_bytes = {};
    Flag ip_masq = {};
};

inline constexpr auto kFlannelSubnetEnv =
    table("flannel_subnet_env", "subnet.env.", column("network", &FlannelSubnetEnvRow::network, "FLANNEL_NETWORK"),
          column("subnet", &FlannelSubnetEnvRow::subnet, "FLANNEL_SUBNET: the gateway address with prefix length"),
          column("ipv6_network", &FlannelSubnetEnvRow::ipv6_network, "FLANNEL_IPV6_NETWORK"),
          column("ipv6_subnet", &FlannelSubnetEnvRow::ipv6_subnet, "FLANNEL_IPV6_SUBNET"),
          column("mtu_bytes", &FlannelSubnetEnvRow::mtu_bytes, "FLANNEL_MTU"),
          column("ip_masq", &FlannelSubnetEnvRow::ip_masq, "FLANNEL_IPMASQ"));

struct KubeletConfigRow {
    Text cluster_dns = {};
    Text cluster_domain = {};
    Flag cgroups_per_qos = {};
    Text enforce_node_allocatable = {};
    Text resolv_conf = {};
    Text container_runtime_endpoint = {};
    Integer max_pods = {};
    Text pod_cidr = {};
    Flag rotate_certificates = {};
};

inline constexpr auto kKubeletConfig = table(
    "kubelet_config", "KubeletConfiguration files.",
    column("cluster_dns", &KubeletConfigRow::cluster_dns, "comma separated"),
    column("cluster_domain", &KubeletConfigRow::cluster_domain, "clusterDomain"),
    column("cgroups_per_qos", &KubeletConfigRow::cgroups_per_qos, "cgroupsPerQOS"),
    column("enforce_node_allocatable", &KubeletConfigRow::enforce_node_allocatable,
           "comma separated; empty text for an empty list"),
    column("resolv_conf", &KubeletConfigRow::resolv_conf, "resolvConf; empty text when set to \"\""),
    column("container_runtime_endpoint", &KubeletConfigRow::container_runtime_endpoint, "containerRuntimeEndpoint"),
    column("max_pods", &KubeletConfigRow::max_pods, "maxPods"),
    column("pod_cidr", &KubeletConfigRow::pod_cidr, "podCIDR"),
    column("rotate_certificates", &KubeletConfigRow::rotate_certificates, "rotateCertificates"));

struct KubeProxyConfigRow {
    Text mode = {};
    Text cluster_cidr = {};
    Text hostname_override = {};
    Text bind_address = {};
    Text network_name = {};
    Text source_vip = {};
    Flag enable_dsr = {};
    Text root_hns_endpoint_name = {};
    Flag forward_health_check_vip = {};
    Text health_check_address = {};
};

inline constexpr auto kKubeProxyConfig = table(
    "kube_proxy_config", "KubeProxyConfiguration files.",
    column("mode", &KubeProxyConfigRow::mode, "kernelspace, iptables, ipvs, nftables"),
    column("cluster_cidr", &KubeProxyConfigRow::cluster_cidr, "clusterCIDR"),
    column("hostname_override", &KubeProxyConfigRow::hostname_override, "hostnameOverride"),
    column("bind_address", &KubeProxyConfigRow::bind_address, "bindAddress"),
    column("network_name", &KubeProxyConfigRow::network_name, "winkernel.networkName"),
    column("source_vip", &KubeProxyConfigRow::source_vip, "winkernel.sourceVip"),
    column("enable_dsr", &KubeProxyConfigRow::enable_dsr, "winkernel.enableDSR"),
    column("root_hns_endpoint_name", &KubeProxyConfigRow::root_hns_endpoint_name, "winkernel.rootHnsEndpointName"),
    column("forward_health_check_vip", &KubeProxyConfigRow::forward_health_check_vip,
           "winkernel.forwardHealthCheckVip"),
    column("health_check_address", &KubeProxyConfigRow::health_check_address, "healthzBindAddress"));

struct KubeconfigsRow {
    std::string path = {};
    Text server = {};
    Text client_certificate_not_after = {};
    Text ca_fingerprint = {};
    Flag token_present = {};
};

inline constexpr auto kKubeconfigs =
    table("kubeconfigs", "Kubeconfig files, without their secrets.", column("path", &KubeconfigsRow::path, "file"),
          column("server", &KubeconfigsRow::server, "API server URL"),
          column("client_certificate_not_after", &KubeconfigsRow::client_certificate_not_after, "ISO 8601"),
          column("ca_fingerprint", &KubeconfigsRow::ca_fingerprint, "SHA-256 of the cluster CA, hex"),
          column("token_present", &KubeconfigsRow::token_present, "holds a bearer token"));

struct ContainerdConfigRow {
    Text version = {};
    Text cni_conf_dir = {};
    Text cni_bin_dir = {};
    Text sandbox_image = {};
    Text default_runtime = {};
    Text root = {};
    Text grpc_address = {};
};

inline constexpr auto kContainerdConfig =
    table("containerd_config", "containerd's configuration.",
          column("version", &ContainerdConfigRow::version, "schema version of the file"),
          column("cni_conf_dir", &ContainerdConfigRow::cni_conf_dir, "conf_dir"),
          column("cni_bin_dir", &ContainerdConfigRow::cni_bin_dir, "bin_dir; comma separated where several"),
          column("sandbox_image", &ContainerdConfigRow::sandbox_image, "pause image"),
          column("default_runtime", &ContainerdConfigRow::default_runtime, "default_runtime_name"),
          column("root", &ContainerdConfigRow::root, "root folder"),
          column("grpc_address", &ContainerdConfigRow::grpc_address, "address"));

struct IpReservationsRow {
    Text network_name = {};
    std::string address = {};
    Text owner = {};
    Text interface = {};
    Text origin = {};
};

inline constexpr auto kIpReservations =
    table("ip_reservations", "Addresses that a local IPAM keeps.",
          column("network_name", &IpReservationsRow::network_name, "host-local network"),
          column("address", &IpReservationsRow::address, "reserved"),
          column("owner", &IpReservationsRow::owner, "container id, or kube-proxy for a source VIP"),
          column("interface", &IpReservationsRow::interface, "second line of the reservation"),
          column("origin", &IpReservationsRow::origin, "host-local, azure-ipam, calico"));

struct SourceVipFilesRow {
    std::string path = {};
    Text address = {};
    Text problem = {};
};

inline constexpr auto kSourceVipFiles =
    table("source_vip_files", "sourceVip.json and its like.", column("path", &SourceVipFilesRow::path, "file"),
          column("address", &SourceVipFilesRow::address, "source VIP in it"),
          column("problem", &SourceVipFilesRow::problem, "why it holds none"));

struct ClusterSettingsRow {
    std::string name = {};
    Text value = {};
    Text origin = {};
};

inline constexpr auto kClusterSettings = table(
    "cluster_settings", "Cluster wide settings as a file on the node tells them.",
    column("name", &ClusterSettingsRow::name,
           "cluster-cidr, service-cidr, dns-ip, network-plugin, kubernetes-version, node-cidr-mask, cluster-domain, "
           "dns-forward"),
    column("value", &ClusterSettingsRow::value, "value"),
    column("origin", &ClusterSettingsRow::origin,
           "kubeclusterconfig.json, ClusterConfiguration, kubeadm-config, kubelet-config, config-map, config.ps1, "
           "rke2 config, kube-apiserver, kube-controller-manager (of their pods)"));

}  // namespace kwd::snapshot
