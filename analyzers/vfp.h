// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// Understands what vfpctrl prints of ports: /list-vmswitch-port, and /get-port-state below the line that names a port,
/// as vfpOutput.txt and ports.txt of collectlogs.ps1 hold them. One row per port; layers and rules are not read.
void analyze_vfp(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
