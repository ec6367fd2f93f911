// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace kwd::analyzers {

/// net-conf.json: one row of `flannel_config`. What the file does not say stays NULL: the defaults differ between
/// platforms. Source: flannel, Documentation/configuration.md and pkg/subnet/config.go.
void analyze_flannel_net_conf(const snapshot::Document& document, Analysis& out);

/// The same for a net-conf.json that another document holds.
void read_flannel_net_conf(const nlohmann::json& config, std::string place, Analysis& out);

/// subnet.env: one row of `flannel_subnet_env`. Source: flannel, pkg/subnet/subnet.go.
void analyze_subnet_env(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
