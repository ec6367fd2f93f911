// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/import/sample.h"

#include <string>

namespace kwd::collectors {

/// Which component wrote a log or is started by a command line: kubelet, kube-proxy, flanneld, containerd, calico-node,
/// felix, confd, calico-cni, azure-vnet, azure-vnet-ipam, azure-vnet-telemetry, rke2, docker, coredns, csi-proxy.
/// What the lines say wins over what the file is called; empty where neither tells.
[[nodiscard]] std::string component_of(const Sample& sample);

}  // namespace kwd::collectors
