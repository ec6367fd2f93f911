// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// CNI configuration (.conf, .json) and configuration lists (.conflist): `cni_networks`, one row per plugin, with
/// `cni_policies` and `cni_nat_exceptions`. Members are matched whatever their case, as Go does. A flannel plugin and
/// its delegate make one row, the delegate's members first.
///
/// A file that is not one valid JSON object gives a note and one row that has the file's name alone: a runtime sees the
/// file too, and fails at it.
///
/// Sources: CNI specification 1.0; win-bridge, win-overlay and flannel of containernetworking/plugins; sdnbridge and
/// sdnoverlay of microsoft/windows-container-networking; Calico's and Azure's plugins.
void analyze_cni_conf(const snapshot::Document& document, Analysis& out);

/// A policy's type as HNS V2 names it: ROUTE is SDNRoute, PA is ProviderAddress, NAT is PortMapping, whatever the
/// case. Types that are not known stay as they are.
[[nodiscard]] std::string policy_type_name(std::string_view type);

}  // namespace kwd::analyzers
