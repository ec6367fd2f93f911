// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/component.h"

#include "collectors/import/matching.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace kwd::collectors {
namespace {

struct Trace {
    std::string_view component;
    const char* in_path;  ///< pattern for the lower case path; the first that matches
    const char* in_line;  ///< pattern for a line that only this component writes; empty where there is none
};

// More particular ones first. Source files as they stand in klog headers.
constexpr auto kTraces = std::to_array<Trace>({
    {"azure-vnet-telemetry", "azure-vnet-telemetry", R"(\[Telemetry\])"},
    {"azure-vnet-ipam", "azure-vnet-ipam", R"(\] \[(ipam|azure-vnet-ipam|cni-ipam)\])"},
    {"azure-vnet", "azure-vnet|azure-cni", R"(\] \[(cni-net|azure-vnet|Azure CNI|net)\]|"component":"cni-net")"},
    {"calico-cni", R"(calico/cni|(^|/)cni\.log)", R"(\] (k8s|plugin|dataplane_windows|utils)\.go \d+:)"},
    {"felix", "felix", R"(\] felix/)"},
    {"confd", "confd", R"(\] confd/)"},
    {"calico-node", "calico-node|calico_node|calico-upgrade", R"(\] startup/)"},
    {"kube-proxy", "kube-?proxy",
     R"([ /](proxier|server_windows|hns|endpointslicecache|hollow_proxy|healthcheck/proxier_health|roundrobin)\.go:\d+[\]"]|"Using Kernelspace Proxier)"},
    {"flanneld", "flannel",
     R"([ /](vxlan_windows|device_windows|vxlan_network_windows|hostgw_windows|hostgw_network|kube|match|route_network_windows)\.go:\d+[\]"]|Found network config - Backend type)"},
    {"kubelet", "kubelet",
     R"(^KUBELET_[A-Z_]*ARGS=|[ /](kubelet|kubelet_node_status|kubelet_network|kuberuntime_manager|kuberuntime_sandbox|pod_workers|remote_runtime|reconciler_common|pod_container_deletor|cri_stats_provider_windows|prober)\.go:\d+[\]"])"},
    {"containerd", "containerd",
     R"(^time="[^"]*" level=\w+ msg=".*(RunPodSandbox|containerd|CreateContainer|StopPodSandbox|cni))"},
    {"rancher-wins", "rancher-wins", ""},
    {"rke2", "rke2", R"(level=\w+ msg=".*rke2)"},
    {"coredns", "coredns", R"(\[INFO\] plugin/|CoreDNS-\d)"},
    {"csi-proxy", "csi-?proxy", ""},
    {"docker", "docker", ""},
    {"hosts-config-agent", "hosts-config-agent", ""},
    {"windows-exporter", "windows-exporter", ""},
});

struct Compiled {
    std::unique_ptr<RE2> in_path;
    std::unique_ptr<RE2> in_line;
};

const std::array<Compiled, kTraces.size()>& compiled() {
    static const auto patterns = [] {
        std::array<Compiled, kTraces.size()> made;
        std::transform(kTraces.begin(), kTraces.end(), made.begin(), [](const Trace& trace) {
            return Compiled{std::make_unique<RE2>(trace.in_path),
                            *trace.in_line == '\0' ? nullptr : std::make_unique<RE2>(trace.in_line)};
        });
        return made;
    }();
    return patterns;
}

constexpr std::size_t kNone = kTraces.size();
constexpr std::size_t kJudgedLines = 400;
// a line may quote another component's; a few of its own lines say more than the name
constexpr std::size_t kEnoughLines = 3;

std::size_t by_path(std::string_view path) {
    for (std::size_t i = 0; i < kTraces.size(); ++i) {
        if (matches(path, *compiled()[i].in_path)) {
            return i;
        }
    }
    return kNone;
}

// pods/kube-system_kube-proxy-x_uid/kube-proxy/0.log, kube-system/kube-proxy-x/logs.txt: the folders just above it
// tell. Those further up name the bundle.
std::string_view last_parts(std::string_view path, std::size_t parts) {
    auto at = path.size();
    for (; parts > 0 && at != std::string_view::npos && at > 0; --parts) {
        at = path.rfind('/', at - 1);
    }
    return at == std::string_view::npos ? path : path.substr(at);
}

std::size_t trace_named_by(const Sample& sample) {
    const auto named = by_path(sample.name());
    return named != kNone ? named : by_path(last_parts(sample.path(), 3));
}

}  // namespace

std::string component_of(const Sample& sample) {
    std::array<std::size_t, kTraces.size()> lines{};
    const auto judged = std::min(sample.lines().size(), kJudgedLines);
    for (std::size_t line = 0; line < judged; ++line) {
        for (std::size_t i = 0; i < kTraces.size(); ++i) {
            if (compiled()[i].in_line && matches(sample.lines()[line], *compiled()[i].in_line)) {
                ++lines[i];
                break;
            }
        }
    }
    const auto named = trace_named_by(sample);
    const auto most = static_cast<std::size_t>(std::max_element(lines.begin(), lines.end()) - lines.begin());
    const bool name_confirmed = named != kNone && lines[named] > 0;
    if (!name_confirmed && lines[most] >= (named == kNone ? 1 : kEnoughLines)) {
        return std::string(kTraces[most].component);
    }
    return named == kNone ? std::string() : std::string(kTraces[named].component);
}

}  // namespace kwd::collectors
