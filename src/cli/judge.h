// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"
#include "cli/options.h"
#include "rules/rule_set.h"
#include "snapshot/database.h"
#include "snapshot/document.h"

#include <string>
#include <string_view>
#include <vector>

namespace kwd::cli {

/// The rules to judge by: those built in, with the folders of `--rules` over them. Throws UsageError for a rule that is
/// wrong.
[[nodiscard]] rules::RuleSet load_rules(const Options& options);

/// The severities from the worst down to a threshold, as texts of SQL: "'critical', 'warning'"; empty for what is no
/// severity.
[[nodiscard]] std::string severities_from(std::string_view threshold);

/// Derives all tables of `database` from the documents and evaluates the rules on them.
void derive_and_evaluate(const snapshot::DocumentSource& documents, snapshot::Database& database,
                         const rules::RuleSet& rules);

/// Prints the findings as `--format` says.
void print_findings(const snapshot::Database& database, const Options& options);

/// The exit code that the results deserve under `--fail-on` and `--incomplete-ok`.
[[nodiscard]] ExitCode exit_code(const snapshot::Database& database, const Options& options);

/// The same for a fleet database: of what was found on each node and between them.
[[nodiscard]] ExitCode fleet_exit_code(const snapshot::Database& fleet, const Options& options);

/// Checks what add_judging() describes, before anything slow begins. Throws UsageError.
void check_judging(const Options& options);

/// Checks that a report can be written to `path` and that no snapshot is lost by it: neither `snapshot`, which may not
/// be there yet, nor another. Throws UsageError, and ToolError where there is no folder for it.
void check_report_path(const std::string& path, const std::string& snapshot);

/// Checks that a new snapshot can be made at `path`. Throws UsageError where something is there already, and ToolError
/// where there is no folder for it.
void check_snapshot_path(const std::string& path);

/// Writes the HTML report of analyzed results, readable by the owner only. Throws ToolError.
void write_html_report(const snapshot::Database& database, const std::string& path);

/// "kwdiag-NODE-20260102T030405Z" with NODE made safe for file names.
[[nodiscard]] std::string default_name(const std::string& node);

}  // namespace kwd::cli
