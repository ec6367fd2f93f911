// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cluster_config.h"
#include "analyzers/cni_conf.h"
#include "analyzers/command_files.h"
#include "analyzers/component_config.h"
#include "analyzers/containerd_config.h"
#include "analyzers/flannel_files.h"
#include "analyzers/ip_reservations.h"
#include "analyzers/kubeconfig.h"
#include "analyzers/node_files.h"
#include "tests/fuzz/analyzed.h"

#include <array>

namespace {
using namespace kwd::analyzers;

constexpr std::array<Reading, 16> kReadings = {{
    {&analyze_cni_conf, "C:\\etc\\cni\\net.d\\10-flannel.conf"},
    {&analyze_flannel_net_conf, "net-conf.json"},
    {&analyze_subnet_env, "subnet.env"},
    {&analyze_kubelet_config, "config.yaml"},
    {&analyze_kube_proxy_config, "config.conf"},
    {&analyze_kubeconfig, "kubelet.conf"},
    {&analyze_containerd_config, "config.toml"},
    {&analyze_command_file, "kubeadm-flags.env"},
    {&analyze_command_file, "C:\\k\\start-kubeproxy.ps1"},
    {&analyze_source_vip, "sourceVip.json"},
    {&analyze_ip_reservation, "networks/cbr0/10.244.1.2"},
    {&analyze_ip_reservation, "azure-vnet-ipam.json"},
    {&analyze_cluster_config, "kubeclusterconfig.json"},
    {&analyze_cluster_config, "config.ps1"},
    {&analyze_cluster_config, "config.yaml"},
    {&analyze_node_files, "node-files.json"},
}};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)analyze_as_chosen(kReadings, data, size);
    return 0;
}
