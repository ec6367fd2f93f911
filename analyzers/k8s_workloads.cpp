// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cluster_config.h"
#include "analyzers/k8s_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/words.h"
#include "snapshot/tables/kubernetes.h"

#include <fmt/format.h>

#include <array>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::Text;

const json kNone = json::array();

const json& array_at(const json& object, std::initializer_list<std::string_view> path) {
    const json* found = member_at(object, path);
    return found != nullptr && found->is_array() ? *found : kNone;
}

Text json_of(const json* value) {
    return value == nullptr || !value->is_object() || value->empty() ? std::nullopt : Text(json_text(*value));
}

snapshot::Flag is_ready(const json& pod) {
    for (const json& each : array_at(pod, {"status", "conditions"})) {
        if (text_of(member(each, "type")) == "Ready") {
            return text_of(member(each, "status")) == "True";
        }
    }
    return std::nullopt;
}

Text os_of(const json& pod) {
    if (auto os = nonempty_text_of(member_at(pod, {"spec", "os", "name"}))) {
        return os;
    }
    const json* selector = member_at(pod, {"spec", "nodeSelector"});
    if (selector == nullptr) {
        return std::nullopt;
    }
    auto os = nonempty_text_of(member(*selector, "kubernetes.io/os"));
    return os ? os : nonempty_text_of(member(*selector, "beta.kubernetes.io/os"));
}

void append_host_ports(const json& container, std::string& host_ports) {
    for (const json& port : array_at(container, {"ports"})) {
        if (const auto number = integer_of(member(port, "hostPort")); number && *number != 0) {
            append_item(host_ports, fmt::format("{}/{}", *number, text_of(member(port, "protocol")).value_or("TCP")));
        }
    }
}

void read_containers(const json& pod, snapshot::K8sPodsRow& row) {
    std::string images;
    std::string host_ports;
    for (const json& each : array_at(pod, {"spec", "containers"})) {
        if (const auto image = nonempty_text_of(member(each, "image"))) {
            append_item(images, *image);
        }
        append_host_ports(each, host_ports);
    }
    row.images = images.empty() ? std::nullopt : Text(images);
    row.host_ports = host_ports.empty() ? std::nullopt : Text(host_ports);
    for (const std::string_view list : {"initContainerStatuses", "containerStatuses"}) {
        for (const json& each : array_at(pod, {"status", list})) {
            if (const auto restarts = integer_of(member(each, "restartCount"))) {
                row.restart_count = row.restart_count.value_or(0) + *restarts;
            }
            if (!row.waiting_reason) {
                row.waiting_reason = nonempty_text_of(member_at(each, {"state", "waiting", "reason"}));
            }
        }
    }
}

// What the control plane was started with lays out the whole cluster.
void read_control_plane(const K8sObject& pod, Analysis& out) {
    struct Setting {
        std::string_view flag;
        std::string_view name;
    };
    static constexpr auto settings = std::to_array<Setting>({
        {"--service-cluster-ip-range=", "service-cidr"},
        {"--cluster-cidr=", "cluster-cidr"},
        {"--node-cidr-mask-size=", "node-cidr-mask"},
    });
    const json& containers = array_at(pod.value, {"spec", "containers"});
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const std::string name = text_of(member(containers[i], "name")).value_or("");
        if (name != "kube-apiserver" && name != "kube-controller-manager") {
            continue;
        }
        for (const std::string_view list : {"command", "args"}) {
            const json& words = array_at(containers[i], {list});
            const std::string pointer = pointer_to(pointer_to("/spec/containers", i), list);
            for (std::size_t k = 0; k < words.size(); ++k) {
                const std::string word = text_of(&words[k]).value_or("");
                for (const Setting& each : settings) {
                    if (word.starts_with(each.flag) && word.size() > each.flag.size()) {
                        add_cluster_setting(each.name, word.substr(each.flag.size()), name,
                                            pod.place_of(pointer_to(pointer, k)), out);
                    }
                }
            }
        }
    }
}

struct Backend {
    const std::string& service;
    const json& port;
    Text node;
    bool ready;
};

void add_endpoint(const K8sObject& object, const json& address, const Backend& backend, const std::string& place,
                  Analysis& out) {
    if (const auto text = nonempty_text_of(&address)) {
        object.add(snapshot::kK8sEndpoints,
                   {.name_space = object.name_space(),
                    .service = backend.service,
                    .address = *text,
                    .port = integer_of(member(backend.port, "port")),
                    .protocol = nonempty_text_of(member(backend.port, "protocol")),
                    .node_name = backend.node,
                    .ready = backend.ready},
                   place, out);
    }
}

// Addresses of a list, in canonical form; of a list of objects their member `ip`.
Text addresses_of(const json& list) {
    std::string addresses;
    for (const json& each : list) {
        const auto address = normal_address(nonempty_text_of(each.is_object() ? member(each, "ip") : &each));
        if (address && *address != "None") {
            append_item(addresses, *address);
        }
    }
    return addresses.empty() ? std::nullopt : Text(addresses);
}

// At least one: an endpoint without ports is one all the same.
std::vector<json> ports_of(const json& ports) {
    std::vector<json> result(ports.begin(), ports.end());
    if (result.empty()) {
        result.push_back(json::object());
    }
    return result;
}

}  // namespace

void read_k8s_pod(const K8sObject& pod, Analysis& out) {
    const json& value = pod.value;
    snapshot::K8sPodsRow row{.name_space = pod.name_space(), .name = pod.name()};
    row.node_name = nonempty_text_of(member_at(value, {"spec", "nodeName"}));
    row.pod_ip = nonempty_text_of(member_at(value, {"status", "podIP"}));
    row.host_ip = nonempty_text_of(member_at(value, {"status", "hostIP"}));
    row.phase = nonempty_text_of(member_at(value, {"status", "phase"}));
    row.ready = is_ready(value);
    row.host_network = flag_of(member_at(value, {"spec", "hostNetwork"}));
    if (!row.host_network && !pod.is_printed()) {
        row.host_network = false;  // the API server leaves false away
    }
    row.dns_policy = nonempty_text_of(member_at(value, {"spec", "dnsPolicy"}));
    read_containers(value, row);
    row.runtime_class = nonempty_text_of(member_at(value, {"spec", "runtimeClassName"}));
    row.annotations = json_of(member_at(value, {"metadata", "annotations"}));
    row.labels = json_of(member_at(value, {"metadata", "labels"}));
    row.os = os_of(value);
    row.node_selector = json_of(member_at(value, {"spec", "nodeSelector"}));
    pod.add(snapshot::kK8sPods, std::move(row), pod.place(), out);
    if (pod.name_space() == "kube-system") {
        read_control_plane(pod, out);
    }
}

void read_k8s_service(const K8sObject& service, Analysis& out) {
    const json& value = service.value;
    const auto spec = [&](std::string_view name) { return nonempty_text_of(member_at(value, {"spec", name})); };
    snapshot::K8sServicesRow row{.name_space = service.name_space(), .name = service.name()};
    row.type = spec("type");
    row.cluster_ip = spec("clusterIP");
    if (row.cluster_ip == "None") {
        row.cluster_ip.reset();
    }
    row.cluster_ips = addresses_of(array_at(value, {"spec", "clusterIPs"}));
    if (!row.cluster_ips) {
        row.cluster_ips = normal_address(row.cluster_ip);  // before Kubernetes 1.20
    }
    row.external_ips = addresses_of(array_at(value, {"spec", "externalIPs"}));
    row.ingress_ips = addresses_of(array_at(value, {"status", "loadBalancer", "ingress"}));
    row.session_affinity = spec("sessionAffinity");
    row.external_traffic_policy = spec("externalTrafficPolicy");
    row.internal_traffic_policy = spec("internalTrafficPolicy");
    row.annotations = json_of(member_at(value, {"metadata", "annotations"}));
    row.selector = json_of(member_at(value, {"spec", "selector"}));
    service.add(snapshot::kK8sServices, std::move(row), service.place(), out);

    const json& ports = array_at(value, {"spec", "ports"});
    for (std::size_t i = 0; i < ports.size(); ++i) {
        service.add(snapshot::kK8sServicePorts,
                    {.name_space = service.name_space(),
                     .service = service.name(),
                     .name = nonempty_text_of(member(ports[i], "name")),
                     .protocol = nonempty_text_of(member(ports[i], "protocol")).value_or("TCP"),
                     .port = integer_of(member(ports[i], "port")),
                     .target_port = nonempty_text_of(member(ports[i], "targetPort")),
                     .node_port = integer_of(member(ports[i], "nodePort"))},
                    service.place_of(pointer_to("/spec/ports", i)), out);
    }
}

void read_k8s_endpoints(const K8sObject& endpoints, Analysis& out) {
    const std::string service = endpoints.name();
    const json& subsets = array_at(endpoints.value, {"subsets"});
    for (std::size_t i = 0; i < subsets.size(); ++i) {
        for (const auto& [list, ready] : {std::pair("addresses", true), std::pair("notReadyAddresses", false)}) {
            const json& addresses = array_at(subsets[i], {list});
            const std::string pointer = pointer_to(pointer_to("/subsets", i), list);
            for (std::size_t k = 0; k < addresses.size(); ++k) {
                const json* address = member(addresses[k], "ip");
                const auto node = nonempty_text_of(member(addresses[k], "nodeName"));
                for (const json& port : ports_of(array_at(subsets[i], {"ports"}))) {
                    add_endpoint(endpoints, address == nullptr ? kNone : *address, {service, port, node, ready},
                                 endpoints.place_of(pointer_to(pointer, k)), out);
                }
            }
        }
    }
}

std::string service_of_slice(const K8sObject& slice) {
    return nonempty_text_of(member_at(slice.value, {"metadata", "labels", "kubernetes.io/service-name"}))
        .value_or(slice.name());
}

void read_k8s_endpoint_slice(const K8sObject& slice, Analysis& out) {
    const std::string service = service_of_slice(slice);
    const json& endpoints = array_at(slice.value, {"endpoints"});
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        // Absent means ready (discovery.k8s.io/v1, EndpointConditions).
        const bool ready = flag_of(member_at(endpoints[i], {"conditions", "ready"})).value_or(true);
        for (const json& address : array_at(endpoints[i], {"addresses"})) {
            for (const json& port : ports_of(array_at(slice.value, {"ports"}))) {
                add_endpoint(slice, address, {service, port, nonempty_text_of(member(endpoints[i], "nodeName")), ready},
                             slice.place_of(pointer_to("/endpoints", i)), out);
            }
        }
    }
}

void read_k8s_event(const K8sObject& event, Analysis& out) {
    const json& value = event.value;
    const json* about = member(value, "involvedObject");
    if (about == nullptr) {
        about = member(value, "regarding");  // events.k8s.io
    }
    snapshot::K8sEventsRow row;
    if (std::string name_space = event.name_space(); !name_space.empty()) {
        row.name_space = std::move(name_space);
    }
    if (about != nullptr) {
        row.object = text_of(member(*about, "kind")).value_or("") + "/" + text_of(member(*about, "name")).value_or("");
    }
    row.type = nonempty_text_of(member(value, "type"));
    row.reason = nonempty_text_of(member(value, "reason"));
    row.message = nonempty_text_of(member(value, "message"));
    if (!row.message) {
        row.message = nonempty_text_of(member(value, "note"));
    }
    for (const auto& path :
         {std::initializer_list<std::string_view>{"series", "count"}, std::initializer_list<std::string_view>{"count"},
          std::initializer_list<std::string_view>{"deprecatedCount"}}) {
        if (!row.count) {
            row.count = integer_of(member_at(value, path));
        }
    }
    row.last_time_utc = nonempty_text_of(member_at(value, {"series", "lastObservedTime"}));
    for (const std::string_view name : {"lastTimestamp", "eventTime", "deprecatedLastTimestamp", "firstTimestamp"}) {
        if (!row.last_time_utc) {
            row.last_time_utc = nonempty_text_of(member(value, name));
        }
    }
    event.add(snapshot::kK8sEvents, std::move(row), event.place(), out);
}

}  // namespace kwd::analyzers
