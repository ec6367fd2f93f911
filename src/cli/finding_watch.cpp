// SPDX-License-Identifier: Apache-2.0
#include "cli/finding_watch.h"

#include "analyzers/analyze.h"
#include "rules/engine.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLeastPause{2};
constexpr int kPauseForEachJudging = 9;

// What is read of captures, and what is told of it.
std::vector<std::string_view> tables_of_packets() {
    std::vector<std::string_view> tables{"vxlan_verdicts"};
    for (const analyzers::Analyzer& each : analyzers::all_analyzers()) {
        if (each.kind == snapshot::kind::capture) {
            tables.insert(tables.end(), each.tables.begin(), each.tables.end());
        }
    }
    return tables;
}

bool looks_at_packets(const rules::Rule& rule) {
    static const auto tables = tables_of_packets();
    const auto is_of_packets = [](const rules::Source& source) {
        return std::ranges::find(tables, source.table) != tables.end();
    };
    return std::ranges::any_of(
        rule.needs, [&](const rules::Need& need) { return std::ranges::all_of(need.any_of, is_of_packets); });
}

}  // namespace

void FindingWatch::start(std::stop_source at_finding) {
    thread_ = std::jthread(
        [this, at_finding = std::move(at_finding)](const std::stop_token& stop) mutable { watch(stop, at_finding); });
}

void FindingWatch::stop() {
    thread_ = {};
}

void FindingWatch::watch(const std::stop_token& stop, std::stop_source& at_finding) {
    Clock::duration pause = kLeastPause;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            stopped_.wait_for(lock, stop, pause, [] { return false; });
        }
        if (stop.stop_requested()) {
            return;
        }
        const auto begin = Clock::now();
        try {
            found_ = judge();
        } catch (const std::exception& error) {
            problem_ = error.what();
        }
        if (found_) {
            at_finding.request_stop();
            return;
        }
        pause = std::max<Clock::duration>(kLeastPause, kPauseForEachJudging * (Clock::now() - begin));
    }
}

std::optional<FindingWatch::Found> FindingWatch::judge() {
    const auto snapshot = snapshot::Snapshot::open_while_written(watched_.snapshot);
    if (!snapshot) {
        problem_ = snapshot.error().text();
        return std::nullopt;
    }
    snapshot::Database copy = (*snapshot)->working_copy();
    if (copy.integer("SELECT count(*) FROM collections").value_or(0) <
        static_cast<std::int64_t>(watched_.collections)) {
        return std::nullopt;
    }
    analyzers::analyze(**snapshot, copy);
    rules::evaluate(watched_.rules, copy, **snapshot);
    problem_.clear();
    snapshot::Statement findings = copy.prepare(
        fmt::format("SELECT rule_id, message FROM findings WHERE cause IS NULL AND severity IN ({}) ORDER BY id",
                    watched_.severities));
    while (findings.step()) {
        const rules::Rule* rule = watched_.rules.find(findings.text(0));
        if (rule != nullptr && looks_at_packets(*rule)) {
            return Found{.rule_id = findings.text(0), .message = findings.text(1)};
        }
    }
    return std::nullopt;
}

}  // namespace kwd::cli
