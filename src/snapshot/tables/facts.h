// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// Second tier: tables derived from tables, where SQL in every rule would be clumsy.

namespace kwd::snapshot {

struct NodeFactsRow {
    Text os_family = {};
    Text node_name = {};
    Flag is_kubernetes_node = {};
    Text node_ip = {};
    Text management_ip = {};
    Text pod_subnet = {};
    Text cluster_cidr = {};
    Text service_cidr = {};
    Text cluster_dns = {};
    Text pod_network_name = {};
    Integer build = {};
    Integer ubr = {};
    Text hns_version = {};
    Text kubernetes_version = {};
    Text cloud = {};
    Text as_of_utc = {};
};

inline constexpr auto kNodeFacts = table(
    "node_facts", "The node as everything in the snapshot together tells it. One row.",
    column("os_family", &NodeFactsRow::os_family, "windows or linux"),
    column("node_name", &NodeFactsRow::node_name, "Kubernetes node name, lower case, where known"),
    column("is_kubernetes_node", &NodeFactsRow::is_kubernetes_node, "kubelet, kube-proxy or a network agent is there"),
    column("node_ip", &NodeFactsRow::node_ip, "address the cluster knows it by"),
    column("management_ip", &NodeFactsRow::management_ip, "HNS management IP of the pod network"),
    column("pod_subnet", &NodeFactsRow::pod_subnet, "this node's pod subnet"),
    column("cluster_cidr", &NodeFactsRow::cluster_cidr, "cluster (pod) CIDR"),
    column("service_cidr", &NodeFactsRow::service_cidr, "service CIDR"),
    column("cluster_dns", &NodeFactsRow::cluster_dns, "address of the DNS service"),
    column("pod_network_name", &NodeFactsRow::pod_network_name, "HNS network or CNI network that pods attach to"),
    column("build", &NodeFactsRow::build, "Windows build"),
    column("ubr", &NodeFactsRow::ubr, "Windows update build revision"),
    column("hns_version", &NodeFactsRow::hns_version, "HNS MAJOR.MINOR"),
    column("kubernetes_version", &NodeFactsRow::kubernetes_version, "of kubelet"),
    column("cloud", &NodeFactsRow::cloud, "azure, aws, gcp, vmware, NULL when none shows"),
    column(
        "as_of_utc", &NodeFactsRow::as_of_utc,
        "ISO 8601: when all this was so: when the youngest document was collected; of an import, and of a disk that is "
        "mounted elsewhere, the newest time in its logs and events, since the times of files tell when they were "
        "copied; NULL where those have none"));

struct NetworkIntentsRow {
    std::string intent = {};
    std::string why = {};
};

inline constexpr auto kNetworkIntents =
    table("network_intents", "How pod networking is meant to work here.",
          column("intent", &NetworkIntentsRow::intent,
                 "overlay, host-gw, azure-cni, calico-vxlan, calico-bgp, l2bridge, antrea, ovn, nat-only"),
          column("why", &NetworkIntentsRow::why, "what shows it"));

struct IpPlanRow {
    std::string role = {};
    std::string prefix = {};
    Text origin = {};
    Flag from_configuration = {};
};

inline constexpr auto kIpPlan = table(
    "ip_plan", "Every subnet that the plan speaks of.",
    column(
        "role", &IpPlanRow::role,
        "cluster, service, pod-subnet, remote-pod-subnet, host, docker-nat, dns-server, other-network (of HNS, not the "
        "pods')"),
    column("prefix", &IpPlanRow::prefix, "in CIDR form"),
    column("origin", &IpPlanRow::origin,
           "where it stands: net-conf, kube-proxy, node object, HNS network NAME, interface NAME"),
    column("from_configuration", &IpPlanRow::from_configuration,
           "1 when somebody wrote it down, 0 when it was seen in effect"));

struct KubeProxySettingsRow {
    Flag running = {};
    Text version = {};
    Text mode = {};
    Text network_name = {};
    Text source_vip = {};
    Flag enable_dsr = {};
    Text cluster_cidr = {};
    Text hostname_override = {};
    Text bind_address = {};
    Text root_hns_endpoint_name = {};
    Flag win_overlay_gate = {};
    Flag win_dsr_gate = {};
};

inline constexpr auto kKubeProxySettings =
    table("kube_proxy_settings",
          "kube-proxy's effective settings: flags over configuration over environment. At most one row.",
          column("running", &KubeProxySettingsRow::running,
                 "a process or service was seen running; NULL when processes were not collected"),
          column("version", &KubeProxySettingsRow::version, "of kube-proxy"),
          column("mode", &KubeProxySettingsRow::mode, "proxy mode"),
          column("network_name", &KubeProxySettingsRow::network_name, "--network-name, KUBE_NETWORK"),
          column("source_vip", &KubeProxySettingsRow::source_vip, "--source-vip"),
          column("enable_dsr", &KubeProxySettingsRow::enable_dsr, "--enable-dsr"),
          column("cluster_cidr", &KubeProxySettingsRow::cluster_cidr, "--cluster-cidr"),
          column("hostname_override", &KubeProxySettingsRow::hostname_override, "--hostname-override"),
          column("bind_address", &KubeProxySettingsRow::bind_address, "--bind-address"),
          column("root_hns_endpoint_name", &KubeProxySettingsRow::root_hns_endpoint_name, "--root-hnsendpoint-name"),
          column("win_overlay_gate", &KubeProxySettingsRow::win_overlay_gate, "WinOverlay where set"),
          column("win_dsr_gate", &KubeProxySettingsRow::win_dsr_gate, "WinDSR where set"));

struct KubeletSettingsRow {
    Flag running = {};
    Text version = {};
    Text cluster_dns = {};
    Text cluster_domain = {};
    Text hostname_override = {};
    Text node_ip = {};
    Text resolv_conf = {};
    Text cgroups_per_qos = {};
    Text enforce_node_allocatable = {};
    Integer max_pods = {};
    Text pause_image = {};
    Text network_plugin = {};
    Text cni_conf_dir = {};
    Text cni_bin_dir = {};
    Text volume_plugin_dir = {};
};

inline constexpr auto kKubeletSettings =
    table("kubelet_settings", "kubelet's effective settings: flags over configuration. At most one row.",
          column("running", &KubeletSettingsRow::running, "as in kube_proxy_settings"),
          column("version", &KubeletSettingsRow::version, "of kubelet"),
          column("cluster_dns", &KubeletSettingsRow::cluster_dns, "comma separated"),
          column("cluster_domain", &KubeletSettingsRow::cluster_domain, "domain"),
          column("hostname_override", &KubeletSettingsRow::hostname_override, "--hostname-override"),
          column("node_ip", &KubeletSettingsRow::node_ip, "--node-ip"),
          column("resolv_conf", &KubeletSettingsRow::resolv_conf, "--resolv-conf; empty text when set to nothing"),
          column("cgroups_per_qos", &KubeletSettingsRow::cgroups_per_qos, "true or false"),
          column("enforce_node_allocatable", &KubeletSettingsRow::enforce_node_allocatable, "as given"),
          column("max_pods", &KubeletSettingsRow::max_pods, "--max-pods"),
          column("pause_image", &KubeletSettingsRow::pause_image,
                 "--pod-infra-container-image or containerd's sandbox image"),
          column("network_plugin", &KubeletSettingsRow::network_plugin, "--network-plugin"),
          column("cni_conf_dir", &KubeletSettingsRow::cni_conf_dir, "--cni-conf-dir or containerd's conf_dir"),
          column("cni_bin_dir", &KubeletSettingsRow::cni_bin_dir, "--cni-bin-dir or containerd's bin_dir"),
          column("volume_plugin_dir", &KubeletSettingsRow::volume_plugin_dir, "--volume-plugin-dir"));

struct EndpointRolesRow {
    std::string endpoint_id = {};
    std::string role = {};
    Text why = {};
};

inline constexpr auto kEndpointRoles =
    table("endpoint_roles", "What each HNS endpoint is for.",
          column("endpoint_id", &EndpointRolesRow::endpoint_id, "joins hns_endpoints.id"),
          column("role", &EndpointRolesRow::role, "pod, host, source-vip, service-vip, remote-pod, gateway, other"),
          column("why", &EndpointRolesRow::why, "what shows it"));

struct VxlanVerdictsRow {
    std::string verdict = {};
    bool exclusive = {};
    std::string direction = {};
    std::int64_t packets = {};
    std::int64_t bytes = {};
    std::int64_t paths = {};
    Text capture = {};
    Text interface_name = {};
    Integer first_packet = {};
    Text first_time_utc = {};
    Text last_time_utc = {};
    Text outer_source = {};
    Text outer_destination = {};
    Integer udp_port = {};
    Integer vni = {};
    Text inner_source = {};
    Text inner_destination = {};
    Text expected = {};
    Text seen = {};
    std::string decided_by = {};
    Text decided_at = {};
};

inline constexpr auto kVxlanVerdicts = table(
    "vxlan_verdicts",
    "Every VXLAN packet of the captures, held against what the node's own state calls for: HNS policies and endpoints "
    "on "
    "Windows; FDB, neighbors and routes on Linux. Packets that the same thing decided are one row. "
    "docs/vxlan-verdicts.md "
    "says how.",
    column("verdict", &VxlanVerdictsRow::verdict,
           "right, port-wrong, vni-wrong, vtep-unknown, vtep-wrong, mac-wrong, source-unknown, no-endpoint, of-others, "
           "unknown; beside these fragmented, over-mtu, maybe-over-mtu, not-encapsulated"),
    column("exclusive", &VxlanVerdictsRow::exclusive,
           "1: each VXLAN packet has one of these, they add up to all; 0: counted beside them"),
    column("direction", &VxlanVerdictsRow::direction,
           "out, in, other; `other` where neither end is known to be this node"),
    column("packets", &VxlanVerdictsRow::packets, "packets"),
    column("bytes", &VxlanVerdictsRow::bytes, "outer IP bytes"),
    column("paths", &VxlanVerdictsRow::paths,
           "rows of vxlan_paths, vxlan_sizes or address_pairs that are put together"),
    column("capture", &VxlanVerdictsRow::capture, "name of the document that holds the first packet"),
    column("interface_name", &VxlanVerdictsRow::interface_name, "where they were seen"),
    column("first_packet", &VxlanVerdictsRow::first_packet, "number of the first packet in that document, from 1"),
    column("first_time_utc", &VxlanVerdictsRow::first_time_utc, "ISO 8601"),
    column("last_time_utc", &VxlanVerdictsRow::last_time_utc, "ISO 8601"),
    column("outer_source", &VxlanVerdictsRow::outer_source, "address; NULL where not encapsulated"),
    column("outer_destination", &VxlanVerdictsRow::outer_destination, "address"),
    column("udp_port", &VxlanVerdictsRow::udp_port, "destination port"),
    column("vni", &VxlanVerdictsRow::vni, "as the packets have it"),
    column("inner_source", &VxlanVerdictsRow::inner_source, "address in the first packet"),
    column("inner_destination", &VxlanVerdictsRow::inner_destination, "address in the first packet"),
    column("expected", &VxlanVerdictsRow::expected, "what the node's state calls for; NULL where nothing is wrong"),
    column("seen", &VxlanVerdictsRow::seen, "what the packets have instead"),
    column("decided_by", &VxlanVerdictsRow::decided_by,
           "the policy, route or entry that decided it, or why nothing could"),
    column("decided_at", &VxlanVerdictsRow::decided_at,
           "where that stands, as `at` of its row; for evidence of a rule"));

struct ReconciliationRow {
    std::string kind = {};
    std::string name = {};
    Text object_key = {};
    std::string aspect = {};
    Text kubernetes = {};
    Text configuration = {};
    Text hns = {};
    Text hns_v1 = {};
    Text hns_v2 = {};
    Text vfp = {};
    Text system = {};
    Flag agrees = {};
    Text difference = {};
};

inline constexpr auto kReconciliation = table(
    "reconciliation",
    "What the layers that must agree say of the same thing: Kubernetes, configuration, HNS, VFP, and the host's own "
    "routes and addresses. One row for each object and aspect. A layer that was not looked into, or has nothing to "
    "say, "
    "is NULL; `none`: it was looked into whole, and does not have the object.",
    column("kind", &ReconciliationRow::kind, "network, remote-subnet, endpoint, load-balancer, vswitch"),
    column("name", &ReconciliationRow::name,
           "HNS network, pod subnet of another node, NAMESPACE/POD or address of an endpoint, NAMESPACE/SERVICE "
           "port/protocol"),
    column("object_key", &ReconciliationRow::object_key, "id of the HNS object where there is one"),
    column("aspect", &ReconciliationRow::aspect,
           "what is compared: name, type, subnet, VNI, gateway, DR MAC, management IP, provider address, next hop, "
           "address, sandbox, frontend, views of HNS, …"),
    column("kubernetes", &ReconciliationRow::kubernetes, "objects and annotations of the API server"),
    column("configuration", &ReconciliationRow::configuration, "CNI, flannel, reservations of IPAM"),
    column("hns", &ReconciliationRow::hns, "HNS, both views together"),
    column("hns_v1", &ReconciliationRow::hns_v1, "what its V1 view tells, where the two are compared"),
    column("hns_v2", &ReconciliationRow::hns_v2, "what its V2 view tells, or which object of V2 says so"),
    column("vfp", &ReconciliationRow::vfp, "ports, layers, rules and counters of VFP"),
    column("system", &ReconciliationRow::system, "addresses, routes, VXLAN devices and FDB of the host"),
    column("agrees", &ReconciliationRow::agrees,
           "1: all that is known is the same, of two layers at least; 0: it parts; NULL: not known"),
    column("difference", &ReconciliationRow::difference, "where they part, in words; or why it is not known"));

}  // namespace kwd::snapshot
