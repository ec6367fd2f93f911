// SPDX-License-Identifier: Apache-2.0
#include "rules/comparison.h"

#include "base/duration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>

namespace kwd::rules {
namespace {

// How many nodes, and reasons, are told one by one.
constexpr std::size_t kMostTold = 5;

bool speaks_for(Tellers tellers, std::string_view os_family) {
    return tellers == Tellers::all || (tellers == Tellers::windows && os_family == "windows") ||
           (tellers == Tellers::linux && os_family == "linux");
}

// What the rule needs of a node of that system. Nothing: the node is no part of the comparison.
std::vector<Need> needs_of(const Rule& rule, std::string_view os_family) {
    std::vector<Need> needs;
    std::ranges::copy_if(rule.needs, std::back_inserter(needs),
                         [&](const Need& need) { return speaks_for(need.tellers, os_family); });
    return needs;
}

bool needs_of_system(const Rule& rule, Tellers system) {
    return std::ranges::find(rule.needs, system, &Need::tellers) != rule.needs.end();
}

// Whether what the rule needs of a node cannot be told, since its system is not known.
bool may_need(const Rule& rule, std::string_view os_family) {
    return os_family != "windows" && os_family != "linux" &&
           (needs_of_system(rule, Tellers::windows) || needs_of_system(rule, Tellers::linux));
}

// Nodes that share a reason stand together.
std::string told(const std::vector<std::pair<std::string, std::string>>& left_out) {
    std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
    for (const auto& each : left_out) {
        auto found =
            std::ranges::find(by_reason, each.second, &std::pair<std::string, std::vector<std::string>>::first);
        if (found == by_reason.end()) {
            found = by_reason.insert(by_reason.end(), {each.second, {}});
        }
        found->second.push_back(each.first);
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(by_reason.size(), kMostTold); ++i) {
        std::vector<std::string> names = by_reason[i].second;
        const std::size_t count = names.size();
        if (count > kMostTold) {
            names.resize(kMostTold);
            names.push_back(fmt::format("and {} more", count - kMostTold));
        }
        text += fmt::format("{}{}: {}", i == 0 ? "" : "; ", fmt::join(names, ", "), by_reason[i].first);
    }
    return by_reason.size() > kMostTold ? fmt::format("{}; and {} more reasons", text, by_reason.size() - kMostTold)
                                        : text;
}

void add(std::string& all, std::string more) {
    all += (all.empty() ? "" : "; ") + std::move(more);
}

// The later, the more it says of the whole.
int weight(Verdict verdict) {
    constexpr std::array kOrder = {Verdict::not_applicable, Verdict::clear, Verdict::not_evaluated, Verdict::error,
                                   Verdict::finding};
    return static_cast<int>(std::ranges::find(kOrder, verdict) - kOrder.begin());
}

// One result of all clusters, whose rows say of which they are.
void append(QueryResult& all, QueryResult&& more, const std::string& cluster, std::size_t keep) {
    if (more.row_count == 0) {
        return;
    }
    if (all.columns.empty()) {
        all.columns = more.columns;
        all.columns.emplace_back("cluster");
    }
    all.row_count += more.row_count;
    for (auto& row : more.rows) {
        if (all.rows.size() < keep) {
            row.emplace_back(cluster);
            all.rows.push_back(std::move(row));
        }
    }
}

}  // namespace

Comparison::Comparison(snapshot::Database& fleet) : fleet_(fleet), view_(fleet) {
    snapshot::Statement select = fleet.prepare(
        "SELECT node, os_family, cluster, cluster_why, collected_at_utc FROM main.fleet_nodes ORDER BY node");
    while (select.step()) {
        nodes_.push_back({select.text(0), select.text(1), select.text(2), select.text(3),
                          parse_iso_time(select.text(4)), Coverage(fleet, select.text(0))});
    }
    std::map<std::string, Nodes> by_cluster;
    for (const Node& each : nodes_) {
        if (!each.cluster.empty()) {
            by_cluster[each.cluster].push_back(&each);
        }
    }
    for (auto& [cluster, nodes] : by_cluster) {
        if (nodes.size() > 1) {
            clusters_.push_back(std::move(nodes));
        }
    }
}

std::optional<Evaluation> Comparison::without_say(const Rule& rule, const Nodes& nodes, const EngineLimits& limits) {
    LeftOut lacking;
    std::vector<std::string> names;
    std::string partly;
    for (const Node* node : nodes) {
        names.push_back(node->name);
        if (const auto why = node->coverage.missing(rule.applies->needs)) {
            lacking.emplace_back(node->name, *why);
        } else if (const auto part = node->coverage.partial(rule.applies->needs)) {
            add(partly, fmt::format("{}: {}", node->name, *part));
        }
    }
    if (lacking.size() == nodes.size()) {
        return without_rows(Verdict::not_evaluated, told(lacking));
    }
    view_.show(names);
    if (has_a_say(*rule.applies, fleet_, limits)) {
        return std::nullopt;
    }
    if (!lacking.empty()) {
        add(partly, told(lacking));
    }
    return without_rows(Verdict::not_applicable, partly.empty()
                                                     ? rule.applies->otherwise
                                                     : fmt::format("{} ({})", rule.applies->otherwise, partly));
}

Comparison::Nodes Comparison::near_in_time(const Rule& rule, Nodes nodes, LeftOut& left_out) {
    if (rule.within.empty()) {
        return nodes;
    }
    std::erase_if(nodes, [&](const Node* node) {
        if (!node->time) {
            left_out.emplace_back(node->name, "when it was collected is not known");
        }
        return !node->time;
    });
    const auto apart = [](const Node* a, const Node* b) { return seconds_between(*a->time, *b->time); };
    std::ranges::stable_sort(nodes, [&](const Node* a, const Node* b) { return apart(a, b) > 0; });
    // The most nodes within the time; of as many, the latest.
    std::size_t best_begin = 0;
    std::size_t best_count = 0;
    for (std::size_t begin = 0; begin < nodes.size(); ++begin) {
        std::size_t end = begin;
        while (end < nodes.size() && apart(nodes[begin], nodes[end]) <= rule.within_seconds) {
            ++end;
        }
        if (end - begin >= best_count) {
            best_begin = begin;
            best_count = end - begin;
        }
    }
    Nodes near;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (i >= best_begin && i < best_begin + best_count) {
            near.push_back(nodes[i]);
            continue;
        }
        const bool before = i < best_begin;
        const Node* other = before ? nodes[best_begin + best_count - 1] : nodes[best_begin];
        const double seconds = before ? apart(nodes[i], other) : apart(other, nodes[i]);
        left_out.emplace_back(nodes[i]->name, fmt::format("collected {} {} {}, and this compares what is at most {} "
                                                          "apart",
                                                          duration_text(seconds).value_or("long"),
                                                          before ? "before" : "after", other->name, rule.within));
    }
    std::ranges::sort(near, {}, &Node::name);
    return near;
}

Comparison::Nodes Comparison::comparable(const Rule& rule, const Nodes& nodes, LeftOut& left_out) {
    Nodes kept;
    for (const Node* node : nodes) {
        if (may_need(rule, node->os_family)) {
            left_out.emplace_back(node->name, "its operating system is not known");
            continue;
        }
        const std::vector<Need> needs = needs_of(rule, node->os_family);
        if (needs.empty()) {
            continue;
        }
        std::vector<std::string> whole;
        std::ranges::copy_if(rule.whole, std::back_inserter(whole), [&](const std::string& table) {
            return std::ranges::any_of(needs, [&](const Need& need) {
                return std::ranges::find(need.any_of, table, &Source::table) != need.any_of.end();
            });
        });
        auto why = node->coverage.missing(needs);
        why = why ? why : node->coverage.partial(whole);
        if (why) {
            left_out.emplace_back(node->name, *why);
        } else {
            kept.push_back(node);
        }
    }
    return kept;
}

Comparison::Nodes Comparison::near_to(const Rule& rule, const Nodes& compared, const Nodes& nodes) {
    if (rule.within.empty()) {
        return nodes;
    }
    Nodes near;
    std::ranges::copy_if(nodes, std::back_inserter(near), [&](const Node* node) {
        return node->time && std::ranges::all_of(compared, [&](const Node* other) {
                   return std::abs(seconds_between(*node->time, *other->time)) <= rule.within_seconds;
               });
    });
    return near;
}

std::optional<std::string> Comparison::hear(const Rule& rule, const Nodes& nodes, Heard& heard) {
    for (const Need& need : rule.needs) {
        if (need.tellers != Tellers::one) {
            continue;
        }
        LeftOut without;
        bool whole = false;
        for (const Node* node : nodes) {
            if (const auto why = node->coverage.missing(need)) {
                without.emplace_back(node->name, *why);
            } else {
                whole = whole || !node->coverage.partial(need);
            }
        }
        if (without.size() == nodes.size()) {
            return told(without);
        }
        if (!whole) {
            std::string partly = fmt::format("no node knows {} but in part", need.text().substr(4));
            if (std::ranges::any_of(need.any_of, [&](const Source& source) {
                    return std::ranges::find(rule.whole, source.table) != rule.whole.end();
                })) {
                return partly;
            }
            add(heard.doubts, std::move(partly));
        }
        std::ranges::transform(need.any_of, std::back_inserter(heard.tables), &Source::table);
    }
    return std::nullopt;
}

Evaluation Comparison::evaluate_cluster(const Rule& rule, const Nodes& nodes, const EngineLimits& limits) {
    if (rule.applies) {
        if (auto none = without_say(rule, nodes, limits)) {
            return *std::move(none);
        }
    }
    LeftOut left_out;
    const Nodes known = comparable(rule, nodes, left_out);
    const Nodes compared = near_in_time(rule, known, left_out);
    if (compared.empty() && left_out.empty()) {
        return without_rows(Verdict::not_applicable, needs_of_system(rule, Tellers::linux)
                                                         ? "None of the nodes is a Linux node."
                                                         : "None of the nodes is a Windows node.");
    }
    const auto not_evaluated = [&](std::string why) {
        return without_rows(Verdict::not_evaluated,
                            left_out.empty() ? std::move(why) : fmt::format("{} ({})", why, told(left_out)));
    };
    if (compared.size() < 2) {
        return not_evaluated(compared.empty() ? "no node could be compared"
                                              : fmt::format("only {} could be compared", compared.front()->name));
    }
    Heard heard;
    const Nodes near = near_to(rule, compared, nodes);
    if (const auto why = hear(rule, near, heard)) {
        return not_evaluated(*why);
    }
    std::vector<std::string> names;
    std::vector<std::string> tellers;
    for (const Node* node : compared) {
        names.push_back(node->name);
        if (const auto why = node->coverage.partial(needs_of(rule, node->os_family))) {
            add(heard.doubts, fmt::format("{}: {}", node->name, *why));
        }
    }
    std::ranges::transform(near, std::back_inserter(tellers), &Node::name);
    view_.show(names, tellers, heard.tables);
    if (!left_out.empty()) {
        add(heard.doubts, "not compared with the others: " + told(left_out));
    }
    Evaluation evaluation = ask(rule, fleet_, limits, std::move(heard.doubts));
    if (evaluation.verdict == Verdict::finding && !left_out.empty()) {
        evaluation.reason = "not compared with the others: " + told(left_out);
    }
    return evaluation;
}

// Those that would be compared if their cluster were known.
Comparison::LeftOut Comparison::of_no_cluster(const Rule& rule) const {
    LeftOut alone;
    for (const Node& each : nodes_) {
        if (each.cluster.empty() && (may_need(rule, each.os_family) || !needs_of(rule, each.os_family).empty())) {
            alone.emplace_back(each.name, each.cluster_why);
        }
    }
    return alone;
}

Evaluation Comparison::evaluate_clusters(const Rule& rule, const EngineLimits& limits) {
    Evaluation all;
    for (const Nodes& nodes : clusters_) {
        Evaluation one;
        try {
            one = evaluate_cluster(rule, nodes, limits);
        } catch (const QueryFailed& failed) {
            one = without_rows(Verdict::error, failed.what());
        }
        if (clusters_.size() == 1) {
            return one;
        }
        const std::string& cluster = nodes.front()->cluster;
        if (&nodes == &clusters_.front() || weight(one.verdict) > weight(all.verdict)) {
            all.verdict = one.verdict;
        }
        if (!one.reason.empty()) {
            add(all.reason, fmt::format("cluster {}: {}", cluster, one.reason));
        }
        append(all.result, std::move(one.result), cluster, limits.findings_per_rule);
    }
    return all;
}

Evaluation Comparison::evaluate(const Rule& rule, const EngineLimits& limits) {
    const LeftOut alone = of_no_cluster(rule);
    if (clusters_.empty()) {
        const std::string why = "no two snapshots are known to be of one cluster";
        return without_rows(Verdict::not_evaluated, alone.empty() ? why : fmt::format("{} ({})", why, told(alone)));
    }
    Evaluation all = evaluate_clusters(rule, limits);
    if (!alone.empty() && all.verdict != Verdict::not_applicable && all.verdict != Verdict::error) {
        all.verdict = all.verdict == Verdict::clear ? Verdict::not_evaluated : all.verdict;
        add(all.reason, "compared with no other: " + told(alone));
    }
    return all;
}

}  // namespace kwd::rules
