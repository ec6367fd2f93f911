// SPDX-License-Identifier: Apache-2.0
#include "cli/judge.h"

#include "analyzers/analyze.h"
#include "analyzers/quotes.h"
#include "base/path.h"
#include "cli/terminal.h"
#include "reports/report.h"
#include "rules/engine.h"
#include "snapshot/owner_only_file.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iostream>

namespace kwd::cli {
namespace {

// Of the results in any of the tables, whose names begin with one of the prefixes.
ExitCode exit_code_of(const snapshot::Database& database, const Options& options,
                      std::initializer_list<const char*> prefixes) {
    const std::string severities = severities_from(options.get("fail-on"));
    if (severities.empty()) {
        return ExitCode::nothing;
    }
    const auto any = [&](const char* table, const std::string& condition) {
        return std::ranges::any_of(prefixes, [&](const char* prefix) {
            return database
                .integer(fmt::format("SELECT 1 FROM {}{} WHERE severity IN ({}) AND {} LIMIT 1", prefix, table,
                                     severities, condition))
                .has_value();
        });
    };
    if (any("findings", "1")) {
        return ExitCode::findings;
    }
    if (any("evaluations", "verdict = 'error'")) {
        return ExitCode::usage;
    }
    const bool incomplete = any("evaluations", "verdict = 'not_evaluated'");
    return incomplete && !options.flag("incomplete-ok") ? ExitCode::incomplete : ExitCode::nothing;
}

void check_folder_of(const std::string& path) {
    namespace fs = std::filesystem;
    const fs::path folder = path_of(path).parent_path();
    if (std::error_code error; !folder.empty() && !fs::is_directory(folder, error)) {
        throw ToolError(fmt::format("write {}: there is no folder {}", path, utf8_of(folder)));
    }
}

}  // namespace

std::string severities_from(std::string_view threshold) {
    if (threshold == "critical") {
        return "'critical'";
    }
    if (threshold == "warning") {
        return "'critical', 'warning'";
    }
    return threshold == "info" ? "'critical', 'warning', 'info'" : "";
}

void check_judging(const Options& options) {
    const std::string format = options.get("format");
    if (format != "text" && format != "json") {
        throw UsageError(fmt::format("--format takes text or json, not '{}'", format));
    }
    const std::string threshold = options.get("fail-on");
    if (severities_from(threshold).empty() && threshold != "never") {
        throw UsageError(fmt::format("--fail-on takes critical, warning, info or never, not '{}'", threshold));
    }
}

rules::RuleSet load_rules(const Options& options) {
    rules::RuleSet set = rules::RuleSet::embedded();
    if (!options.has("rules")) {
        return set;  // the tests saw to it that those are good
    }
    for (const std::string& folder : options.get<std::vector<std::string>>("rules")) {
        set.load_folder(folder);
    }
    if (const auto problems = set.problems(); !problems.empty()) {
        throw UsageError(fmt::format("{}", fmt::join(problems, "\n")));
    }
    return set;
}

void derive_and_evaluate(const snapshot::DocumentSource& documents, snapshot::Database& database,
                         const rules::RuleSet& rules) {
    analyzers::analyze(documents, database);
    rules::evaluate(rules, database, documents, {}, &analyzers::open_quotes);
}

void print_findings(const snapshot::Database& database, const Options& options) {
    std::cout << (options.get("format") == "json"
                      ? reports::render_json(database)
                      : reports::render_text(database, {.color = color_on_stdout(),
                                                        .evaluations = options.flag("verbose"),
                                                        .width = columns_on_stdout()}));
}

ExitCode exit_code(const snapshot::Database& database, const Options& options) {
    return exit_code_of(database, options, {""});
}

ExitCode fleet_exit_code(const snapshot::Database& fleet, const Options& options) {
    return exit_code_of(fleet, options, {"", "node_"});
}

void check_report_path(const std::string& path, const std::string& snapshot) {
    namespace fs = std::filesystem;
    constexpr std::string_view database = "SQLite format 3";
    std::error_code error;
    const fs::path file = fs::weakly_canonical(path_of(path), error);
    std::string beginning(database.size(), '\0');
    std::ifstream(path_of(path), std::ios::binary)
        .read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    if (beginning == database || (!error && file == fs::weakly_canonical(path_of(snapshot), error))) {
        throw UsageError(fmt::format("the report would take the place of the snapshot {}", path));
    }
    check_folder_of(path);
}

void check_snapshot_path(const std::string& path) {
    if (std::error_code error; std::filesystem::exists(path_of(path), error)) {
        throw UsageError(fmt::format("create {}: something of that name is already there; --out names another", path));
    }
    check_folder_of(path);
}

void write_html_report(const snapshot::Database& database, const std::string& path) {
    if (auto written = snapshot::write_owner_only_file(path, reports::render_html(database)); !written) {
        throw ToolError(written.error());
    }
}

std::string default_name(const std::string& node) {
    std::string safe;
    for (const char c : node) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.';
        safe += plain ? c : '-';
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("kwdiag-{}-{:%Y%m%dT%H%M%SZ}", safe.substr(0, 80), fmt::gmtime(now));
}

}  // namespace kwd::cli
