// SPDX-License-Identifier: Apache-2.0
#include "cli/live.h"

#include "base/clock.h"
#include "cli/command.h"
#include "cli/host.h"
#include "cli/interruption.h"
#include "cli/judge.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "collectors/runner.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stop_token>
#include <vector>

namespace kwd::cli {
namespace {

std::string describe(const snapshot::Collection& collection) {
    std::string text = fmt::format("{:<12} {:<9} {:>6} ms", collection.collector, snapshot::name_of(collection.outcome),
                                   collection.duration_ms);
    if (collection.error) {
        text += "  " + collection.error->doing;
    }
    return text;
}

bool is_well(snapshot::Outcome outcome) {
    return outcome != snapshot::Outcome::failed && outcome != snapshot::Outcome::timed_out;
}

// Who reads the snapshot later has to know that nobody asked.
void add_left_out(snapshot::Store& store, const Wanted& wanted) {
    for (const collectors::Collector& each : collectors::all_collectors()) {
        if (std::ranges::none_of(wanted.collectors, [&](const auto& other) { return other.name == each.name; })) {
            store.add_collection({.collector = std::string(each.name),
                                  .outcome = snapshot::Outcome::skipped,
                                  .error = Error{Errc::left_out, wanted.left_out},
                                  .started_at_utc = now_utc()});
        }
    }
}

}  // namespace

std::string snapshot_path(const Options& options) {
    return options.text("out").value_or(default_name(host_name()) + ".kwsnap");
}

snapshot::Store collect_into(const std::string& path, const Options& options) {
    return collect_into(path, {.options = collect_options(options),
                               .collectors = chosen_collectors(options),
                               .left_out = "--only did not name it",
                               .quiet = options.flag("quiet")});
}

snapshot::Store collect_into(const std::string& path, const Wanted& wanted) {
    const Interruption interruption;
    auto store = snapshot::Store::create(path, kVersion);
    if (!store) {
        throw ToolError(store.error());
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    store->set_meta("taken_at_utc", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now)));
    store->set_meta("node_name", host_name());
    store->set_meta("os_family", os_family());
    if (const std::string& root = wanted.options.root; !root.empty() && root != "/") {
        store->set_meta("root", root);
    }
    std::stop_source finish;
    const std::stop_callback interrupted(interruption.token(), [&] { finish.request_stop(); });
    if (wanted.watch != nullptr) {
        wanted.watch->start(finish);
    }
    {
        Progress progress(wanted.quiet);
        const auto show = [&](const collectors::Progress& step) {
            if (step.collection != nullptr) {
                progress.done(describe(*step.collection), is_well(step.collection->outcome));
            } else {
                progress.doing(fmt::format("{} of {}: {}", step.finished, step.total, step.collector));
            }
        };
        try {
            collectors::run_collectors(
                wanted.collectors, wanted.options, *store, show,
                {.stop = wanted.goes_on ? interruption.again() : interruption.token(),
                 .finish = finish.get_token(),
                 .asking_again = wanted.watch != nullptr ? &wanted.watch->asking_again() : nullptr});
            add_left_out(*store, wanted);
        } catch (const snapshot::DatabaseError& error) {
            throw ToolError(fmt::format("write {}: {}", path, error.what()));
        }
    }
    if (wanted.watch != nullptr) {
        wanted.watch->stop();
    }
    if (interruption.happened() && !wanted.goes_on) {
        { const snapshot::Store closed = std::move(*store); }
        fmt::print(stderr, "kwdiag: stopped; {} holds what was collected until then\n", path);
        interruption.pass_on();
    }
    return std::move(*store);
}

}  // namespace kwd::cli
