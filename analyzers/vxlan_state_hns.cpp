// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_tables.h"
#include "packet/vxlan.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::analyzers {
namespace {

class HnsState {
  public:
    explicit HnsState(const VxlanTables& tables) : tables_(tables) {}

    VxlanState state() {
        if (std::string why = tables_.missing_of("hns_networks"); !why.empty() && tables_.hns_networks.empty()) {
            state_.unknown = std::move(why);
            return std::move(state_);
        }
        state_.networks_missing = tables_.missing_of("hns_networks");
        bool ends_known = false;  // of every tunnel
        for (const auto& [row, at] : tables_.hns_networks) {
            if (row.type == "Overlay") {
                ends_known = (ends_known || state_.networks.empty()) && parsed(row.management_ip);
                add_network(row, at);
            }
        }
        if (!ends_known || !state_.networks_missing.empty()) {
            state_.own_missing = tables_.missing_of("addresses");
        }
        add_underlay(tables_, vteps_, adapters_, state_);
        add_holders();
        return std::move(state_);
    }

  private:
    static std::string named(const snapshot::HnsNetworksRow& row) { return "network " + row.name.value_or(row.id); }

    void add_network(const snapshot::HnsNetworksRow& row, const std::string& at) {
        VxlanNetwork network{.name = row.name.value_or(row.id), .by = {"HNS " + named(row), at}};
        if (row.vxlan_port) {
            network.ports.try_emplace(*row.vxlan_port, StatedBy{fmt::format("VxlanPort policy of {}", named(row)), at});
        } else if (row.policies_known.value_or(true)) {
            network.ports.try_emplace(packet::kVxlanPortIana,
                                      StatedBy{fmt::format("{}, which has no VxlanPort policy: 4789", named(row)), at});
        }
        const auto management = parsed(row.management_ip);
        if (management) {
            vteps_.push_back(*management);
        }
        if (row.adapter_name) {
            adapters_.push_back({*row.adapter_name, management});
        }
        add_subnets(row, network);
        add_remotes(row, network);
        add_macs(row, at, network);
        state_.networks.push_back(std::move(network));
    }

    void add_subnets(const snapshot::HnsNetworksRow& network_row, VxlanNetwork& network) {
        for (const auto& [row, at] : tables_.hns_subnets) {
            if (row.network_id != network_row.id) {
                continue;
            }
            const auto prefix = Cidr::parse(row.prefix);
            const StatedBy by{fmt::format("subnet {} of {}", row.prefix, named(network_row)), at};
            if (row.isolation_id) {
                network.vnis.try_emplace(*row.isolation_id, StatedBy{"VSID policy of " + by.words, at});
            }
            if (prefix) {
                network.local_subnets.add(*prefix, by);
                subnets_.push_back({*prefix, by});
            }
        }
    }

    void add_remotes(const snapshot::HnsNetworksRow& network_row, VxlanNetwork& network) {
        for (const auto& [row, at] : tables_.hns_remote_subnets) {
            const auto prefix = Cidr::parse_or_host(row.destination_prefix);
            if (row.network_id != network_row.id || !prefix) {
                continue;
            }
            RemoteSubnet remote{
                .vtep = parsed(row.provider_address), .vni = row.isolation_id, .mac = row.dr_mac, .by = {}};
            remote.by = {fmt::format("RemoteSubnetRoute of {}: {} at {}, VNI {}, MAC {}", named(network_row),
                                     row.destination_prefix, row.provider_address.value_or("no address"),
                                     row.isolation_id ? std::to_string(*row.isolation_id) : "unknown",
                                     row.dr_mac.value_or("unknown")),
                         at};
            if (remote.vni) {
                network.peer_vnis.try_emplace(*remote.vni, remote.by);
            }
            if (remote.vtep) {
                network.vteps.try_emplace(*remote.vtep, remote.by);
                if (remote.mac) {
                    network.macs[*remote.vtep].try_emplace(*remote.mac, remote.by);
                }
            }
            network.remotes.add(*prefix, std::move(remote));
        }
        network.vteps_missing = tables_.missing_of("hns_remote_subnets");
        network.vnis_missing = tables_.missing_of("hns_subnets");
        network.pod_macs_missing = tables_.missing_of("hns_endpoints");
        if (!network_row.policies_known.value_or(true)) {
            const std::string why = "the policies of " + named(network_row) + " are not known";
            for (std::string* each : {&network.vteps_missing, &network.vnis_missing}) {
                *each = each->empty() ? why : *each;
            }
        }
        // kube-proxy makes remote endpoints; their MACs are its own invention and never on the wire.
        for (const auto& [row, at] : tables_.hns_endpoints) {
            const auto provider = parsed(row.provider_address);
            if (row.network_id == network_row.id && row.is_remote == true && provider) {
                network.vteps.try_emplace(*provider,
                                          StatedBy{"remote endpoint " + row.ip_address.value_or(row.id), at});
            }
        }
    }

    void add_macs(const snapshot::HnsNetworksRow& network_row, const std::string& at, VxlanNetwork& network) {
        if (!network_row.dr_mac) {
            return;
        }
        network.own_mac = {*network_row.dr_mac, {"distributed router MAC of " + named(network_row), at}};
        for (const auto& [row, endpoint_at] : tables_.hns_endpoints) {
            if (row.network_id == network_row.id && row.is_remote != true && row.mac) {
                network.pod_macs.try_emplace(*row.mac, StatedBy{"endpoint " + row.name.value_or(row.id), endpoint_at});
            }
        }
    }

    // Endpoints of other networks, such as that of NAT, take no addresses that tunnels carry.
    [[nodiscard]] bool may_be_of_overlay(const snapshot::Text& id) const {
        return std::ranges::none_of(tables_.hns_networks, [&](const auto& each) {
            return id == each.row.id && each.row.type && *each.row.type != "Overlay";
        });
    }

    void hold(const snapshot::Text& address, std::string words, const std::string& at) {
        if (const auto one = parsed(address)) {
            state_.holders.add(host_prefix(*one), {Presence::here, {std::move(words), at}});
        }
    }

    void add_holders() {
        std::string missing = tables_.missing_of("hns_endpoints");
        for (const auto& [row, at] : tables_.hns_endpoints) {
            if (row.is_remote == true) {
                continue;
            }
            hold(row.ip_address,
                 fmt::format("endpoint {} has {}", row.name.value_or(row.id), row.ip_address.value_or("")), at);
            hold(row.ipv6_address,
                 fmt::format("endpoint {} has {}", row.name.value_or(row.id), row.ipv6_address.value_or("")), at);
            if (!row.ip_address && !row.ipv6_address && may_be_of_overlay(row.network_id)) {
                missing = "the address of endpoint " + row.name.value_or(row.id) + " is not known";
            }
        }
        // In whichever compartment: those of pods show pods' addresses.
        for (const auto& [row, at] : tables_.addresses) {
            hold(row.address, "address of " + row.interface_name.value_or("this node"), at);
        }
        for (const auto& [address, by] : state_.own) {
            hold(address.text(), by.words, by.at);
        }
        for (const auto& [row, at] : tables_.hns_subnets) {
            hold(row.gateway, "gateway of subnet " + row.prefix, at);
        }
        for (const auto& [row, at] : tables_.hns_vips) {
            const StatedBy by{"load balancer " + row.load_balancer_id + " has " + row.vip, at};
            hold(row.vip, by.words, at);
            if (const auto vip = IpAddress::parse(row.vip); vip && !state_.own.contains(*vip)) {
                state_.services.add(host_prefix(*vip), by);
            }
        }
        for (const auto& [row, at] : tables_.ip_plan) {
            if (const auto prefix = Cidr::parse(row.prefix); prefix && row.role == "service") {
                state_.holders.add(*prefix, {Presence::here, {"service subnet " + row.prefix, at}});
            }
        }
        for (const Stated<Cidr>& each : subnets_) {
            state_.holders.add(
                each.value, missing.empty()
                                ? Holder{Presence::nobody, {"no endpoint in " + each.by.words + " has it", each.by.at}}
                                : Holder{Presence::unknown, {missing, {}}});
        }
        for (const std::string_view table : {"hns_load_balancer_vips", "addresses", "hns_subnets", "hns_networks"}) {
            missing = missing.empty() ? tables_.missing_of(table) : missing;
        }
        state_.other_addresses = missing.empty() ? Holder{Presence::nobody, {"no HNS endpoint of this node has it", {}}}
                                                 : Holder{Presence::unknown, {missing, {}}};
    }

    const VxlanTables& tables_;
    VxlanState state_;
    std::vector<IpAddress> vteps_;
    std::vector<Stated<Cidr>> subnets_;
    std::vector<UnderlayInterface> adapters_;
};

}  // namespace

VxlanState vxlan_state_of_hns(const VxlanTables& tables) {
    return HnsState(tables).state();
}

}  // namespace kwd::analyzers
