// SPDX-License-Identifier: Apache-2.0
#include "reports/report.h"

#include "cli/command.h"
#include "cli/judge.h"
#include "cli/terminal.h"
#include "snapshot/owner_only_file.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <iostream>

namespace kwd::cli {

ExitCode run_report(const std::vector<std::string>& arguments) {
    Options options("report SNAPSHOT [--out FILE] [options]",
                    "Writes the report of a snapshot, judged by today's rules. Without --out it goes to stdout.");
    options.add().add_options()("out,o", po::value<std::string>(), "file to write; an existing one is replaced")(
        "format,f", po::value<std::string>()->default_value("html"), "html, text or json")(
        "rules", po::value<std::vector<std::string>>()->composing(),
        "folder of rules that add to ours or replace them");
    options.positional("snapshot");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    const std::string format = options.get("format");
    if (format != "html" && format != "text" && format != "json") {
        throw UsageError(fmt::format("--format takes html, text or json, not '{}'", format));
    }
    if (options.arguments().size() != 1) {
        throw UsageError("report takes one snapshot");
    }
    const auto out = options.text("out");
    if (out) {
        check_report_path(*out, options.arguments()[0]);
    }
    const rules::RuleSet rules = load_rules(options);
    auto opened = snapshot::Snapshot::open(options.arguments()[0]);
    if (!opened) {
        throw ToolError(opened.error());
    }
    snapshot::Database copy = (*opened)->working_copy();
    derive_and_evaluate(**opened, copy, rules);
    const std::string text =
        format == "html" ? reports::render_html(copy)
        : format == "json"
            ? reports::render_json(copy)
            : reports::render_text(
                  copy, {.color = !out && color_on_stdout(), .evaluations = true, .width = columns_on_stdout()});
    if (!out) {
        std::cout << text;
    } else if (auto written = snapshot::write_owner_only_file(*out, text); !written) {
        throw ToolError(written.error());
    }
    return ExitCode::nothing;
}

}  // namespace kwd::cli
