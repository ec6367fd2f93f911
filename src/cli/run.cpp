// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"
#include "cli/command.h"
#include "cli/judge.h"
#include "cli/live.h"
#include "cli/words.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

namespace kwd::cli {
namespace {

// node.kwsnap -> node.html
std::string report_beside(const std::string& snapshot) {
    constexpr std::string_view kEnding = ".kwsnap";
    return (snapshot.ends_with(kEnding) ? snapshot.substr(0, snapshot.size() - kEnding.size()) : snapshot) + ".html";
}

}  // namespace

ExitCode run_run(const std::vector<std::string>& arguments) {
    Options options(
        "run [options]",
        fmt::format(
            "Collects from this machine, judges, writes the snapshot and the HTML report, and prints the findings.\n"
            "With --only, rules that need more are not judged: that mostly makes exit code 3, unless there are\n"
            "findings or --incomplete-ok is given.\n{}",
            words().reading));
    options.add().add_options()("out,o", po::value<std::string>(), "snapshot to write; must not be there yet")(
        "report", po::value<std::string>(),
        "HTML report to write, in place of an old one; default: a new one beside the snapshot")(
        "quiet,q", po::bool_switch(), "no progress on stderr");
    add_judging(options);
    add_collecting(options);
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    check_judging(options);
    const rules::RuleSet rules = load_rules(options);
    const std::string path = snapshot_path(options);
    check_snapshot_path(path);
    const std::string report = options.text("report").value_or(report_beside(path));
    if (std::error_code error; !options.has("report") && std::filesystem::exists(path_of(report), error)) {
        throw UsageError(fmt::format("{} is already there; --report names another, or that one", report));
    }
    check_report_path(report, path);
    snapshot::Store store = collect_into(path, options);
    const snapshot::StoredDocuments documents(store.database());
    derive_and_evaluate(documents, store.database(), rules);
    write_html_report(store.database(), report);
    print_findings(store.database(), options);
    if (!options.flag("quiet")) {
        std::cerr << fmt::format("snapshot {}\nreport   {}\n", path, report);
    }
    return exit_code(store.database(), options);
}

ExitCode run_collect(const std::vector<std::string>& arguments) {
    Options options("collect [options]",
                    fmt::format("Collects from this machine into a snapshot, without judging it. Exit 3 when a "
                                "collector failed.\n{}",
                                words().reading));
    options.add().add_options()("out,o", po::value<std::string>(), "snapshot to write; must not be there yet")(
        "quiet,q", po::bool_switch(), "no progress on stderr");
    add_collecting(options);
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    const std::string path = snapshot_path(options);
    check_snapshot_path(path);
    snapshot::Store store = collect_into(path, options);
    std::cout << path << "\n";
    const auto failed =
        store.database().integer("SELECT count(*) FROM collections WHERE outcome IN ('failed', 'timed_out')");
    return failed.value_or(0) > 0 ? ExitCode::incomplete : ExitCode::nothing;
}

}  // namespace kwd::cli
