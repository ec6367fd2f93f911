// SPDX-License-Identifier: Apache-2.0
#include "analyzers/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Statement;

// How much of a fingerprint tells clusters apart for people.
constexpr std::size_t kFingerprintShown = 12;

std::vector<std::string> texts(const Database& database, std::string_view sql) {
    std::vector<std::string> all;
    Statement select = database.prepare(sql);
    while (select.step()) {
        all.push_back(select.text(0));
    }
    return all;
}

// A loopback address, a service address or a name within the cluster means another API server in each cluster. The
// addresses are the first ones of the service subnets that kubeadm, k3s, AKS and EKS begin with; a service has port
// 443.
constexpr std::string_view kKubeconfigs = R"sql(
    WITH told AS (
        SELECT rtrim(lower(server), '/') AS url, lower(coalesce(ca_fingerprint, '')) AS ca,
               regexp_capture(lower(server), '^https?://([0-9.]+)', 1) AS address,
               lower(server) REGEXP '^(https://[0-9.]+|https?://[0-9.]+:443)/?$' AS on_443
          FROM kubeconfigs)
    SELECT DISTINCT CASE WHEN url REGEXP '^https?://(localhost|127\.[0-9.]+|\[?::1\]?|kubernetes(\.default.*)?)(:[0-9]+)?$'
                           OR EXISTS (SELECT 1 FROM node_facts AS f WHERE ip_in_list(told.address, f.service_cidr) = 1)
                           OR (on_443 AND address IN ('10.96.0.1', '10.43.0.1', '10.0.0.1', '172.20.0.1', '10.100.0.1'))
                         THEN '' ELSE coalesce(url, '') END AS url, ca
      FROM told ORDER BY url, ca)sql";

// vSwitches take the MAC of their card; pods' and tunnels' are none of the machine's.
constexpr std::string_view kMacs = R"sql(
    SELECT DISTINCT mac FROM interfaces
     WHERE mac IS NOT NULL AND mac NOT IN ('', '00:00:00:00:00:00') AND kind IN ('ethernet', 'bond', 'wireless')
       AND coalesce(compartment_id, 1) = 1 AND parent_name IS NULL AND NOT mac LIKE '02:11:%'
     ORDER BY mac)sql";

constexpr std::string_view kAddresses = R"sql(
    SELECT node_ip AS address FROM node_facts WHERE node_ip IS NOT NULL
     UNION SELECT management_ip FROM node_facts WHERE management_ip IS NOT NULL ORDER BY address)sql";

constexpr std::string_view kCollectedAt = R"sql(
    SELECT coalesce((SELECT value FROM meta WHERE key = 'taken_at_utc'), (SELECT as_of_utc FROM node_facts),
                    (SELECT max(collected_at_utc) FROM documents)))sql";

constexpr std::string_view kHostName = "SELECT lower(host_name) FROM system WHERE host_name IS NOT NULL LIMIT 1";

constexpr std::string_view kName = R"sql(
    SELECT lower(coalesce(nullif((SELECT node_name FROM node_facts), ''), nullif((SELECT host_name FROM system LIMIT 1), ''),
                          nullif((SELECT value FROM meta WHERE key = 'node_name'), ''))))sql";

/// Puts what has something in common into groups.
class Groups {
  public:
    explicit Groups(std::size_t size) : parents_(size) { std::iota(parents_.begin(), parents_.end(), std::size_t{0}); }
    [[nodiscard]] std::size_t of(std::size_t each) const {
        while (parents_[each] != each) {
            each = parents_[each];
        }
        return each;
    }
    void join(std::size_t a, std::size_t b) {
        const std::size_t first = of(a);
        const std::size_t second = of(b);
        parents_[std::max(first, second)] = std::min(first, second);
    }

  private:
    std::vector<std::size_t> parents_;
};

bool knows(const NodeIdentity& teller, const NodeIdentity& other) {
    return !other.name.empty() && std::ranges::any_of(teller.peers, [&](const auto& peer) {
        return peer.first == other.name && std::ranges::find(other.addresses, peer.second) != other.addresses.end();
    });
}

bool are_related(const NodeIdentity& a, const NodeIdentity& b) {
    return knows(a, b) || knows(b, a);
}

// What names a cluster: its CA, or the URL of an API server whose CA no kubeconfig tells.
using Keys = std::set<std::string>;
constexpr std::string_view kCa = "CA ";

bool have_common(const Keys& a, const Keys& b) {
    return std::ranges::any_of(a, [&](const auto& each) { return b.contains(each); });
}

class Clusters {
  public:
    explicit Clusters(const std::vector<NodeIdentity>& nodes)
        : nodes_(nodes), keys_(nodes.size()), groups_(nodes.size()), ambiguous_(nodes.size()) {}

    std::vector<Membership> run() {
        read_keys();
        join_by_keys();
        place([&](std::size_t node) { return has_ca(node); }, [&](std::size_t node) { return !keys_[node].empty(); });
        join_related([&](std::size_t node) { return !keys_[node].empty() && !has_ca(node); });
        place([&](std::size_t node) { return has_key(node); }, [](std::size_t) { return true; });
        join_related([&](std::size_t node) { return !has_key(node); });
        std::vector<Membership> all;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            all.push_back(membership(i));
        }
        return all;
    }

  private:
    void read_keys() {
        std::map<std::string, Keys> cas;  // by URL
        for (const NodeIdentity& node : nodes_) {
            for (const Kubeconfig& each : node.kubeconfigs) {
                if (!each.api_server.empty() && !each.ca_fingerprint.empty()) {
                    cas[each.api_server].insert(std::string(kCa) + each.ca_fingerprint);
                }
            }
        }
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            for (const Kubeconfig& each : nodes_[i].kubeconfigs) {
                const auto of_url = cas.find(each.api_server);
                if (!each.ca_fingerprint.empty()) {
                    keys_[i].insert(std::string(kCa) + each.ca_fingerprint);
                } else if (of_url != cas.end()) {
                    keys_[i].insert(of_url->second.begin(), of_url->second.end());
                } else if (!each.api_server.empty()) {
                    keys_[i].insert(each.api_server);
                }
            }
        }
    }

    // A node that has one key is of that cluster. One that has several goes to those that have one of them alone.
    void join_by_keys() {
        std::map<std::string, std::size_t> alone;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (keys_[i].size() == 1) {
                groups_.join(alone.try_emplace(*keys_[i].begin(), i).first->second, i);
            }
        }
        std::vector<std::size_t> others;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            std::set<std::size_t> groups;
            for (const std::string& key : keys_[i]) {
                if (const auto found = alone.find(key); found != alone.end()) {
                    groups.insert(groups_.of(found->second));
                }
            }
            ambiguous_[i] = groups.size() > 1;
            if (groups.size() == 1) {
                groups_.join(i, *groups.begin());
            } else if (groups.empty() && !keys_[i].empty()) {
                others.push_back(i);
            }
        }
        join_overlapping(others);
    }

    // Nodes that have several keys each, none of which any other node has alone: of one cluster where every two of them
    // have one in common. A CA that is being replaced is beside the new one on all nodes.
    void join_overlapping(const std::vector<std::size_t>& nodes) {
        Groups linked(nodes_.size());
        for (const std::size_t a : nodes) {
            for (const std::size_t b : nodes) {
                if (have_common(keys_[a], keys_[b])) {
                    linked.join(a, b);
                }
            }
        }
        std::set<std::size_t> contradictory;
        for (const std::size_t a : nodes) {
            for (const std::size_t b : nodes) {
                if (linked.of(a) == linked.of(b) && !have_common(keys_[a], keys_[b])) {
                    contradictory.insert(linked.of(a));
                }
            }
        }
        for (const std::size_t each : nodes) {
            ambiguous_[each] = contradictory.contains(linked.of(each));
        }
        for (const std::size_t a : nodes) {
            for (const std::size_t b : nodes) {
                if (!ambiguous_[a] && !ambiguous_[b] && have_common(keys_[a], keys_[b])) {
                    groups_.join(a, b);
                }
            }
        }
    }

    // Puts groups that are not settled to the settled ones that their Node objects speak of, over others too. Those in
    // which no node is `chosen` stay.
    template <class Settled, class Chosen>
    void place(Settled settled, Chosen chosen) {
        for (bool placed = true; placed;) {
            placed = false;
            std::vector<bool> is_settled;
            for (std::size_t i = 0; i < nodes_.size(); ++i) {
                is_settled.push_back(settled(i));
            }
            std::map<std::size_t, std::set<std::size_t>> related;
            for (std::size_t i = 0; i < nodes_.size(); ++i) {
                for (std::size_t other = 0; other < nodes_.size(); ++other) {
                    if (!ambiguous_[i] && !ambiguous_[other] && !is_settled[i] && is_settled[other] && chosen(i) &&
                        are_related(nodes_[i], nodes_[other])) {
                        related[groups_.of(i)].insert(groups_.of(other));
                    }
                }
            }
            for (const auto& [group, others] : related) {
                if (others.size() == 1) {
                    groups_.join(group, *others.begin());
                    placed = true;
                } else {
                    make_ambiguous(group);
                }
            }
        }
    }

    void make_ambiguous(std::size_t group) {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (groups_.of(i) == group) {
                ambiguous_[i] = true;
            }
        }
    }

    template <class Chosen>
    void join_related(Chosen chosen) {
        std::vector<std::size_t> nodes;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (!ambiguous_[i] && chosen(i)) {
                nodes.push_back(i);
            }
        }
        for (const std::size_t a : nodes) {
            for (const std::size_t b : nodes) {
                if (a < b && are_related(nodes_[a], nodes_[b])) {
                    groups_.join(a, b);
                }
            }
        }
    }

    // Whether a node that is not ambiguous, of the group of this one, has a key; whether that is a CA.
    [[nodiscard]] bool has_key(std::size_t node, std::string_view beginning = "") const {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (groups_.of(i) == groups_.of(node) && !ambiguous_[i] &&
                std::ranges::any_of(keys_[i], [&](const auto& key) { return key.starts_with(beginning); })) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] bool has_ca(std::size_t node) const { return has_key(node, kCa); }

    [[nodiscard]] Membership membership(std::size_t node) {
        if (ambiguous_[node]) {
            return {{}, "its kubeconfigs, or the Node objects that name it, are of two clusters"};
        }
        const auto has = [&](std::string Kubeconfig::*what) {
            return std::ranges::any_of(nodes_[node].kubeconfigs,
                                       [&](const Kubeconfig& each) { return !(each.*what).empty(); });
        };
        const std::string why = has(&Kubeconfig::ca_fingerprint) ? "the CA in its kubeconfig"
                                : has(&Kubeconfig::api_server)   ? "the API server in its kubeconfig"
                                                                 : "Node objects";
        if (const std::string name = name_of(groups_.of(node)); !name.empty()) {
            return {name, why};
        }
        return {{}, "no kubeconfig tells its cluster's CA or API server, and no Node objects name it"};
    }

    // A CA names a cluster best, then a URL, then a node of it; of two that would have one name the second gets a
    // number.
    std::string name_of(std::size_t group) {
        if (const auto found = names_.find(group); found != names_.end()) {
            return found->second;
        }
        std::string best;
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (groups_.of(i) != group || ambiguous_[i]) {
                continue;
            }
            members.push_back(i);
            for (const std::string& key : keys_[i]) {
                const bool better = best.empty() || (key.starts_with(kCa) && !best.starts_with(kCa));
                best = better ? key : best;
            }
        }
        if (best.starts_with(kCa)) {
            best.resize(std::min(best.size(), kCa.size() + kFingerprintShown));
        } else if (best.empty() && members.size() > 1) {
            best = fmt::format("that of {}", nodes_[members.front()].name);
        }
        std::string name = best;
        const auto taken = [&](const std::string& wanted) {
            return std::ranges::any_of(names_, [&](const auto& each) { return each.second == wanted; });
        };
        for (int number = 2; !best.empty() && taken(name); ++number) {
            name = fmt::format("{} ({})", best, number);
        }
        names_[group] = name;
        return name;
    }

    const std::vector<NodeIdentity>& nodes_;
    std::vector<Keys> keys_;
    Groups groups_;
    std::vector<bool> ambiguous_;
    std::map<std::size_t, std::string> names_;  ///< by group
};

}  // namespace

NodeIdentity identity_of(const Database& analyzed) {
    NodeIdentity identity;
    identity.name = analyzed.text(kName).value_or("");
    identity.host_name = analyzed.text(kHostName).value_or("");
    identity.os_family = analyzed.text("SELECT os_family FROM node_facts");
    identity.collected_at_utc = analyzed.text(kCollectedAt);
    identity.macs = texts(analyzed, kMacs);
    identity.addresses = texts(analyzed, kAddresses);
    Statement kubeconfigs = analyzed.prepare(kKubeconfigs);
    while (kubeconfigs.step()) {
        if (Kubeconfig each{kubeconfigs.text(0), kubeconfigs.text(1)}; each != Kubeconfig()) {
            identity.kubeconfigs.push_back(std::move(each));
        }
    }
    Statement peers =
        analyzed.prepare("SELECT name, internal_ip FROM k8s_nodes WHERE internal_ip IS NOT NULL ORDER BY name");
    while (peers.step()) {
        identity.peers.emplace_back(peers.text(0), peers.text(1));
    }
    return identity;
}

std::vector<Membership> clusters_of(const std::vector<NodeIdentity>& nodes, bool same_cluster) {
    if (same_cluster) {
        return std::vector(nodes.size(), Membership{"as said by --same-cluster", "--same-cluster"});
    }
    return Clusters(nodes).run();
}

}  // namespace kwd::analyzers
