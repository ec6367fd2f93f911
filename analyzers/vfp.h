// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// Understands what vfpctrl prints: ports (/list-vmswitch-port, /get-port-state), their layers, groups and rules
/// (/list-layer, /list-group, /list-rule) and counters (/get-port-counter, /get-rule-counter, /get-flow-stats). Which
/// port an output is about is told by the command above it, as kwdiag and prompts have it, or by the lines that
/// collectlogs.ps1 writes into vfpOutput.txt and ports.txt.
void analyze_vfp(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
