// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/collectors.h"

#include <array>
#include <chrono>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = 1 << 20;

constexpr auto kCollectors = std::to_array<Collector>({
    {"links", "network devices with their details: MTU, VXLAN, bridge, veth", &collect_links, 10s, 32 * kMiB,
     Privilege::none, false},
    {"addresses", "addresses of network devices", &collect_addresses, 10s, 32 * kMiB, Privilege::none, false},
    {"routes", "routes of all tables", &collect_routes, 20s, 256 * kMiB, Privilege::none, false},
    {"rules", "policy routing rules", &collect_rules, 10s, 32 * kMiB, Privilege::none, false},
    {"neighbors", "ARP and neighbor discovery tables", &collect_neighbors, 10s, 32 * kMiB, Privilege::none, false},
    {"fdb", "forwarding databases of bridges and VXLAN devices", &collect_fdb, 10s, 32 * kMiB, Privilege::none, false},
});

}  // namespace

std::span<const Collector> all_collectors() {
    return kCollectors;
}

}  // namespace kwd::collectors
