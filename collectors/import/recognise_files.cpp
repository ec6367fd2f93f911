// SPDX-License-Identifier: Apache-2.0
// Configuration and state files of Kubernetes components, CNI plugins and runtimes, and what kubectl prints.
#include "collectors/import/matching.h"
#include "collectors/import/recognisers.h"

#include <re2/re2.h>

#include <algorithm>

namespace kwd::collectors {
namespace {

std::string_view object_kind(const Sample& sample) {
    return json_or_yaml_value(sample, "kind");
}

bool path_has(const Sample& sample, std::string_view part) {
    return sample.path().find(part) != std::string::npos;
}

bool is_one_of(std::string_view text, Names names) {
    return std::find(names.begin(), names.end(), text) != names.end();
}

}  // namespace

bool is_k8s_objects(const Sample& sample) {
    const auto kind = object_kind(sample);
    if (kind.empty() || json_or_yaml_value(sample, "apiversion").empty()) {
        return false;
    }
    return json_has(sample, {"metadata"}) || json_has(sample, {"items"}) || yaml_has(sample, "metadata") ||
           yaml_has(sample, "items");
}

// The tables of `get`, which may be indented as they were pasted, objects of `describe`, and the events below one.
bool is_kubectl_text(const Sample& sample) {
    static const RE2 get(
        R"(^\s*(NAMESPACE\s+)?(NAME\s+(STATUS\s+ROLES|READY\s+(STATUS|UP-TO-DATE)|TYPE\s+CLUSTER-IP|ENDPOINTS|ADDRESSTYPE|DESIRED|DATA)|LAST SEEN\s+(TYPE|FIRST SEEN|COUNT))\b)");
    static const RE2 describe(
        R"(^\s*(PodCIDR|System Info|Allocated resources|QoS Class|Tolerations|Service Account|Session Affinity|Non-terminated Pods):(\s|$))");
    static const RE2 name(R"(^\s*Name:\s+\S)");
    static const RE2 events(R"(^\s*Type\s+Reason\s+Age\s+From\s+Message\s*$)");
    return any_line(sample, get) || any_line(sample, events) || (any_line(sample, name) && any_line(sample, describe));
}

bool is_kubeconfig(const Sample& sample) {
    return object_kind(sample) == "Config" &&
           (json_has(sample, {"clusters", "users"}) || (yaml_has(sample, "clusters") && yaml_has(sample, "users")));
}

bool is_kubelet_config(const Sample& sample) {
    return object_kind(sample) == "KubeletConfiguration" || json_has(sample, {"kubeletconfig"});
}

bool is_kube_proxy_config(const Sample& sample) {
    return object_kind(sample) == "KubeProxyConfiguration";
}

bool is_cluster_config(const Sample& sample) {
    static const RE2 calico(R"(Set-EnvVarIfNotSet\s|^\s*\$env:(CALICO_|KUBE_NETWORK|FELIX_|VXLAN_))");
    static const RE2 rke2(R"(^(server|token|node-ip|cni|kubelet-arg|kube-proxy-arg|write-kubeconfig-mode)\s*:)");
    if (json_has(sample, {"kubernetes.network"}) || json_has(sample, {"kubernetes.controlplane"})) {
        return true;  // AKS: kubeclusterconfig.json
    }
    if (is_one_of(object_kind(sample), {"ClusterConfiguration", "InitConfiguration", "JoinConfiguration"})) {
        return true;  // kubeadm
    }
    return any_line(sample, calico) ||
           ((path_has(sample, "rke2") || path_has(sample, "rancher")) &&
            (sample.name_ends(".yaml") || sample.name_ends(".yml")) && any_line(sample, rke2));
}

bool is_flannel_net_conf(const Sample& sample) {
    return json_has(sample, {"network", "backend"}) || json_has(sample, {"backend.type"}) ||
           json_has(sample, {"ipv6network", "backend"});
}

bool is_subnet_env(const Sample& sample) {
    static const RE2 line(R"(^\s*FLANNEL_(NETWORK|SUBNET|IPV6_NETWORK|IPV6_SUBNET)=)");
    return any_line(sample, line);
}

// An answer of a CNI plugin (`ip4` of 0.2.0, `ips` later), or the error that stands there instead of one.
bool is_source_vip(const Sample& sample) {
    const bool answer = json_has(sample, {"cniversion", "ip4.ip"}) || json_has(sample, {"cniversion", "ips"}) ||
                        json_has(sample, {"ip4.ip"});
    const bool error = json_has(sample, {"code", "msg"}) && path_has(sample, "sourcevip");
    return (answer || error) && !json_has(sample, {"type"});
}

bool is_source_vip_request(const Sample& sample) {
    return sample.name().find("sourceviprequest") != std::string_view::npos && json_has(sample, {"ipam"});
}

bool is_cni_conf(const Sample& sample) {
    if (json_has(sample, {"cniversion"}) && (json_has(sample, {"plugins"}) || json_has(sample, {"type"}))) {
        return true;
    }
    return json_has(sample, {"name", "type", "delegate"}) || json_has(sample, {"name", "type", "ipam"}) ||
           json_has(sample, {"name", "plugins.type"});
}

bool is_azure_ipam_state(const Sample& sample) {
    return json_has(sample, {"ipam.addressspaces"}) || json_has(sample, {"ipam", "version", "timestamp"});
}

bool is_azure_vnet_state(const Sample& sample) {
    return json_has(sample, {"network.externalinterfaces"}) || json_has(sample, {"network", "version", "timestamp"});
}

// host-local keeps one small file per address: container id, then interface (containernetworking/plugins, disk backend)
bool is_ip_reservation(const Sample& sample) {
    static const RE2 owner(R"(^[A-Za-z0-9_.-]+$)");
    static const RE2 address(R"(^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]+)$)");
    const auto& lines = sample.lines();
    if (lines.empty() || lines.size() > 3 || !matches(lines[0], owner)) {
        return false;
    }
    if (sample.name().find("last_reserved_ip") == 0) {
        return matches(lines[0], address);
    }
    // a `:` cannot stand in a file name on Windows; host-local writes `_`
    std::string name(sample.name());
    std::replace(name.begin(), name.end(), '_', ':');
    return matches(name, address);
}

bool is_containerd_config(const Sample& sample) {
    static const RE2 plugin(R"(^\s*\[plugins(\.|\]))");
    static const RE2 setting(R"(^\s*(version\s*=\s*[123]\s*$|(root|state|bin_dir|conf_dir|sandbox_image)\s*=\s*["']))");
    return any_line(sample, plugin) && any_line(sample, setting);
}

bool is_crictl_info(const Sample& sample) {
    return json_has(sample, {"cniconfig"}) || json_has(sample, {"config.containerd"});
}

bool is_docker_networks(const Sample& sample) {
    return json_has(sample, {"id", "driver", "scope", "ipam.driver"});
}

bool is_docker_inspect(const Sample& sample) {
    return json_has(sample, {"id", "state.status", "networksettings"}) ||
           json_has(sample, {"id", "repotags", "rootfs"});
}

// DebugWindowsNode.ps1 of sig-windows-tools is a test of Pester: one line a claim, which held or did not.
bool is_pester_result(const Sample& sample) {
    static const RE2 claim(R"(^\s*\[[+-]\] \S.* [0-9.]+m?s(\s|$))");
    return any_line(sample, claim);
}

// Scripts, service settings and lists of processes that start a component with flags.
bool is_command_line(const Sample& sample) {
    static const RE2 kubeadm(R"(^KUBELET_[A-Z_]*ARGS\s*=)");
    static const RE2 nssm(R"((?i)\bAppParameters\b|nssm(\.exe)?\s+(set|install)\s+\S)");
    static const RE2 started(
        R"((?i)\b(kubelet|kube-?proxy|flanneld|containerd|calico-node|calico|rke2|dockerd)(\.exe)?["']?\s+.*--?[a-z])");
    static const RE2 flag(
        R"(--(kubeconfig|bootstrap-kubeconfig|hostname-override|node-ip|source-vip|network-name|proxy-mode|cluster-cidr|cluster-dns|feature-gates|enable-dsr|resolv-conf|cgroups-per-qos|container-runtime-endpoint|kube-subnet-mgr|iface|ip-masq|network-plugin|cni-conf-dir|pod-infra-container-image)\b)");
    if (any_line(sample, kubeadm)) {
        return true;
    }
    const bool flags = any_line(sample, flag);
    return flags && (any_line(sample, started) || any_line(sample, nssm) || sample.name_ends(".ps1") ||
                     sample.name_ends(".cmd") || sample.name_ends(".bat") || sample.name_ends(".env") ||
                     sample.name().find("cmdline") != std::string_view::npos);
}

bool is_private_key(const Sample& sample) {
    static const RE2 begin(R"(^-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----)");
    return any_line(sample, begin);
}

bool is_certificate(const Sample& sample) {
    static const RE2 begin(R"(^-----BEGIN (TRUSTED )?CERTIFICATE( REQUEST)?-----)");
    return any_line(sample, begin);
}

}  // namespace kwd::collectors
