// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// `nft -j list ruleset`: `packet_filter_rules` and `packet_filter_chains`. Source: libnftables-json(5).
void analyze_nftables(const snapshot::Document& document, Analysis& out);

/// `iptables-save -c` or `ip6tables-save -c`, told apart by the first line, else the name. Built-in chains are the base
/// chains.
void analyze_iptables(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
