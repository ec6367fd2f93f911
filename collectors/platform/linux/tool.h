// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "collectors/collector.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// What a program said.
struct ToolAnswer {
    int exit_status = 0;
    std::string output;      ///< standard output
    std::string complaints;  ///< standard error on one line: its first 4,000 bytes, without secrets
    bool cut = false;        ///< the output was longer than wanted; the program was ended
};

/// Where a program of this name lies: /usr/sbin, /usr/bin, /sbin, /bin, then `more_folders`; never the caller's PATH,
/// since we run as root. Errors: not_found.
[[nodiscard]] Result<std::string> find_tool(std::string_view name, std::span<const std::string_view> more_folders = {});

/// Runs a program and waits for it: `command` is a name for find_tool() or an absolute path, then its arguments. It
/// gets a small environment of fixed values (C.UTF-8, UTC), no input, and a process group of its own, which is killed
/// at the deadline. What it writes beyond `max_bytes` ends it too.
///
/// Any exit status is an answer. Errors: not_found, access_denied; timed_out; io when it died of a signal.
[[nodiscard]] Result<ToolAnswer> run_tool(const std::vector<std::string>& command, Deadline deadline,
                                          std::size_t max_bytes);

/// run_tool(), where only exit status 0 is an answer: its output. Errors: also io, or access_denied when the program
/// says so, with what it complained of; too_large when the output was cut.
[[nodiscard]] Result<std::string> ask_tool(const std::vector<std::string>& command, Deadline deadline,
                                           std::size_t max_bytes);

}  // namespace kwd::collectors
