// SPDX-License-Identifier: Apache-2.0
#include "base/duration.h"
#include "base/iso_time.h"
#include "base/printable.h"
#include "reports/report.h"
#include "reports/results.h"
#include "snapshot/fleet.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace kwd::reports {
namespace {

constexpr std::size_t kEvidenceLines = 8;
// Of what a finding explains, how much of one rule is told one by one.
constexpr std::size_t kConsequencesOfRule = 10;

struct Style {
    bool color;
    [[nodiscard]] std::string paint(const char* code, std::string_view text) const {
        return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
    }
    [[nodiscard]] std::string severity(std::string_view severity, std::string_view text) const {
        return paint(severity == "critical" ? "1;31" : severity == "warning" ? "1;33" : "1;36", text);
    }
};

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

void wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t width) {
    const std::string blanks(indent, ' ');
    std::string line = blanks;
    std::string clean(text);
    std::ranges::replace(clean, '\n', ' ');
    clean = printable(clean);
    for (std::size_t at = 0; at < clean.size();) {
        const std::size_t end = std::min(clean.find(' ', at), clean.size());
        const std::string_view word(clean.data() + at, end - at);
        if (line.size() > indent && columns_of(line) + 1 + columns_of(word) > width) {
            out += line + "\n";
            line = blanks;
        }
        if (line.size() > indent) {
            line += ' ';
        }
        line += word;
        at = end + 1;
    }
    if (line.size() > indent) {
        out += line + "\n";
    }
}

void lines(std::string& out, std::string_view text, std::size_t indent, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (++count > most) {
            out += std::string(indent, ' ') + "…\n";
            return;
        }
        std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        out += std::string(indent, ' ') + "| " + printable(line) + "\n";
        at = end + 1;
    }
}

void write_evidence(std::string& out, const Finding& finding, const Style& style, std::size_t indent) {
    const std::string blanks(indent, ' ');
    for (const Evidence& each : finding.evidence) {
        out += fmt::format("{}{} {} {}\n", blanks, style.paint("2", "seen in"), printable(each.document),
                           printable(each.place));
        lines(out, each.text, indent + 2, kEvidenceLines);
    }
}

void write_remedy(std::string& out, const Remedy& remedy, const Style& style, std::size_t indent, std::size_t width) {
    if (!remedy.text.empty()) {
        wrapped(out, "What to do: " + remedy.text, indent, width);
    }
    for (const Command& each : remedy.commands) {
        out += fmt::format("{}{} {}\n", std::string(indent + 2, ' '),
                           style.paint("2", each.on.empty() ? ">" : each.on + ">"), printable(each.run));
    }
    if (!remedy.risk.empty()) {
        wrapped(out, "Risk: " + remedy.risk, indent, width);
    }
    if (!remedy.verify.empty()) {
        wrapped(out, "Then: " + remedy.verify, indent, width);
    }
}

void write_body(std::string& out, const Finding& finding, const Style& style, std::size_t indent, std::size_t width) {
    wrapped(out, finding.message, indent, width);
    if (!finding.remedy.impact.empty()) {
        wrapped(out, "What it does: " + finding.remedy.impact, indent, width);
    }
    if (finding.confidence != "definite") {
        wrapped(out,
                finding.confidence == "likely" ? "Certainty: likely the cause." : "Certainty: a hint, to be confirmed.",
                indent, width);
    }
    write_evidence(out, finding, style, indent);
    write_remedy(out, finding.remedy, style, indent, width);
}

// What it explains; what that explains stands further in. Of several of one rule the first tells what to do.
// NOLINTNEXTLINE(misc-no-recursion): as deep as rules explain each other
void write_consequences(std::string& out, const Finding& finding, const Style& style, std::size_t indent,
                        std::size_t width) {
    std::map<std::string, std::size_t> told;
    std::map<std::string, std::size_t> left;
    for (const Finding& each : finding.consequences) {
        const std::size_t before = told[each.rule]++;
        if (before == 0) {
            out += fmt::format("{}{} {}  {}  {}\n", std::string(indent, ' '), style.paint("2", "explains"),
                               style.severity(each.severity, each.severity), each.title,
                               style.paint("2", fmt::format("[{}]", each.rule)));
            write_body(out, each, style, indent + 2, width);
        } else if (before < kConsequencesOfRule || !each.consequences.empty()) {
            wrapped(out, each.message, indent + 2, width);
            write_evidence(out, each, style, indent + 2);
        } else {
            ++left[each.rule];
        }
        write_consequences(out, each, style, indent + 2, width);
    }
    for (const auto& [rule, count] : left) {
        wrapped(out, fmt::format("And {} more of [{}].", count, rule), indent + 2, width);
    }
}

void write_finding(std::string& out, const Finding& finding, const Style& style, std::size_t width) {
    out += fmt::format("{} {}  {}\n", style.severity(finding.worst, fmt::format("{:<8}", finding.worst)),
                       style.paint("1", finding.title), style.paint("2", fmt::format("[{}]", finding.rule)));
    if (finding.worst != finding.severity) {
        wrapped(out, fmt::format("In itself {}; what it explains is {}.", finding.severity, finding.worst), 9, width);
    }
    write_body(out, finding, style, 9, width);
    write_consequences(out, finding, style, 9, width);
    out += "\n";
}

void write_vxlan_row(std::string& out, const VxlanResult& row, const Style& style, std::size_t width) {
    const bool good = row.verdict == "right" || row.verdict == "of-others";
    const std::string verdict = fmt::format("{:<18}", row.verdict);
    out +=
        fmt::format("  {:>9} {:<5} {} {}\n", row.packets, row.direction,
                    good ? verdict : style.severity(row.verdict == "unknown" ? "info" : "warning", verdict), row.words);
    std::string why;
    const auto add = [&](const char* what, const std::string& value) {
        if (!value.empty()) {
            why += fmt::format("{}{} {}", why.empty() ? "" : "; ", what, value);
        }
    };
    add("expected", row.expected);
    add("seen", row.seen);
    add("decided by", row.decided_by);
    add("first", row.first());
    wrapped(out, why, 18, width);
}

// What the first packet of each was held against stands below it.
void write_vxlan(std::string& out, const Results& results, const Style& style, std::size_t width) {
    if (results.vxlan.empty()) {
        return;
    }
    out += style.paint("1", "VXLAN packets, each held against the node's own state") + "\n";
    for (const bool exclusive : {true, false}) {
        bool first = !exclusive;
        for (const VxlanResult& each : results.vxlan) {
            if (each.exclusive != exclusive) {
                continue;
            }
            out += first ? "  Counted beside these\n" : "";
            first = false;
            write_vxlan_row(out, each, style, width);
        }
    }
    out += "\n";
}

// What nobody gave, by table: of a reason that names nothing else. Empty for all others.
std::vector<std::string> tables_not_given(std::string_view reason) {
    static const RE2 pattern("^(?:; |, and )?(?:(\\w+) is missing: no document gives it|(\\w+)\\.\\w+ is not known)");
    std::vector<std::string> tables;
    std::string table;
    std::string of_column;
    re2::StringPiece rest(reason.data(), reason.size());
    while (RE2::Consume(&rest, pattern, &table, &of_column)) {
        tables.push_back(table.empty() ? of_column : table);
    }
    return rest.empty() ? tables : std::vector<std::string>();
}

// Rules that need what is not there, as one sentence: who attached a file or two knows that, and looks for the
// findings.
void write_not_given(std::string& out, const std::map<std::string, std::size_t>& rules_by_table, std::size_t rules,
                     std::size_t width) {
    constexpr std::size_t kMostTables = 6;
    std::vector<std::pair<std::string, std::size_t>> tables(rules_by_table.begin(), rules_by_table.end());
    std::ranges::stable_sort(tables, std::greater(), &std::pair<std::string, std::size_t>::second);
    std::vector<std::string> told;
    for (const auto& [table, count] : std::span(tables).first(std::min(tables.size(), kMostTables))) {
        told.push_back(fmt::format("{} ({})", table, count));
    }
    const std::size_t others = tables.size() - told.size();
    wrapped(out,
            fmt::format("{} rules need tables that no document gives: {}{}. --verbose names them.", rules,
                        fmt::join(told, ", "), others == 0 ? "" : fmt::format(" and {} others", others)),
            2, width);
}

// Rules that could not be judged, by reason: a missing table takes many rules with it. `all`: each by its name.
void write_not_evaluated(std::string& out, const Results& results, const Style& style, std::size_t width, bool all) {
    constexpr std::size_t kFew = 20;
    std::map<std::string, std::vector<std::string>> by_reason;
    std::map<std::string, std::size_t> rules_by_table;
    std::size_t not_given = 0;
    for (const Evaluation& each : results.evaluations) {
        if (each.verdict == "not_evaluated" || each.verdict == "error") {
            by_reason[(each.verdict == "error" ? "the rule failed: " : "") + each.reason].push_back(each.rule);
            const auto tables = tables_not_given(each.reason);
            not_given += tables.empty() ? 0 : 1;
            for (const std::string& table : std::set(tables.begin(), tables.end())) {
                ++rules_by_table[table];
            }
        }
    }
    if (by_reason.empty()) {
        return;
    }
    const bool at_once = !all && not_given > kFew;
    out += style.paint("1", "Not judged") + "\n";
    for (const auto& [reason, rules] : by_reason) {
        if (!at_once || tables_not_given(reason).empty()) {
            wrapped(out, fmt::format("{}: {} rule{}", reason, rules.size(), rules.size() == 1 ? "" : "s"), 2, width);
            wrapped(out, fmt::format("{}", fmt::join(rules, ", ")), 6, width);
        }
    }
    if (at_once) {
        write_not_given(out, rules_by_table, not_given, width);
    }
    out += "\n";
}

// Rules that found something on some nodes, and had to leave others out.
void write_left_out(std::string& out, const Results& results, const Style& style, std::size_t width) {
    std::map<std::string, std::vector<std::string>> by_reason;
    for (const Evaluation& each : results.evaluations) {
        if (each.verdict == "finding" && !each.reason.empty()) {
            by_reason[each.reason].push_back(each.rule);
        }
    }
    if (by_reason.empty()) {
        return;
    }
    out += style.paint("1", "Found, and not judged on all nodes") + "\n";
    for (const auto& [reason, rules] : by_reason) {
        wrapped(out, reason, 2, width);
        wrapped(out, fmt::format("{}", fmt::join(rules, ", ")), 6, width);
    }
    out += "\n";
}

// Those that fared alike stand together: --only leaves many out.
void write_collections(std::string& out, const Results& results, const Style& style, std::size_t width) {
    struct Line {
        std::vector<std::string> collectors;
        std::string fared;
    };
    std::vector<Line> lines;
    for (const CollectionResult& each : results.collections) {
        if (each.outcome == "ok") {
            continue;
        }
        const std::string fared = each.outcome + (each.reason.empty() ? "" : ", " + each.reason);
        const auto same = std::ranges::find(lines, fared, &Line::fared);
        if (same == lines.end()) {
            lines.push_back({{each.collector}, fared});
        } else if (std::ranges::find(same->collectors, each.collector) == same->collectors.end()) {
            same->collectors.push_back(each.collector);
        }
    }
    if (lines.empty()) {
        return;
    }
    out += style.paint("1", "Not collected, or only in part") + "\n";
    for (const Line& line : lines) {
        wrapped(out, fmt::format("{}: {}", fmt::join(line.collectors, ", "), line.fared), 2, width);
    }
    out += "\n";
}

std::string verdict_line(const Results& results, const Style& style) {
    const std::size_t critical = results.count("critical");
    const std::size_t warning = results.count("warning");
    const std::size_t info = results.count("info");
    const std::string verdict = results.verdict() + ".";
    const std::string line = critical + warning > 0 ? style.severity(critical > 0 ? "critical" : "warning", verdict)
                                                    : style.paint(results.unknown() > 0 ? "1" : "1;32", verdict);
    return line + fmt::format("  {} informational, {} rules clear, {} do not apply, {} could not be judged.\n", info,
                              results.count_verdict("clear"), results.count_verdict("not_applicable"),
                              results.unknown());
}

void write_nodes(std::string& out, const std::vector<FleetNode>& nodes, std::size_t width) {
    for (const FleetNode& each : nodes) {
        wrapped(
            out,
            fmt::format("{}: {}{}, {}", each.node, each.os_family.empty() ? "" : each.os_family + ", ",
                        time_text(each.collected_at_utc).value_or("when it was collected is not known"), each.snapshot),
            4, width);
    }
}

// Which snapshots stand behind what follows, and which do not.
void write_fleet(std::string& out, const FleetResults& fleet, const Style& style, std::size_t width) {
    const auto clusters = fleet.compared_clusters();
    for (const std::string& cluster : clusters) {
        const auto nodes = fleet.of_cluster(cluster);
        const auto apart = FleetResults::seconds_apart(nodes);
        out += style.paint("1", fmt::format("{} nodes of one cluster ({})", nodes.size(), printable(cluster)));
        out += apart ? fmt::format(", collected {} apart\n", duration_text(*apart).value_or("?"))
                     : ", not all of which say when they were collected\n";
        write_nodes(out, nodes, width);
    }
    for (const FleetNode& each : fleet.nodes) {
        if (std::ranges::find(clusters, each.cluster) == clusters.end()) {
            out += style.paint("1", fmt::format("{} is compared with no other node", printable(each.node))) + "\n";
            wrapped(out,
                    each.cluster.empty() ? fmt::format("Its cluster is not known: {}.", each.cluster_why)
                                         : fmt::format("It is the only one of its cluster ({}).", each.cluster),
                    4, width);
            write_nodes(out, {each}, width);
        }
    }
    for (const FleetSnapshot& each : fleet.snapshots) {
        if (each.state != "used") {
            out += style.paint("1", fmt::format("{} is left out", printable(each.snapshot))) + "\n";
            wrapped(out, each.reason, 4, width);
        }
    }
    out += "\n";
}

void write_evaluations(std::string& out, const Results& results) {
    for (const Evaluation& each : results.evaluations) {
        out += fmt::format("  {:<14} {}{}{}\n", each.verdict, each.rule, each.reason.empty() ? "" : ": ",
                           printable(each.reason));
    }
}

}  // namespace

std::string render_fleet_text(snapshot::Database& fleet, const TextOptions& options) {
    const FleetResults results = read_fleet(fleet);
    const Style style{options.color};
    const auto width = static_cast<std::size_t>(std::clamp(options.width, 40, 160));
    std::string out;
    write_fleet(out, results, style, width);
    out += style.paint("1", "Nodes held against each other") + "\n" + verdict_line(results.compared, style) + "\n";
    for (const Finding& each : results.compared.findings) {
        write_finding(out, each, style, width);
    }
    write_left_out(out, results.compared, style, width);
    write_not_evaluated(out, results.compared, style, width, options.evaluations);
    if (options.evaluations) {
        write_evaluations(out, results.compared);
    }
    for (const FleetNode& each : results.nodes) {
        const snapshot::FleetView view(fleet, each.node);
        out += "\n" + render_text(fleet, options);
    }
    return out;
}

std::string render_text(const snapshot::Database& database, const TextOptions& options) {
    const Results results = read_results(database);
    const Style style{options.color};
    const auto width = static_cast<std::size_t>(std::clamp(options.width, 40, 160));
    std::string out;
    const auto known = [&](const char* key) {
        const auto found = results.node.find(key);
        return found == results.node.end() ? std::string() : found->second;
    };
    out += style.paint("1", printable(results.node_name));
    for (const char* key : {"os_name", "os_version", "kernel", "kubernetes_version", "node_ip"}) {
        if (const std::string value = known(key); !value.empty()) {
            out += "  " + printable(value);
        }
    }
    out += "\n" + verdict_line(results, style) + "\n";
    for (const Finding& each : results.findings) {
        write_finding(out, each, style, width);
    }
    write_vxlan(out, results, style, width);
    write_collections(out, results, style, width);
    write_not_evaluated(out, results, style, width, options.evaluations);
    if (options.evaluations) {
        write_evaluations(out, results);
    }
    return out;
}

}  // namespace kwd::reports
