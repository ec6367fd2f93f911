// SPDX-License-Identifier: Apache-2.0
#include "analyzers/k8s_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/words.h"
#include "base/json.h"
#include "snapshot/tables/kubernetes.h"

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::Text;

const json* array_at(const json& object, std::initializer_list<std::string_view> path) {
    const json* found = member_at(object, path);
    return found != nullptr && found->is_array() ? found : nullptr;
}

Text address_of_type(const json& node, std::string_view type) {
    if (const json* addresses = array_at(node, {"status", "addresses"})) {
        for (const json& each : *addresses) {
            if (text_of(member(each, "type")) == type) {
                return nonempty_text_of(member(each, "address"));
            }
        }
    }
    return std::nullopt;
}

const json* condition_of(const json& node, std::string_view type) {
    if (const json* conditions = array_at(node, {"status", "conditions"})) {
        for (const json& each : *conditions) {
            if (text_of(member(each, "type")) == type) {
                return &each;
            }
        }
    }
    return nullptr;
}

// True, False, or Unknown, which is NULL: except for Ready, where it means that the node does not answer.
snapshot::Flag status_of(const json* condition) {
    const auto status = condition == nullptr ? std::nullopt : text_of(member(*condition, "status"));
    return status == "True" ? snapshot::Flag(true) : status == "False" ? snapshot::Flag(false) : std::nullopt;
}

Text taints_of(const json& node) {
    const json* taints = array_at(node, {"spec", "taints"});
    if (taints == nullptr) {
        return std::nullopt;
    }
    std::string list;
    for (const json& each : *taints) {
        append_item(list, text_of(member(each, "key")).value_or("") + "=" +
                              text_of(member(each, "value")).value_or("") + ":" +
                              text_of(member(each, "effect")).value_or(""));
    }
    return list.empty() ? std::nullopt : Text(list);
}

void read_flannel(const K8sObject& node, snapshot::K8sNodesRow& row, Analysis& out) {
    const json* annotations = member_at(node.value, {"metadata", "annotations"});
    if (annotations == nullptr || !annotations->is_object()) {
        return;
    }
    // Annotations have a prefix that flanneld's --kube-annotation-prefix may change.
    for (auto each = annotations->begin(); each != annotations->end(); ++each) {
        const std::string_view key = each.key();
        const auto value = nonempty_text_of(&each.value());
        if (key.find("flannel") == std::string_view::npos || !value) {
            continue;
        }
        if (key.ends_with("/backend-type")) {
            row.flannel_backend_type = value;
        } else if (key.ends_with("/public-ip")) {
            row.flannel_public_ip = value;
        } else if (key.ends_with("/backend-data")) {
            const auto data = parse_json(*value);
            if (!data) {
                out.note(node.place_of("/metadata/annotations"), "malformed", "flannel's backend-data is not JSON");
            } else if (data->is_object()) {
                row.flannel_vni = integer_of(member(*data, "VNI"));
                row.flannel_vtep_mac = normal_mac_text(nonempty_text_of(member(*data, "VtepMAC")));
            }
        }
    }
}

}  // namespace

void read_k8s_node(const K8sObject& node, Analysis& out) {
    const json& value = node.value;
    const auto info = [&](std::string_view name) {
        return nonempty_text_of(member_at(value, {"status", "nodeInfo", name}));
    };
    snapshot::K8sNodesRow row{.name = lower(node.name())};
    row.os = info("operatingSystem");
    row.os_image = info("osImage");
    row.kernel_version = info("kernelVersion");
    row.kubelet_version = info("kubeletVersion");
    row.kube_proxy_version = info("kubeProxyVersion");
    row.container_runtime = info("containerRuntimeVersion");
    row.internal_ip = address_of_type(value, "InternalIP");
    row.host_name = address_of_type(value, "Hostname");
    row.pod_cidr = nonempty_text_of(member_at(value, {"spec", "podCIDR"}));
    row.pod_cidrs = nonempty_list_of(member_at(value, {"spec", "podCIDRs"}));
    row.max_pods = integer_of(member_at(value, {"status", "capacity", "pods"}));
    const json* ready = condition_of(value, "Ready");
    row.ready = ready == nullptr ? std::nullopt : snapshot::Flag(status_of(ready).value_or(false));
    if (ready != nullptr && !*row.ready && member(*ready, "reason") != nullptr) {
        row.ready_reason =
            text_of(member(*ready, "reason")).value_or("") + ": " + text_of(member(*ready, "message")).value_or("");
    }
    row.network_unavailable = status_of(condition_of(value, "NetworkUnavailable"));
    if (const json* labels = member_at(value, {"metadata", "labels"})) {
        row.labels = json_text(*labels);
        if (!row.os) {
            row.os = nonempty_text_of(member(*labels, "kubernetes.io/os"));
        }
    }
    row.taints = taints_of(value);
    read_flannel(node, row, out);
    node.add(snapshot::kK8sNodes, std::move(row), node.place(), out);
}

}  // namespace kwd::analyzers
