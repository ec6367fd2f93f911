// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"
#include "cli/command.h"
#include "cli/host.h"
#include "cli/words.h"
#include "collectors/worker.h"
#include "snapshot/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>

namespace kwd::cli {
namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"run", "collect from this machine, judge, and write snapshot and report", &run_run},
    {"collect", "collect from this machine into a snapshot", &run_collect},
    {"capture", "capture packets into a snapshot, with what judging them needs", &run_capture},
    {"import", "make a snapshot of support data that somebody else collected", &run_import},
    {"analyze", "judge a snapshot", &run_analyze},
    {"report", "write the report of a snapshot", &run_report},
    {"rules", "list, show, test and explain rules", &run_rules},
    {"query", "ask a snapshot with SQL", &run_query},
    {"packets", "count and judge the packets of a capture file or a snapshot", &run_packets},
    {"export", "write the documents of a snapshot to a folder", &run_export},
    {"completion", "print completion for bash or powershell", &run_completion},
    {"version", "print the version", &run_version},
});

ExitCode help() {
    std::cout << "kwdiag finds out what is wrong with the network of a Kubernetes node.\n\nusage: kwdiag COMMAND "
                 "[options]\n\n";
    for (const Command& each : kCommands) {
        std::cout << fmt::format("  {:<11} {}\n", each.name, each.summary);
    }
    std::cout << "\n'kwdiag COMMAND --help' tells of each. " << words().unchanged
              << "\n\n"
                 "exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or rule,\n"
                 "            3 nothing found, but data that rules need could not be had, 4 the tool failed\n";
    return ExitCode::nothing;
}

ExitCode run_command(const std::string& name, const std::vector<std::string>& arguments) {
    for (const Command& each : kCommands) {
        if (each.name == name) {
            return each.run(arguments);
        }
    }
    throw UsageError(fmt::format("there is no command '{}'", name));
}

ExitCode run(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        help();
        return ExitCode::usage;
    }
    const std::string& name = arguments[0];
    if (name == "help" && arguments.size() > 1) {
        return run_command(arguments[1], {"--help"});
    }
    if (name == "help" || name == "--help" || name == "-h") {
        return help();
    }
    return run_command(name == "--version" ? "version" : name, {arguments.begin() + 1, arguments.end()});
}

// What went wrong may quote a file that somebody else wrote.
void complain(std::string_view text) {
    std::cerr << "kwdiag: ";
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        std::cerr << printable(line) << "\n";
    }
}

}  // namespace

ToolError::ToolError(const Error& error)
    : std::runtime_error(error.text()),
      exit_code_(error.code == Errc::invalid_input ? ExitCode::usage : ExitCode::tool_failed) {}

std::span<const Command> all_commands() {
    return kCommands;
}

}  // namespace kwd::cli

int main(int argc, char** argv) {
    using kwd::cli::ExitCode;
    kwd::cli::trust_system_libraries_only();
    if (kwd::collectors::is_worker(argc, argv)) {
        return kwd::collectors::worker_main(argc, argv, kwd::collectors::all_collectors());
    }
    ExitCode code = ExitCode::tool_failed;
    try {
        code = kwd::cli::run(kwd::cli::command_line(argc, argv));
        std::cout.flush();
        if (!std::cout) {
            kwd::cli::complain("the output could not be written");
            code = ExitCode::tool_failed;
        }
    } catch (const kwd::cli::UsageError& error) {
        kwd::cli::complain(error.what());
        std::cerr << "'kwdiag help' tells what there is.\n";
        code = ExitCode::usage;
    } catch (const kwd::cli::ToolError& error) {
        kwd::cli::complain(error.what());
        code = error.exit_code();
    } catch (const std::exception& error) {
        kwd::cli::complain(error.what());
    }
    return static_cast<int>(code);
}
