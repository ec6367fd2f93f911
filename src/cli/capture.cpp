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
void print_captured(const snapshot::Database& database) {
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
        for (const auto& each : summary->interfaces) {
            std::cout << fmt::format("{}: {} packets of {} bytes, {} dropped for want of buffer, {} by the interface\n",
                                     printable(each.name), each.packets, each.bytes, each.dropped.value_or(0),
                                     each.dropped_by_interface.value_or(0));
        }
        std::cout << fmt::format("ended when {}\n", summary->ended_when);
    }
}

}  // namespace

ExitCode run_capture(const std::vector<std::string>& arguments) {
    Options options(
        "capture [options]",
        fmt::format("Captures packets into a snapshot, until a limit is reached or Ctrl-C is pressed, with "
                    "what judging them\nneeds; prints what was captured. 'kwdiag analyze' judges it, 'kwdiag "
                    "export --pcapng' gives the packets back.\n{}",
                    words().reading));
    options.add().add_options()("out,o", po::value<std::string>(), "snapshot to write; must not be there yet")(
        "quiet,q", po::bool_switch(), "no progress on stderr")(
        "only", po::value<std::vector<std::string>>()->composing(),
        "collectors to run: packets alone, or with others; default: with those that judging packets needs");
    add_capturing(options);
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    Wanted wanted{.options = collect_options(options),
                  .collectors = chosen_collectors(options, kWithPackets),
                  .left_out = "a capture does without it",
                  .quiet = options.flag("quiet"),
                  .goes_on = true};
    if (std::ranges::find(wanted.collectors, "packets", &collectors::Collector::name) == wanted.collectors.end()) {
        throw UsageError("capture is for packets, which --only leaves out; 'kwdiag collect' does without");
    }
    const std::string path = snapshot_path(options);
    check_snapshot_path(path);
    if (!options.has("bytes") && !options.has("ring")) {
        wanted.options.packet_bytes = kUsualBytes;
    }
    snapshot::Store store = collect_into(path, wanted);
    std::cout << path << "\n";
    print_captured(store.database());
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
