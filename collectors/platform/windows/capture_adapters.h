// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/capture_adapter.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kwd::collectors {

/// The node's adapters, and which of them leads out of it.
struct NodeAdapters {
    std::vector<CaptureAdapter> adapters;
    std::optional<std::uint32_t> leading_out;  ///< interface index of the default route with the lowest metric
};

/// Asks the host's IP stack. Errors: those of GetIfTable2Ex.
/// Source: GetIfTable2Ex, GetUnicastIpAddressTable, GetIpForwardTable2, GetIpInterfaceTable.
[[nodiscard]] Result<NodeAdapters> node_adapters();

}  // namespace kwd::collectors
