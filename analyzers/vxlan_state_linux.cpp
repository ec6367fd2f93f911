// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::FdbEntriesRow;
using snapshot::InterfacesRow;
using snapshot::NeighborsRow;
using snapshot::RoutesRow;

constexpr std::string_view kEveryMac = "00:00:00:00:00:00";  // the FDB's default entry, ip-link(8)

std::string words_of(const RoutesRow& row) {
    return fmt::format("route {}{}{}{}", row.type && row.type != "unicast" ? *row.type + " " : "", row.destination,
                       row.next_hop ? " via " + *row.next_hop : "",
                       row.interface_name ? " dev " + *row.interface_name : "");
}

class LinuxState {
  public:
    explicit LinuxState(const VxlanTables& tables) : tables_(tables) {}

    VxlanState state() {
        state_.longer_is_offload = true;
        if (std::string why = tables_.missing_of("interfaces"); !why.empty() && tables_.interfaces.empty()) {
            state_.unknown = std::move(why);
            return std::move(state_);
        }
        index();
        find_routes();
        state_.networks_missing = tables_.missing_of("interfaces");
        bool ends_known = false;  // of every tunnel
        std::vector<IpAddress> vteps;
        std::vector<UnderlayInterface> parents;
        for (const auto& [row, at] : tables_.interfaces) {
            if (row.kind != "vxlan") {
                continue;
            }
            ends_known = (ends_known || state_.networks.empty()) && parsed(row.vxlan_local);
            add_network(row, at);
            const auto local = parsed(row.vxlan_local);
            if (local) {
                vteps.push_back(*local);
            }
            if (row.parent_name) {
                parents.push_back({*row.parent_name, local});
            }
        }
        if (!ends_known || !state_.networks_missing.empty()) {
            state_.own_missing = tables_.missing_of("addresses");
        }
        add_underlay(tables_, vteps, parents, state_);
        add_holders();
        return std::move(state_);
    }

  private:
    // Those that decide where an ordinary packet goes, best first.
    void find_routes() {
        for (const auto& each : tables_.routes) {
            const bool main = !each.row.routing_table || each.row.routing_table == "main" ||
                              each.row.routing_table == "local" || each.row.routing_table == "default";
            if (main && each.row.type != "broadcast" && each.row.type != "multicast" && each.row.type != "anycast") {
                routes_.push_back(&each);
            }
        }
        std::ranges::stable_sort(routes_, {}, [](const auto* each) { return each->row.metric.value_or(0); });
        for (const auto& [row, at] : tables_.routing_rules) {
            if (row.routing_table && row.routing_table != "main" && row.routing_table != "local" &&
                row.routing_table != "default") {
                routes_missing_ = fmt::format("some packets are routed by table {}", *row.routing_table);
            }
        }
        routes_missing_ = routes_missing_.empty() ? tables_.missing_of("routes") : routes_missing_;
    }

    // One row among many thousands is looked for again and again.
    void index() {
        for (const auto& each : tables_.interfaces) {
            kinds_.try_emplace(each.row.name, each.row.kind.value_or(""));
        }
        for (const auto& each : tables_.neighbors) {
            if (each.row.interface_name && each.row.mac) {
                neighbors_.try_emplace({*each.row.interface_name, each.row.address}, &each);
            }
        }
        for (const auto& each : tables_.fdb) {
            if (each.row.destination) {
                fdb_.try_emplace({each.row.interface_name, each.row.mac}, &each);
            }
        }
    }

    [[nodiscard]] const TableRow<NeighborsRow>* neighbor(const std::string& device, const std::string& address) const {
        const auto found = neighbors_.find({device, address});
        return found == neighbors_.end() ? nullptr : found->second;
    }
    [[nodiscard]] const TableRow<FdbEntriesRow>* fdb(const std::string& device, const std::string& mac) const {
        auto found = fdb_.find({device, mac});
        found = found == fdb_.end() ? fdb_.find({device, std::string(kEveryMac)}) : found;
        return found == fdb_.end() ? nullptr : found->second;
    }

    void add_network(const InterfacesRow& row, const std::string& at) {
        VxlanNetwork network{.name = row.name, .by = {"VXLAN device " + row.name, at}};
        // One that takes VNI and VTEP from each packet's route or flow serves programs that the tables do not show.
        network.of_strangers = row.master_name || !row.vni;
        if (row.vxlan_port) {
            network.ports.try_emplace(*row.vxlan_port, network.by);
        }
        if (row.vni) {
            network.vnis.try_emplace(*row.vni, network.by);
        }
        if (row.mac) {
            network.own_mac = {*row.mac, {"MAC of " + row.name, at}};
        }
        network.vteps_missing = tables_.missing_of("fdb_entries");
        network.remotes_missing = routes_missing_.empty() ? tables_.missing_of("neighbors") : routes_missing_;
        if (row.vxlan_learning.value_or(true)) {
            network.vteps_missing = row.name + " learns VTEPs, and forgets them";
        } else if (!row.vni) {
            network.vteps_missing = row.name + " takes VTEPs from each packet's route";
        }
        for (const auto& each : tables_.fdb) {
            if (each.row.interface_name == row.name) {
                add_fdb(each, network);
            }
        }
        for (const auto* each : routes_) {
            if (each->row.interface_name == row.name && each->row.type.value_or("unicast") == "unicast") {
                add_route(*each, row.name, network);
            }
        }
        for (const auto& each : tables_.neighbors) {
            const auto address = IpAddress::parse(each.row.address);
            if (each.row.interface_name == row.name && each.row.mac && address) {
                network.remotes.add(
                    host_prefix(*address),
                    by_neighbor(each, row.name,
                                {fmt::format("neighbor {} on {}", each.row.address, row.name), each.at}));
            }
        }
        state_.networks.push_back(std::move(network));
    }

    static void add_fdb(const TableRow<FdbEntriesRow>& entry, VxlanNetwork& network) {
        const auto vtep = parsed(entry.row.destination);
        const StatedBy by{fmt::format("FDB entry {} of {}{}", entry.row.mac, entry.row.interface_name,
                                      entry.row.destination ? " to " + *entry.row.destination : ""),
                          entry.at};
        if (entry.row.port) {
            network.peer_ports.try_emplace(*entry.row.port, by);
        }
        if (entry.row.vni) {
            network.peer_vnis.try_emplace(*entry.row.vni, by);
        }
        if (!vtep) {
            if (entry.row.nexthop_id) {
                network.vteps_missing = by.words + " names a next hop object, which was not collected";
            }
            return;
        }
        network.vteps.try_emplace(*vtep, by);
        if (entry.row.mac == kEveryMac) {
            network.macs_missing = by.words + " takes frames for every MAC";
        } else {
            network.macs[*vtep].try_emplace(entry.row.mac, by);
        }
    }

    // As the kernel does: the gateway's MAC by its neighbor entry, the MAC's VTEP by the FDB.
    [[nodiscard]] RemoteSubnet by_neighbor(const TableRow<NeighborsRow>& entry, const std::string& device,
                                           StatedBy by) const {
        RemoteSubnet remote{.vtep = {}, .vni = {}, .mac = entry.row.mac, .by = std::move(by)};
        remote.by.words += ", MAC " + *entry.row.mac;
        if (const auto* forwarding = fdb(device, *entry.row.mac)) {
            remote.vtep = parsed(forwarding->row.destination);
            remote.vni = forwarding->row.vni;
            remote.by.words += ", FDB to " + *forwarding->row.destination;
        }
        return remote;
    }

    void add_route(const TableRow<RoutesRow>& route, const std::string& device, VxlanNetwork& network) const {
        const auto prefix = Cidr::parse_or_host(route.row.destination);
        if (!prefix) {
            return;
        }
        const StatedBy by{words_of(route.row), route.at};
        const auto* gateway = route.row.next_hop ? neighbor(device, *route.row.next_hop) : nullptr;
        network.remotes.add(*prefix, gateway != nullptr ? by_neighbor(*gateway, device, by)
                                                        : RemoteSubnet{.vtep = {}, .vni = {}, .mac = {}, .by = by});
    }

    // Addresses on it are pods', or of containers of other kinds: not the network that leads out, nor a tunnel.
    [[nodiscard]] bool for_pods(const std::string& device) const {
        if (std::ranges::find(state_.underlay, device) != state_.underlay.end()) {
            return false;
        }
        const auto found = kinds_.find(device);
        constexpr auto outside = std::to_array<std::string_view>(
            {"", "ethernet", "bond", "wireless", "vlan", "vxlan", "loopback", "tunnel"});
        return found != kinds_.end() && std::ranges::find(outside, found->second) == outside.end();
    }

    [[nodiscard]] bool is_tunnel(const snapshot::Text& device) const {
        return device && std::ranges::any_of(state_.networks, [&](const auto& each) { return each.name == *device; });
    }

    void add_holders() {
        for (const auto& [address, by] : state_.own) {
            state_.holders.add(host_prefix(address), {Presence::here, by});
        }
        std::map<std::string, ByPrefix<bool>, std::less<>> pods;  // by device, what its routes say is behind it
        for (const auto* each : routes_) {
            const auto prefix = Cidr::parse_or_host(each->row.destination);
            if (prefix && each->row.interface_name && !each->row.next_hop && for_pods(*each->row.interface_name)) {
                pods[*each->row.interface_name].add(*prefix, true);
            }
        }
        for (const auto& [row, at] : tables_.neighbors) {
            const auto address = IpAddress::parse(row.address);
            const auto behind = pods.find(row.interface_name.value_or(""));
            if (!address || behind == pods.end() || behind->second.find(*address) == nullptr) {
                continue;  // anybody may ask for a MAC from an address that has no business there
            }
            const bool silent = row.state == "failed" || row.state == "incomplete";
            const StatedBy by{fmt::format("neighbor {} on {}{}", row.address, *row.interface_name,
                                          silent ? ": nobody answers there" : ""),
                              at};
            if (silent || row.mac) {
                state_.holders.add(host_prefix(*address), {silent ? Presence::nobody : Presence::here, by});
            }
        }
        for (const auto* each : routes_) {
            add_holder(*each);
        }
        state_.other_addresses = routes_missing_.empty() ? Holder{Presence::nobody, {"no route leads to it", {}}}
                                                         : Holder{Presence::unknown, {routes_missing_, {}}};
    }

    void add_holder(const TableRow<RoutesRow>& route) {
        const auto prefix = Cidr::parse_or_host(route.row.destination);
        if (!prefix) {
            return;
        }
        Holder holder{Presence::elsewhere, {words_of(route.row), route.at}, prefix->prefix_length() == 0};
        const std::string type = route.row.type.value_or("unicast");
        const bool inside = route.row.interface_name && for_pods(*route.row.interface_name);
        const bool pods = inside && !route.row.next_hop;
        if (type == "local") {
            holder.presence = Presence::here;
        } else if (type != "unicast" || is_tunnel(route.row.interface_name)) {
            holder.presence = Presence::nobody;
        } else if (pods && prefix->host_bits() == 0) {
            holder.presence = Presence::here;
        } else if (pods) {
            holder = {Presence::unknown,
                      {fmt::format("whether anybody has an address of {} is not known: {} has no neighbor entry for it",
                                   route.row.destination, *route.row.interface_name),
                       {}}};
        } else if (inside) {  // such as Cilium's, which looks further by itself
            holder = {Presence::unknown, {"what is behind " + words_of(route.row) + " is not known", {}}};
        }
        // A route that is missing may be of a longer prefix.
        if (holder.presence != Presence::here && holder.presence != Presence::unknown && !routes_missing_.empty()) {
            holder = {Presence::unknown, {routes_missing_, {}}};
        }
        state_.holders.add(*prefix, holder);
        if (pods) {
            for (VxlanNetwork& each : state_.networks) {
                each.local_subnets.add(*prefix, {words_of(route.row), route.at});
            }
        }
    }

    const VxlanTables& tables_;
    VxlanState state_;
    std::vector<const TableRow<RoutesRow>*> routes_;
    std::string routes_missing_;  ///< why packets may be routed otherwise; empty where they are not
    std::map<std::string, std::string, std::less<>> kinds_;                                   ///< of interfaces
    std::map<std::pair<std::string, std::string>, const TableRow<NeighborsRow>*> neighbors_;  ///< by device and address
    std::map<std::pair<std::string, std::string>, const TableRow<FdbEntriesRow>*> fdb_;       ///< by device and MAC
};

}  // namespace

VxlanState vxlan_state_of_linux(const VxlanTables& tables) {
    return LinuxState(tables).state();
}

}  // namespace kwd::analyzers
