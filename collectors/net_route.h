// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "base/result.h"
#include "snapshot/tables/network.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kwd::collectors {

/// Reads an object of WMI's class MSFT_NetRoute of the persistent store: property to value as a text.
///
/// Errors: malformed for what is no route, and for one of the active store. Source: learn.microsoft.com, MSFT_NetRoute
/// (NetTCPIP.mof): Store is 0 in the persistent store and 1 in the active one.
[[nodiscard]] Result<snapshot::RoutesRow> read_persistent_route(
    const std::map<std::string, std::string, std::less<>>& properties);

struct PersistentRoutes {
    std::vector<snapshot::RoutesRow> routes;
    std::optional<Error> refused;  ///< one for all objects that are none
};

/// Reads all of them: a provider that does not know the store gives every route that is active.
[[nodiscard]] PersistentRoutes read_persistent_routes(
    const std::vector<std::map<std::string, std::string, std::less<>>>& objects);

/// A next hop as it stands in tables: nothing for 0.0.0.0 and ::, which stand for none.
[[nodiscard]] snapshot::Text next_hop_text(const IpAddress& address);

}  // namespace kwd::collectors
