// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

#include <cstddef>

namespace kwd::analyzers {

/// More entries of one log are left out, and noted.
inline constexpr std::size_t kMostLogEntries = 500'000;
/// Longer messages are cut, and noted.
inline constexpr std::size_t kLongestLogMessage = 8 * 1024;

/// A log in any of the formats of log_formats.h, line by line: `log_lines`, and what components say of their versions,
/// flags and feature gates.
///
///  - Stack traces, indented lines and lines that a console wrapped belong to the entry before them. Other lines
///  without
///    a format are entries of their own, and have the time of the entry before.
///  - Lines of pods lose their CRI prefix; its time, which knows its zone, counts.
///  - klog does not write the year: it is taken from `Log file created at`, from the file's name, or else is the
///    latest that does not lie behind the time of collecting.
///  - The component comes from the file's path, else from the source files that the lines name; the file's name is the
///    last resort. `==== START logs for container X of pod Y ====` (kubectl cluster-info dump) changes it.
void analyze_log(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
