// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::reports {

// The results of an analyzed snapshot as every renderer needs them, read once.

struct Evidence {
    std::optional<std::int64_t> document_id;
    std::string document;  ///< name of the document
    std::string place;     ///< as in snapshot/place.h
    std::string text;      ///< what stands there
};

struct Command {
    std::string run;
    std::string on;  ///< node, cluster, or another machine
};

struct Remedy {
    std::string text;
    std::string risk;
    std::string impact;
    std::string verify;
    std::vector<Command> commands;
};

struct Finding {
    std::string rule;
    std::string area;
    std::string severity;  ///< critical, warning, info
    std::string confidence;
    std::string subject;
    std::string title;
    std::string message;
    std::vector<std::pair<std::string, std::string>> columns;  ///< the row that matched, as text
    std::vector<Evidence> evidence;
    Remedy remedy;
    std::int64_t id = 0;
    std::string cause;                     ///< the rule that has a finding that explains it; empty: nothing does
    std::optional<std::int64_t> cause_id;  ///< that finding
    std::vector<Finding> consequences;     ///< what it explains, most severe first
    std::string worst;                     ///< severity of the worst of it and all that it explains
};

struct Evaluation {
    std::string rule;
    std::string area;
    std::string title;
    std::string severity;
    std::string verdict;
    std::string reason;  ///< names collectors; what these gave as their reason stands in CollectionResult alone
    std::vector<std::string> collectors;  ///< those
};

struct CollectionResult {
    std::string collector;
    std::string outcome;
    std::string reason;
    std::string error;  ///< kind of error and native code: "access_denied, errno 13"
    std::string started_at_utc;
    std::int64_t duration_ms = 0;
    std::int64_t documents = 0;
    std::int64_t bytes = 0;
};

struct DocumentResult {
    std::int64_t id = 0;
    std::string collector;
    std::string kind;
    std::string name;
    std::string original_path;
    std::string collected_at_utc;
    std::int64_t size_bytes = 0;
    std::string sha256;
    bool truncated = false;
    std::string note;
};

struct NoteResult {
    std::string document;
    std::string place;
    std::string problem;
    std::string text;
};

/// VXLAN packets of one verdict and direction, and the first of them: see docs/vxlan-verdicts.md.
struct VxlanResult {
    std::string verdict;
    std::string words;      ///< what the verdict says
    std::string direction;  ///< out, in, other
    bool exclusive = false;
    std::int64_t packets = 0;
    std::string capture;
    std::string first_packet;
    std::string first_time_utc;
    std::string expected;
    std::string seen;
    std::string decided_by;

    /// Which packet the first is; empty where that is not known.
    [[nodiscard]] std::string first() const;
};

/// What the layers say of one aspect of one thing: a row of `reconciliation`.
struct ReconciliationResult {
    std::string kind;
    std::string name;
    std::string aspect;
    std::vector<std::pair<std::string, std::string>> says;  ///< column to value, of the layers that say something
    std::optional<bool> agrees;
    std::string difference;

    /// What a layer says, by its column; empty where it says nothing.
    [[nodiscard]] std::string layer(std::string_view column) const;
};

struct Results {
    std::map<std::string, std::string> meta;
    std::map<std::string, std::string> node;  ///< columns of node_facts and system that are known
    std::string node_name;                    ///< Kubernetes name, else host name, else "unknown node"
    std::vector<Finding> findings;            ///< those that no other explains, by `worst`
    std::vector<Evaluation> evaluations;      ///< by rule id
    std::vector<CollectionResult> collections;
    std::vector<DocumentResult> documents;
    std::vector<NoteResult> notes;
    std::vector<VxlanResult> vxlan;                    ///< what is wrong before what is right
    std::vector<ReconciliationResult> reconciliation;  ///< what parts first, then what is not known

    /// Findings that no other explains, each as severe as the worst that it explains.
    [[nodiscard]] std::size_t count(std::string_view severity) const;
    [[nodiscard]] std::size_t count_verdict(std::string_view verdict) const;
    /// Findings that others explain.
    [[nodiscard]] std::size_t consequences() const;
    /// Rules that could not be judged, or failed.
    [[nodiscard]] std::size_t unknown() const;
    /// What all of it comes to, in one line without a full stop: findings, or why there are none.
    [[nodiscard]] std::string verdict() const;
};

[[nodiscard]] Results read_results(const snapshot::Database& database);

/// One node of a fleet, as `fleet_nodes` has it.
struct FleetNode {
    std::string node;
    std::string snapshot;
    std::string collected_at_utc;
    std::string os_family;
    std::string cluster;  ///< empty where it is not known
    std::string cluster_why;
};

/// A snapshot that was given, and how it fared.
struct FleetSnapshot {
    std::string snapshot;
    std::string node;
    std::string state;  ///< used, older, unreadable
    std::string reason;
};

struct FleetResults {
    std::vector<FleetNode> nodes;  ///< by cluster and name; of a cluster that is not known last
    std::vector<FleetSnapshot> snapshots;
    Results compared;  ///< what rules of cluster scope say: findings and evaluations alone

    /// The nodes of one cluster.
    [[nodiscard]] std::vector<FleetNode> of_cluster(std::string_view cluster) const;
    /// Clusters with two nodes and more, which are compared.
    [[nodiscard]] std::vector<std::string> compared_clusters() const;
    /// Seconds between the first and the last snapshot of nodes; nullopt when one does not say when it was taken.
    [[nodiscard]] static std::optional<double> seconds_apart(const std::vector<FleetNode>& nodes);
};

/// What a fleet database (snapshot/fleet.h) holds beside what read_results() tells of each node.
[[nodiscard]] FleetResults read_fleet(const snapshot::Database& fleet);

}  // namespace kwd::reports
