// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/tables/facts.h"
#include "snapshot/tables/hns.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/packets.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/given_tables.h"

#include <string>
#include <utility>
#include <vector>

// A Windows node and a Linux node with a VXLAN network each, and packets of theirs.
namespace kwd::analyzers {

using namespace snapshot;
using Rows = std::vector<std::string>;

// A path as a Windows node with 10.244.2.0/24 (VNI 4096, VTEP 192.168.10.21) would send it to win-c.
inline VxlanPathsRow sent() {
    return {.outer_source = "192.168.10.21",
            .outer_destination = "192.168.10.22",
            .udp_port = 4789,
            .vni = 4096,
            .vni_valid = true,
            .inner_source_mac = "00:15:5d:aa:00:07",
            .inner_destination_mac = "00:15:5d:00:00:22",
            .inner_ethertype = 2048,
            .inner_source = "10.244.2.7",
            .inner_destination = "10.244.3.4",
            .packets = 10,
            .bytes = 1000,
            .first_time_utc = "2024-01-01T00:00:01Z",
            .last_time_utc = "2024-01-01T00:00:02Z"};
}
inline VxlanPathsRow received() {
    VxlanPathsRow row = sent();
    std::swap(row.outer_source, row.outer_destination);
    std::swap(row.inner_source, row.inner_destination);
    row.inner_destination_mac = "00:15:5d:00:00:21";
    return row;
}

inline GivenTables windows_node() {
    GivenTables given;
    given.row(kSystem, {.os_family = "windows"})
        .row(kHnsNetworks, {.id = "N",
                            .name = "vxlan0",
                            .type = "Overlay",
                            .management_ip = "192.168.10.21",
                            .dr_mac = "00:15:5d:00:00:21",
                            .policies_known = true})
        .row(kHnsNetworks, {.id = "X", .name = "nat", .type = "NAT"})
        .row(kHnsSubnets, {.network_id = "N", .prefix = "10.244.2.0/24", .gateway = "10.244.2.1", .isolation_id = 4096})
        .row(kHnsRemoteSubnets, {.network_id = "N",
                                 .destination_prefix = "10.244.3.0/24",
                                 .isolation_id = 4096,
                                 .provider_address = "192.168.10.22",
                                 .dr_mac = "00:15:5d:00:00:22"})
        .row(kHnsEndpoints, {.id = "E",
                             .name = "pod-e",
                             .network_id = "N",
                             .mac = "00:15:5d:aa:00:07",
                             .ip_address = "10.244.2.7",
                             .is_remote = false})
        .row(kHnsEndpoints, {.id = "R",
                             .name = "remote",
                             .network_id = "N",
                             .mac = "02:11:0a:f4:03:04",
                             .ip_address = "10.244.3.4",
                             .is_remote = true,
                             .provider_address = "192.168.10.22"})
        .row(kHnsLoadBalancerVips, {.load_balancer_id = "L", .vip = "10.96.0.10"})
        .row(kAddresses, {.compartment_id = 1, .interface_name = "vEthernet (Ethernet)", .address = "192.168.10.21"})
        .row(kInterfaces, {.name = "vEthernet (Ethernet)", .mtu_bytes = 1500, .guid = "AAAA"});
    return given;
}

inline GivenTables& with_packets(GivenTables& given, VxlanPathsRow path) {
    given.row(kVxlanPaths, std::move(path), "capture").none("vxlan_sizes").none("address_pairs");
    return given;
}

inline std::string verdict(GivenTables given, VxlanPathsRow path) {
    with_packets(given, std::move(path)).derive();
    return given.one(
        "SELECT direction || ' ' || verdict || '; ' || coalesce(expected, '-') || '; ' || decided_by FROM "
        "vxlan_verdicts");
}

// flannel's way on Linux: 10.244.1.0/24 here on cni0, 10.244.2.0/24 at 192.168.77.2.
inline GivenTables linux_node() {
    GivenTables given;
    given.row(kSystem, {.os_family = "linux"})
        .row(kInterfaces, {.name = "eth0", .kind = "ethernet", .mtu_bytes = 1500})
        .row(kInterfaces, {.name = "cni0", .kind = "bridge", .mtu_bytes = 1450})
        .row(kInterfaces, {.name = "flannel.1",
                           .kind = "vxlan",
                           .mac = "5a:00:00:00:00:01",
                           .parent_name = "eth0",
                           .vni = 1,
                           .vxlan_port = 8472,
                           .vxlan_local = "192.168.77.1",
                           .vxlan_learning = false})
        .row(kAddresses, {.interface_name = "eth0", .address = "192.168.77.1"})
        .row(kAddresses, {.interface_name = "cni0", .address = "10.244.1.1"})
        .row(kRoutes, {.destination = "10.244.1.0/24", .interface_name = "cni0", .type = "unicast"})
        .row(kRoutes, {.destination = "192.168.77.0/24", .interface_name = "eth0", .type = "unicast"})
        .row(kRoutes,
             {.destination = "0.0.0.0/0", .next_hop = "192.168.77.254", .interface_name = "eth0", .type = "unicast"})
        .row(kRoutes, {.destination = "10.244.2.0/24",
                       .next_hop = "10.244.2.0",
                       .interface_name = "flannel.1",
                       .type = "unicast"})
        .row(kNeighbors,
             {.interface_name = "flannel.1", .address = "10.244.2.0", .mac = "5a:00:00:00:00:02", .state = "permanent"})
        .row(kNeighbors,
             {.interface_name = "cni0", .address = "10.244.1.5", .mac = "5a:00:00:00:01:05", .state = "stale"})
        .row(kNeighbors, {.interface_name = "cni0", .address = "10.244.1.6", .state = "failed"})
        .row(kNeighbors,
             {.interface_name = "cni0", .address = "172.31.9.9", .mac = "5a:00:00:00:01:05", .state = "stale"})
        .row(kFdbEntries, {.interface_name = "flannel.1", .mac = "5a:00:00:00:00:02", .destination = "192.168.77.2"});
    return given;
}
inline VxlanPathsRow from_linux() {
    VxlanPathsRow row = sent();
    row.outer_source = "192.168.77.1";
    row.outer_destination = "192.168.77.2";
    row.udp_port = 8472;
    row.vni = 1;
    row.inner_destination_mac = "5a:00:00:00:00:02";
    row.inner_source = "10.244.1.5";
    row.inner_destination = "10.244.2.9";
    return row;
}
inline VxlanPathsRow to_linux(const char* inner_destination) {
    VxlanPathsRow row = from_linux();
    std::swap(row.outer_source, row.outer_destination);
    row.inner_destination_mac = "5a:00:00:00:00:01";
    row.inner_source = "10.244.2.9";
    row.inner_destination = inner_destination;
    return row;
}

}  // namespace kwd::analyzers
