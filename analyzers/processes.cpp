// SPDX-License-Identifier: Apache-2.0
#include "analyzers/processes.h"

#include "analyzers/command_line.h"
#include "analyzers/words.h"
#include "snapshot/tables/system.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

std::vector<std::string> arguments_of(const json& process) {
    const json* arguments = member(process, "arguments");
    std::vector<std::string> words;
    for (std::size_t i = 0; arguments != nullptr && arguments->is_array() && i < arguments->size(); ++i) {
        words.push_back(text_of(&(*arguments)[i]).value_or(""));
    }
    return words;
}

// Answers the component of which no argument is known.
std::string_view read_process(const json& process, const std::string& place, Analysis& out) {
    const auto id = integer_of(member(process, "process_id"));
    const auto name = nonempty_text_of(member(process, "name"));
    if (!id || !name) {
        out.note(place, "malformed", "a process without an id or name");
        return {};
    }
    snapshot::ProcessesRow row{.process_id = *id, .name = process_name(*name)};
    row.parent_id = integer_of(member(process, "parent_id"));
    row.command_line = nonempty_text_of(member(process, "command_line"));
    row.thread_count = integer_of(member(process, "thread_count"));
    row.working_set_bytes = integer_of(member(process, "working_set_bytes"));
    row.started_at_utc = nonempty_text_of(member(process, "started_at_utc"));
    row.account = nonempty_text_of(member(process, "account"));
    out.add(snapshot::kProcesses, std::move(row), place);

    const std::vector<std::string> words = arguments_of(process);
    if (words.empty()) {
        return component_of_program(*name);
    }
    // Only what runs as the component itself: a shell or a wrapper around it shows the same words.
    if (!component_of_program(words.front()).empty()) {
        read_flags(words, {component_of_program(words.front()), "process"}, place, out);
    }
    return {};
}

}  // namespace

std::string process_name(std::string_view program) {
    std::string result = lower(file_name_of(program));
    if (result.ends_with(".exe")) {
        result.resize(result.size() - 4);
    }
    return result;
}

void judge_process_list(Analysis& out) {
    const auto rows = out.rows(snapshot::kProcesses);
    if (!rows.empty() && std::ranges::none_of(rows, [](const auto& each) { return each.row.process_id == 4; })) {
        out.covers_partly(snapshot::kProcesses.name, "a choice of the processes was listed");
    }
}

void read_processes(const DocumentValue& document, Analysis& out) {
    std::string unread;
    each_of_list(document, "processes", snapshot::kProcesses.name, out,
                 [&](const json& process, const std::string& place) {
                     if (const std::string_view component = read_process(process, place, out); !component.empty()) {
                         unread = component;
                     }
                 });
    for (const std::string_view table : {snapshot::kComponentFlags.name, snapshot::kFeatureGates.name}) {
        if (!unread.empty()) {
            out.covers_partly(table, "the command line of " + unread + " was not to be read");
        } else if (out.coverage().at(std::string(snapshot::kProcesses.name)).empty()) {
            out.covers(table);
        }
    }
}

}  // namespace kwd::analyzers
