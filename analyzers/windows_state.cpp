// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_state.h"

#include "analyzers/command_line.h"
#include "analyzers/firewall_stores.h"
#include "analyzers/processes.h"
#include "analyzers/stated_rows.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/logs.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"

#include <string>
#include <vector>

namespace kwd::analyzers {
namespace {

constexpr auto kTables = std::tuple(
    snapshot::kSystem, snapshot::kHotfixes, snapshot::kFeatures, snapshot::kRegistryValues, snapshot::kEnvironment,
    snapshot::kInterfaces, snapshot::kAddresses, snapshot::kIpInterfaces, snapshot::kRoutes, snapshot::kNeighbors,
    snapshot::kDnsServers, snapshot::kSockets, snapshot::kPortRanges, snapshot::kFirewallProfiles,
    snapshot::kFirewallRules, snapshot::kHnsCalls, snapshot::kEventChannels);

// What a service starts itself, and what NSSM starts for it. A script between them hides the flags of a component, so
// that this is an outline.
void read_service_flags(const nlohmann::json& service, const std::string& place, Analysis& out) {
    constexpr bool kOutline = true;
    if (const auto path = nonempty_text_of(member(service, "binary_path"))) {
        read_flags(*path, {{}, "service", kOutline}, place, out);
    }
    const nlohmann::json* nssm = member(service, "nssm");
    const nlohmann::json* arguments = nssm != nullptr ? member(*nssm, "arguments") : nullptr;
    std::vector<std::string> words;
    for (std::size_t i = 0; arguments != nullptr && arguments->is_array() && i < arguments->size(); ++i) {
        words.push_back(text_of(&(*arguments)[i]).value_or(""));
    }
    read_flags(words, {{}, "service", kOutline}, place, out);
}

}  // namespace

void analyze_windows_state(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    std::apply([&](const auto&... table) { (read_stated_rows(value, table, out), ...); }, kTables);
    read_stated_rows(value, snapshot::kServices, out, [&](const nlohmann::json& service, const std::string& place) {
        read_service_flags(service, place, out);
    });
    if (member(value.value, snapshot::kProcesses.name) != nullptr) {
        read_processes(value, out);
    }
    if (const auto left_out = integer_of(member(value.value, "left_out")); left_out.value_or(0) > 0) {
        out.covers_partly(snapshot::kSockets.name, std::to_string(*left_out) + " connected sockets were left out");
    }
    read_firewall_stores(value, out);
}

}  // namespace kwd::analyzers
