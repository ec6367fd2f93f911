// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cmdlets.h"
#include "analyzers/command_line.h"
#include "analyzers/processes.h"
#include "analyzers/text_lines.h"
#include "analyzers/windows_text.h"
#include "base/ip.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"

#include <array>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::Text;

// `52,000` where numbers are printed with separators.
Integer grouped_integer(const Text& text) {
    std::string digits;
    for (const char c : text.value_or("")) {
        if (c != ',') {
            digits += c;
        }
    }
    return parse_integer(digits);
}

void add_process(const PowerShellObject& object, Analysis& out) {
    const Integer id = object.integer({"ProcessId", "Id"});
    const Text name = object.text({"ProcessName", "Name", "ExecutablePath"});
    if (!id || !name) {
        return;
    }
    snapshot::ProcessesRow row{.process_id = *id, .name = process_name(*name)};
    row.parent_id = object.integer({"ParentProcessId"});
    row.command_line = object.text({"CommandLine"});
    row.thread_count = object.integer({"ThreadCount"});
    row.working_set_bytes = object.integer({"WorkingSetSize", "WorkingSet64", "WS"});
    if (const Integer kilobytes = grouped_integer(object.text({"WS(K)"}))) {
        row.working_set_bytes = *kilobytes * 1024;
    }
    row.account = object.text({"UserName"});
    const std::string command = row.command_line.value_or("");
    const bool asked_for = object.has("CommandLine");
    out.add(snapshot::kProcesses, std::move(row), object.place);

    const std::string_view component = component_of_program(*name);
    if (component.empty() || !asked_for) {
        return;
    }
    if (command.ends_with("...")) {
        out.note(object.place, "truncated", "the command line was cut off when it was printed");
    }
    if (command.empty() || command.ends_with("...")) {
        for (const std::string_view table : {snapshot::kComponentFlags.name, snapshot::kFeatureGates.name}) {
            out.covers_partly(table, "the command line of " + std::string(component) + " is not known whole");
        }
    }
    // Only what runs as the component itself: a shell or a wrapper around it shows the same words.
    auto words = command_words(command);
    if (command.ends_with("...") && !words.empty()) {
        words.pop_back();
    }
    if (!words.empty() && !component_of_program(words.front()).empty()) {
        read_flags(words, {component, "process"}, object.place, out);
    }
}

void add_socket(const PowerShellObject& object, Analysis& out) {
    const auto local = IpAddress::parse(object.text({"LocalAddress"}).value_or(""));
    const Integer port = object.integer({"LocalPort"});
    if (!local || !port) {
        return;
    }
    const bool is_tcp = object.has("RemotePort") || object.has("State");
    snapshot::SocketsRow row{.protocol = is_tcp ? "tcp" : "udp"};
    row.local_address = local->text();
    row.local_port = port;
    row.state = is_tcp ? printed_socket_state(object.text({"State"}).value_or("")) : std::nullopt;
    const auto remote = IpAddress::parse(object.text({"RemoteAddress"}).value_or(""));
    if (const Integer remote_port = object.integer({"RemotePort"}); remote && remote_port.value_or(0) != 0) {
        row.remote_address = remote->text();
        row.remote_port = remote_port;
    }
    row.process_id = object.integer({"OwningProcess"});
    out.add_in_outline(snapshot::kSockets, std::move(row), object.place);
    out.covers_in_outline(snapshot::kSockets.name, is_tcp ? "only sockets of TCP" : "only sockets of UDP");
}

constexpr std::array<Cmdlet, 6> kCmdlets = {{
    {"Get-CimInstance Win32_Process", {"ProcessId", "CommandLine"}, &add_process},
    {"Get-CimInstance Win32_Process", {"ProcessId", "Name", "ParentProcessId"}, &add_process},
    {"Get-CimInstance Win32_Process", {"ProcessId", "Name", "WorkingSetSize"}, &add_process},
    {"Get-Process", {"Id", "ProcessName"}, &add_process},
    {"Get-Process | fl", {"Id", "Name", "Handles"}, &add_process},
    {"Get-NetTCPConnection, Get-NetUDPEndpoint", {"LocalAddress", "LocalPort"}, &add_socket},
}};

}  // namespace

std::span<const Cmdlet> process_cmdlets() {
    return kCmdlets;
}

}  // namespace kwd::analyzers
