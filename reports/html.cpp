// SPDX-License-Identifier: Apache-2.0
#include "embedded/report_page.h"
#include "reports/address_plan.h"
#include "reports/drawing.h"
#include "reports/html_text.h"
#include "reports/report.h"
#include "reports/results.h"
#include "snapshot/sha256.h"

#include <sodium.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace kwd::reports {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::mustache;
using kainjow::mustache::object;
using kainjow::mustache::partial;

std::string page_file(std::string_view name) {
    for (const EmbeddedFile& file : embedded_report_page()) {
        if (file.path == name) {
            return std::string(file.bytes);
        }
    }
    throw std::logic_error(fmt::format("{} is not part of the executable", name));
}

// As Content-Security-Policy names an inline script: https://www.w3.org/TR/CSP3/#match-element-to-source-list
std::string csp_hash(const std::string& script) {
    const snapshot::Sha256 hash = snapshot::sha256(script);
    std::string text(sodium_base64_ENCODED_LEN(hash.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

// An absent value and an empty one are the same to the page: the section is left out.
data text_or_nothing(const std::string& text) {
    return text.empty() ? data(false) : data(text);
}

std::string took(std::int64_t milliseconds) {
    return milliseconds < 1000 ? fmt::format("{} ms", milliseconds)
                               : fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
}

const char* certainty(const std::string& confidence) {
    if (confidence == "likely") {
        return "With what surrounds it, this is usually the cause; it is not proven.";
    }
    return confidence == "hint" ? "This is a hint and needs confirmation." : "";
}

// For {{{ }}} of the template.
data prose_or_nothing(const std::string& text) {
    return text_or_nothing(html_prose(text));
}

// What finding.html.in shows. Each member is set, so that none is taken from around it.
object body_of(const Finding& finding) {
    list evidence;
    for (const Evidence& each : finding.evidence) {
        evidence.push_back(
            object{{"document", each.document}, {"place", each.place}, {"text", text_or_nothing(each.text)}});
    }
    list commands;
    for (const Command& each : finding.remedy.commands) {
        commands.push_back(object{{"run", each.run}, {"on", text_or_nothing(each.on)}});
    }
    return object{{"rule", finding.rule},
                  {"severity", finding.severity},
                  {"title", finding.title},
                  {"message", html_prose(finding.message)},
                  {"impact", prose_or_nothing(finding.remedy.impact)},
                  {"uncertain", text_or_nothing(certainty(finding.confidence))},
                  {"has_evidence", !finding.evidence.empty()},
                  {"evidence", evidence},
                  {"remedy", prose_or_nothing(finding.remedy.text)},
                  {"commands", commands},
                  {"risk", prose_or_nothing(finding.remedy.risk)},
                  {"verify", prose_or_nothing(finding.remedy.verify)}};
}

// Each before what follows from it.
// NOLINTNEXTLINE(misc-no-recursion): as deep as rules explain each other
void add_consequences(const Finding& finding, std::size_t depth, list& consequences,
                      std::set<std::string>& severities) {
    for (const Finding& each : finding.consequences) {
        object body = body_of(each);
        body["depth"] = std::to_string(std::min<std::size_t>(depth, 3));
        consequences.push_back(body);
        severities.insert(each.severity);
        add_consequences(each, depth + 1, consequences, severities);
    }
}

data finding_data(const Finding& finding, std::size_t number) {
    list consequences;
    std::set<std::string> severities = {finding.severity};
    add_consequences(finding, 1, consequences, severities);
    list columns;
    for (const auto& [name, value] : finding.columns) {
        columns.push_back(object{{"name", name}, {"value", value.empty() ? "unknown" : value}});
    }
    object all = body_of(finding);
    all["number"] = std::to_string(number);
    all["area"] = finding.area;
    all["confidence"] = finding.confidence;
    all["worst"] = finding.worst;
    all["severities"] = fmt::format("{}", fmt::join(severities, " "));
    all["in_itself"] =
        text_or_nothing(finding.worst == finding.severity
                            ? ""
                            : fmt::format("In itself {}; what it explains is {}.", finding.severity, finding.worst));
    all["columns"] = columns;
    all["has_consequences"] = !consequences.empty();
    all["consequence_count"] = std::to_string(consequences.size());
    all["consequences"] = consequences;
    return all;
}

data verdicts_data(const Results& results) {
    struct Group {
        const char* verdict;
        const char* label;
        bool open;
    };
    constexpr auto groups = std::to_array<Group>({{"finding", "Found something", false},
                                                  {"error", "The rule failed", true},
                                                  {"not_evaluated", "Could not be judged", true},
                                                  {"suppressed", "Explained by another finding", false},
                                                  {"clear", "Clear", false},
                                                  {"not_applicable", "Does not apply here", false}});
    list verdicts;
    for (const Group& group : groups) {
        list rules;
        for (const Evaluation& each : results.evaluations) {
            if (each.verdict == group.verdict) {
                rules.push_back(
                    object{{"rule", each.rule}, {"area", each.area}, {"title", each.title}, {"reason", each.reason}});
            }
        }
        if (!rules.empty()) {
            verdicts.push_back(object{{"label", group.label},
                                      {"open", group.open},
                                      {"count", std::to_string(rules.size())},
                                      {"rules", rules}});
        }
    }
    return verdicts;
}

void add_vxlan(object& page, const Results& results) {
    list exclusive;
    list beside;
    for (const VxlanResult& each : results.vxlan) {
        const bool good = each.verdict == "right" || each.verdict == "of-others";
        (each.exclusive ? exclusive : beside)
            .push_back(object{{"class", good                        ? ""
                                        : each.verdict == "unknown" ? "partial"
                                                                    : "failed"},
                              {"packets", std::to_string(each.packets)},
                              {"direction", each.direction},
                              {"verdict", each.verdict},
                              {"words", each.words},
                              {"expected", each.expected},
                              {"seen", each.seen},
                              {"decided_by", each.decided_by},
                              {"first", each.first()}});
    }
    page["has_vxlan"] = !results.vxlan.empty();
    page["has_beside"] = !beside.empty();
    page["vxlan"] = exclusive;
    page["vxlan_beside"] = beside;
}

std::string number_text(const std::optional<double>& number) {
    return number ? fmt::format("{:.0f}", *number) : "?";
}

std::string size_text(const Cidr& prefix) {
    return prefix.host_bits() <= 40 ? fmt::format("{:.0f}", std::exp2(prefix.host_bits()))
                                    : fmt::format("2^{}", prefix.host_bits());
}

void add_address_plan(object& page, const AddressPlan& plan) {
    list prefixes;
    for (const PlannedPrefix& each : plan.prefixes) {
        prefixes.push_back(object{{"class", each.clashes ? "failed" : ""},
                                  {"role", words_of_role(each.role)},
                                  {"prefix", each.prefix.text()},
                                  {"addresses", size_text(each.prefix)},
                                  {"origins", each.origins},
                                  {"remarks", fmt::format("{}", fmt::join(each.remarks, "; "))}});
    }
    list capacity;
    for (const Capacity& each : plan.capacity) {
        const auto enough = each.enough();
        const double share = enough && *each.has > 0 ? std::min(100.0, *each.need / *each.has * 100) : enough ? 100 : 0;
        capacity.push_back(object{{"class", !enough   ? "partial"
                                            : *enough ? ""
                                                      : "failed"},
                                  {"of", each.of},
                                  {"how", each.how},
                                  {"need", number_text(each.need)},
                                  {"has", number_text(each.has)},
                                  {"share", fmt::format("{:.1f}", share)},
                                  {"words", !enough   ? "not known"
                                            : *enough ? "enough"
                                                      : "too small"}});
    }
    page["has_address_plan"] = !plan.prefixes.empty();
    page["address_space"] = text_or_nothing(draw_address_space(plan));
    page["has_capacity"] = !capacity.empty();
    page["capacity"] = capacity;
    page["planned"] = prefixes;
}

// Rows that agree are many on a large node, and each says the same: all is well.
constexpr std::size_t kMostAgreeing = 400;

void add_reconciliation(object& page, const Results& results) {
    list parted;
    list unknown;
    list agreeing;
    std::size_t agree = 0;
    for (const ReconciliationResult& each : results.reconciliation) {
        const std::string hns = each.layer("hns");
        const std::string v2 = each.layer("hns_v2");
        std::string views = each.layer("hns_v1").empty() ? hns : "V1: " + each.layer("hns_v1");
        if (!v2.empty()) {
            views += (each.layer("hns_v1").empty() ? "; namespace: " : "; V2: ") + v2;
        }
        const object row = {{"kind", each.kind},
                            {"name", each.name},
                            {"aspect", each.aspect},
                            {"kubernetes", each.layer("kubernetes")},
                            {"configuration", each.layer("configuration")},
                            {"hns", views},
                            {"vfp", each.layer("vfp")},
                            {"system", each.layer("system")},
                            {"difference", each.difference}};
        if (!each.agrees) {
            unknown.push_back(row);
        } else if (!*each.agrees) {
            parted.push_back(row);
        } else if (++agree <= kMostAgreeing) {
            agreeing.push_back(row);
        }
    }
    page["has_layers"] = !results.reconciliation.empty();
    page["parted_count"] = std::to_string(parted.size());
    page["unknown_layer_count"] = std::to_string(unknown.size());
    page["agreeing_count"] = std::to_string(agree);
    page["has_parted"] = !parted.empty();
    page["has_unknown_layers"] = !unknown.empty();
    page["has_agreeing"] = !agreeing.empty();
    page["not_shown"] = agree > kMostAgreeing ? fmt::format("{} more agree.", agree - kMostAgreeing) : "";
    page["parted"] = parted;
    page["unknown_layers"] = unknown;
    page["agreeing"] = agreeing;
}

data facts_data(const Results& results) {
    constexpr auto labels = std::to_array<std::pair<const char*, const char*>>({{"os_name", "System"},
                                                                                {"os_version", "Version"},
                                                                                {"kernel", "Kernel"},
                                                                                {"kubernetes_version", "Kubernetes"},
                                                                                {"node_ip", "Node IP"},
                                                                                {"management_ip", "HNS management IP"},
                                                                                {"pod_network_name", "Pod network"},
                                                                                {"pod_subnet", "Pod subnet"},
                                                                                {"cluster_cidr", "Cluster CIDR"},
                                                                                {"service_cidr", "Service CIDR"},
                                                                                {"cluster_dns", "Cluster DNS"}});
    list facts;
    for (const auto& [key, label] : labels) {
        if (const auto found = results.node.find(key); found != results.node.end()) {
            facts.push_back(object{{"label", label}, {"value", found->second}});
        }
    }
    for (const auto& [key, label] : {std::pair{"taken_at_utc", "Taken"}, std::pair{"imported_from", "Imported from"}}) {
        if (const auto found = results.meta.find(key); found != results.meta.end()) {
            facts.push_back(object{{"label", label}, {"value", found->second}});
        }
    }
    return facts;
}

void add_verdict(object& page, const Results& results) {
    const std::size_t critical = results.count("critical");
    const std::size_t warning = results.count("warning");
    const std::size_t unknown = results.unknown();
    const bool well = critical + warning == 0;
    page["verdict"] = results.verdict();
    page["verdict_class"] = critical > 0                                 ? "critical"
                            : warning > 0                                ? "warning"
                            : unknown > 0 || results.evaluations.empty() ? "incomplete"
                                                                         : "good";
    page["critical"] = std::to_string(critical);
    page["warning"] = std::to_string(warning);
    page["warning_plural"] = warning == 1 ? "" : "s";
    page["info"] = std::to_string(results.count("info"));
    page["clear"] = std::to_string(results.count_verdict("clear"));
    page["unknown"] = std::to_string(unknown);
    page["none_text"] =
        well && unknown > 0 ? "No rule found anything, but not every rule could look." : "No rule found anything.";
    page["incomplete"] = unknown > 0;
    page["incomplete_text"] = fmt::format("{} of {} rules could not be judged.", unknown, results.evaluations.size());
}

void add_collected(object& page, const Results& results) {
    list collections;
    list failed;
    std::set<std::pair<std::string, std::string>> told;  // one that was asked again may have failed again
    for (const CollectionResult& each : results.collections) {
        const std::string reason = each.error.empty() ? each.reason : fmt::format("{} ({})", each.reason, each.error);
        collections.push_back(object{{"collector", each.collector},
                                     {"outcome", each.outcome},
                                     {"started", each.started_at_utc},
                                     {"took", took(each.duration_ms)},
                                     {"documents", std::to_string(each.documents)},
                                     {"bytes", std::to_string(each.bytes)},
                                     {"reason", reason}});
        const bool has_failed = each.outcome == "failed" || each.outcome == "timed_out";
        if (has_failed && told.emplace(each.collector, each.outcome + reason).second) {
            failed.push_back(object{{"collector", each.collector},
                                    {"outcome", each.outcome == "failed" ? "failed" : "took too long"},
                                    {"reason", text_or_nothing(reason)}});
        }
    }
    list documents;
    for (const DocumentResult& each : results.documents) {
        documents.push_back(object{{"id", std::to_string(each.id)},
                                   {"name", each.name},
                                   {"kind", each.kind},
                                   {"path", each.original_path},
                                   {"bytes", std::to_string(each.size_bytes)},
                                   {"note", each.truncated && each.note.empty() ? "truncated" : each.note}});
    }
    list notes;
    for (const NoteResult& each : results.notes) {
        notes.push_back(
            object{{"document", each.document}, {"place", each.place}, {"problem", each.problem}, {"text", each.text}});
    }
    page["collections"] = collections;
    page["failed_collections"] = failed;
    page["document_count"] = std::to_string(results.documents.size());
    page["documents"] = documents;
    page["has_notes"] = !results.notes.empty();
    page["note_count"] = std::to_string(results.notes.size());
    page["notes"] = notes;
}

}  // namespace

std::string render_html(const snapshot::Database& database) {
    const Results results = read_results(database);
    const std::string script = page_file("report.js");
    object page;
    page["node"] = results.node_name;
    page["style"] = page_file("report.css");
    page["body"] = data(partial([] { return page_file("finding.html.in"); }));
    page["script"] = script;
    page["script_hash"] = csp_hash(script);
    page["facts"] = facts_data(results);
    add_verdict(page, results);
    list findings;
    std::set<std::string> areas;
    for (const Finding& each : results.findings) {
        findings.push_back(finding_data(each, findings.size() + 1));
        areas.insert(each.area);
    }
    list area_list;
    for (const std::string& each : areas) {
        area_list.push_back(object{{"area", each}});
    }
    page["has_findings"] = !results.findings.empty();
    page["findings"] = findings;
    page["areas"] = area_list;
    page["drawing"] = text_or_nothing(draw_networks(database));
    add_address_plan(page, read_address_plan(database));
    page["verdicts"] = verdicts_data(results);
    add_vxlan(page, results);
    add_reconciliation(page, results);
    add_collected(page, results);
    const auto version = results.meta.find("tool_version");
    page["footer"] = fmt::format("kwdiag {}. This page is one file, loads nothing, and shows what the snapshot held.",
                                 version != results.meta.end() ? version->second : "");
    mustache view(page_file("report.html.in"));
    view.set_custom_escape([](const std::string& text) { return html_text(text); });
    return view.render(page);
}

}  // namespace kwd::reports
