// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"
#include "cli/command.h"
#include "cli/judge.h"
#include "cli/live.h"
#include "cli/words.h"
#include "packet/capture_reader.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace kwd::cli {
namespace {

constexpr std::uint64_t kUsualBytes = 1ULL << 30;

// What packets are held against, of any platform; each takes a second or two.
constexpr auto kWithPackets =
    std::to_array<std::string_view>({"packets", "system", "links", "addresses", "routes", "rules", "neighbors", "fdb",
                                     "offloads", "sysctl", "ip", "hns", "node-files", "ip-reservations"});

struct Captured {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t dropped = 0;
    std::uint64_t dropped_by_interface = 0;
};

void add(const snapshot::Document& document, std::map<std::string, Captured>& interfaces) {
    packet::CaptureReader reader(std::as_bytes(std::span(document.content)));
    std::map<std::uint32_t, Captured> of_document;
    while (const auto each = reader.next()) {
        Captured& captured = of_document[each->interface_id];
        ++captured.packets;
        captured.bytes += each->original_length;
    }
    for (std::uint32_t id = 0; id < reader.interfaces().size(); ++id) {
        const packet::CaptureInterface& source = reader.interfaces()[id];
        Captured& total = interfaces[source.description.empty() ? source.name : source.description];
        total.packets += of_document[id].packets;
        total.bytes += of_document[id].bytes;
        if (source.statistics) {
            total.dropped += source.statistics->dropped_by_system.value_or(0);
            total.dropped_by_interface += source.statistics->dropped_by_interface.value_or(0);
        }
    }
}

void print_captured(snapshot::Database& database) {
    const snapshot::StoredDocuments stored(database);
    std::map<std::string, Captured> interfaces;
    for (const snapshot::DocumentInfo& info : stored.documents()) {
        if (info.kind == snapshot::kind::capture) {
            auto document = stored.document(info.id);
            if (!document) {
                throw ToolError(document.error());
            }
            add(*document, interfaces);
        }
    }
    for (const auto& [name, captured] : interfaces) {
        std::cout << fmt::format("{}: {} packets of {} bytes, {} dropped for want of buffer, {} by the interface\n",
                                 printable(name), captured.packets, captured.bytes, captured.dropped,
                                 captured.dropped_by_interface);
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
