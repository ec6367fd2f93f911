// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// Files in which command lines of components stand: kubeadm-flags.env, start scripts (PowerShell, cmd, sh), unit
/// files, AppParameters of nssm. Gives `component_flags`, `feature_gates` and, of chosen names, `environment`.
///
/// Scripts are read, not run: lines that a backtick, `^` or `\` continues are joined, variables that are set once to a
/// literal are put in, parameters with defaults are not (their callers decide). What stays a variable stands in the
/// value as it is written, `$(hostname)`.
void analyze_command_file(const snapshot::Document& document, Analysis& out);

/// Whether a variable of this name is one of those kept in `environment`.
[[nodiscard]] bool is_kept_variable(std::string_view name);

/// The value of a proxy variable without the name and password in it.
[[nodiscard]] std::string without_credentials(std::string_view value);

}  // namespace kwd::analyzers
