// SPDX-License-Identifier: Apache-2.0
#include "reports/results.h"

#include "base/iso_time.h"
#include "base/utf8.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace kwd::reports {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using snapshot::Database;
using snapshot::Statement;

std::string string_of(const ordered_json& value) {
    if (value.is_null()) {
        return {};
    }
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string member(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Remedy read_remedy(const std::string& text) {
    const json value = json::parse(text, nullptr, false);
    Remedy remedy;
    if (!value.is_object()) {
        return remedy;
    }
    remedy.text = member(value, "text");
    remedy.risk = member(value, "risk");
    remedy.impact = member(value, "impact");
    remedy.verify = member(value, "verify");
    if (const auto commands = value.find("commands"); commands != value.end() && commands->is_array()) {
        for (const json& each : *commands) {
            if (each.is_object()) {
                remedy.commands.push_back({member(each, "run"), member(each, "on")});
            }
        }
    }
    return remedy;
}

std::vector<Finding> read_findings(const Database& database) {
    std::vector<Finding> findings;
    Statement select = database.prepare(
        "SELECT id, rule_id, area, severity, confidence, subject, title, message, columns, remedy, cause, cause_id "
        "FROM findings ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, id");
    Statement evidence = database.prepare(
        "SELECT document_id, document, place, text FROM finding_evidence WHERE finding_id = ? ORDER BY position");
    while (select.step()) {
        Finding finding;
        finding.id = select.integer(0);
        finding.rule = select.text(1);
        finding.area = select.text(2);
        finding.severity = select.text(3);
        finding.confidence = select.text(4);
        finding.subject = repair_utf8(select.text(5));
        finding.title = select.text(6);
        finding.message = repair_utf8(select.text(7));
        const ordered_json columns = ordered_json::parse(select.text(8), nullptr, false);
        if (columns.is_object()) {
            for (const auto& [name, value] : columns.items()) {
                finding.columns.emplace_back(name, repair_utf8(string_of(value)));
            }
        }
        finding.remedy = read_remedy(select.text(9));
        finding.cause = select.text(10);
        finding.cause_id = select.optional_integer(11);
        evidence.bind(1, select.integer(0));
        while (evidence.step()) {
            finding.evidence.push_back({evidence.optional_integer(0), repair_utf8(evidence.text(1)), evidence.text(2),
                                        repair_utf8(evidence.text(3))});
        }
        evidence.reset();
        findings.push_back(std::move(finding));
    }
    return findings;
}

int rank(std::string_view severity) {
    return severity == "critical" ? 0 : severity == "warning" ? 1 : 2;
}

// Each finding below the one that explains it, and in each list the most severe first.
class Tree {
  public:
    explicit Tree(std::vector<Finding> all) : all_(std::move(all)), taken_(all_.size()) {
        std::set<std::int64_t> ids;
        for (const Finding& each : all_) {
            ids.insert(each.id);
        }
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const auto& cause = all_[i].cause_id;
            below_[cause && ids.contains(*cause) ? *cause : kNothing].push_back(i);
        }
    }

    std::vector<Finding> roots() {
        std::vector<Finding> roots = take(kNothing);
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (!taken_[i]) {  // no finding is lost, whatever a database says
                roots.push_back(take_one(i));
            }
        }
        std::ranges::stable_sort(roots, {}, [](const Finding& each) { return rank(each.worst); });
        return roots;
    }

  private:
    static constexpr std::int64_t kNothing = -1;

    // NOLINTNEXTLINE(misc-no-recursion): as deep as rules explain each other
    std::vector<Finding> take(std::int64_t cause) {
        std::vector<Finding> taken;
        for (const std::size_t i : below_[cause]) {
            if (!taken_[i]) {
                taken.push_back(take_one(i));
            }
        }
        std::ranges::stable_sort(taken, {}, [](const Finding& each) { return rank(each.worst); });
        return taken;
    }

    // NOLINTNEXTLINE(misc-no-recursion): as deep as rules explain each other
    Finding take_one(std::size_t i) {
        taken_[i] = true;
        Finding finding = std::move(all_[i]);
        finding.consequences = take(finding.id);
        finding.worst = finding.severity;
        for (const Finding& each : finding.consequences) {
            finding.worst = rank(each.worst) < rank(finding.worst) ? each.worst : finding.worst;
        }
        return finding;
    }

    std::vector<Finding> all_;
    std::vector<bool> taken_;
    std::map<std::int64_t, std::vector<std::size_t>> below_;  ///< by the id of the cause
};

std::size_t count_below(const Finding& finding) {
    std::size_t count = finding.consequences.size();
    for (const Finding& each : finding.consequences) {
        count += count_below(each);
    }
    return count;
}

std::vector<CollectionResult> read_collections(const Database& database) {
    std::vector<CollectionResult> all;
    Statement select = database.prepare(
        "SELECT collector, outcome, reason, error_code, native_domain, native_code, started_at_utc, duration_ms, "
        "documents, bytes FROM collections ORDER BY id");
    while (select.step()) {
        CollectionResult each;
        each.collector = repair_utf8(select.text(0));
        each.outcome = select.text(1);
        each.reason = repair_utf8(select.text(2));
        each.error = select.text(3);
        if (!select.is_null(4)) {
            each.error += fmt::format(", {} {}", select.text(4), select.integer(5));
        }
        each.started_at_utc = select.text(6);
        each.duration_ms = select.integer(7);
        each.documents = select.integer(8);
        each.bytes = select.integer(9);
        all.push_back(std::move(each));
    }
    return all;
}

// A collector's reason may be long, and takes many tables with it, and each of them many rules.
void leave_to_collections(Evaluation& evaluation, const std::vector<CollectionResult>& collections) {
    for (const CollectionResult& each : collections) {
        if (each.outcome == "ok" || each.reason.empty()) {
            continue;
        }
        const std::string subject = fmt::format("the collector {} ", each.collector);
        const std::string told = ": " + each.reason;
        std::string& reason = evaluation.reason;
        bool named = false;
        for (std::size_t at = reason.find(subject); at != std::string::npos;
             at = reason.find(subject, at + subject.size())) {
            const std::size_t why = reason.find(':', at + subject.size());
            if (why != std::string::npos && reason.compare(why, told.size(), told) == 0) {
                reason.erase(why, told.size());
                named = true;
            }
        }
        // One that was asked again has a row for each time.
        if (named && std::ranges::find(evaluation.collectors, each.collector) == evaluation.collectors.end()) {
            evaluation.collectors.push_back(each.collector);
        }
    }
}

std::vector<DocumentResult> read_documents(const Database& database) {
    std::vector<DocumentResult> all;
    Statement select = database.prepare(
        "SELECT id, collector, kind, name, original_path, collected_at_utc, size_bytes, sha256, truncated, note "
        "FROM documents ORDER BY id");
    while (select.step()) {
        all.push_back({select.integer(0), repair_utf8(select.text(1)), select.text(2), repair_utf8(select.text(3)),
                       repair_utf8(select.text(4)), select.text(5), select.integer(6), select.text(7),
                       select.integer(8) != 0, repair_utf8(select.text(9))});
    }
    return all;
}

std::string words_of(const std::string& verdict) {
    constexpr auto words = std::to_array<std::pair<std::string_view, const char*>>(
        {{"right", "as the node's state calls for"},
         {"port-wrong", "UDP port of no network here"},
         {"vni-wrong", "VNI of no network here"},
         {"vtep-unknown", "to a node that nothing names"},
         {"vtep-wrong", "to another node than that of the destination"},
         {"mac-wrong", "for a MAC that the receiver does not have"},
         {"source-unknown", "from an address that nobody here has"},
         {"no-endpoint", "for an address that nobody here has"},
         {"of-others", "between other nodes"},
         {"unknown", "could not be judged"},
         {"fragmented", "fragments of outer IP"},
         {"over-mtu", "longer than the way carries"},
         {"maybe-over-mtu", "longer than the way carries, or cut up or joined by a network card"},
         {"not-encapsulated", "between pods, without a tunnel"}});
    const auto* const found = std::ranges::find(words, verdict, &std::pair<std::string_view, const char*>::first);
    return found == words.end() ? verdict : found->second;
}

// SQLite takes the other columns from the row that has the minimum.
constexpr const char* kVxlan = R"sql(
    SELECT verdict, direction, exclusive, sum(packets), capture, first_packet, min(coalesce(first_time_utc, '~')), first_time_utc,
           expected, seen, decided_by
      FROM vxlan_verdicts GROUP BY exclusive, verdict, direction
     ORDER BY CASE verdict WHEN 'right' THEN 3 WHEN 'of-others' THEN 4 WHEN 'unknown' THEN 2 ELSE 1 END, exclusive DESC, verdict,
              direction DESC)sql";

std::vector<VxlanResult> read_vxlan(const Database& database) {
    std::vector<VxlanResult> all;
    Statement select = database.prepare(kVxlan);
    while (select.step()) {
        all.push_back({.verdict = select.text(0),
                       .words = words_of(select.text(0)),
                       .direction = select.text(1),
                       .exclusive = select.integer(2) != 0,
                       .packets = select.integer(3),
                       .capture = repair_utf8(select.text(4)),
                       .first_packet = select.text(5),
                       .first_time_utc = select.text(7),
                       .expected = repair_utf8(select.text(8)),
                       .seen = repair_utf8(select.text(9)),
                       .decided_by = repair_utf8(select.text(10))});
    }
    return all;
}

std::vector<ReconciliationResult> read_reconciliation(const Database& database) {
    constexpr auto layers =
        std::to_array<const char*>({"kubernetes", "configuration", "hns", "hns_v1", "hns_v2", "vfp", "system"});
    std::vector<ReconciliationResult> all;
    Statement select = database.prepare(
        "SELECT kind, name, aspect, agrees, difference, kubernetes, configuration, hns, hns_v1, hns_v2, vfp, system "
        "FROM reconciliation ORDER BY CASE agrees WHEN 0 THEN 0 WHEN 1 THEN 2 ELSE 1 END, rowid");
    while (select.step()) {
        ReconciliationResult each{.kind = select.text(0),
                                  .name = repair_utf8(select.text(1)),
                                  .aspect = select.text(2),
                                  .says = {},
                                  .agrees = {},
                                  .difference = repair_utf8(select.text(4))};
        if (const auto agrees = select.optional_integer(3)) {
            each.agrees = *agrees != 0;
        }
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const int column = 5 + static_cast<int>(i);
            if (!select.is_null(column)) {
                each.says.emplace_back(layers[i], repair_utf8(select.text(column)));
            }
        }
        all.push_back(std::move(each));
    }
    return all;
}

void read_row(const Database& database, const char* sql, std::map<std::string, std::string>& into) {
    Statement select = database.prepare(sql);
    if (!select.step()) {
        return;
    }
    for (int column = 0; column < select.column_count(); ++column) {
        const std::string name = select.column_name(column);
        if (!select.is_null(column) && name != "document_id" && name != "place" && name != "at") {
            into.try_emplace(name, repair_utf8(snapshot::to_text(select.value(column))));
        }
    }
}

}  // namespace

std::string VxlanResult::first() const {
    return first_packet.empty() ? std::string() : fmt::format("packet {} of {}", first_packet, capture);
}

std::string ReconciliationResult::layer(std::string_view column) const {
    const auto found = std::ranges::find(says, column, &std::pair<std::string, std::string>::first);
    return found == says.end() ? std::string() : found->second;
}

std::size_t Results::count(std::string_view severity) const {
    return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::worst));
}

std::size_t Results::count_verdict(std::string_view verdict) const {
    return static_cast<std::size_t>(std::ranges::count(evaluations, verdict, &Evaluation::verdict));
}

std::size_t Results::consequences() const {
    std::size_t count = 0;
    for (const Finding& each : findings) {
        count += count_below(each);
    }
    return count;
}

std::size_t Results::unknown() const {
    return count_verdict("not_evaluated") + count_verdict("error");
}

std::string Results::verdict() const {
    const std::size_t critical = count("critical");
    const std::size_t warning = count("warning");
    if (evaluations.empty()) {
        return "No rule was evaluated";
    }
    if (critical + warning > 0) {
        const auto some = [](std::size_t n, const char* what) {
            return n == 0 ? std::string() : fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
        };
        return fmt::format("{}{}{}", some(critical, "critical finding"), critical > 0 && warning > 0 ? ", " : "",
                           some(warning, "warning"));
    }
    if (const auto found = node.find("is_kubernetes_node"); found != node.end() && found->second == "0") {
        return "This is no Kubernetes node: no kubelet, kube-proxy or network agent is here";
    }
    if (unknown() == evaluations.size()) {
        return "Nothing could be judged";
    }
    return unknown() > 0 ? "Nothing wrong was found in what could be judged" : "Nothing wrong was found";
}

namespace {

std::vector<Evaluation> read_evaluations(const Database& database, const std::vector<CollectionResult>& collections) {
    std::vector<Evaluation> all;
    Statement select =
        database.prepare("SELECT rule_id, area, title, severity, verdict, reason FROM evaluations ORDER BY rule_id");
    while (select.step()) {
        all.push_back({select.text(0),
                       select.text(1),
                       select.text(2),
                       select.text(3),
                       select.text(4),
                       repair_utf8(select.text(5)),
                       {}});
        leave_to_collections(all.back(), collections);
    }
    return all;
}

}  // namespace

Results read_results(const Database& database) {
    Results results;
    Statement meta = database.prepare("SELECT key, value FROM meta ORDER BY key");
    while (meta.step()) {
        results.meta[repair_utf8(meta.text(0))] = repair_utf8(meta.text(1));
    }
    read_row(database, "SELECT * FROM node_facts", results.node);
    read_row(database, "SELECT * FROM system", results.node);
    for (const char* key : {"node_name", "host_name"}) {
        if (results.node_name.empty() && results.node.contains(key)) {
            results.node_name = results.node[key];
        }
    }
    if (results.node_name.empty()) {
        results.node_name = results.meta.contains("node_name") ? results.meta["node_name"] : "unknown node";
    }
    results.findings = Tree(read_findings(database)).roots();
    results.collections = read_collections(database);
    results.evaluations = read_evaluations(database, results.collections);
    results.documents = read_documents(database);
    results.vxlan = read_vxlan(database);
    results.reconciliation = read_reconciliation(database);
    Statement notes = database.prepare(
        "SELECT coalesce(d.name, ''), coalesce(n.place, ''), n.problem, n.text FROM analysis_notes AS n "
        "LEFT JOIN documents AS d ON d.id = n.document_id ORDER BY n.id");
    while (notes.step()) {
        results.notes.push_back(
            {repair_utf8(notes.text(0)), repair_utf8(notes.text(1)), notes.text(2), repair_utf8(notes.text(3))});
    }
    return results;
}

std::vector<FleetNode> FleetResults::of_cluster(std::string_view cluster) const {
    std::vector<FleetNode> found;
    for (const FleetNode& each : nodes) {
        if (each.cluster == cluster) {
            found.push_back(each);
        }
    }
    return found;
}

std::vector<std::string> FleetResults::compared_clusters() const {
    std::vector<std::string> clusters;
    for (const FleetNode& each : nodes) {
        if (!each.cluster.empty() && (clusters.empty() || clusters.back() != each.cluster) &&
            of_cluster(each.cluster).size() > 1) {
            clusters.push_back(each.cluster);
        }
    }
    return clusters;
}

std::optional<double> FleetResults::seconds_apart(const std::vector<FleetNode>& nodes) {
    std::optional<UtcTime> first;
    std::optional<UtcTime> last;
    for (const FleetNode& each : nodes) {
        const auto time = parse_iso_time(each.collected_at_utc);
        if (!time) {
            return std::nullopt;
        }
        first = !first || seconds_between(*first, *time) < 0 ? time : first;
        last = !last || seconds_between(*last, *time) > 0 ? time : last;
    }
    return first ? std::optional(seconds_between(*first, *last)) : std::nullopt;
}

FleetResults read_fleet(const Database& fleet) {
    FleetResults results;
    Statement nodes = fleet.prepare(
        "SELECT node, snapshot, collected_at_utc, os_family, cluster, cluster_why FROM main.fleet_nodes "
        "ORDER BY cluster IS NULL, cluster, node");
    while (nodes.step()) {
        results.nodes.push_back({repair_utf8(nodes.text(0)), repair_utf8(nodes.text(1)), nodes.text(2), nodes.text(3),
                                 repair_utf8(nodes.text(4)), nodes.text(5)});
    }
    Statement snapshots =
        fleet.prepare("SELECT snapshot, node, state, reason FROM main.fleet_snapshots ORDER BY rowid");
    while (snapshots.step()) {
        results.snapshots.push_back({repair_utf8(snapshots.text(0)), repair_utf8(snapshots.text(1)), snapshots.text(2),
                                     repair_utf8(snapshots.text(3))});
    }
    results.compared.findings = Tree(read_findings(fleet)).roots();
    results.compared.evaluations = read_evaluations(fleet, {});
    return results;
}

}  // namespace kwd::reports
