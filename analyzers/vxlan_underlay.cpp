// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_tables.h"
#include "packet/icmp.h"
#include "packet/ipv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

void add_interface(const VxlanTables& tables, std::string_view name, VxlanState& state) {
    for (const auto& [row, at] : tables.interfaces) {
        if (row.name != name || !of_host(row)) {
            continue;
        }
        state.underlay.push_back(row.name);
        if (row.description) {
            state.underlay.push_back(*row.description);
        }
        if (row.guid) {
            state.underlay.push_back(*row.guid);
            state.underlay.push_back(fmt::format("\\Device\\NPF_{{{}}}", *row.guid));  // as Npcap names it
        }
        if (row.mtu_bytes) {
            state.mtus.push_back({std::nullopt, *row.mtu_bytes, {fmt::format("MTU of {}", row.name), at}});
        }
    }
}

// Of the interfaces that were added: false when all of their features that join or cut packets are known to be off.
std::optional<bool> offloads_of(const VxlanTables& tables, const VxlanState& state) {
    constexpr auto joining =
        std::to_array<std::string_view>({"tso", "gso", "gro", "lso", "rsc", "tx-udp_tnl-segmentation"});
    bool known = false;
    for (const auto& [row, at] : tables.offloads) {
        const bool ours = std::ranges::find(state.underlay, row.interface_name) != state.underlay.end();
        if (ours && row.enabled && std::ranges::find(joining, row.feature) != joining.end()) {
            known = true;
            if (*row.enabled) {
                return true;
            }
        }
    }
    return known ? std::optional(false) : std::nullopt;
}

bool has_port(const VxlanState& state, std::int64_t port) {
    return std::ranges::any_of(state.networks,
                               [&](const VxlanNetwork& network) { return network.ports.contains(port); });
}

// A router that says how much its next link carries, of a packet of one of our tunnels.
void add_said_by_routers(const VxlanTables& tables, VxlanState& state) {
    for (const auto& [row, at] : tables.icmp_errors) {
        const bool needs_less = (row.type == 3 && row.code == 4) || (row.type == 2 && row.code == 0);
        const auto to = parsed(row.original_destination);
        if (needs_less && to && row.next_hop_mtu_bytes.value_or(0) > 0 &&
            row.original_protocol == packet::kProtocolUdp &&
            has_port(state, row.original_destination_port.value_or(0))) {
            state.mtus.push_back({to,
                                  *row.next_hop_mtu_bytes,
                                  {fmt::format("ICMP from {}: the way to {} carries {} bytes", row.source, to->text(),
                                               *row.next_hop_mtu_bytes),
                                   at}});
        }
    }
}

}  // namespace

void add_underlay(const VxlanTables& tables, const std::vector<IpAddress>& vteps,
                  const std::vector<std::string>& interfaces, VxlanState& state) {
    std::vector<std::string> names = interfaces;
    for (const IpAddress& each : vteps) {
        state.own.try_emplace(each, StatedBy{"address that tunnels of this node end at", {}});
    }
    for (const auto& [row, at] : tables.addresses) {
        const auto address = IpAddress::parse(row.address);
        if (!address || !of_host(row)) {
            continue;
        }
        state.own.insert_or_assign(
            *address, StatedBy{fmt::format("address of {}", row.interface_name.value_or("this node")), at});
        if (row.interface_name && std::ranges::find(vteps, *address) != vteps.end()) {
            names.push_back(*row.interface_name);
        }
    }
    std::ranges::sort(names);
    const auto twice = std::ranges::unique(names);
    names.erase(twice.begin(), twice.end());
    for (const std::string& each : names) {
        add_interface(tables, each, state);
    }
    for (const auto& [row, at] : tables.ip_plan) {
        if (const auto prefix = Cidr::parse(row.prefix); prefix && row.role == "service") {
            state.services.add(*prefix, {"service subnet " + row.prefix, at});
        }
    }
    state.offloads = offloads_of(tables, state);
    add_said_by_routers(tables, state);
}

}  // namespace kwd::analyzers
