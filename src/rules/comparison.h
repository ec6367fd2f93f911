// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/iso_time.h"
#include "rules/coverage.h"
#include "rules/evaluation.h"
#include "rules/rule.h"
#include "snapshot/fleet.h"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kwd::rules {

/// Compares the nodes of a fleet (snapshot/fleet.h) by rules of cluster scope, each cluster for itself. Made from
/// `fleet_nodes` and `table_coverage`; while it lives, the fleet's tables show what the last rule saw.
///
/// For each rule and cluster:
/// - `applies`: one node that has its tables is enough. It sees all nodes.
/// - A node is left out, and named, when it lacks what the rule needs of it, or has a table of `whole` only in part, or
///   what is needed of it cannot be told since its system is not known; and of the others one that was collected
///   further from them than `within` (the most that are near each other stay). A node of which the rule needs nothing
///   is no part of the comparison, lacks nothing and decides nothing. Where that goes for all the rule does not apply.
/// - Fewer than two nodes left: not evaluated.
/// - The SQL sees the nodes that are left; in the tables of "one:" the rows that any node near in time read.
/// - No finding while a node was left out, or one whose cluster is not known: not evaluated; a rule is clear only when
/// all
///   nodes were compared that are not known to be of another cluster.
class Comparison {
  public:
    explicit Comparison(snapshot::Database& fleet);

    /// Of several clusters the verdict that says most: finding, error, not_evaluated, clear, not_applicable. Never
    /// throws for the rule's sake.
    [[nodiscard]] Evaluation evaluate(const Rule& rule, const EngineLimits& limits);

  private:
    struct Node {
        std::string name;
        std::string os_family;
        std::string cluster;
        std::string cluster_why;
        std::optional<UtcTime> time;
        Coverage coverage;
    };
    using Nodes = std::vector<const Node*>;
    using LeftOut = std::vector<std::pair<std::string, std::string>>;  ///< node and why

    [[nodiscard]] Evaluation evaluate_cluster(const Rule& rule, const Nodes& nodes, const EngineLimits& limits);
    [[nodiscard]] std::optional<Evaluation> without_say(const Rule& rule, const Nodes& nodes,
                                                        const EngineLimits& limits);
    /// What any of the nodes tells for all.
    struct Heard {
        std::vector<std::string> tables = {};
        std::string doubts = {};  ///< why rows of them may be absent
    };
    /// Why a need of "one:" is not met; nullopt when all are.
    [[nodiscard]] static std::optional<std::string> hear(const Rule& rule, const Nodes& nodes, Heard& heard);
    [[nodiscard]] LeftOut of_no_cluster(const Rule& rule) const;
    [[nodiscard]] Evaluation evaluate_clusters(const Rule& rule, const EngineLimits& limits);
    /// Those of `nodes` that are near in time to all that are compared: they may tell what is for all.
    [[nodiscard]] static Nodes near_to(const Rule& rule, const Nodes& compared, const Nodes& nodes);
    [[nodiscard]] static Nodes near_in_time(const Rule& rule, Nodes nodes, LeftOut& left_out);
    [[nodiscard]] static Nodes comparable(const Rule& rule, const Nodes& nodes, LeftOut& left_out);

    snapshot::Database& fleet_;
    snapshot::FleetView view_;
    std::vector<Node> nodes_;
    std::vector<Nodes> clusters_;  ///< those of two nodes and more
};

}  // namespace kwd::rules
