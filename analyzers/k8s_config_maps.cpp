// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cluster_config.h"
#include "analyzers/component_config.h"
#include "analyzers/flannel_files.h"
#include "analyzers/k8s_objects.h"
#include "analyzers/lines.h"
#include "analyzers/words.h"

namespace kwd::analyzers {
namespace {

using nlohmann::json;

constexpr std::string_view kOrigin = "config-map";

// coredns' Corefile: `kubernetes cluster.local in-addr.arpa ip6.arpa {` and `forward . /etc/resolv.conf`.
void read_corefile(std::string_view text, const std::string& place, Analysis& out) {
    Lines lines(text);
    while (const auto line = lines.next()) {
        const std::string_view entry = trim(line->text);
        const std::size_t blank = entry.find_first_of(" \t");
        const std::string_view plugin = entry.substr(0, blank);
        std::string_view rest = blank == std::string_view::npos ? std::string_view() : trim(entry.substr(blank));
        if (plugin == "kubernetes") {
            const std::string_view zone = rest.substr(0, rest.find_first_of(" \t{"));
            add_cluster_setting("cluster-domain", zone.empty() ? std::nullopt : snapshot::Text(zone), kOrigin, place,
                                out);
        } else if ((plugin == "forward" || plugin == "proxy") && rest.starts_with(". ")) {
            rest = trim(rest.substr(2, rest.find('{') - 2));
            add_cluster_setting("dns-forward", rest.empty() ? std::nullopt : snapshot::Text(rest), kOrigin, place, out);
        }
    }
}

// The first object of a kind in an embedded text; of any kind where the text does not say it.
void read_embedded(const std::string& text, std::string_view kind, const std::string& place, Analysis& out,
                   const std::function<void(const json&)>& read) {
    for (const DocumentValue& each : read_embedded_values(text, place, out)) {
        const auto of = text_of(member(each.value, "kind"));
        if (each.value.is_object() && (!of || *of == kind)) {
            read(each.value);
            return;
        }
    }
}

}  // namespace

void read_k8s_config_map(const K8sObject& map, Analysis& out) {
    const json* data = member(map.value, "data");
    if (data == nullptr || !data->is_object()) {
        return;
    }
    const std::string name = map.name();
    for (auto each = data->begin(); each != data->end(); ++each) {
        if (!each.value().is_string()) {
            continue;
        }
        const std::string& key = each.key();
        const std::string& text = each.value().get_ref<const std::string&>();
        const std::string place = map.place_of(pointer_to("/data", key));
        const PlaceOf same_place = [&](std::string_view) { return place; };
        if (key == "net-conf.json") {
            read_embedded(text, "", place, out, [&](const json& value) { read_flannel_net_conf(value, place, out); });
        } else if (key == "config.conf" && contains_ignoring_case(name, "kube-proxy")) {
            read_embedded(text, "KubeProxyConfiguration", place, out,
                          [&](const json& value) { read_kube_proxy_config(value, same_place, kOrigin, out); });
        } else if (key == "ClusterConfiguration") {
            read_embedded(text, key, place, out, [&](const json& value) {
                read_cluster_configuration(value, same_place, "kubeadm-config", out);
            });
        } else if (key == "kubelet" && name.starts_with("kubelet-config")) {
            read_embedded(text, "KubeletConfiguration", place, out, [&](const json& value) {
                add_cluster_setting("dns-ip", nonempty_list_of(member(value, "clusterDNS")), "kubelet-config", place,
                                    out);
            });
        } else if (key == "Corefile") {
            read_corefile(text, place, out);
        }
    }
}

}  // namespace kwd::analyzers
