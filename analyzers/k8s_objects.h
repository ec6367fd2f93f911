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

    template <class Table>
    void add(const Table& table, typename Table::RowType row, std::string place, Analysis& out) const {
        if (listed) {
            out.add(table, std::move(row), std::move(place));
        } else {
            out.add_in_outline(table, std::move(row), std::move(place));
        }
    }
    [[nodiscard]] std::string place() const { return document.place(pointer); }
    [[nodiscard]] std::string place_of(std::string_view inner) const {
        return document.place(pointer + std::string(inner));
    }
    [[nodiscard]] std::string name() const;        ///< metadata.name; empty when there is none
    [[nodiscard]] std::string name_space() const;  ///< metadata.namespace; `default` when there is none
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
