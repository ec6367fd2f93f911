// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/secrets.h"
#include "collectors/agent_variables.h"
#include "collectors/clean.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/linux/proc.h"
#include "snapshot/kinds.h"

#include <time.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace kwd::collectors {
namespace {

using nlohmann::json;

// Programs whose environment decides how the network is made.
constexpr auto kAgents =
    std::to_array<std::string_view>({"antrea-agent", "aws-k8s-agent", "calico-node", "canal", "cilium-agent",
                                     "containerd", "crio", "dockerd", "flanneld", "k3s", "k3s-agent", "k3s-server",
                                     "kube-proxy", "kube-router", "kubelet", "ovnkube", "rke2", "weaver"});

bool needs_quotes(std::string_view argument) {
    return argument.empty() || argument.find_first_of(" \t\n\"") != std::string_view::npos;
}

std::string joined(const std::vector<std::string>& arguments) {
    std::string line;
    for (const std::string& argument : arguments) {
        line += line.empty() ? "" : " ";
        if (!needs_quotes(argument)) {
            line += argument;
            continue;
        }
        line += '"';
        for (const char c : argument) {
            line += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        }
        line += '"';
    }
    return line;
}

std::string started_at(const ProcessInfo& process) {
    using namespace std::chrono;
    timespec since_boot{};
    (void)::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    const auto boot = system_clock::now() - seconds(since_boot.tv_sec) - milliseconds(since_boot.tv_nsec / 1'000'000);
    const auto ticks = static_cast<std::int64_t>(process.started_ticks) * 1000 / ::sysconf(_SC_CLK_TCK);
    return iso_utc(boot + milliseconds(ticks));
}

// What was removed goes into `removed`.
json describe(const ProcessInfo& process, std::string_view own_namespace, RemovedSecrets& removed) {
    auto clean = remove_secrets_from_arguments(process.arguments);
    for (const auto& [kind, count] : clean.removed) {
        removed[kind] += count;
    }
    json entry{{"process_id", process.process_id},     {"parent_id", process.parent_id},
               {"name", program_name(process)},        {"command_line", joined(clean.arguments)},
               {"arguments", clean.arguments},         {"state", std::string(1, process.state)},
               {"thread_count", process.thread_count}, {"working_set_bytes", process.working_set_bytes},
               {"started_at_utc", started_at(process)}};
    if (process.user) {
        entry["account"] = account_name(*process.user);
    }
    if (!process.executable.empty()) {
        entry["executable"] = process.executable;
    }
    if (!process.cgroup.empty()) {
        entry["cgroup"] = process.cgroup;
    }
    if (!process.network_namespace.empty()) {
        entry["host_network"] = process.network_namespace == own_namespace;
    }
    return entry;
}

// Answers false when it may not be read.
bool add_environment(json& environment, const ProcessInfo& process, const std::string& name, RemovedSecrets& removed) {
    const auto variables = environment_of(process.process_id);
    for (const std::string& variable : variables.value_or(std::vector<std::string>())) {
        const std::size_t equals = variable.find('=');
        if (equals == std::string::npos || !is_agent_variable(std::string_view(variable).substr(0, equals))) {
            continue;
        }
        auto clean = remove_secrets(variable);
        for (const auto& [kind, count] : clean.removed) {
            removed[kind] += count;
        }
        // The name may have become shorter.
        const std::string_view text = clean.text;
        const std::string_view variable_name = text.substr(0, text.find('='));
        environment.push_back({{"scope", name},
                               {"process_id", process.process_id},
                               {"name", variable_name},
                               {"value", text.substr(std::min(variable_name.size() + 1, text.size()))}});
    }
    return variables.has_value();
}

}  // namespace

Result<void> collect_processes(const CollectOptions&, DocumentSink& out, Deadline) {
    const auto self = look_at_process(::getpid());
    if (!self) {
        return Error{Errc::unsupported, "look at processes: /proc is not mounted"};
    }
    json processes = json::array();
    json environment = json::array();
    RemovedSecrets removed;
    for (const pid_t each : list_processes()) {
        const auto process = look_at_process(each);
        if (!process || process->kernel_thread) {
            continue;
        }
        processes.push_back(describe(*process, self->network_namespace, removed));
        const std::string name = processes.back()["name"];
        if (std::find(kAgents.begin(), kAgents.end(), name) != kAgents.end()) {
            if (!add_environment(environment, *process, name, removed)) {
                out.missed({Errc::access_denied, fmt::format("read the environment of {}: Permission denied", name)});
            }
        }
    }
    if (processes.size() <= 1 && ::geteuid() != 0) {
        out.missed({Errc::access_denied, "look at the processes of other users"});
    }
    return out.put(
        {.kind = snapshot::kind::linux_processes,
         .name = "processes.json",
         .content = to_document({{"processes", std::move(processes)}, {"environment", std::move(environment)}}),
         .note = note_of(removed)});
}

}  // namespace kwd::collectors
