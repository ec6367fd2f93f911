// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.h"
#include "snapshot/store.h"

#include <string>

namespace kwd::cli {

/// Makes a new snapshot and runs every collector of this platform into it, with progress on stderr. Throws ToolError.
[[nodiscard]] snapshot::Store collect_into(const std::string& path, const Options& options);

/// `--out`, or the default name for this machine.
[[nodiscard]] std::string snapshot_path(const Options& options);

}  // namespace kwd::cli
