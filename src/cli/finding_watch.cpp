// SPDX-License-Identifier: Apache-2.0
#include "cli/finding_watch.h"

#include "analyzers/analyze.h"
#include "analyzers/readings.h"
#include "rules/engine.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::cli {
namespace {

constexpr int kPauseForEach = 9;        // so many times as long as what was done
constexpr int kReadingsInTheTime = 20;  // each of them makes judging longer

// Thrown out of judging: nobody waits for it any more.
struct Left {};

class DocumentsUntil final : public snapshot::DocumentSource {
  public:
    DocumentsUntil(const snapshot::DocumentSource& all, std::stop_token over) : all_(all), over_(std::move(over)) {}

    [[nodiscard]] std::vector<snapshot::DocumentInfo> documents() const override { return all_.documents(); }
    [[nodiscard]] Result<snapshot::Document> document(std::int64_t id) const override {
        if (over_.stop_requested()) {
            throw Left{};
        }
        return all_.document(id);
    }

  private:
    const snapshot::DocumentSource& all_;
    std::stop_token over_;
};

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
    begin_ = Clock::now();
    next_reading_ = begin_;
    thread_ = std::jthread([this, at_finding = std::move(at_finding)](const std::stop_token& stop) mutable {
        const auto end = [this] { over_.request_stop(); };
        const std::stop_callback by_owner(stop, end);
        const std::stop_callback by_others(at_finding.get_token(), end);
        watch(over_.get_token(), at_finding);
    });
}

void FindingWatch::stop() {
    thread_ = {};
}

void FindingWatch::watch(const std::stop_token& over, std::stop_source& at_finding) {
    Clock::duration pause = watched_.pause;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            stopped_.wait_for(lock, over, pause, [] { return false; });
        }
        if (over.stop_requested()) {
            return;
        }
        auto begin = Clock::now();
        Judged judged = judge_unless_it_fails(over);
        if (judged.wants_reading && read_again(over)) {
            begin = Clock::now();
            judged = judge_unless_it_fails(over);
        }
        if (judged.found) {
            // Whoever asked first is who ended it.
            if (at_finding.request_stop()) {
                found_ = std::move(judged.found);
            }
            return;
        }
        pause = std::max<Clock::duration>(watched_.pause, kPauseForEach * (Clock::now() - begin));
    }
}

FindingWatch::Judged FindingWatch::judge_unless_it_fails(const std::stop_token& over) {
    try {
        return judge(over);
    } catch (const Left&) {
        return {};
    } catch (const std::exception& error) {
        if (!over.stop_requested()) {
            problem_ = error.what();
        }
        return {};
    }
}

FindingWatch::Judged FindingWatch::judge(const std::stop_token& over) {
    const auto snapshot = snapshot::Snapshot::open_while_written(watched_.snapshot);
    if (!snapshot) {
        problem_ = snapshot.error().text();
        return {};
    }
    snapshot::Database copy = (*snapshot)->working_copy();
    if (copy.integer("SELECT count(*) FROM collections").value_or(0) <
        static_cast<std::int64_t>(watched_.collections)) {
        return {};
    }
    const DocumentsUntil documents(**snapshot, over);
    analyzers::analyze(documents, copy);
    rules::evaluate(watched_.rules, copy, documents, {.stop = over});
    if (over.stop_requested()) {
        return {};
    }
    problem_.clear();
    snapshot::Statement findings = copy.prepare(
        fmt::format("SELECT rule_id, message FROM findings WHERE cause IS NULL AND severity IN ({}) ORDER BY id",
                    watched_.severities));
    while (findings.step()) {
        const rules::Rule* rule = watched_.rules.find(findings.text(0));
        if (rule != nullptr && looks_at_packets(*rule)) {
            return {.found = Found{.rule_id = findings.text(0), .message = findings.text(1)}};
        }
    }
    return {.found = std::nullopt, .wants_reading = analyzers::would_be_told_by_another(copy)};
}

bool FindingWatch::read_again(const std::stop_token& over) {
    const auto begin = Clock::now();
    if (begin < next_reading_ || !asking_again_.ask(over)) {
        return false;
    }
    const auto end = Clock::now();
    next_reading_ = end + std::max<Clock::duration>({watched_.between_readings, kPauseForEach * (end - begin),
                                                     (end - begin_) / kReadingsInTheTime});
    return true;
}

}  // namespace kwd::cli
