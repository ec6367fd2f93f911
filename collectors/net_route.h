// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "snapshot/tables/network.h"

#include <functional>
#include <map>
#include <string>

namespace kwd::collectors {

/// Reads an object of WMI's class MSFT_NetRoute of the persistent store: property to value as a text.
///
/// Errors: malformed for what is no route, and for one of the active store. Source: learn.microsoft.com, MSFT_NetRoute
/// (NetTCPIP.mof): Store is 0 in the persistent store and 1 in the active one.
[[nodiscard]] Result<snapshot::RoutesRow> read_persistent_route(
    const std::map<std::string, std::string, std::less<>>& properties);

}  // namespace kwd::collectors
