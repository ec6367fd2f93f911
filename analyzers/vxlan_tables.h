// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/table_rows.h"
#include "analyzers/vxlan_state.h"
#include "snapshot/tables/facts.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/packets.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

template <class Row>
using TableRows = std::vector<TableRow<Row>>;

/// The tables that tell what a node does with VXLAN. Plain memory.
struct VxlanTables {
    TableRows<snapshot::InterfacesRow> interfaces = {};
    TableRows<snapshot::InterfaceOffloadsRow> offloads = {};
    TableRows<snapshot::AddressesRow> addresses = {};
    TableRows<snapshot::RoutesRow> routes = {};
    TableRows<snapshot::RoutingRulesRow> routing_rules = {};
    TableRows<snapshot::NeighborsRow> neighbors = {};
    TableRows<snapshot::FdbEntriesRow> fdb = {};
    TableRows<snapshot::IcmpErrorsRow> icmp_errors = {};
    TableRows<snapshot::HnsNetworksRow> hns_networks = {};
    TableRows<snapshot::HnsSubnetsRow> hns_subnets = {};
    TableRows<snapshot::HnsRemoteSubnetsRow> hns_remote_subnets = {};
    TableRows<snapshot::HnsEndpointsRow> hns_endpoints = {};
    TableRows<snapshot::HnsLoadBalancerVipsRow> hns_vips = {};
    TableRows<snapshot::IpPlanRow> ip_plan = {};
    /// Tables that may lack rows, and why.
    std::map<std::string, std::string, std::less<>> not_whole = {};

    /// Why rows of this table may be missing; empty when none is.
    [[nodiscard]] std::string missing_of(std::string_view table) const {
        const auto found = not_whole.find(table);
        return found == not_whole.end() ? std::string() : found->first + ": " + found->second;
    }
};

/// What HNS calls for: networks of type Overlay, their subnets' VSID policies, RemoteSubnetRoute policies, VxlanPort,
/// distributed router MACs and endpoints. Sources: microsoft/hcsshim hcn/hcnpolicy.go; flannel pkg/backend/vxlan.
[[nodiscard]] VxlanState vxlan_state_of_hns(const VxlanTables& tables);

/// What Linux does: VXLAN devices, the routes that lead to them, and for each gateway the neighbor entry's MAC and the
/// FDB entry's VTEP, as flannel and Calico keep them; pods by routes to bridges and veths and by neighbor entries.
[[nodiscard]] VxlanState vxlan_state_of_linux(const VxlanTables& tables);

/// An interface under a network's tunnels, and the address that they end at where that is stated.
struct UnderlayInterface {
    std::string name;
    std::optional<IpAddress> vtep;
};

/// Adds what both have: the node's addresses, the services' subnet, the interfaces under `vteps` (addresses of the node
/// that tunnels end at) with their MTU, and what routers said of the ways to other VTEPs (RFC 1191, RFC 8201). Networks
/// must be there already.
void add_underlay(const VxlanTables& tables, const std::vector<IpAddress>& vteps,
                  std::vector<UnderlayInterface> interfaces, VxlanState& state);

/// Whether a row is of the host's network compartment, which on Linux is the only one.
template <class Row>
[[nodiscard]] bool of_host(const Row& row) {
    return row.compartment_id.value_or(1) == 1;
}

/// The prefix that is one address.
[[nodiscard]] inline Cidr host_prefix(const IpAddress& address) {
    return {address, bits_of(address.family())};
}

[[nodiscard]] inline std::optional<IpAddress> parsed(const snapshot::Text& text) {
    return text ? IpAddress::parse(*text) : std::nullopt;
}

}  // namespace kwd::analyzers
