// SPDX-License-Identifier: Apache-2.0
#include "cli/live.h"

#include "cli/command.h"
#include "cli/host.h"
#include "cli/judge.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "collectors/runner.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

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

}  // namespace

std::string snapshot_path(const Options& options) {
    return options.text("out").value_or(default_name(host_name()) + ".kwsnap");
}

snapshot::Store collect_into(const std::string& path, const Options& options) {
    const collectors::CollectOptions what = collect_options(options);
    auto store = snapshot::Store::create(path, kVersion);
    if (!store) {
        throw ToolError(store.error());
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    store->set_meta("taken_at_utc", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now)));
    store->set_meta("node_name", host_name());
    Progress progress(options.flag("quiet"));
    collectors::run_collectors(collectors::all_collectors(), what, *store, [&](const collectors::Progress& step) {
        if (step.collection != nullptr) {
            progress.done(describe(*step.collection));
        } else {
            progress.doing(fmt::format("{} of {}: {}", step.finished, step.total, step.collector));
        }
    });
    return std::move(*store);
}

}  // namespace kwd::cli
