// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "cli/judge.h"
#include "snapshot/snapshot.h"
#include "snapshot/store.h"

namespace kwd::cli {

ExitCode run_analyze(const std::vector<std::string>& arguments) {
    Options options(
        "analyze SNAPSHOT [options]",
        "Derives the snapshot's tables again and judges them by today's rules. The snapshot stays untouched\n"
        "unless --update is given.");
    add_judging(options);
    options.add().add_options()("update", po::bool_switch(),
                                "write tables and findings into the snapshot, which must be yours")(
        "report", po::value<std::string>(), "write the HTML report here too; an existing one is replaced");
    options.positional("snapshot");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    check_judging(options);
    if (options.arguments().size() != 1) {
        throw UsageError("analyze takes one snapshot");
    }
    const std::string path = options.arguments()[0];
    if (const auto report = options.text("report")) {
        check_report_path(*report, path);
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

}  // namespace kwd::cli
