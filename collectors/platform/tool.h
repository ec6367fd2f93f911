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
    std::string output;      ///< standard output, byte for byte
    std::string complaints;  ///< standard error on one line: its first 4,000 bytes, without secrets
    bool cut = false;        ///< the output was longer than wanted; the program was ended
};

/// Where a program of this name lies, never in the caller's PATH, since we run with every privilege. Linux: /usr/sbin,
/// /usr/bin, /sbin, /bin, then `more_folders`. Windows: the system folder, then `more_folders`; `.exe` is added.
/// Errors: not_found.
[[nodiscard]] Result<std::string> find_tool(std::string_view name, std::span<const std::string_view> more_folders = {});

/// Runs a program and waits for it: `command` is a name for find_tool() or an absolute path, then its arguments. It
/// gets a small environment of fixed values (Linux: C.UTF-8, UTC) and no input, and is ended with everything that it
/// started at the deadline. What it writes beyond `max_bytes` ends it too.
///
/// Any exit status is an answer. Errors: not_found, access_denied; timed_out; io when it died of a signal or exception.
[[nodiscard]] Result<ToolAnswer> run_tool(const std::vector<std::string>& command, Deadline deadline,
                                          std::size_t max_bytes);

/// run_tool(), where only exit status 0 is an answer: its output. Errors: also io, or access_denied when the program
/// says so (and what that needs), with what it complained of (on standard output, where nothing is on standard error);
/// too_large when the output was cut.
[[nodiscard]] Result<std::string> ask_tool(const std::vector<std::string>& command, Deadline deadline,
                                           std::size_t max_bytes);

/// What a program wrote, as UTF-8. Windows: from_oem(), since its own tools write in the system's OEM code page.
[[nodiscard]] std::string text_of_tool(std::string_view bytes);
/// The words for running a command, long enough to know it again; for the platforms' run_tool().
[[nodiscard]] std::string running(const std::vector<std::string>& command);
/// Whether an exit status alone says that something may not be read: Windows' own tools end with the Win32 code, and
/// speak the language of the system.
[[nodiscard]] bool means_denied(int exit_status);
/// What a program wrote on its standard error, fit for ToolAnswer; for the platforms' run_tool().
[[nodiscard]] std::string complaints_of(std::string_view standard_error);

}  // namespace kwd::collectors
