// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/component_config.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace kwd::analyzers {

/// Files that say how the cluster is laid out: `cluster_settings`, and what they hold of flags, feature gates and
/// environment. Reads
///  - kubeclusterconfig.json of AKS and of microsoft/SDN's scripts;
///  - kubeadm's ClusterConfiguration, alone or in a file of several documents;
///  - rke2's and k3s' config.yaml, their `kubelet-arg` lists included;
///  - Calico's config.ps1.
void analyze_cluster_config(const snapshot::Document& document, Analysis& out);

/// kubeadm's ClusterConfiguration (v1beta2 to v1beta4).
void read_cluster_configuration(const nlohmann::json& config, const PlaceOf& place, std::string_view origin,
                                Analysis& out);

/// Adds one setting, unless it has no value.
void add_cluster_setting(std::string_view name, snapshot::Text value, std::string_view origin, std::string place,
                         Analysis& out);

}  // namespace kwd::analyzers
