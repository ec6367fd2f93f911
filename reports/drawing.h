// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <string>

namespace kwd::reports {

/// The node's networks as a picture: adapters with their addresses, the networks above them (HNS networks; on Linux
/// bridges and VXLAN devices), what is attached to each, and the tunnels to other nodes. Objects that a finding blames
/// are marked. Inline SVG with a text for screen readers; empty when the snapshot knows of no network.
[[nodiscard]] std::string draw_networks(const snapshot::Database& database);

}  // namespace kwd::reports
