// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_state.h"

#include "analyzers/stated_rows.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"

namespace kwd::analyzers {
namespace {

constexpr auto kTables = std::tuple(
    snapshot::kSystem, snapshot::kHotfixes, snapshot::kFeatures, snapshot::kRegistryValues, snapshot::kEnvironment,
    snapshot::kInterfaces, snapshot::kAddresses, snapshot::kIpInterfaces, snapshot::kRoutes, snapshot::kNeighbors,
    snapshot::kDnsServers, snapshot::kSockets, snapshot::kPortRanges, snapshot::kFirewallProfiles,
    snapshot::kFirewallRules, snapshot::kHnsCalls, snapshot::kEventChannels);

}  // namespace

void analyze_windows_state(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    std::apply([&](const auto&... table) { (read_stated_rows(value, table, out), ...); }, kTables);
}

}  // namespace kwd::analyzers
