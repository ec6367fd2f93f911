// SPDX-License-Identifier: Apache-2.0
#include "analyzers/linux_network.h"
#include "analyzers/linux_system.h"
#include "analyzers/packet_filter.h"
#include "snapshot/tables/network.h"
#include "tests/fuzz/analyzed.h"

#include <array>

namespace {
using namespace kwd::analyzers;

constexpr std::array<Reading, 15> kReadings = {{
    {&analyze_linux_links, "links.json"},
    {&analyze_linux_addresses, "addresses.json"},
    {&analyze_linux_offloads, "offloads.json"},
    {&analyze_linux_routes, "routes.json"},
    {&analyze_linux_rules, "rules.json"},
    {&analyze_linux_neighbors, "neighbors.json"},
    {&analyze_linux_fdb, "fdb.json"},
    {&analyze_resolv_conf, "resolv.conf"},
    {&analyze_nftables, "nftables.json"},
    {&analyze_iptables, "iptables.txt"},
    {&analyze_linux_system, "system.json"},
    {&analyze_linux_sysctl, "sysctl.json"},
    {&analyze_linux_sockets, "sockets.json"},
    {&analyze_linux_processes, "processes.json"},
    {&analyze_linux_services, "services.json"},
}};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Analysis out = analyze_as_chosen(kReadings, data, size);
    for (const auto& [row, place] : out.rows(kwd::snapshot::kRoutes)) {
        check(!row.destination.empty());
    }
    return 0;
}
