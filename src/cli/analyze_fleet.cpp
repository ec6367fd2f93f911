// SPDX-License-Identifier: Apache-2.0
#include "cli/analyze_fleet.h"

#include "analyzers/fleet.h"
#include "analyzers/quotes.h"
#include "base/path.h"
#include "base/printable.h"
#include "cli/judge.h"
#include "cli/terminal.h"
#include "reports/report.h"
#include "rules/engine.h"
#include "snapshot/fleet.h"
#include "snapshot/fleet_documents.h"
#include "snapshot/owner_only_file.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace kwd::cli {
namespace {

void check(const std::vector<std::string>& paths, const Options& options) {
    for (const char* of_one : {"update", "report"}) {
        if (options.has(of_one) || (std::string_view(of_one) == "update" && options.flag(of_one))) {
            throw UsageError(fmt::format("--{} is for one snapshot, and these are {}", of_one, paths.size()));
        }
    }
    std::vector<std::filesystem::path> seen;
    for (const std::string& path : paths) {
        std::error_code error;
        const auto file = std::filesystem::weakly_canonical(path_of(path), error);
        if (std::ranges::find(seen, file) != seen.end()) {
            throw UsageError(fmt::format("{} is given twice", path));
        }
        seen.push_back(file);
    }
    if (const auto out = options.text("out")) {
        check_snapshot_path(*out);
    }
}

std::vector<std::string> tables_of(const rules::RuleSet& rules) {
    std::vector<std::string> tables;
    for (const rules::Rule* rule : rules.active(rules::Scope::cluster)) {
        const auto of_rule = rule->tables();
        tables.insert(tables.end(), of_rule.begin(), of_rule.end());
    }
    return tables;
}

// Answers why a snapshot cannot be judged.
Result<void> add(const std::string& path, const rules::RuleSet& rules, analyzers::FleetBuilder& fleet) {
    auto opened = snapshot::Snapshot::open(path);
    if (!opened) {
        return opened.error();
    }
    try {
        snapshot::Database copy = (*opened)->working_copy();
        derive_and_evaluate(**opened, copy, rules);
        fleet.add(path, copy);
    } catch (const snapshot::DatabaseError& error) {
        return Error{Errc::malformed, fmt::format("analyze {}: {}", path, error.what())};
    }
    return {};
}

void write_fleet(snapshot::Database& fleet, const std::string& path) {
    if (const auto created = snapshot::write_owner_only_file(path, ""); !created) {
        throw ToolError(created.error());
    }
    try {
        snapshot::Statement write = fleet.prepare("VACUUM main INTO ?");
        write.bind(1, std::string_view(path));
        write.run();
    } catch (const snapshot::DatabaseError& error) {
        std::error_code ignored;
        std::filesystem::remove(path_of(path), ignored);
        throw ToolError(fmt::format("write {}: {}", path, error.what()));
    }
}

}  // namespace

ExitCode analyze_fleet(const std::vector<std::string>& paths, const Options& options) {
    check(paths, options);
    const rules::RuleSet rules = load_rules(options);
    snapshot::Database fleet = snapshot::Database::memory();
    snapshot::create_fleet_schema(fleet);
    analyzers::FleetBuilder builder(fleet, options.has("out") ? std::vector<std::string>() : tables_of(rules));
    std::size_t unreadable = 0;
    for (const std::string& path : paths) {
        if (const auto added = add(path, rules, builder); !added) {
            ++unreadable;
            builder.skip(path, added.error().text());
            std::cerr << "kwdiag: left out: " << printable(added.error().text()) << "\n";
        }
    }
    if (unreadable == paths.size()) {
        throw ToolError("none of the snapshots can be read");
    }
    builder.finish(options.flag("same-cluster"));
    const snapshot::FleetDocuments documents(fleet);
    rules::evaluate_fleet(rules, fleet, documents, {}, &analyzers::open_quotes);
    std::cout << (options.get("format") == "json"
                      ? reports::render_fleet_json(fleet)
                      : reports::render_fleet_text(fleet, {.color = color_on_stdout(),
                                                           .evaluations = options.flag("verbose"),
                                                           .width = columns_on_stdout()}));
    if (const auto out = options.text("out")) {
        std::cout.flush();
        write_fleet(fleet, *out);
    }
    return unreadable > 0 ? ExitCode::tool_failed : fleet_exit_code(fleet, options);
}

}  // namespace kwd::cli
