// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// What the Kubernetes API says.

namespace kwd::snapshot {

struct K8sNodesRow {
    std::string name = {};
    Text os = {};
    Text os_image = {};
    Text kernel_version = {};
    Text kubelet_version = {};
    Text kube_proxy_version = {};
    Text container_runtime = {};
    Text internal_ip = {};
    Text host_name = {};
    Text pod_cidr = {};
    Text pod_cidrs = {};
    Integer max_pods = {};
    Flag ready = {};
    Text ready_reason = {};
    Flag network_unavailable = {};
    Text flannel_backend_type = {};
    Integer flannel_vni = {};
    Text flannel_vtep_mac = {};
    Text flannel_public_ip = {};
    Text labels = {};
    Text taints = {};
    Flag is_this_node = {};
};

inline constexpr auto kK8sNodes =
    table("k8s_nodes", "Node objects.", column("name", &K8sNodesRow::name, "lower case"),
          column("os", &K8sNodesRow::os, "operatingSystem of nodeInfo"),
          column("os_image", &K8sNodesRow::os_image, "osImage"),
          column("kernel_version", &K8sNodesRow::kernel_version, "kernelVersion, 10.0.20348.2227"),
          column("kubelet_version", &K8sNodesRow::kubelet_version, "v1.29.3"),
          column("kube_proxy_version", &K8sNodesRow::kube_proxy_version, "kubeProxyVersion"),
          column("container_runtime", &K8sNodesRow::container_runtime, "containerd://1.7.13"),
          column("internal_ip", &K8sNodesRow::internal_ip, "first InternalIP"),
          column("host_name", &K8sNodesRow::host_name, "Hostname address"),
          column("pod_cidr", &K8sNodesRow::pod_cidr, "spec.podCIDR"),
          column("pod_cidrs", &K8sNodesRow::pod_cidrs, "comma separated"),
          column("max_pods", &K8sNodesRow::max_pods, "status.capacity.pods"),
          column("ready", &K8sNodesRow::ready, "condition Ready"),
          column("ready_reason", &K8sNodesRow::ready_reason, "reason and message when not ready"),
          column("network_unavailable", &K8sNodesRow::network_unavailable, "condition NetworkUnavailable"),
          column("flannel_backend_type", &K8sNodesRow::flannel_backend_type, "annotation"),
          column("flannel_vni", &K8sNodesRow::flannel_vni, "of backend-data"),
          column("flannel_vtep_mac", &K8sNodesRow::flannel_vtep_mac, "of backend-data, lower case with colons"),
          column("flannel_public_ip", &K8sNodesRow::flannel_public_ip, "annotation"),
          column("labels", &K8sNodesRow::labels, "JSON"),
          column("taints", &K8sNodesRow::taints, "key=value:effect, comma separated"),
          column("is_this_node", &K8sNodesRow::is_this_node, "the node that the snapshot is of"));

struct K8sPodsRow {
    std::string name_space = {};
    std::string name = {};
    Text node_name = {};
    Text pod_ip = {};
    Text host_ip = {};
    Text phase = {};
    Flag ready = {};
    Flag host_network = {};
    Text dns_policy = {};
    Integer restart_count = {};
    Text images = {};
    Text host_ports = {};
    Text runtime_class = {};
    Text waiting_reason = {};
    Text annotations = {};
    Text labels = {};
    Text os = {};
    Text node_selector = {};
};

inline constexpr auto kK8sPods = table(
    "k8s_pods", "Pod objects.",
    column("namespace", &K8sPodsRow::name_space, "namespace; empty where kubectl printed none"),
    column("name", &K8sPodsRow::name, "name"), column("node_name", &K8sPodsRow::node_name, "spec.nodeName"),
    column("pod_ip", &K8sPodsRow::pod_ip, "status.podIP"), column("host_ip", &K8sPodsRow::host_ip, "status.hostIP"),
    column("phase", &K8sPodsRow::phase, "Running, Pending, …"), column("ready", &K8sPodsRow::ready, "condition Ready"),
    column("host_network", &K8sPodsRow::host_network, "spec.hostNetwork"),
    column("dns_policy", &K8sPodsRow::dns_policy, "spec.dnsPolicy"),
    column("restart_count", &K8sPodsRow::restart_count, "sum over containers"),
    column("images", &K8sPodsRow::images, "comma separated"),
    column("host_ports", &K8sPodsRow::host_ports, "hostPort/protocol of its containers, comma separated"),
    column("runtime_class", &K8sPodsRow::runtime_class, "spec.runtimeClassName"),
    column("waiting_reason", &K8sPodsRow::waiting_reason, "ContainerCreating, CrashLoopBackOff"),
    column("annotations", &K8sPodsRow::annotations, "JSON"), column("labels", &K8sPodsRow::labels, "JSON"),
    column("os", &K8sPodsRow::os, "spec.os.name or the nodeSelector kubernetes.io/os"),
    column("node_selector", &K8sPodsRow::node_selector, "spec.nodeSelector as JSON; NULL for none"));

struct K8sServicesRow {
    std::string name_space = {};
    std::string name = {};
    Text type = {};
    Text cluster_ip = {};
    Text cluster_ips = {};
    Text external_ips = {};
    Text ingress_ips = {};
    Text session_affinity = {};
    Text external_traffic_policy = {};
    Text internal_traffic_policy = {};
    Text annotations = {};
    Text selector = {};
};

inline constexpr auto kK8sServices =
    table("k8s_services", "Service objects.",
          column("namespace", &K8sServicesRow::name_space, "namespace; empty where kubectl printed none"),
          column("name", &K8sServicesRow::name, "name"),
          column("type", &K8sServicesRow::type, "ClusterIP, NodePort, LoadBalancer, ExternalName"),
          column("cluster_ip", &K8sServicesRow::cluster_ip, "NULL for headless"),
          column("cluster_ips", &K8sServicesRow::cluster_ips,
                 "spec.clusterIPs, both families, canonical, comma separated; NULL for headless"),
          column("external_ips", &K8sServicesRow::external_ips, "spec.externalIPs, canonical, comma separated"),
          column("ingress_ips", &K8sServicesRow::ingress_ips,
                 "addresses of status.loadBalancer.ingress, canonical, comma separated"),
          column("session_affinity", &K8sServicesRow::session_affinity, "None, ClientIP"),
          column("external_traffic_policy", &K8sServicesRow::external_traffic_policy, "Cluster, Local"),
          column("internal_traffic_policy", &K8sServicesRow::internal_traffic_policy, "Cluster, Local"),
          column("annotations", &K8sServicesRow::annotations, "JSON"),
          column("selector", &K8sServicesRow::selector, "JSON; NULL for none"));

struct K8sServicePortsRow {
    std::string name_space = {};
    std::string service = {};
    Text name = {};
    Text protocol = {};
    Integer port = {};
    Text target_port = {};
    Integer node_port = {};
};

inline constexpr auto kK8sServicePorts = table(
    "k8s_service_ports", "Ports of services.",
    column("namespace", &K8sServicePortsRow::name_space, "namespace; empty where kubectl printed none"),
    column("service", &K8sServicePortsRow::service, "name"), column("name", &K8sServicePortsRow::name, "port name"),
    column("protocol", &K8sServicePortsRow::protocol, "TCP, UDP, SCTP"),
    column("port", &K8sServicePortsRow::port, "service port"),
    column("target_port", &K8sServicePortsRow::target_port, "number or name"),
    column("node_port", &K8sServicePortsRow::node_port, "node port"));

struct K8sEndpointsRow {
    std::string name_space = {};
    std::string service = {};
    std::string address = {};
    Integer port = {};
    Text protocol = {};
    Text node_name = {};
    Flag ready = {};
};

inline constexpr auto kK8sEndpoints = table(
    "k8s_endpoints", "Endpoints and EndpointSlices, one row per address and port.",
    column("namespace", &K8sEndpointsRow::name_space, "namespace; empty where kubectl printed none"),
    column("service", &K8sEndpointsRow::service, "service name"),
    column("address", &K8sEndpointsRow::address, "pod address"), column("port", &K8sEndpointsRow::port, "target port"),
    column("protocol", &K8sEndpointsRow::protocol, "TCP, UDP, SCTP"),
    column("node_name", &K8sEndpointsRow::node_name, "where the pod runs"),
    column("ready", &K8sEndpointsRow::ready, "ready"));

struct K8sEventsRow {
    Text name_space = {};
    Text object = {};
    Text type = {};
    Text reason = {};
    Text message = {};
    Integer count = {};
    Text last_time_utc = {};
};

inline constexpr auto kK8sEvents =
    table("k8s_events", "Event objects.",
          column("namespace", &K8sEventsRow::name_space, "namespace; NULL where kubectl printed none"),
          column("object", &K8sEventsRow::object, "kind/name"), column("type", &K8sEventsRow::type, "Normal, Warning"),
          column("reason", &K8sEventsRow::reason, "reason"), column("message", &K8sEventsRow::message, "message"),
          column("count", &K8sEventsRow::count, "repeats"),
          column("last_time_utc", &K8sEventsRow::last_time_utc, "ISO 8601; NULL where kubectl printed an age"));

}  // namespace kwd::snapshot
