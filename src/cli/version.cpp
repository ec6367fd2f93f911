// SPDX-License-Identifier: Apache-2.0
#include "cli/version.h"

#include "cli/command.h"
#include "cli/options.h"
#include "rules/rule_set.h"
#include "snapshot/schema.h"

#include <fmt/format.h>

#include <iostream>

namespace kwd::cli {

ExitCode run_version(const std::vector<std::string>& arguments) {
    Options options("version",
                    "Prints the version of the tool, of the snapshots it writes, and how many rules it knows.");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    std::cout << fmt::format("kwdiag {}\nsnapshot schema {}\nrules {}\n", kVersion, snapshot::kSchemaVersion,
                             rules::RuleSet::embedded().active().size());
    return ExitCode::nothing;
}

}  // namespace kwd::cli
