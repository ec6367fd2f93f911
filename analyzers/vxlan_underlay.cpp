// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_tables.h"
#include "packet/icmp.h"
#include "packet/ipv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace kwd::analyzers {
namespace {

// By every name that a capture may have for it.
void add_names(const snapshot::InterfacesRow& row, std::vector<std::string>& names) {
    names.push_back(row.name);
    if (row.description) {
        names.push_back(*row.description);
    }
    if (row.guid) {
        names.push_back(*row.guid);
        names.push_back(fmt::format("\\Device\\NPF_{{{}}}", *row.guid));  // as Npcap names it
    }
}

void add_interface(const VxlanTables& tables, const UnderlayInterface& under, VxlanState& state) {
    for (const auto& [row, at] : tables.interfaces) {
        if (row.name != under.name || !of_host(row)) {
            continue;
        }
        add_names(row, state.underlay);
        if (row.mtu_bytes && under.vtep) {
            state.mtus.push_back({under.vtep, std::nullopt, *row.mtu_bytes, {fmt::format("MTU of {}", row.name), at}});
        }
    }
}

/// Which interfaces stand next to one.
using Next = std::multimap<std::string, std::string>;

// Those that can be reached from some, however many are between; a node's tables may name a circle.
std::set<std::string> reached(const Next& next, const std::vector<UnderlayInterface>& from) {
    std::set<std::string> all;
    std::vector<std::string> open;
    const auto reach = [&](const std::string& name) {
        if (all.insert(name).second) {
            open.push_back(name);
        }
    };
    for (const UnderlayInterface& each : from) {
        reach(each.name);
    }
    while (!open.empty()) {
        const std::string name = std::move(open.back());
        open.pop_back();
        for (auto [at, end] = next.equal_range(name); at != end; ++at) {
            reach(at->second);
        }
    }
    return all;
}

// Tunnels pass a bond's slaves, a bridge's ports and a VLAN's parent too, and what these are made of. What stands on an
// interface under them may have its packets, but for tunnels: those have what is within.
void add_other_interfaces(const VxlanTables& tables, const std::vector<UnderlayInterface>& under, VxlanState& state) {
    Next below;
    Next above;
    for (const auto& [row, at] : tables.interfaces) {
        if (row.master_name) {
            below.emplace(*row.master_name, row.name);
            above.emplace(row.name, *row.master_name);
        }
        if (row.parent_name) {
            below.emplace(row.name, *row.parent_name);
            if (row.kind != "vxlan" && row.kind != "tunnel") {
                above.emplace(*row.parent_name, row.name);
            }
        }
    }
    const auto all_below = reached(below, under);
    const auto all_above = reached(above, under);
    for (const auto& [row, at] : tables.interfaces) {
        if (!all_below.contains(row.name) && !all_above.contains(row.name)) {
            add_names(row, state.not_underlay);
        }
    }
}

// Of one interface: true when anything is known to cut or join packets, false when both are known to be off.
std::optional<bool> offloads_of(const VxlanTables& tables, const std::string& interface) {
    constexpr auto cutting = std::to_array<std::string_view>({"tso", "gso", "lso"});
    constexpr auto joining = std::to_array<std::string_view>({"gro", "rsc"});
    bool cuts_known = false;
    bool joins_known = false;
    for (const auto& [row, at] : tables.offloads) {
        if (row.interface_name != interface || !row.enabled) {
            continue;
        }
        const bool cuts = std::ranges::find(cutting, row.feature) != cutting.end();
        const bool joins = std::ranges::find(joining, row.feature) != joining.end();
        if (*row.enabled && (cuts || joins || row.feature == "tx-udp_tnl-segmentation")) {
            return true;
        }
        cuts_known = cuts_known || cuts;
        joins_known = joins_known || joins;
    }
    return cuts_known && joins_known ? std::optional(false) : std::nullopt;
}

// Packets take their way through all of them.
std::optional<bool> offloads_of(const VxlanTables& tables, const std::vector<UnderlayInterface>& interfaces) {
    bool all_off = !interfaces.empty();
    for (const UnderlayInterface& each : interfaces) {
        const auto one = offloads_of(tables, each.name);
        if (one == true) {
            return true;
        }
        all_off = all_off && one == false;
    }
    return all_off ? std::optional(false) : std::nullopt;
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
            state.mtus.push_back({std::nullopt,
                                  to,
                                  *row.next_hop_mtu_bytes,
                                  {fmt::format("ICMP from {}: the way to {} carries {} bytes", row.source, to->text(),
                                               *row.next_hop_mtu_bytes),
                                   at}});
        }
    }
}

}  // namespace

void add_underlay(const VxlanTables& tables, const std::vector<IpAddress>& vteps,
                  std::vector<UnderlayInterface> interfaces, VxlanState& state) {
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
            interfaces.push_back({*row.interface_name, *address});
        }
    }
    // A device whose `local` is not set sends from an address of the interface that it is on.
    for (const auto& [row, at] : tables.addresses) {
        const auto address = IpAddress::parse(row.address);
        const auto nameless = std::ranges::find_if(
            interfaces, [&name = row.interface_name](const auto& each) { return !each.vtep && name == each.name; });
        if (address && of_host(row) && nameless != interfaces.end()) {
            interfaces.push_back({nameless->name, address});
        }
    }
    const auto key = [](const UnderlayInterface& each) {
        return std::tuple(each.name, each.vtep.has_value(), each.vtep ? each.vtep->text() : std::string());
    };
    std::ranges::sort(interfaces, {}, key);
    const auto same = [&](const auto& one, const auto& other) { return key(one) == key(other); };
    interfaces.erase(std::unique(interfaces.begin(), interfaces.end(), same), interfaces.end());
    for (const UnderlayInterface& each : interfaces) {
        add_interface(tables, each, state);
    }
    add_other_interfaces(tables, interfaces, state);
    for (const auto& [row, at] : tables.ip_plan) {
        if (const auto prefix = Cidr::parse(row.prefix); prefix && row.role == "service") {
            state.services.add(*prefix, {"service subnet " + row.prefix, at});
        }
    }
    state.offloads = offloads_of(tables, interfaces);
    add_said_by_routers(tables, state);
}

}  // namespace kwd::analyzers
