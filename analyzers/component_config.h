// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/values.h"

#include <functional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// KubeletConfiguration, YAML or JSON: `kubelet_config`, and its feature gates.
/// Source: kubelet.config.k8s.io/v1beta1.
void analyze_kubelet_config(const snapshot::Document& document, Analysis& out);

/// KubeProxyConfiguration, YAML or JSON: `kube_proxy_config`, and its feature gates.
/// Source: kubeproxy.config.k8s.io/v1alpha1.
void analyze_kube_proxy_config(const snapshot::Document& document, Analysis& out);

/// Says the place of what a JSON pointer names.
using PlaceOf = std::function<std::string(std::string_view pointer)>;

/// The same for a configuration that another document holds; `origin` is that of its feature gates.
void read_kube_proxy_config(const nlohmann::json& config, const PlaceOf& place, std::string_view origin, Analysis& out);

/// featureGates, a map of gate to boolean, as rows of `feature_gates`.
void read_feature_gates(const nlohmann::json& config, std::string_view component, std::string_view origin,
                        const PlaceOf& place, Analysis& out);

}  // namespace kwd::analyzers
