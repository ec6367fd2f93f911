// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/values.h"
#include "snapshot/tables/network.h"

#include <optional>
#include <string_view>

namespace kwd::analyzers {

/// Reads one rule as Windows Firewall keeps it in the registry: `v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|…|`.
/// The name is not in it. nullopt when it is nothing of that form; a field that is not understood stays NULL, and one
/// that narrows the rule stands in `conditions` as it was written. Source: [MS-GPFAS] 2.2.2.19.
[[nodiscard]] std::optional<snapshot::FirewallRulesRow> parse_firewall_rule(std::string_view text);

/// Understands the member `firewall_stores` of a windows-state document: the stores of Windows Firewall, of which a
/// policy's setting wins over the local one; and `active_firewall_profiles`. Fills `firewall_profiles` and
/// `firewall_rules`.
void read_firewall_stores(const DocumentValue& document, Analysis& out);

}  // namespace kwd::analyzers
