// SPDX-License-Identifier: Apache-2.0
#include "collectors/agent_variables.h"

#include <algorithm>
#include <array>

namespace kwd::collectors {
namespace {

// A name that ends in _ stands for all that begin so.
constexpr auto kVariables = std::to_array<std::string_view>({"AWS_VPC_",
                                                             "CALICO_",
                                                             "CLUSTER_TYPE",
                                                             "CNI_",
                                                             "CONTAINERD_",
                                                             "DNS_NAME_SERVERS",
                                                             "DATASTORE_TYPE",
                                                             "EVENT_QUEUE_DEPTH",
                                                             "FELIX_",
                                                             "FLANNELD_",
                                                             "HTTPS_PROXY",
                                                             "HTTP_PROXY",
                                                             "IP",
                                                             "IP6",
                                                             "IP6_AUTODETECTION_METHOD",
                                                             "IP_AUTODETECTION_METHOD",
                                                             "K3S_",
                                                             "K8S_SERVICE_CIDR",
                                                             "KUBECONFIG",
                                                             "KUBERNETES_",
                                                             "KUBE_NETWORK",
                                                             "KUBE_PROXY_",
                                                             "KUBELET_",
                                                             "NODENAME",
                                                             "NODE_NAME",
                                                             "NO_PROXY",
                                                             "POD_NAME",
                                                             "POD_NAMESPACE",
                                                             "RKE2_",
                                                             "SERVICE_ADDR",
                                                             "VXLAN_",
                                                             "http_proxy",
                                                             "https_proxy",
                                                             "no_proxy"});

}  // namespace

bool is_agent_variable(std::string_view name) {
    return std::any_of(kVariables.begin(), kVariables.end(), [&](std::string_view each) {
        return each.ends_with('_') ? name.starts_with(each) : name == each;
    });
}

}  // namespace kwd::collectors
