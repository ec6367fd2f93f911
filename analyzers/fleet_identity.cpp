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

// A loopback address, a service address or a name within the cluster means another API server in each cluster.
constexpr std::string_view kApiServers = R"sql(
    SELECT DISTINCT rtrim(lower(server), '/') AS url FROM kubeconfigs
     WHERE server IS NOT NULL
       AND NOT lower(server) REGEXP '^https?://(localhost|127\.[0-9.]+|\[?::1\]?|kubernetes(\.default.*)?)(:[0-9]+)?/?$'
       AND NOT EXISTS (SELECT 1 FROM node_facts AS f
                        WHERE ip_in_list(regexp_capture(lower(server), '^https?://([0-9.]+)', 1), f.service_cidr) = 1)
       AND NOT coalesce(regexp_capture(lower(server), '^https?://([0-9.]+)', 1) IN ('10.96.0.1', '10.43.0.1', '10.0.0.1', '172.20.0.1', '10.100.0.1'), 0)
     ORDER BY url)sql";

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
    SELECT coalesce((SELECT value FROM meta WHERE key = 'taken_at_utc'), (SELECT max(collected_at_utc) FROM documents)))sql";

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

bool have_common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::ranges::any_of(a, [&](const auto& each) { return std::ranges::find(b, each) != b.end(); });
}

bool knows(const NodeIdentity& teller, const NodeIdentity& other) {
    return !other.name.empty() && std::ranges::any_of(teller.peers, [&](const auto& peer) {
        return peer.first == other.name && std::ranges::find(other.addresses, peer.second) != other.addresses.end();
    });
}

bool are_related(const NodeIdentity& a, const NodeIdentity& b) {
    return have_common(a.api_servers, b.api_servers) || knows(a, b) || knows(b, a);
}

class Clusters {
  public:
    explicit Clusters(const std::vector<NodeIdentity>& nodes)
        : nodes_(nodes), groups_(nodes.size()), has_ca_(nodes.size()), ambiguous_(nodes.size()) {}

    std::vector<Membership> run() {
        join_by_ca();
        while (place_beside_ca()) {
        }
        join_others();
        std::vector<Membership> all;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            all.push_back(membership(i));
        }
        return all;
    }

  private:
    void join_by_ca() {
        std::map<std::string, std::size_t> first;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            has_ca_[i] = !nodes_[i].ca_fingerprints.empty();
            for (const std::string& ca : nodes_[i].ca_fingerprints) {
                groups_.join(first.try_emplace(ca, i).first->second, i);
            }
        }
    }

    // Puts nodes whose CA is not known to those that they are related to. Answers whether there was one.
    bool place_beside_ca() {
        bool placed = false;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (has_ca_[i] || ambiguous_[i]) {
                continue;
            }
            std::set<std::size_t> groups;
            for (std::size_t other = 0; other < nodes_.size(); ++other) {
                if (has_ca_[other] && are_related(nodes_[i], nodes_[other])) {
                    groups.insert(groups_.of(other));
                }
            }
            if (groups.size() == 1) {
                groups_.join(i, *groups.begin());
                has_ca_[i] = true;
                placed = true;
            }
            ambiguous_[i] = groups.size() > 1;
        }
        return placed;
    }

    void join_others() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            for (std::size_t other = i + 1; other < nodes_.size(); ++other) {
                if (!has_ca_[i] && !has_ca_[other] && !ambiguous_[i] && !ambiguous_[other] &&
                    are_related(nodes_[i], nodes_[other])) {
                    groups_.join(i, other);
                }
            }
        }
    }

    // A CA names a cluster best, then a URL, then a node of it.
    [[nodiscard]] Membership membership(std::size_t node) const {
        if (ambiguous_[node]) {
            return {{}, "its API server or its Node objects are those of nodes with different CAs"};
        }
        std::string ca;
        std::string url;
        std::string name;
        std::size_t size = 0;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (groups_.of(i) != groups_.of(node)) {
                continue;
            }
            ++size;
            const auto take = [](std::string& into, const std::vector<std::string>& from) {
                into = into.empty() && !from.empty() ? from.front() : into;
            };
            take(ca, nodes_[i].ca_fingerprints);
            take(url, nodes_[i].api_servers);
            name = name.empty() ? nodes_[i].name : name;
        }
        const std::string why = !nodes_[node].ca_fingerprints.empty() ? "the CA in its kubeconfig"
                                : !nodes_[node].api_servers.empty()   ? "the API server in its kubeconfig"
                                                                      : "Node objects";
        if (!ca.empty()) {
            return {fmt::format("CA {}", ca.substr(0, kFingerprintShown)), why};
        }
        if (!url.empty()) {
            return {url, why};
        }
        if (size > 1) {
            return {fmt::format("that of {}", name), why};
        }
        return {{}, "no kubeconfig tells its cluster's CA or API server, and no Node objects name it"};
    }

    const std::vector<NodeIdentity>& nodes_;
    Groups groups_;
    std::vector<bool> has_ca_;  ///< of itself or of its group
    std::vector<bool> ambiguous_;
};

}  // namespace

NodeIdentity identity_of(const Database& analyzed) {
    NodeIdentity identity;
    identity.name = analyzed.text(kName).value_or("");
    identity.os_family = analyzed.text("SELECT os_family FROM node_facts");
    identity.collected_at_utc = analyzed.text(kCollectedAt);
    identity.macs = texts(analyzed, kMacs);
    identity.addresses = texts(analyzed, kAddresses);
    identity.ca_fingerprints = texts(analyzed,
                                     "SELECT DISTINCT lower(ca_fingerprint) AS ca FROM kubeconfigs "
                                     "WHERE ca_fingerprint IS NOT NULL ORDER BY ca");
    identity.api_servers = texts(analyzed, kApiServers);
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
