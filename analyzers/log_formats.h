// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/log_time.h"
#include "snapshot/tables/types.h"

#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// One line of a log, understood. What the format does not hold is empty. The views point into the line, or to words
/// of the program.
struct LogEntry {
    std::optional<LogTime> time = {};
    std::string_view severity = {};  ///< debug, info, warning, error, fatal
    std::string source_file = {};    ///< file and line that logged
    snapshot::Integer source_line = {};
    snapshot::Integer process_id = {};
    std::string message = {};
    std::string component = {};  ///< where the line itself names its program
};

/// What a runtime, journal or syslog put before a line.
struct LogWrapping {
    std::string inner = {};  ///< the line as the program wrote it
    std::optional<LogTime> time = {};
    bool partial = false;  ///< goes on in the next line of the same stream
    bool error_stream = false;
    std::string component = {};
    snapshot::Integer process_id = {};
};

/// Takes a CRI prefix (`<time> stdout F `), Docker's JSON (`{"log":…}`), or a syslog prefix (`Jan 31 10:11:12 host
/// kubelet[812]: `, also with an ISO time) away, and what kubectl logs puts before lines (--timestamps, --prefix).
/// nullopt where the line has none.
[[nodiscard]] std::optional<LogWrapping> unwrap_log_line(std::string_view line);

/// Reads one line in whichever format it is: klog (header and JSON), logrus and other logfmt, zap and other JSON lines,
/// azure-vnet, Calico, and lines that begin with a time or a level. nullopt for a line that begins none of them: it
/// goes on from the one before, or is plain text.
[[nodiscard]] std::optional<LogEntry> read_log_line(std::string_view line);

/// Only the klog header (node-files: `I0131 10:11:12.123456    1234 proxier.go:333] message`).
[[nodiscard]] std::optional<LogEntry> read_klog_line(std::string_view line);

/// `WARN`, `Error`, `panic` as one of the five severities; empty for other words.
[[nodiscard]] std::string_view severity_named(std::string_view word) noexcept;

}  // namespace kwd::analyzers
