// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/finding_watch.h"
#include "cli/options.h"
#include "collectors/collector.h"
#include "snapshot/store.h"

#include <string>
#include <vector>

namespace kwd::cli {

/// Makes a new snapshot and runs every collector of this platform into it, or those that `--only` names, with progress
/// on stderr. A run that is interrupted ends the process. Throws ToolError.
[[nodiscard]] snapshot::Store collect_into(const std::string& path, const Options& options);

/// What a run is to collect.
struct Wanted {
    collectors::CollectOptions options;
    std::vector<collectors::Collector> collectors;
    const char* left_out;  ///< why the others are not asked, for the snapshot
    bool quiet = false;
    bool goes_on = false;  ///< being interrupted is one way to end what listens; all others come to their own end
    FindingWatch* watch = nullptr;  ///< runs beside, and ends what listens; nullptr: nobody does
};
[[nodiscard]] snapshot::Store collect_into(const std::string& path, const Wanted& wanted);

/// `--out`, or the default name for this machine.
[[nodiscard]] std::string snapshot_path(const Options& options);

}  // namespace kwd::cli
