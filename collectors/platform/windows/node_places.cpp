// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_places.h"

#include "collectors/containerd_folders.h"
#include "collectors/path_style.h"
#include "collectors/platform/windows/agent_services.h"
#include "collectors/platform/windows/disk_path.h"
#include "collectors/platform/windows/system_drive.h"
#include "snapshot/kinds.h"

#include <array>
#include <set>
#include <utility>

namespace kwd::collectors {
namespace {

namespace kind = snapshot::kind;

struct Place {
    std::string_view below_drive;
    std::string_view role;
    std::string_view kind;
};

// All on the drive that Windows lies on.
constexpr auto kPlaces = std::to_array<Place>({
    // CNI configuration. The folders first: whether there is one at all is the first question.
    {R"(\etc\cni\net.d)", "folder", ""},
    {R"(\etc\cni\net.d\*.conf)", "cni-conf", kind::cni_conf},
    {R"(\etc\cni\net.d\*.conflist)", "cni-conf", kind::cni_conf},
    {R"(\etc\cni\net.d\*.json)", "cni-conf", kind::cni_conf},
    {R"(\etc\cni\net.d\*kubeconfig*)", "kubeconfig", ""},
    {R"(\etc\cni\net.d\*)", "folder", ""},
    {R"(\Program Files\containerd\cni\conf)", "folder", ""},
    {R"(\Program Files\containerd\cni\conf\*.conf)", "cni-conf", kind::cni_conf},
    {R"(\Program Files\containerd\cni\conf\*.conflist)", "cni-conf", kind::cni_conf},
    {R"(\Program Files\containerd\cni\conf\*.json)", "cni-conf", kind::cni_conf},
    {R"(\Program Files\containerd\cni\conf\*kubeconfig*)", "kubeconfig", ""},
    {R"(\k\cni\config)", "folder", ""},
    {R"(\k\cni\config\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\k\cni\config\*.json)", "cni-conf", kind::cni_conf},
    {R"(\k\azurecni\netconf)", "folder", ""},
    {R"(\k\azurecni\netconf\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\etc\kubernetes\cni\config\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\etc\kubernetes\cni\net.d\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\etc\kubernetes\cni\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\ProgramData\Amazon\EKS\cni\config)", "folder", ""},
    {R"(\ProgramData\Amazon\EKS\cni\config\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\var\lib\rancher\*\agent\etc\cni)", "folder", ""},
    {R"(\var\lib\rancher\*\agent\etc\cni\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\var\lib\rancher\*\agent\etc\cni\*kubeconfig*)", "kubeconfig", ""},
    {R"(\var\lib\rancher\*\agent\etc\cni\net.d\*.conf*)", "cni-conf", kind::cni_conf},
    {R"(\var\lib\rancher\*\agent\etc\cni\net.d\*kubeconfig*)", "kubeconfig", ""},
    {R"(\CalicoWindows\cni\*.conf*)", "cni-conf", kind::cni_conf},
    // CNI plugins
    {R"(\opt\cni\bin)", "folder", ""},
    {R"(\opt\cni\bin\*)", "cni-binary", ""},
    {R"(\Program Files\containerd\cni\bin)", "folder", ""},
    {R"(\Program Files\containerd\cni\bin\*)", "cni-binary", ""},
    {R"(\k\cni)", "folder", ""},
    {R"(\k\cni\*.exe)", "cni-binary", ""},
    {R"(\k\azurecni\bin\*)", "cni-binary", ""},
    {R"(\Program Files\Amazon\EKS\cni\*)", "cni-binary", ""},
    {R"(\etc\kubernetes\cni\bin\*)", "cni-binary", ""},
    {R"(\etc\kubernetes\cni\*.exe)", "cni-binary", ""},
    {R"(\CalicoWindows\cni\*.exe)", "cni-binary", ""},
    // flannel; in a pod its configuration is a volume of that pod
    {R"(\etc\kube-flannel\net-conf.json)", "flannel-net-conf", kind::flannel_net_conf},
    {R"(\k\net-conf.json)", "flannel-net-conf", kind::flannel_net_conf},
    {R"(\var\lib\kubelet\pods\*\volumes\kubernetes.io~configmap\*\net-conf.json)", "flannel-net-conf",
     kind::flannel_net_conf},
    {R"(\var\lib\rancher\*\agent\flanneld-net-conf.json)", "flannel-net-conf", kind::flannel_net_conf},
    {R"(\run\flannel\subnet.env)", "subnet-env", kind::subnet_env},
    // the source VIP of kube-proxy on overlay networks, and what host-local was asked for it
    {R"(\sourcevip\sourceVip.json)", "source-vip", kind::source_vip},
    {R"(\k\sourceVip.json)", "source-vip", kind::source_vip},
    {R"(\sourcevip\sourceVipRequest.json)", "source-vip", kind::other},
    {R"(\k\sourceVipRequest.json)", "source-vip", kind::other},
    {R"(\var\lib\cni\networks)", "folder", ""},
    // kubelet
    {R"(\var\lib\kubelet\config.yaml)", "kubelet-config", kind::kubelet_config},
    {R"(\k\kubelet-config.yaml)", "kubelet-config", kind::kubelet_config},
    {R"(\k\kubeletconfig.yaml)", "kubelet-config", kind::kubelet_config},
    {R"(\k\kubelet-config.json)", "kubelet-config", kind::kubelet_config},
    {R"(\ProgramData\kubernetes\kubelet-config.json)", "kubelet-config", kind::kubelet_config},
    {R"(\etc\kubernetes\kubelet-config.yaml)", "kubelet-config", kind::kubelet_config},
    {R"(\var\lib\rancher\*\agent\etc\kubelet.conf.d\*.conf)", "kubelet-config", kind::kubelet_config},
    {R"(\var\lib\kubelet\kubeadm-flags.env)", "command-line", kind::command_line},
    // scripts that start agents: their flags stand in them
    {R"(\k\StartKubelet.ps1)", "command-line", kind::command_line},
    {R"(\k\start-kubelet.ps1)", "command-line", kind::command_line},
    {R"(\k\start-kubeproxy.ps1)", "command-line", kind::command_line},
    {R"(\k\kubeletstart.ps1)", "command-line", kind::command_line},
    {R"(\k\kubeproxystart.ps1)", "command-line", kind::command_line},
    {R"(\k\start.ps1)", "command-line", kind::command_line},
    {R"(\k\*.ps*1)", "script", ""},
    {R"(\AzureData\*.ps1)", "script", ""},
    // kube-proxy; where it runs in a pod, its configuration is a volume of that pod
    {R"(\var\lib\kubelet\pods\*\volumes\kubernetes.io~configmap\kube-proxy\config.conf)", "kube-proxy-config",
     kind::kube_proxy_config},
    {R"(\var\lib\kube-proxy\config.conf)", "kube-proxy-config", kind::kube_proxy_config},
    {R"(\k\kube-proxy-config.yaml)", "kube-proxy-config", kind::kube_proxy_config},
    {R"(\etc\kubernetes\kube-proxy*.yaml)", "kube-proxy-config", kind::kube_proxy_config},
    // kubeconfig files: what of them may be told is another collector's work
    {R"(\etc\kubernetes\kubelet.conf)", "kubeconfig", ""},
    {R"(\etc\kubernetes\bootstrap-kubelet.conf)", "kubeconfig", ""},
    {R"(\etc\kubernetes\*kubeconfig*)", "kubeconfig", ""},
    {R"(\k\config)", "kubeconfig", ""},
    {R"(\k\bootstrap-config)", "kubeconfig", ""},
    {R"(\k\*kubeconfig*)", "kubeconfig", ""},
    {R"(\ProgramData\kubernetes\kubeconfig)", "kubeconfig", ""},
    {R"(\var\lib\kube-proxy\kubeconfig*)", "kubeconfig", ""},
    {R"(\var\lib\kubelet\kubeconfig)", "kubeconfig", ""},
    {R"(\var\lib\rancher\*\agent\*.kubeconfig)", "kubeconfig", ""},
    {R"(\CalicoWindows\calico-kube-config)", "kubeconfig", ""},
    {R"(\var\lib\kubelet\pki\*)", "folder", ""},
    {R"(\etc\kubernetes\pki\*)", "folder", ""},
    // runtimes
    {R"(\Program Files\containerd\config.toml)", "containerd-config", kind::containerd_config},
    {R"(\ProgramData\containerd\config.toml)", "containerd-config", kind::containerd_config},
    {R"(\var\lib\rancher\*\agent\etc\containerd\config.toml)", "containerd-config", kind::containerd_config},
    {R"(\ProgramData\containerd\root\panic.log)", "log", ""},
    {R"(\ProgramData\docker\config\daemon.json)", "docker-config", kind::other},
    // programs of agents: which are there, and where
    {R"(\k\*.exe)", "agent-binary", ""},
    {R"(\Program Files\containerd\*.exe)", "agent-binary", ""},
    {R"(\Program Files\containerd\bin\*.exe)", "agent-binary", ""},
    {R"(\Program Files\docker\*.exe)", "agent-binary", ""},
    {R"(\Program Files\nssm\*.exe)", "agent-binary", ""},
    {R"(\Program Files\Kubernetes\*.exe)", "agent-binary", ""},
    {R"(\Program Files\Amazon\EKS\*.exe)", "agent-binary", ""},
    {R"(\Program Files\Amazon\EKS\bin\*.exe)", "agent-binary", ""},
    {R"(\var\lib\rancher\*\bin\*.exe)", "agent-binary", ""},
    {R"(\usr\local\bin\rke2.exe)", "agent-binary", ""},
    {R"(\usr\local\bin\k3s.exe)", "agent-binary", ""},
    {R"(\etc\kubernetes\node\bin\*.exe)", "agent-binary", ""},
    {R"(\flannel\*.exe)", "agent-binary", ""},
    {R"(\CalicoWindows\*.exe)", "agent-binary", ""},
    // what speaks of the whole cluster
    {R"(\k\kubeclusterconfig.json)", "cluster-config", kind::cluster_config},
    {R"(\k\azure.json)", "cluster-config", kind::cluster_config},
    {R"(\etc\kubernetes\azure.json)", "cluster-config", kind::cluster_config},
    {R"(\etc\rancher\rke2\config.yaml)", "cluster-config", kind::cluster_config},
    {R"(\etc\rancher\rke2\config.yaml.d\*.yaml)", "cluster-config", kind::cluster_config},
    {R"(\etc\rancher\k3s\config.yaml)", "cluster-config", kind::cluster_config},
    {R"(\etc\rancher\k3s\config.yaml.d\*.yaml)", "cluster-config", kind::cluster_config},
    {R"(\CalicoWindows\config.ps1)", "cluster-config", kind::cluster_config},
    {R"(\CalicoWindows\nodename)", "cluster-config", kind::other},
    {R"(\CalicoWindows\static-rules.json)", "cluster-config", kind::other},
    {R"(\var\lib\calico\nodename)", "cluster-config", kind::other},
    // Azure's CNI: what it believes to have, and the locks without whose end it does nothing
    {R"(\k\azure-vnet.json)", "cni-state", kind::other},
    {R"(\k\azure-vnet-ipam.json)", "ip-reservation", kind::ip_reservation},
    {R"(\k\azure-vnet*.lock)", "cni-lock", ""},
    {R"(\Windows\System32\azure-vnet.json)", "cni-state", kind::other},
    {R"(\Windows\System32\azure-vnet-ipam.json)", "ip-reservation", kind::ip_reservation},
    {R"(\Windows\System32\azure-vnet*.lock)", "cni-lock", ""},
    {R"(\ProgramData\azure-vnet*.lock)", "cni-lock", ""},
    // Antrea
    {R"(\k\antrea\etc\antrea-agent.conf)", "cluster-config", kind::other},
    {R"(\k\antrea\etc\antrea-cni.conflist)", "cni-conf", kind::cni_conf},
    {R"(\k\antrea\etc\*kubeconfig*)", "kubeconfig", ""},
    {R"(\k\antrea\bin\*.exe)", "agent-binary", ""},
    {R"(\openvswitch\usr\*bin\*.exe)", "agent-binary", ""},
    // names
    {R"(\Windows\System32\drivers\etc\hosts)", "hosts", kind::other},
    {R"(\etc\resolv.conf)", "resolv-conf", kind::resolv_conf},
});

// Places that this node's own configuration names.
struct NamedPlaces {
    std::vector<NodePlace> first;  ///< decide before those that are looked at everywhere
    std::vector<NodePlace> last;   ///< whatever else lies in a folder

    void add_file(std::string_view text, std::string_view role, std::string_view kind) {
        if (const auto path = named_path(text)) {
            first.push_back({*path, role, kind});
        }
    }

    void add_cni_conf_folder(std::string_view text) {
        if (const auto path = named_path(text)) {
            first.push_back({*path, "folder", ""});
            for (const char* each : {"*.conf", "*.conflist", "*.json"}) {
                first.push_back({join_path(*path, each), "cni-conf", kind::cni_conf});
            }
            first.push_back({join_path(*path, "*kubeconfig*"), "kubeconfig", ""});
        }
    }

    // Where agents lie beside the plugins, as RKE2's do, all are told as plugins: which of them is one, no name tells.
    void add_cni_binary_folder(std::string_view text) {
        if (const auto path = named_path(text)) {
            first.push_back({*path, "folder", ""});
            first.push_back({join_path(*path, "*.exe"), "cni-binary", ""});
            last.push_back({join_path(*path, "*"), "cni-binary", ""});
        }
    }
};

// A flag, and what the file is that it names.
struct FileFlag {
    std::string_view name;
    std::string_view role;
    std::string_view kind;
};

constexpr auto kFileFlags = std::to_array<FileFlag>({
    {"kubeconfig", "kubeconfig", ""},
    {"bootstrap-kubeconfig", "kubeconfig", ""},
    // flanneld's
    {"kubeconfig-file", "kubeconfig", ""},
    {"net-config-path", "flannel-net-conf", kind::flannel_net_conf},
    {"subnet-file", "subnet-env", kind::subnet_env},
});

// What agents are told on their command lines. A service that wraps a script tells nothing of it.
void add_named_by_services(NamedPlaces& places, const std::function<void(Error)>& refused) {
    for (const AgentService& service : agent_services(refused)) {
        for (const FileFlag& flag : kFileFlags) {
            for (const std::string& each : service.values_of(flag.name)) {
                places.add_file(each, flag.role, flag.kind);
            }
        }
        for (const std::string& each : service.values_of("cni-conf-dir")) {
            places.add_cni_conf_folder(each);
        }
        for (const std::string& each : service.values_of("cni-bin-dir")) {
            places.add_cni_binary_folder(each);
        }
        for (const std::string& each : service.values_of("config")) {
            if (service.runs("kubelet")) {
                places.add_file(each, "kubelet-config", kind::kubelet_config);
            } else if (service.runs("kube-proxy") || service.runs("kubeproxy")) {
                places.add_file(each, "kube-proxy-config", kind::kube_proxy_config);
            } else if (service.runs("containerd")) {
                places.add_file(each, "containerd-config", kind::containerd_config);
            }
        }
    }
}

// containerd's own idea of where CNI lies is the one that counts.
void add_named_by_containerd(NamedPlaces& places, const std::vector<std::string>& configs, const NodeTree& tree,
                             const std::function<void(Error)>& refused) {
    constexpr std::size_t most_bytes = 1 << 20;
    for (const std::string& path : configs) {
        const auto file = tree.read(path, most_bytes);
        if (!file && file.error().code != Errc::not_found) {
            refused(file.error());
        }
        const CniFolders named = file ? cni_folders_of_containerd(file->text) : CniFolders();
        for (const std::string& each : named.configuration) {
            places.add_cni_conf_folder(each);
        }
        for (const std::string& each : named.binaries) {
            places.add_cni_binary_folder(each);
        }
    }
}

std::vector<std::string> containerd_configs(const std::vector<NodePlace>& places, const NodeTree& tree,
                                            const std::function<void(Error)>& refused) {
    std::vector<std::string> configs;
    for (const NodePlace& place : places) {
        if (place.role == "containerd-config") {
            const auto paths = tree.match(place.pattern, refused);
            configs.insert(configs.end(), paths.begin(), paths.end());
        }
    }
    return configs;
}

}  // namespace

std::vector<NodePlace> node_places(const NodeTree& tree, const std::function<void(Error)>& refused) {
    const std::string drive{system_drive(), ':'};
    std::vector<NodePlace> everywhere;
    everywhere.reserve(kPlaces.size());
    for (const Place& each : kPlaces) {
        everywhere.push_back({drive + std::string(each.below_drive), each.role, each.kind});
    }
    NamedPlaces named;
    if (tree.is_this_machine()) {
        add_named_by_services(named, refused);
    }
    for (const auto& configs :
         {containerd_configs(named.first, tree, refused), containerd_configs(everywhere, tree, refused)}) {
        add_named_by_containerd(named, configs, tree, refused);
    }
    std::vector<NodePlace> places;
    std::set<std::string> seen;
    for (auto* const list : {&named.first, &everywhere, &named.last}) {
        for (NodePlace& each : *list) {
            if (seen.insert(path_key(each.pattern)).second) {
                places.push_back(std::move(each));
            }
        }
    }
    return places;
}

std::optional<std::string> named_path(std::string_view text) {
    const auto path = parse_disk_path(text, system_drive());
    return path ? std::optional(path->text()) : std::nullopt;
}

std::string ip_reservations_folder() {
    return std::string{system_drive(), ':'} + R"(\var\lib\cni\networks)";
}

}  // namespace kwd::collectors
