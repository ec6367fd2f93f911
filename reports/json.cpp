// SPDX-License-Identifier: Apache-2.0
#include "reports/report.h"
#include "reports/results.h"

#include <nlohmann/json.hpp>

namespace kwd::reports {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as rules explain each other
Json finding_json(const Finding& finding) {
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
        consequences.push_back(finding_json(each));
    }
    return {{"rule", finding.rule},
            {"area", finding.area},
            {"severity", finding.severity},
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
}

}  // namespace

std::string render_json(const snapshot::Database& database) {
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
        findings.push_back(finding_json(each));
    }
    Json evaluations = Json::array();
    for (const Evaluation& each : results.evaluations) {
        evaluations.push_back({{"rule", each.rule},
                               {"area", each.area},
                               {"severity", each.severity},
                               {"verdict", each.verdict},
                               {"reason", text_or_null(each.reason)},
                               {"collectors", each.collectors}});
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
    const Json report = {{"report_version", 1},
                         {"node", node},
                         {"snapshot", meta},
                         {"summary",
                          {{"critical", results.count("critical")},
                           {"warning", results.count("warning")},
                           {"info", results.count("info")},
                           {"consequences", results.consequences()},
                           {"clear", results.count_verdict("clear")},
                           {"not_applicable", results.count_verdict("not_applicable")},
                           {"not_evaluated", results.count_verdict("not_evaluated")},
                           {"suppressed", results.count_verdict("suppressed")},
                           {"error", results.count_verdict("error")}}},
                         {"findings", findings},
                         {"evaluations", evaluations},
                         {"collections", collections},
                         {"documents", documents},
                         {"notes", notes},
                         {"vxlan", vxlan}};
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace kwd::reports
