// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/import.h"

#include "base/path.h"
#include "cli/command.h"
#include "cli/host.h"
#include "cli/judge.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "snapshot/snapshot.h"
#include "snapshot/store.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

namespace kwd::cli {
namespace {

std::string default_import_name(const std::string& path) {
    const std::filesystem::path whole = path_of(path).lexically_normal();
    const std::string name = utf8_of((whole.has_filename() ? whole : whole.parent_path()).filename());
    return default_name(name.empty() || name == "." || name == ".." ? "import" : name) + ".kwsnap";
}

}  // namespace

ExitCode run_import(const std::vector<std::string>& arguments) {
    Options options(
        "import PATH… [options]",
        "Makes a snapshot of support data that somebody else collected: folders, archives (zip, tar, 7z) and loose\n"
        "files, recognised by what they hold. Then judges it like 'run' does.");
    options.add().add_options()("out,o", po::value<std::string>(), "snapshot to write; must not be there yet")(
        "report", po::value<std::string>(), "HTML report to write; an existing one is replaced")(
        "quiet,q", po::bool_switch(), "no progress on stderr");
    add_judging(options);
    options.positional("paths");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    check_judging(options);
    const std::vector<std::string> paths = files_named(options.arguments());
    if (paths.empty()) {
        throw UsageError("import takes one path or more");
    }
    for (const std::string& path : paths) {
        if (std::error_code error; !std::filesystem::exists(path_of(path), error)) {
            throw UsageError(fmt::format("there is no {}", path));
        }
    }
    const rules::RuleSet rules = load_rules(options);
    const std::string out = options.text("out").value_or(default_import_name(paths[0]));
    check_snapshot_path(out);
    if (const auto report = options.text("report")) {
        check_report_path(*report, out);
    }
    auto store = snapshot::Store::create(out, kVersion);
    if (!store) {
        throw ToolError(store.error());
    }
    auto imported = collectors::import_paths(paths, *store);
    if (!imported) {
        std::error_code ignored;
        std::filesystem::remove(path_of(out), ignored);
        throw ToolError(imported.error());
    }
    const snapshot::StoredDocuments documents(store->database());
    derive_and_evaluate(documents, store->database(), rules);
    if (const auto report = options.text("report")) {
        write_html_report(store->database(), *report);
    }
    print_findings(store->database(), options);
    if (!options.flag("quiet")) {
        std::cerr << fmt::format("snapshot {}\n", out);
    }
    return exit_code(store->database(), options);
}

}  // namespace kwd::cli
