// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// Splits a command line into words as far as shells agree: blanks separate, single and double quotes hold together and
/// go away, `\"` and (PowerShell) a backtick give the next character as it is. A backslash is a character like others:
/// paths on Windows are full of them. A comma behind a quoted word ends it (an array of PowerShell).
[[nodiscard]] std::vector<std::string> command_words(std::string_view line);

/// The component whose program this is: `C:\k\kube-proxy.exe` is kube-proxy. Empty for all others.
[[nodiscard]] std::string_view component_of_program(std::string_view path);

/// Where the flags of a command line stand and whose they are.
struct CommandOrigin {
    std::string_view component;  ///< empty: the program among the words says it
    std::string_view origin;     ///< as in component_flags.origin
    /// The rows are an outline (Analysis::covers_in_outline): much of the command line may stand elsewhere.
    bool outline = false;
};

/// Reads the flags among the words, `--name=value`, `--name value` and `--name`, into `component_flags`, and feature
/// gates into `feature_gates`; flanneld's flags may have one dash. Words that hold a command line themselves
/// (`$cmd = "kubelet.exe --v=2"`) are split again. Without a component nothing is read.
///
/// Answers how many flags there were.
std::size_t read_flags(std::span<const std::string> words, const CommandOrigin& from, const std::string& place,
                       Analysis& out);

/// The same for a line.
std::size_t read_flags(std::string_view line, const CommandOrigin& from, const std::string& place, Analysis& out);

/// `WinOverlay=true,WinDSR=false` as rows of `feature_gates`.
void read_gate_list(std::string_view gates, const CommandOrigin& from, const std::string& place, Analysis& out);

}  // namespace kwd::analyzers
