// SPDX-License-Identifier: Apache-2.0
#include "collectors/logs.h"
#include "collectors/path_style.h"
#include "collectors/platform/windows/agent_services.h"
#include "collectors/platform/windows/disk_path.h"
#include "collectors/platform/windows/system_drive.h"

#include <array>
#include <optional>

namespace kwd::collectors {
namespace {

// All on the drive that Windows lies on. Pods are told by the name of a container that has to do with networking;
// folders are NAMESPACE_POD_UID\CONTAINER. Rotated logs have a time in their name: kubelet-20240131T101112.345.log.
constexpr auto kPlaces = std::to_array<std::string_view>({
    R"(\var\log\pods\*\kube-proxy*\*.log)",
    R"(\var\log\pods\*\kube-flannel*\*.log)",
    R"(\var\log\pods\*\install-cni*\*.log)",
    R"(\var\log\pods\*\calico-*\*.log)",
    R"(\var\log\pods\*\node\*.log)",
    R"(\var\log\pods\*\felix\*.log)",
    R"(\var\log\pods\*\confd\*.log)",
    R"(\var\log\pods\*\antrea-*\*.log)",
    R"(\var\log\pods\*\ovn*\*.log)",
    R"(\var\log\pods\*\aws-*\*.log)",
    R"(\var\log\pods\*\azure-*\*.log)",
    R"(\var\log\containers\*kube-proxy*.log)",
    R"(\var\log\containers\*flannel*.log)",
    R"(\var\log\containers\*calico*.log)",
    R"(\var\log\containers\*antrea*.log)",
    R"(\var\log\containers\*azure-*.log)",
    // POD_NAMESPACE_CONTAINER-ID.log, where the name of the container alone tells
    R"(\var\log\containers\*_*_install-cni*.log)",
    R"(\var\log\containers\*_*_node-*.log)",
    R"(\var\log\containers\*_*_felix-*.log)",
    R"(\var\log\containers\*_*_confd-*.log)",
    R"(\var\log\containers\*_*_ovn*.log)",
    R"(\var\log\containers\*_*_aws-*.log)",
    R"(\var\log\*.log)",
    R"(\var\log\kubelet\*)",
    R"(\var\log\kube-proxy\*)",
    R"(\var\log\flanneld\*)",
    R"(\var\log\calico\*.log)",
    R"(\var\log\calico\*\*.log)",
    R"(\var\log\antrea\*.log)",
    // AKS and the scripts of microsoft/SDN: klog goes to *.err.log
    R"(\k\*.log)",
    R"(\k\*.log.*)",
    R"(\k\logs\*.log)",
    R"(\k\antrea\logs\*.log)",
    R"(\AzureData\*.log)",
    // Azure's CNI writes to the working folder of whoever runs it: containerd's is the system's folder.
    R"(\Windows\System32\azure-vnet*.log)",
    R"(\Windows\System32\azure-vnet*.log.*)",
    R"(\Windows\System32\azure-cns*.log)",
    R"(\var\lib\rancher\*\agent\logs\*.log)",
    R"(\var\lib\rancher\*\agent\containerd\containerd.log)",
    R"(\var\lib\rancher\*\agent\containerd\containerd-*.log)",
    R"(\CalicoWindows\logs\*.log)",
    R"(\ProgramData\Amazon\EKS\logs\*.log)",
    R"(\ProgramData\Amazon\EKS\log\*.log)",
    R"(\ProgramData\containerd\*.log)",
    R"(\ProgramData\containerd\root\panic.log)",
    R"(\etc\kubernetes\logs\*.log)",
    R"(\etc\kubernetes\logs\*.log.*)",
    R"(\openvswitch\var\log\openvswitch\*.log)",
});

std::string on_system_drive(std::string_view path) {
    return std::string{system_drive(), ':'} + std::string(path);
}

// As the file system has it. NUL and CON, which a service's output may be sent to, are none.
std::optional<DiskPath> file_of(std::string_view text) {
    auto path = parse_disk_path(text, system_drive());
    return path && !path->names.empty() ? std::move(path) : std::nullopt;
}

// A file, and those that NSSM made of it when it grew: kubelet.log, kubelet-20240131T101112.345.log.
void add_with_rotated(std::vector<std::string>& places, std::string_view text) {
    auto path = file_of(text);
    if (!path) {
        return;
    }
    places.push_back(path->text());
    std::string& name = path->names.back();
    const std::size_t dot = std::min(name.rfind('.'), name.size());
    name.insert(dot, "-*");
    places.push_back(path->text());
}

void add_named_by_services(std::vector<std::string>& places, const std::function<void(Error)>& refused) {
    for (const AgentService& service : agent_services(refused)) {
        for (const std::string& each : service.outputs) {
            add_with_rotated(places, each);
        }
        for (const std::string& each : service.values_of("log-file")) {
            add_with_rotated(places, each);
        }
        for (const std::string& each : service.values_of("log-dir")) {
            if (const auto folder = file_of(each)) {
                places.push_back(join_path(folder->text(), "*.log*"));
            }
        }
    }
}

}  // namespace

std::vector<std::string> log_places(const NodeTree& tree, const std::function<void(Error)>& refused) {
    std::vector<std::string> places;
    for (const std::string_view each : kPlaces) {
        places.push_back(on_system_drive(each));
    }
    // The registry is that of the machine that we run on.
    if (tree.is_this_machine()) {
        add_named_by_services(places, refused);
    }
    return places;
}

std::vector<std::string> log_folders() {
    return {on_system_drive(R"(\var\log)"), on_system_drive(R"(\ProgramData\docker\containers)"),
            on_system_drive(R"(\var\lib\rancher)"), on_system_drive(R"(\CalicoWindows\logs)")};
}

}  // namespace kwd::collectors
