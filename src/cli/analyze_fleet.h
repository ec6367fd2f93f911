// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"
#include "cli/options.h"

#include <string>
#include <vector>

namespace kwd::cli {

/// `kwdiag analyze A B…`: judges each snapshot, then nodes of one cluster together, and prints both. One snapshot after
/// the other is held in memory, and of each the tables that rules of cluster scope read. A snapshot that cannot be read
/// is named on stderr and left out; the exit code is then tool_failed, whatever was found in the others.
[[nodiscard]] ExitCode analyze_fleet(const std::vector<std::string>& paths, const Options& options);

}  // namespace kwd::cli
