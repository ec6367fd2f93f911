// SPDX-License-Identifier: Apache-2.0
#include "analyzers/component_config.h"

#include "analyzers/document_text.h"
#include "analyzers/words.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/system.h"

namespace kwd::analyzers {
namespace {

using nlohmann::json;

constexpr std::string_view kFileOrigin = "config-file";

// The documents of a file that are of one kind; a document without a kind counts too.
template <class Read>
void read_of_kind(const snapshot::Document& document, std::string_view kind, Analysis& out, Read read) {
    bool any = false;
    for (const DocumentValue& each : read_values(text_of_document(document, out), out)) {
        const auto of = text_of(member(each.value, "kind"));
        if (each.value.is_object() && (!of || *of == kind)) {
            read(each.value, [&](std::string_view pointer) { return each.place(pointer); });
            any = true;
        }
    }
    if (!any && out.notes().empty()) {
        out.note("", "malformed", "no " + std::string(kind) + " in it");
    }
}

void read_kubelet_config(const json& config, const PlaceOf& place, Analysis& out) {
    snapshot::KubeletConfigRow row{};
    row.cluster_dns = nonempty_list_of(member(config, "clusterDNS"));
    row.cluster_domain = nonempty_text_of(member(config, "clusterDomain"));
    row.cgroups_per_qos = flag_of(member(config, "cgroupsPerQOS"));
    row.enforce_node_allocatable = list_of(member(config, "enforceNodeAllocatable"));
    row.resolv_conf = text_of(member(config, "resolvConf"));
    row.container_runtime_endpoint = nonempty_text_of(member(config, "containerRuntimeEndpoint"));
    row.max_pods = integer_of(member(config, "maxPods"));
    row.pod_cidr = nonempty_text_of(member(config, "podCIDR"));
    row.rotate_certificates = flag_of(member(config, "rotateCertificates"));
    out.add(snapshot::kKubeletConfig, std::move(row), place(""));
    read_feature_gates(config, "kubelet", kFileOrigin, place, out);
}

}  // namespace

void read_feature_gates(const json& config, std::string_view component, std::string_view origin, const PlaceOf& place,
                        Analysis& out) {
    const NamedMember gates = named_member(config, "featureGates");
    if (gates.value == nullptr || !gates.value->is_object()) {
        return;
    }
    const std::string pointer = pointer_to("", gates.name);
    for (auto gate = gates.value->begin(); gate != gates.value->end(); ++gate) {
        out.add(snapshot::kFeatureGates,
                {.component = std::string(component),
                 .gate = gate.key(),
                 .enabled = flag_of(&gate.value()),
                 .origin = std::string(origin)},
                place(pointer_to(pointer, gate.key())));
    }
}

void read_kube_proxy_config(const json& config, const PlaceOf& place, std::string_view origin, Analysis& out) {
    snapshot::KubeProxyConfigRow row{};
    row.mode = nonempty_text_of(member(config, "mode"));
    row.cluster_cidr = nonempty_text_of(member(config, "clusterCIDR"));
    row.hostname_override = nonempty_text_of(member(config, "hostnameOverride"));
    row.bind_address = nonempty_text_of(member(config, "bindAddress"));
    row.health_check_address = nonempty_text_of(member(config, "healthzBindAddress"));
    if (const json* windows = member(config, "winkernel")) {
        row.network_name = nonempty_text_of(member(*windows, "networkName"));
        row.source_vip = nonempty_text_of(member(*windows, "sourceVip"));
        row.enable_dsr = flag_of(member(*windows, "enableDSR"));
        row.root_hns_endpoint_name = nonempty_text_of(member(*windows, "rootHnsEndpointName"));
        row.forward_health_check_vip = flag_of(member(*windows, "forwardHealthCheckVip"));
    }
    out.add(snapshot::kKubeProxyConfig, std::move(row), place(""));
    read_feature_gates(config, "kube-proxy", origin, place, out);
}

void analyze_kubelet_config(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kKubeletConfig.name);
    out.covers(snapshot::kFeatureGates.name);
    read_of_kind(document, "KubeletConfiguration", out,
                 [&](const json& config, const PlaceOf& place) { read_kubelet_config(config, place, out); });
}

void analyze_kube_proxy_config(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kKubeProxyConfig.name);
    out.covers(snapshot::kFeatureGates.name);
    read_of_kind(document, "KubeProxyConfiguration", out, [&](const json& config, const PlaceOf& place) {
        read_kube_proxy_config(config, place, kFileOrigin, out);
    });
}

}  // namespace kwd::analyzers
