// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_places.h"

#include "snapshot/kinds.h"

namespace kwd::collectors {

namespace kind = snapshot::kind;

std::vector<NodePlace> node_places(const NodeTree& /*tree*/, const std::function<void(Error)>& /*refused*/) {
    return {
        // CNI configuration. The folder first: whether there is one at all is the first question.
        {"/etc/cni/net.d", "folder", ""},
        {"/etc/cni/net.d/*.conf", "cni-conf", kind::cni_conf},
        {"/etc/cni/net.d/*.conflist", "cni-conf", kind::cni_conf},
        {"/etc/cni/net.d/*.json", "cni-conf", kind::cni_conf},
        {"/etc/cni/net.d/*kubeconfig*", "kubeconfig", ""},
        {"/etc/cni/net.d/*", "folder", ""},
        {"/var/lib/rancher/k3s/agent/etc/cni/net.d/*.conf*", "cni-conf", kind::cni_conf},
        {"/var/lib/rancher/rke2/agent/etc/cni/net.d/*.conf*", "cni-conf", kind::cni_conf},
        {"/var/snap/microk8s/current/args/cni-network/*.conf*", "cni-conf", kind::cni_conf},
        // CNI plugins
        {"/opt/cni/bin", "folder", ""},
        {"/opt/cni/bin/*", "cni-binary", ""},
        {"/usr/lib/cni/*", "cni-binary", ""},
        {"/usr/libexec/cni/*", "cni-binary", ""},
        {"/var/lib/rancher/k3s/data/current/bin/*", "cni-binary", ""},
        {"/var/lib/rancher/k3s/data/cni/*", "cni-binary", ""},
        // flannel; in a pod its configuration is a volume of that pod
        {"/etc/kube-flannel/net-conf.json", "flannel-net-conf", kind::flannel_net_conf},
        {"/var/lib/kubelet/pods/*/volumes/kubernetes.io~configmap/flannel-cfg/net-conf.json", "flannel-net-conf",
         kind::flannel_net_conf},
        {"/var/lib/rancher/*/agent/etc/flannel/net-conf.json", "flannel-net-conf", kind::flannel_net_conf},
        {"/run/flannel/subnet.env", "subnet-env", kind::subnet_env},
        // kubelet
        {"/var/lib/kubelet/config.yaml", "kubelet-config", kind::kubelet_config},
        {"/etc/kubernetes/kubelet/*config*", "kubelet-config", kind::kubelet_config},
        {"/var/lib/rancher/*/agent/etc/kubelet.conf.d/*.conf", "kubelet-config", kind::kubelet_config},
        {"/var/lib/kubelet/kubeadm-flags.env", "command-line", kind::command_line},
        {"/etc/default/kubelet", "command-line", kind::command_line},
        {"/etc/sysconfig/kubelet", "command-line", kind::command_line},
        {"/etc/systemd/system/kubelet.service.d/*.conf", "command-line", kind::command_line},
        {"/usr/lib/systemd/system/kubelet.service.d/*.conf", "command-line", kind::command_line},
        {"/var/snap/microk8s/current/args/kubelet", "command-line", kind::command_line},
        {"/var/snap/microk8s/current/args/kube-proxy", "command-line", kind::command_line},
        {"/var/snap/microk8s/current/args/flanneld", "command-line", kind::command_line},
        // kube-proxy; kubeadm's runs in a pod
        {"/var/lib/kubelet/pods/*/volumes/kubernetes.io~configmap/kube-proxy/config.conf", "kube-proxy-config",
         kind::kube_proxy_config},
        {"/var/lib/kube-proxy/config.conf", "kube-proxy-config", kind::kube_proxy_config},
        {"/var/lib/kube-proxy/kube-proxy-config.yaml", "kube-proxy-config", kind::kube_proxy_config},
        {"/var/lib/kube-proxy-config/config", "kube-proxy-config", kind::kube_proxy_config},
        // kubeconfig files: what of them may be told is another collector's work
        {"/etc/kubernetes/admin.conf", "kubeconfig", ""},
        {"/etc/kubernetes/bootstrap-kubelet.conf", "kubeconfig", ""},
        {"/etc/kubernetes/kubelet.conf", "kubeconfig", ""},
        {"/etc/rancher/k3s/k3s.yaml", "kubeconfig", ""},
        {"/etc/rancher/rke2/rke2.yaml", "kubeconfig", ""},
        {"/var/lib/kube-proxy/kubeconfig", "kubeconfig", ""},
        {"/var/lib/kubelet/kubeconfig", "kubeconfig", ""},
        {"/var/lib/rancher/*/agent/*.kubeconfig", "kubeconfig", ""},
        {"/var/lib/kubelet/pki/*", "folder", ""},
        // containerd
        {"/etc/containerd/config.toml", "containerd-config", kind::containerd_config},
        {"/etc/containerd/conf.d/*.toml", "containerd-config", kind::containerd_config},
        {"/var/lib/rancher/*/agent/etc/containerd/config.toml", "containerd-config", kind::containerd_config},
        {"/var/snap/microk8s/current/args/containerd.toml", "containerd-config", kind::containerd_config},
        {"/run/containerd/containerd.sock", "folder", ""},
        // what speaks of the whole cluster
        {"/etc/kubernetes/azure.json", "cluster-config", kind::cluster_config},
        {"/etc/rancher/k3s/config.yaml", "cluster-config", kind::cluster_config},
        {"/etc/rancher/k3s/config.yaml.d/*.yaml", "cluster-config", kind::cluster_config},
        {"/etc/rancher/rke2/config.yaml", "cluster-config", kind::cluster_config},
        {"/etc/rancher/rke2/config.yaml.d/*.yaml", "cluster-config", kind::cluster_config},
        {"/etc/kubernetes/manifests/*.yaml", "cluster-config", kind::k8s_objects},
        {"/var/lib/rancher/*/agent/pod-manifests/*.yaml", "cluster-config", kind::k8s_objects},
        // names
        {"/etc/resolv.conf", "resolv-conf", kind::resolv_conf},
        {"/run/systemd/resolve/resolv.conf", "resolv-conf", kind::resolv_conf},
        {"/etc/hosts", "hosts", kind::other},
        {"/var/lib/calico/nodename", "cluster-config", kind::other},
        {"/var/lib/cni/networks", "folder", ""},
    };
}

std::optional<std::string> named_path(std::string_view text) {
    return text.starts_with('/') ? std::optional(std::string(text)) : std::nullopt;
}

std::string ip_reservations_folder() {
    return "/var/lib/cni/networks";
}

}  // namespace kwd::collectors
