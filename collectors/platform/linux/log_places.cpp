// SPDX-License-Identifier: Apache-2.0
#include "collectors/logs.h"

namespace kwd::collectors {

std::vector<std::string> log_places(const NodeTree& /*tree*/, const std::function<void(Error)>& /*refused*/) {
    // Pods are told by the name of a container that has to do with networking; folders are NAMESPACE_POD_UID/CONTAINER.
    return {
        "/var/log/pods/*/kube-proxy/*.log",
        "/var/log/pods/*/kube-flannel/*.log",
        "/var/log/pods/*/install-cni*/*.log",
        "/var/log/pods/*/calico-*/*.log",
        "/var/log/pods/*/cilium-*/*.log",
        "/var/log/pods/*/antrea-*/*.log",
        "/var/log/pods/*/aws-*/*.log",
        "/var/log/pods/*/azure-*/*.log",
        "/var/log/pods/*/coredns/*.log",
        "/var/log/pods/*/node-cache/*.log",
        "/var/log/pods/*/kube-router/*.log",
        "/var/log/pods/*/kube-multus/*.log",
        "/var/log/pods/*/kube-apiserver/*.log",
        "/var/log/pods/*/kube-controller-manager/*.log",
        "/var/log/kubelet*.log",
        "/var/log/kube-proxy*.log",
        "/var/log/flanneld*.log",
        "/var/log/containerd*.log",
        "/var/log/calico/cni/*.log",
        "/var/log/azure-vnet*.log",
        "/var/log/azure-cns*.log",
        "/var/log/aws-routed-eni/*.log",
        "/var/log/cilium-cni.log",
        "/var/log/antrea/*.log",
        "/var/log/multus.log",
        "/var/log/kubernetes/*.log",
        "/var/lib/rancher/*/agent/logs/*.log",
        "/var/lib/rancher/*/agent/containerd/containerd.log",
        "/var/log/kern.log",
        "/var/log/syslog",
        "/var/log/messages",
    };
}

std::vector<std::string> log_folders() {
    return {"/var/log", "/var/lib/docker/containers", "/var/lib/containers", "/var/lib/rancher"};
}

}  // namespace kwd::collectors
