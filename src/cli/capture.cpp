// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"
#include "cli/command.h"
#include "cli/judge.h"
#include "cli/live.h"
#include "cli/words.h"
#include "collectors/capture_summary.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::cli {
namespace {

constexpr std::uint64_t kUsualBytes = 1ULL << 30;

// What packets are held against, of any platform; each takes a second or two.
constexpr auto kWithPackets =
    std::to_array<std::string_view>({"packets", "system", "links", "addresses", "routes", "rules", "neighbors", "fdb",
                                     "offloads", "sysctl", "ip", "hns", "node-files", "ip-reservations"});

// A capture that broke off says nothing of itself; what is in the snapshot is then told by `kwdiag packets`.
std::optional<collectors::CaptureSummary> summary_of(const snapshot::Database& database) {
    const snapshot::StoredDocuments stored(database);
    for (const snapshot::DocumentInfo& info : stored.documents()) {
        if (info.kind != snapshot::kind::capture_summary) {
            continue;
        }
        const auto document = stored.document(info.id);
        if (!document) {
            throw ToolError(document.error());
        }
        const auto summary = collectors::read_capture_summary(document->content);
        if (!summary) {
            throw ToolError(summary.error());
        }
        return *summary;
    }
    return std::nullopt;
}

// What ended it. The collector knows of a finding no more than that it was asked to come to its end.
std::string ended_when(const collectors::CaptureSummary& summary, const std::optional<FindingWatch::Found>& found) {
    return found && summary.ended_when == collectors::kEndedWhenAsked
               ? fmt::format("{} was found: {}", found->rule_id, found->message)
               : summary.ended_when;
}

std::string drops_of(const collectors::CaptureSummary::Interface& interface) {
    if (!interface.dropped && !interface.dropped_by_interface) {
        return "how many were dropped is not told";
    }
    return fmt::format("{} dropped for want of buffer, {} by the interface", interface.dropped.value_or(0),
                       interface.dropped_by_interface.value_or(0));
}

void tell_what_was_captured(snapshot::Store& store, const std::optional<FindingWatch::Found>& found) {
    const auto summary = summary_of(store.database());
    if (!summary) {
        return;
    }
    for (const auto& each : summary->interfaces) {
        std::cout << fmt::format("{}: {} packets of {} bytes, {}\n", printable(each.name), each.packets, each.bytes,
                                 drops_of(each));
    }
    const std::string when = ended_when(*summary, found);
    store.set_meta("capture_ended_when", when);
    std::cout << fmt::format("ended when {}\n", printable(when));
}

std::optional<std::string> severities_to_stop_at(const Options& options) {
    const auto threshold = options.text("stop-on-finding");
    if (!threshold) {
        if (options.has("rules")) {
            throw UsageError("--rules is for --stop-on-finding; a capture is not judged otherwise");
        }
        return std::nullopt;
    }
    std::string severities = severities_from(*threshold);
    if (severities.empty()) {
        throw UsageError(fmt::format("--stop-on-finding takes critical, warning or info, not '{}'", *threshold));
    }
    return severities;
}

Wanted wanted_of(const Options& options) {
    Wanted wanted{.options = collect_options(options),
                  .collectors = chosen_collectors(options, kWithPackets),
                  .left_out = "a capture does without it",
                  .quiet = options.flag("quiet"),
                  .goes_on = true};
    if (std::ranges::find(wanted.collectors, "packets", &collectors::Collector::name) == wanted.collectors.end()) {
        throw UsageError("capture is for packets, which --only leaves out; 'kwdiag collect' does without");
    }
    if (!options.has("bytes") && !options.has("ring")) {
        wanted.options.packet_bytes = kUsualBytes;
    }
    return wanted;
}

}  // namespace

ExitCode run_capture(const std::vector<std::string>& arguments) {
    Options options(
        "capture [options]",
        fmt::format("Captures packets into a snapshot, until a limit is reached or Ctrl-C is pressed, with "
                    "what judging them\nneeds, of which a part is asked again at the end of a long capture (a second "
                    "Ctrl-C does without);\nprints what was captured. 'kwdiag analyze' judges it, 'kwdiag export "
                    "--pcapng' gives the packets back.\n{}",
                    words().reading));
    options.add().add_options()("out,o", po::value<std::string>(), "snapshot to write; must not be there yet")(
        "quiet,q", po::bool_switch(), "no progress on stderr")(
        "only", po::value<std::vector<std::string>>()->composing(),
        "collectors to run: packets alone, or with others; default: with those that judging packets needs")(
        "stop-on-finding", po::value<std::string>()->implicit_value("warning"),
        "end at the first finding of a rule that looks at packets, of this severity or worse; =critical, =info")(
        "rules", po::value<std::vector<std::string>>()->composing(),
        "folder of rules that add to ours or replace them, for --stop-on-finding");
    add_capturing(options);
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    Wanted wanted = wanted_of(options);
    const std::string path = snapshot_path(options);
    check_snapshot_path(path);
    std::optional<FindingWatch> watch;
    if (const auto severities = severities_to_stop_at(options)) {
        wanted.watch = &watch.emplace(FindingWatch::Watched{.snapshot = path,
                                                            .rules = load_rules(options),
                                                            .severities = *severities,
                                                            .collections = wanted.collectors.size() - 1});
        wanted.options.packet_looked_at = true;
    }
    snapshot::Store store = collect_into(path, wanted);
    std::cout << path << "\n";
    tell_what_was_captured(store, watch ? watch->found() : std::nullopt);
    if (watch && !watch->problem().empty()) {
        std::cerr << "kwdiag: judging the packets while they were captured: " << printable(watch->problem()) << "\n";
    }
    const auto reason =
        store.database().text("SELECT reason FROM collections WHERE collector = 'packets' AND outcome <> 'ok'");
    if (reason) {
        std::cerr << "kwdiag: packets: " << printable(*reason) << "\n";
    }
    const auto captured = store.database().integer(
        "SELECT count(*) FROM collections WHERE collector = 'packets' AND outcome IN "
        "('ok', 'partial')");
    return captured.value_or(0) > 0 ? ExitCode::nothing : ExitCode::incomplete;
}

}  // namespace kwd::cli
