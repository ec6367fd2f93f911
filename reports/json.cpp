// SPDX-License-Identifier: Apache-2.0
#include "reports/address_plan.h"
#include "reports/report.h"
#include "reports/results.h"
#include "snapshot/fleet.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace kwd::reports {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

// The nodes that a finding's row names.
Json nodes_json(const Finding& finding) {
    Json nodes = Json::array();
    const auto column = std::ranges::find(finding.columns, "nodes", &std::pair<std::string, std::string>::first);
    if (column == finding.columns.end()) {
        return nodes;
    }
    const std::string_view text = column->second;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(", ", at), text.size());
        nodes.push_back(text.substr(at, end - at));
        at = end + 2;
    }
    return nodes;
}

// What a finding is about: of one snapshot, or of nodes that it names.
enum class About : std::uint8_t { node, nodes };

// NOLINTNEXTLINE(misc-no-recursion): as deep as rules explain each other
Json finding_json(const Finding& finding, About about) {
    Json evidence = Json::array();
    for (const Evidence& each : finding.evidence) {
        evidence.push_back({{"document", each.document}, {"place", each.place}, {"text", each.text}});
    }
    Json columns = Json::object();
    for (const auto& [name, value] : finding.columns) {
        columns[name] = text_or_null(value);
    }
    Json commands = Json::array();
    for (const Command& each : finding.remedy.commands) {
        commands.push_back({{"run", each.run}, {"on", text_or_null(each.on)}});
    }
    Json consequences = Json::array();
    for (const Finding& each : finding.consequences) {
        consequences.push_back(finding_json(each, about));
    }
    Json json = {{"rule", finding.rule},
                 {"area", finding.area},
                 {"severity", finding.severity},
                 {"worst_severity", finding.worst},
                 {"confidence", finding.confidence},
                 {"subject", text_or_null(finding.subject)},
                 {"title", finding.title},
                 {"message", finding.message},
                 {"impact", text_or_null(finding.remedy.impact)},
                 {"columns", columns},
                 {"evidence", evidence},
                 {"remedy", finding.remedy.text},
                 {"remedy_commands", commands},
                 {"remedy_risk", text_or_null(finding.remedy.risk)},
                 {"remedy_verify", text_or_null(finding.remedy.verify)},
                 {"causes", finding.cause.empty() ? Json::array() : Json::array({finding.cause})},
                 {"consequences", std::move(consequences)}};
    if (about == About::nodes) {
        json["nodes"] = nodes_json(finding);
    }
    return json;
}

Json summary_json(const Results& results) {
    return {{"critical", results.count("critical")},
            {"warning", results.count("warning")},
            {"info", results.count("info")},
            {"consequences", results.consequences()},
            {"clear", results.count_verdict("clear")},
            {"not_applicable", results.count_verdict("not_applicable")},
            {"not_evaluated", results.count_verdict("not_evaluated")},
            {"suppressed", results.count_verdict("suppressed")},
            {"error", results.count_verdict("error")}};
}

Json evaluations_json(const Results& results) {
    Json evaluations = Json::array();
    for (const Evaluation& each : results.evaluations) {
        evaluations.push_back({{"rule", each.rule},
                               {"area", each.area},
                               {"severity", each.severity},
                               {"verdict", each.verdict},
                               {"reason", text_or_null(each.reason)},
                               {"collectors", each.collectors}});
    }
    return evaluations;
}

std::string dumped(const Json& report) {
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json address_plan_json(const AddressPlan& plan) {
    const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
    Json prefixes = Json::array();
    for (const PlannedPrefix& each : plan.prefixes) {
        prefixes.push_back({{"role", each.role},
                            {"prefix", each.prefix.text()},
                            {"origins", text_or_null(each.origins)},
                            {"remarks", each.remarks},
                            {"clashes", each.clashes}});
    }
    Json capacity = Json::array();
    for (const Capacity& each : plan.capacity) {
        const auto enough = each.enough();
        capacity.push_back({{"of", each.of},
                            {"how", each.how},
                            {"need", number(each.need)},
                            {"has", number(each.has)},
                            {"enough", enough ? Json(*enough) : Json(nullptr)}});
    }
    return {{"prefixes", prefixes}, {"capacity", capacity}};
}

Json report_of(const snapshot::Database& database) {
    const Results results = read_results(database);
    Json node = {{"name", results.node_name}};
    for (const auto& [key, value] : results.node) {
        node.emplace(key, value);
    }
    Json meta = Json::object();
    for (const auto& [key, value] : results.meta) {
        meta[key] = value;
    }
    Json findings = Json::array();
    for (const Finding& each : results.findings) {
        findings.push_back(finding_json(each, About::node));
    }
    Json collections = Json::array();
    for (const CollectionResult& each : results.collections) {
        collections.push_back({{"collector", each.collector},
                               {"outcome", each.outcome},
                               {"reason", text_or_null(each.reason)},
                               {"error", text_or_null(each.error)},
                               {"started_at_utc", text_or_null(each.started_at_utc)},
                               {"duration_ms", each.duration_ms},
                               {"documents", each.documents},
                               {"bytes", each.bytes}});
    }
    Json documents = Json::array();
    for (const DocumentResult& each : results.documents) {
        documents.push_back({{"id", each.id},
                             {"name", each.name},
                             {"kind", each.kind},
                             {"path", text_or_null(each.original_path)},
                             {"size_bytes", each.size_bytes},
                             {"sha256", each.sha256},
                             {"truncated", each.truncated},
                             {"note", text_or_null(each.note)}});
    }
    Json notes = Json::array();
    for (const NoteResult& each : results.notes) {
        notes.push_back({{"document", text_or_null(each.document)},
                         {"place", text_or_null(each.place)},
                         {"problem", each.problem},
                         {"text", each.text}});
    }
    Json vxlan = Json::array();
    for (const VxlanResult& each : results.vxlan) {
        vxlan.push_back(
            {{"verdict", each.verdict},
             {"words", each.words},
             {"direction", each.direction},
             {"exclusive", each.exclusive},
             {"packets", each.packets},
             {"capture", text_or_null(each.capture)},
             {"first_packet", each.first_packet.empty() ? Json(nullptr) : Json(std::stoll(each.first_packet))},
             {"first_time_utc", text_or_null(each.first_time_utc)},
             {"expected", text_or_null(each.expected)},
             {"seen", text_or_null(each.seen)},
             {"decided_by", text_or_null(each.decided_by)}});
    }
    Json reconciliation = Json::array();
    for (const ReconciliationResult& each : results.reconciliation) {
        Json says = Json::object();
        for (const auto& [layer, value] : each.says) {
            says[layer] = value;
        }
        reconciliation.push_back({{"kind", each.kind},
                                  {"name", each.name},
                                  {"aspect", each.aspect},
                                  {"says", says},
                                  {"agrees", each.agrees ? Json(*each.agrees) : Json(nullptr)},
                                  {"difference", text_or_null(each.difference)}});
    }
    return {{"report_version", 1},
            {"node", node},
            {"snapshot", meta},
            {"summary", summary_json(results)},
            {"findings", findings},
            {"evaluations", evaluations_json(results)},
            {"collections", collections},
            {"documents", documents},
            {"notes", notes},
            {"vxlan", vxlan},
            {"reconciliation", reconciliation},
            {"address_plan", address_plan_json(read_address_plan(database))}};
}

Json clusters_json(const FleetResults& fleet) {
    Json clusters = Json::array();
    for (const std::string& cluster : fleet.compared_clusters()) {
        const auto nodes = fleet.of_cluster(cluster);
        Json names = Json::array();
        for (const FleetNode& each : nodes) {
            names.push_back(each.node);
        }
        const auto apart = FleetResults::seconds_apart(nodes);
        clusters.push_back(
            {{"name", cluster}, {"nodes", names}, {"seconds_apart", apart ? Json(*apart) : Json(nullptr)}});
    }
    return clusters;
}

}  // namespace

std::string render_json(const snapshot::Database& database) {
    return dumped(report_of(database));
}

std::string render_fleet_json(snapshot::Database& fleet) {
    const FleetResults results = read_fleet(fleet);
    Json snapshots = Json::array();
    for (const FleetSnapshot& each : results.snapshots) {
        snapshots.push_back({{"snapshot", each.snapshot},
                             {"node", text_or_null(each.node)},
                             {"state", each.state},
                             {"reason", text_or_null(each.reason)}});
    }
    Json findings = Json::array();
    for (const Finding& each : results.compared.findings) {
        findings.push_back(finding_json(each, About::nodes));
    }
    Json nodes = Json::array();
    for (const FleetNode& each : results.nodes) {
        const snapshot::FleetView view(fleet, each.node);
        nodes.push_back({{"node", each.node},
                         {"snapshot", each.snapshot},
                         {"collected_at_utc", text_or_null(each.collected_at_utc)},
                         {"os_family", text_or_null(each.os_family)},
                         {"cluster", text_or_null(each.cluster)},
                         {"cluster_why", text_or_null(each.cluster_why)},
                         {"report", report_of(fleet)}});
    }
    return dumped({{"report_version", 1},
                   {"scope", "cluster"},
                   {"snapshots", snapshots},
                   {"clusters", clusters_json(results)},
                   {"summary", summary_json(results.compared)},
                   {"findings", findings},
                   {"evaluations", evaluations_json(results.compared)},
                   {"nodes", nodes}});
}

}  // namespace kwd::reports
