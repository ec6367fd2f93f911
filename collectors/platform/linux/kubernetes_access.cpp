// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes_access.h"

#include "collectors/platform/tool.h"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace kwd::collectors {

Result<std::vector<std::string>> find_kubectl() {
    constexpr auto folders = std::to_array<std::string_view>(
        {"/usr/local/bin", "/usr/local/sbin", "/var/lib/rancher/rke2/bin", "/snap/bin"});
    if (auto kubectl = find_tool("kubectl", folders)) {
        return std::vector{std::move(*kubectl)};
    }
    if (auto k3s = find_tool("k3s", folders)) {
        return std::vector<std::string>{std::move(*k3s), "kubectl"};
    }
    return Error{Errc::unsupported, "ask the Kubernetes API: kubectl is not installed"};
}

std::vector<std::string> own_kubeconfigs() {
    return {"/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/kubeconfig",
            "/var/lib/rancher/rke2/agent/kubelet.kubeconfig", "/var/lib/rancher/k3s/agent/kubelet.kubeconfig",
            "/var/snap/microk8s/current/credentials/kubelet.config"};
}

// Below folders of root.
Result<void> trust_kubeconfig(const std::string& /*path*/) {
    return {};
}

std::string own_host_name() {
    utsname kernel{};
    (void)::uname(&kernel);
    std::string name = kernel.nodename;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

}  // namespace kwd::collectors
