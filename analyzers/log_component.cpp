// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log_component.h"

#include "analyzers/words.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

struct Name {
    std::string_view part;  // in lower case
    std::string_view component;
};

// The first that a name contains: longer names come before those that they hold.
constexpr auto kNames = std::to_array<Name>({
    {"azure-vnet-ipam", "azure-vnet-ipam"},
    {"azure-vnet-telemetry", "azure-vnet-telemetry"},
    {"azure-vnet", "azure-vnet"},
    {"azure-cns", "azure-cns"},
    {"windows-exporter", "windows-exporter"},
    {"hosts-config-agent", "hosts-config-agent"},
    {"csi-proxy", "csi-proxy"},
    {"csi-node-driver", "csi"},
    {"kube-proxy", "kube-proxy"},
    {"kubeproxy", "kube-proxy"},
    {"kube-flannel", "flanneld"},
    {"flannel", "flanneld"},
    {"kube-apiserver", "kube-apiserver"},
    {"kube-controller-manager", "kube-controller-manager"},
    {"kube-scheduler", "kube-scheduler"},
    {"kubelet", "kubelet"},
    {"calico", "calico"},
    {"felix", "calico"},
    {"confd", "calico"},
    {"containerd", "containerd"},
    {"dockerd", "docker"},
    {"docker", "docker"},
    {"coredns", "coredns"},
    {"antrea-agent", "antrea-agent"},
    {"antrea", "antrea-agent"},
    {"cilium", "cilium"},
    {"rancher-wins", "rancher-wins"},
    {"rke2", "rke2"},
    {"k3s", "k3s"},
    {"etcd", "etcd"},
});

std::string_view component_in(std::string_view text) {
    for (const Name& each : kNames) {
        if (contains_ignoring_case(text, each.part)) {
            return each.component;
        }
    }
    return {};
}

// A pod's log: the container says what it is, its pod says it when the container has a common name.
std::string_view component_of_pod(std::string_view container, std::string_view pod) {
    const auto of_container = component_in(container);
    return of_container.empty() ? component_in(pod) : of_container;
}

}  // namespace

std::string_view component_of_container(std::string_view name) {
    return name == "kernel" ? "kernel" : component_in(name);
}

std::string_view component_of_log(std::string_view path) {
    const std::string_view name = file_name_of(path);
    const std::string_view folder = folder_of(path);
    // /var/log/containers/POD_NAMESPACE_CONTAINER-<id>.log
    const std::size_t first = name.find('_');
    const std::size_t last = name.rfind('_');
    if (first != std::string_view::npos && first != last) {
        if (const auto component = component_of_pod(name.substr(last + 1), name.substr(0, first)); !component.empty()) {
            return component;
        }
    }
    if (const auto component = component_in(name); !component.empty()) {
        return component;
    }
    if (name.starts_with("kern.log") || name == "dmesg") {
        return "kernel";
    }
    // /var/log/pods/NAMESPACE_POD_UID/CONTAINER/0.log, kubectl's NAMESPACE/POD/logs.txt, C:\CalicoWindows\logs\x.log
    const std::string_view above = folder_of(folder);
    return component_of_pod(file_name_of(folder), file_name_of(above));
}

std::string_view component_of_source(std::string_view source_file) {
    static constexpr auto files = std::to_array<Name>({
        {"proxier.go", "kube-proxy"},
        {"server_windows.go", "kube-proxy"},
        {"hns.go", "kube-proxy"},
        {"hnsv2.go", "kube-proxy"},
        {"hnsv1.go", "kube-proxy"},
        {"kubelet.go", "kubelet"},
        {"kubelet_node_status.go", "kubelet"},
        {"kubelet_network.go", "kubelet"},
        {"pod_workers.go", "kubelet"},
        {"docker_sandbox.go", "kubelet"},
        {"kuberuntime_sandbox.go", "kubelet"},
        {"kuberuntime_manager.go", "kubelet"},
        {"remote_runtime.go", "kubelet"},
        {"cni.go", "kubelet"},
        {"vxlan_windows.go", "flanneld"},
        {"vxlan_network_windows.go", "flanneld"},
        {"vxlan_network.go", "flanneld"},
        {"device_windows.go", "flanneld"},
        {"hostgw_windows.go", "flanneld"},
        {"route_network_windows.go", "flanneld"},
        {"route_network.go", "flanneld"},
        {"match.go", "flanneld"},
    });
    for (const Name& each : files) {
        if (equal_ignoring_case(file_name_of(source_file), each.part)) {
            return each.component;
        }
    }
    return source_file.starts_with("felix/") || source_file.starts_with("confd/") ? "calico" : std::string_view();
}

std::string log_name(std::string_view path) {
    std::string_view name = file_name_of(path);
    if (name == "0.log" || name == "logs.txt") {
        name = file_name_of(folder_of(path));
    }
    for (const std::string_view ending : {".gz", ".txt", ".log", ".err", ".out"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.remove_suffix(ending.size());
        }
    }
    return std::string(name);
}

}  // namespace kwd::analyzers
