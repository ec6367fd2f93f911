// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::analyzers {

/// What a kubeconfig tells of the cluster. Either may be empty.
struct Kubeconfig {
    std::string api_server = {};      ///< URL, where it means the same from every node
    std::string ca_fingerprint = {};  ///< of the cluster's CA

    auto operator<=>(const Kubeconfig&) const = default;
};

/// Who a snapshot is of, as its derived tables tell.
struct NodeIdentity {
    std::string name = {};       ///< Kubernetes name, else host name, in lower case; empty where nothing names it
    std::string host_name = {};  ///< in lower case; empty where it is not known
    std::optional<std::string> os_family = {};
    /// Where nothing says when it was taken: the newest time in events and logs, else that of the newest document.
    std::optional<std::string> collected_at_utc = {};
    std::vector<std::string> macs = {};                           ///< of its network cards, sorted
    std::vector<std::string> addresses = {};                      ///< its node addresses, where known
    std::vector<Kubeconfig> kubeconfigs = {};                     ///< sorted
    std::vector<std::pair<std::string, std::string>> peers = {};  ///< Node objects: name and internal address
};

/// Reads it from an analyzed snapshot.
[[nodiscard]] NodeIdentity identity_of(const snapshot::Database& analyzed);

/// The cluster of a node, or why it is not known.
struct Membership {
    std::optional<std::string> cluster =
        {};  ///< names it for people: "CA 1f2e3d4c5b6a", or an API URL; of each its own
    std::string why;
};

/// Which nodes are of one cluster: their kubeconfigs have a CA in common; or an API server, where no kubeconfig tells
/// the CA of that; or the Node objects that one of them read name the other with its address. A node that could be of
/// two, since it keeps kubeconfigs of two, or Node objects of two name it, is of none. With `same_cluster` all are of
/// one because somebody said so.
[[nodiscard]] std::vector<Membership> clusters_of(const std::vector<NodeIdentity>& nodes, bool same_cluster);

/// Puts analyzed and judged snapshots together into a fleet database (snapshot/fleet.h).
class FleetBuilder {
  public:
    /// Of derived tables those in `tables` are kept, and what reports and clusters need; all when it is empty.
    FleetBuilder(snapshot::Database& fleet, std::vector<std::string> tables);

    /// Adds a snapshot. Of two of one machine, whatever name it has in them, the newer stays; two machines of one name
    /// both do.
    void add(const std::string& path, const snapshot::Database& analyzed);
    /// Notes a snapshot that cannot be read.
    void skip(const std::string& path, const std::string& why);
    /// Tells which nodes are of one cluster. Ends the building.
    void finish(bool same_cluster);

  private:
    struct Member {
        std::string node;
        std::string path;
        NodeIdentity identity;
    };

    void note(const std::string& path, const std::string& node, std::string_view state, const std::string& reason);
    [[nodiscard]] std::string unused_label(const std::string& name, const std::string& path) const;

    snapshot::Database& fleet_;
    std::vector<std::string> tables_;
    std::vector<Member> members_;
};

}  // namespace kwd::analyzers
