// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::cli {

/// What the process ends with; scripts and schedulers rely on these numbers.
enum class ExitCode : int {
    nothing = 0,      ///< nothing at or above --fail-on
    findings = 1,     ///< findings at or above --fail-on
    usage = 2,        ///< wrong usage, or a rule that is wrong
    incomplete = 3,   ///< nothing found, but data that rules at or above --fail-on need could not be had
    tool_failed = 4,  ///< the tool could not do its work
};

/// Wrong usage; thrown while options are read, printed once by main.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The tool cannot go on; printed once by main.
class ToolError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
    explicit ToolError(const Error& error);
    [[nodiscard]] ExitCode exit_code() const noexcept { return exit_code_; }

  private:
    ExitCode exit_code_ = ExitCode::tool_failed;
};

struct Command {
    std::string_view name;
    std::string_view summary;  ///< one line for `kwdiag help`
    ExitCode (*run)(const std::vector<std::string>& arguments);
};

/// Every subcommand: the only list of them.
[[nodiscard]] std::span<const Command> all_commands();

ExitCode run_run(const std::vector<std::string>& arguments);
ExitCode run_collect(const std::vector<std::string>& arguments);
ExitCode run_capture(const std::vector<std::string>& arguments);
ExitCode run_import(const std::vector<std::string>& arguments);
ExitCode run_analyze(const std::vector<std::string>& arguments);
ExitCode run_report(const std::vector<std::string>& arguments);
ExitCode run_rules(const std::vector<std::string>& arguments);
ExitCode run_query(const std::vector<std::string>& arguments);
ExitCode run_packets(const std::vector<std::string>& arguments);
ExitCode run_export(const std::vector<std::string>& arguments);
ExitCode run_completion(const std::vector<std::string>& arguments);
ExitCode run_version(const std::vector<std::string>& arguments);

}  // namespace kwd::cli
