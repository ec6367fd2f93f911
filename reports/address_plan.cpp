// SPDX-License-Identifier: Apache-2.0
#include "reports/address_plan.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

namespace kwd::reports {
namespace {

using snapshot::Database;
using snapshot::Statement;

struct Role {
    std::string_view name;
    const char* words;
};
constexpr auto kRoles = std::to_array<Role>({{"cluster", "cluster"},
                                             {"pod-subnet", "pods of this node"},
                                             {"remote-pod-subnet", "pods of other nodes"},
                                             {"service", "services"},
                                             {"docker-nat", "NAT, Docker"},
                                             {"other-network", "other HNS networks"},
                                             {"host", "the node's own"},
                                             {"route", "routes"},
                                             {"dns-server", "DNS server"},
                                             {"metadata", "cloud metadata"}});

// Of two of these, none may have an address of the other. A route may be wider: the longer prefix wins.
constexpr auto kApart =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"cluster", "service"},
                                                                  {"cluster", "host"},
                                                                  {"cluster", "docker-nat"},
                                                                  {"cluster", "other-network"},
                                                                  {"cluster", "dns-server"},
                                                                  {"cluster", "metadata"},
                                                                  {"pod-subnet", "service"},
                                                                  {"pod-subnet", "host"},
                                                                  {"pod-subnet", "docker-nat"},
                                                                  {"pod-subnet", "remote-pod-subnet"},
                                                                  {"remote-pod-subnet", "service"},
                                                                  {"remote-pod-subnet", "host"},
                                                                  {"remote-pod-subnet", "docker-nat"},
                                                                  {"service", "host"},
                                                                  {"service", "docker-nat"},
                                                                  {"service", "other-network"},
                                                                  {"service", "metadata"}});

// Where pods have addresses of the subnet that the nodes are in: of Azure's virtual network, or of AWS's VPC.
constexpr const char* kPodsAmongNodes = R"sql(
    SELECT 1 FROM network_intents WHERE intent = 'azure-cni'
    UNION ALL SELECT 1 FROM cni_networks
     WHERE coalesce(effective, 1) = 1 AND plugin_type IN ('vpc-bridge', 'vpc-shared-eni', 'aws-cni') LIMIT 1)sql";

// There the range of the pods is that of the hosts and of what else is around them.
constexpr auto kPodRoles = std::to_array<std::string_view>({"cluster", "pod-subnet", "remote-pod-subnet"});
constexpr auto kAroundNodes = std::to_array<std::string_view>({"host", "dns-server", "other-network"});

// Role, prefix, origin. Routes: what the host reaches through others, VPNs too; those to pods of other nodes are in the
// plan already.
constexpr const char* kPrefixes = R"sql(
    SELECT role, prefix, origin FROM ip_plan
    UNION ALL
    SELECT 'route', destination, 'route by ' || next_hop || coalesce(', ' || interface_name, '') FROM routes
     WHERE next_hop IS NOT NULL AND coalesce(compartment_id, 1) = 1 AND coalesce(type, 'unicast') = 'unicast'
       AND cidr_prefix_length(destination) BETWEEN 1 AND iif(ip_family(destination) = 4, 31, 127)
       AND destination NOT IN (SELECT prefix FROM ip_plan)
       AND NOT EXISTS (SELECT 1 FROM ip_plan WHERE role = 'cluster' AND cidr_contains(prefix, destination))
    UNION ALL
    SELECT 'metadata', column1, column2 FROM (VALUES ('169.254.169.254/32', 'instance metadata of the cloud'))
     WHERE EXISTS (SELECT 1 FROM node_facts WHERE cloud IN ('azure', 'aws', 'gcp'))
    UNION ALL
    SELECT 'metadata', '168.63.129.16/32', 'Azure''s platform address' WHERE EXISTS (SELECT 1 FROM node_facts WHERE cloud = 'azure'))sql";

std::size_t position_of(std::string_view role) {
    const auto* const found = std::ranges::find(kRoles, role, &Role::name);
    return static_cast<std::size_t>(found - kRoles.begin());
}

double size_of(const Cidr& prefix) {
    return std::exp2(prefix.host_bits());
}

std::vector<PlannedPrefix> read_prefixes(const Database& database) {
    std::vector<PlannedPrefix> all;
    Statement select = database.prepare(kPrefixes);
    while (select.step()) {
        const auto prefix = Cidr::parse_or_host(select.text(1));
        const std::string role = select.text(0);
        if (!prefix || position_of(role) == kRoles.size()) {
            continue;
        }
        const std::string origin = repair_utf8(select.text(2));
        const auto same = std::ranges::find_if(
            all, [&](const PlannedPrefix& each) { return each.role == role && each.prefix == *prefix; });
        if (same == all.end()) {
            all.push_back({.role = role, .prefix = *prefix, .origins = origin, .remarks = {}});
        } else if (same->origins.find(origin) == std::string::npos) {
            same->origins += ", " + origin;
        }
    }
    std::ranges::stable_sort(all, [](const PlannedPrefix& a, const PlannedPrefix& b) {
        return std::tuple(position_of(a.role), a.prefix.first(), a.prefix.prefix_length()) <
               std::tuple(position_of(b.role), b.prefix.first(), b.prefix.prefix_length());
    });
    return all;
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& roles, std::string_view role) {
    return std::ranges::find(roles, role) != roles.end();
}

bool must_be_apart(std::string_view one, std::string_view other, bool pods_among_nodes) {
    if (pods_among_nodes && ((is_one_of(kPodRoles, one) && is_one_of(kAroundNodes, other)) ||
                             (is_one_of(kPodRoles, other) && is_one_of(kAroundNodes, one)))) {
        return false;
    }
    return std::ranges::any_of(kApart, [&](const auto& each) {
        return (each.first == one && each.second == other) || (each.first == other && each.second == one);
    });
}

std::string named(const PlannedPrefix& prefix) {
    return words_of_role(prefix.role) + " " + prefix.prefix.text();
}

void hold_against_each_other(AddressPlan& plan, bool pods_among_nodes) {
    auto& all = plan.prefixes;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t k = i + 1; k < all.size(); ++k) {
            if (!all[i].prefix.overlaps(all[k].prefix)) {
                continue;
            }
            if (must_be_apart(all[i].role, all[k].role, pods_among_nodes)) {
                plan.clashes.push_back({i, k});
                all[i].clashes = all[k].clashes = true;
                all[i].remarks.push_back("overlaps " + named(all[k]));
                all[k].remarks.push_back("overlaps " + named(all[i]));
            } else if (all[k].role == "route" && all[k].prefix.contains(all[i].prefix)) {
                all[k].remarks.push_back("covers " + named(all[i]));
            }
        }
    }
    for (PlannedPrefix& each : all) {
        if (each.role != "pod-subnet" && each.role != "remote-pod-subnet") {
            continue;
        }
        const auto is_cluster = [&](const PlannedPrefix& other) {
            return other.role == "cluster" && other.prefix.family() == each.prefix.family();
        };
        const bool inside = std::ranges::any_of(
            all, [&](const PlannedPrefix& other) { return is_cluster(other) && other.prefix.contains(each.prefix); });
        if (!inside && std::ranges::any_of(all, is_cluster)) {
            each.clashes = true;
            each.remarks.emplace_back("outside of the cluster subnet");
        }
    }
}

struct Pods {
    double nodes = 0;
    double most = 0;             // of all nodes together
    std::int64_t per_node = 0;   // the most that one node may have
    bool same = true;            // on each node
    std::optional<int> longest;  // prefix of a node
};

Pods read_pods(const Database& database) {
    Pods pods;
    Statement select = database.prepare(
        "SELECT count(*), sum(coalesce(max_pods, 110)), max(coalesce(max_pods, 110)), "
        "count(DISTINCT coalesce(max_pods, 110)), max(iif(ip_family(pod_cidr) = 4, cidr_prefix_length(pod_cidr), "
        "NULL)) FROM "
        "k8s_nodes");
    if (select.step() && select.integer(0) > 0) {
        pods.nodes = static_cast<double>(select.integer(0));
        pods.most = static_cast<double>(select.integer(1));
        pods.per_node = select.integer(2);
        pods.same = select.integer(3) == 1;
        if (const auto longest = select.optional_integer(4)) {
            pods.longest = static_cast<int>(*longest);
        }
    }
    return pods;
}

void add_cluster_capacity(const PlannedPrefix& cluster, const Pods& pods, std::vector<Capacity>& capacity) {
    Capacity room{.of = named(cluster), .how = "how many nodes there are is not known", .need = {}, .has = {}};
    room.has = size_of(cluster.prefix);
    if (pods.nodes > 0) {
        room.need = pods.nodes + pods.most;
        room.how = pods.same ? fmt::format("{0:.0f} nodes + {0:.0f} × {1} pods", pods.nodes, pods.per_node)
                             : fmt::format("{:.0f} nodes + {:.0f} pods at most on all of them", pods.nodes, pods.most);
    }
    capacity.push_back(room);
    if (pods.longest && *pods.longest >= cluster.prefix.prefix_length()) {
        capacity.push_back({.of = fmt::format("blocks of /{} in {}", *pods.longest, cluster.prefix.text()),
                            .how = "one for each node",
                            .need = pods.nodes,
                            .has = std::exp2(*pods.longest - cluster.prefix.prefix_length())});
    }
}

void read_capacity(const Database& database, AddressPlan& plan) {
    // Others do not give each node one block of the cluster's subnet.
    const bool in_blocks =
        database.integer("SELECT 1 FROM network_intents WHERE intent IN ('overlay', 'host-gw') LIMIT 1").has_value();
    const auto services =
        database.integer("SELECT count(DISTINCT cluster_ip) FROM k8s_services HAVING count(*) > 0").value_or(0);
    const auto most_here = database.integer(
        "SELECT coalesce((SELECT max_pods FROM kubelet_settings), (SELECT max_pods FROM k8s_nodes "
        "WHERE is_this_node = 1), 110)");
    const Pods pods = read_pods(database);
    for (const PlannedPrefix& each : plan.prefixes) {
        if (each.prefix.family() != IpFamily::v4) {
            continue;
        }
        if (each.role == "cluster" && in_blocks) {
            add_cluster_capacity(each, pods, plan.capacity);
        } else if (each.role == "pod-subnet" && in_blocks) {
            // Network address, gateway, the bridge's or host's address, source VIP and broadcast address.
            plan.capacity.push_back({.of = named(each),
                                     .how = "pods at most on this node; five addresses are not for pods",
                                     .need = static_cast<double>(most_here.value_or(110)),
                                     .has = std::max(0.0, size_of(each.prefix) - 5)});
        } else if (each.role == "service" && services > 0) {
            plan.capacity.push_back({.of = named(each),
                                     .how = "services with an address",
                                     .need = static_cast<double>(services),
                                     .has = std::max(0.0, size_of(each.prefix) - 2)});
        }
    }
}

}  // namespace

std::optional<bool> Capacity::enough() const {
    return need && has ? std::optional(*need <= *has) : std::nullopt;
}

std::string words_of_role(const std::string& role) {
    const std::size_t position = position_of(role);
    return position == kRoles.size() ? role : std::string(kRoles[position].words);
}

AddressPlan read_address_plan(const Database& database) {
    AddressPlan plan;
    plan.prefixes = read_prefixes(database);
    hold_against_each_other(plan, database.integer(kPodsAmongNodes).has_value());
    read_capacity(database, plan);
    return plan;
}

}  // namespace kwd::reports
