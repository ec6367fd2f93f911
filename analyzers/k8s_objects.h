// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/values.h"

#include <string>
#include <string_view>
#include <utility>

namespace kwd::analyzers {

/// Kubernetes objects as `kubectl get -o json|yaml` and `cluster-info dump` write them: Lists, lists of one kind whose
/// items do not say it, single objects, several of these one after another, YAML of several documents.
///
/// Reads Node, Pod, Service, Endpoints, EndpointSlice, Event, and the ConfigMaps that lay out a cluster
/// (kube-flannel-cfg, kube-proxy, kubeadm-config, kubelet-config, coredns). Other kinds are passed over. A table is
/// covered by a list of its kind; an object alone covers it in part. Where a service has EndpointSlices, its Endpoints
/// say the same again and are left out.
void analyze_k8s_objects(const snapshot::Document& document, Analysis& out);

/// One object, and where it stands. `PlaceOf` names places within it by JSON pointers.
struct K8sObject {
    const nlohmann::json& value;
    const DocumentValue& document;
    std::string pointer;
    bool listed = true;  ///< false: it came alone
    /// The lines on which kubectl printed it for people: what is absent is not known then, and nothing within has a
    /// place of its own. Empty for the object itself.
    std::string printed_at = {};

    template <class Table>
    void add(const Table& table, typename Table::RowType row, std::string place, Analysis& out) const {
        if (listed) {
            out.add(table, std::move(row), std::move(place));
        } else {
            out.add_in_outline(table, std::move(row), std::move(place));
        }
    }
    [[nodiscard]] std::string place() const { return place_of({}); }
    [[nodiscard]] std::string place_of(std::string_view inner) const {
        return is_printed() ? printed_at : document.place(pointer + std::string(inner));
    }
    [[nodiscard]] bool is_printed() const noexcept { return !printed_at.empty(); }
    [[nodiscard]] std::string name() const;  ///< metadata.name; empty when there is none
    /// metadata.namespace; `default` when there is none, or empty when it was not printed.
    [[nodiscard]] std::string name_space() const;
};

void read_k8s_node(const K8sObject& node, Analysis& out);
void read_k8s_pod(const K8sObject& pod, Analysis& out);
void read_k8s_service(const K8sObject& service, Analysis& out);
void read_k8s_endpoints(const K8sObject& endpoints, Analysis& out);
void read_k8s_endpoint_slice(const K8sObject& slice, Analysis& out);
void read_k8s_event(const K8sObject& event, Analysis& out);
void read_k8s_config_map(const K8sObject& map, Analysis& out);

/// The service that an EndpointSlice belongs to: its label kubernetes.io/service-name.
[[nodiscard]] std::string service_of_slice(const K8sObject& slice);

}  // namespace kwd::analyzers
