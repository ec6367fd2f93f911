// SPDX-License-Identifier: Apache-2.0
#include "cli/analyze_fleet.h"
#include "cli/command.h"
#include "cli/host.h"
#include "cli/judge.h"
#include "snapshot/snapshot.h"
#include "snapshot/store.h"

namespace kwd::cli {
namespace {

ExitCode analyze_one(const std::string& path, const Options& options) {
    if (const auto report = options.text("report")) {
        check_report_path(*report, path);
    }
    for (const char* of_fleets : {"out", "same-cluster"}) {
        if (options.has(of_fleets)) {
            throw UsageError(std::string("--") + of_fleets + " is for several snapshots");
        }
    }
    const rules::RuleSet rules = load_rules(options);
    const auto judged = [&](const snapshot::DocumentSource& documents, snapshot::Database& database) {
        derive_and_evaluate(documents, database, rules);
        if (const auto report = options.text("report")) {
            write_html_report(database, *report);
        }
        print_findings(database, options);
        return exit_code(database, options);
    };
    if (options.flag("update")) {
        auto store = snapshot::Store::open(path);
        if (!store) {
            throw ToolError(store.error());
        }
        const snapshot::StoredDocuments documents(store->database());
        return judged(documents, store->database());
    }
    auto opened = snapshot::Snapshot::open(path);
    if (!opened) {
        throw ToolError(opened.error());
    }
    snapshot::Database copy = (*opened)->working_copy();
    return judged(**opened, copy);
}

}  // namespace

ExitCode run_analyze(const std::vector<std::string>& arguments) {
    Options options(
        "analyze SNAPSHOT… [options]",
        "Derives the snapshot's tables again and judges them by today's rules. The snapshot stays untouched\n"
        "unless --update is given. Several snapshots, of Windows and Linux nodes, are judged each for itself,\n"
        "and nodes of one cluster are held against each other.");
    add_judging(options);
    options.add().add_options()("update", po::bool_switch(),
                                "write tables and findings into the snapshot, which must be yours")(
        "report", po::value<std::string>(), "write the HTML report here too; an existing one is replaced")(
        "out,o", po::value<std::string>(), "of several: write tables and findings of all of them here (NAME.kwfleet)")(
        "same-cluster", po::bool_switch(),
        "of several: they are of one cluster, whatever their kubeconfigs and Node objects tell");
    options.positional("snapshot");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    check_judging(options);
    const std::vector<std::string> paths = files_named(options.arguments());
    if (paths.empty()) {
        throw UsageError("analyze takes one snapshot or more");
    }
    return paths.size() == 1 ? analyze_one(paths.front(), options) : analyze_fleet(paths, options);
}

}  // namespace kwd::cli
