// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/agent_services.h"

#include "base/wide.h"
#include "collectors/command_arguments.h"
#include "collectors/platform/windows/registry_key.h"

#include <windows.h>

#include <algorithm>
#include <array>

namespace kwd::collectors {
namespace {

constexpr auto kAgents = std::to_array<std::string_view>({
    "kubelet",
    "kube-proxy",
    "kubeproxy",
    "flannel",
    "containerd",
    "docker",
    "calico",
    "felix",
    "rke2",
    "rancher",
    "k3s",
    "antrea",
    "ovs-vswitchd",
    "ovsdb",
    "azure-vnet",
    "azure-cns",
    "csi-proxy",
    "csiproxy",
    "hosts-config-agent",
    "windows-exporter",
    "windows_exporter",
});

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

bool names_an_agent(std::string_view text) {
    const std::string words = lower(text);
    return std::ranges::any_of(kAgents, [&](std::string_view each) { return words.find(each) != std::string::npos; });
}

// %SystemDrive%\k\kubelet.log
std::string expanded(const std::string& text) {
    const std::wstring raw = wide(text);
    std::wstring result(32'768, L'\0');
    const DWORD length = ExpandEnvironmentStringsW(raw.c_str(), result.data(), static_cast<DWORD>(result.size()));
    if (length == 0 || length > result.size()) {
        return text;
    }
    result.resize(length - 1);
    return narrow(result);
}

// What stands in an argument behind the name of a flag: `=X`, or nothing. nullopt when it is another flag, or none.
std::optional<std::string_view> behind_flag(std::string_view argument, std::string_view flag) {
    const std::size_t name = std::min(argument.find_first_not_of('-'), argument.size());
    const std::string_view text = argument.substr(name);
    const auto same = [](char a, char b) { return a == b || (a == '_' && b == '-'); };
    if (name < 1 || name > 2 || text.size() < flag.size() ||
        !std::equal(flag.begin(), flag.end(), text.begin(), [&](char b, char a) { return same(a, b); })) {
        return std::nullopt;
    }
    const std::string_view rest = text.substr(flag.size());
    return rest.empty() || rest.starts_with('=') ? std::optional(rest) : std::nullopt;
}

std::string text_or_nothing(const RegistryKey& key, std::string_view name) {
    const auto text = key.text(name);
    return text ? expanded(*text) : std::string();
}

}  // namespace

std::vector<std::string> AgentService::values_of(std::string_view flag) const {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto rest = behind_flag(arguments[i], flag);
        if (!rest) {
            continue;
        }
        if (!rest->empty()) {
            values.emplace_back(rest->substr(1));
        } else if (i + 1 < arguments.size()) {
            values.push_back(arguments[i + 1]);
        }
    }
    return values;
}

bool AgentService::runs(std::string_view agent) const {
    const auto is_called = [&](const std::string& text) {
        const std::string_view file = std::string_view(text).substr(text.find_last_of("\\/") + 1);
        return lower(file.substr(0, file.find('.'))) == agent;
    };
    return is_called(name) || std::ranges::any_of(arguments, is_called);
}

std::vector<AgentService> agent_services(const std::function<void(Error)>& refused) {
    std::vector<AgentService> agents;
    const auto services = RegistryKey::open(R"(HKLM\SYSTEM\CurrentControlSet\Services)");
    const auto keys = services ? services->subkeys() : Result<RegistryKey::Names>(services.error());
    if (!keys) {
        refused(keys.error());
        return agents;
    }
    for (const std::string& name : keys->names) {
        const auto service = services->open_below(name);
        if (!service) {
            // Gone, or not for us: drivers of protection software.
            if (service.error().code != Errc::not_found && names_an_agent(name)) {
                refused(service.error());
            }
            continue;
        }
        const std::string image = text_or_nothing(*service, "ImagePath");
        const auto parameters = service->open_below("Parameters");
        if (!parameters && parameters.error().code != Errc::not_found && names_an_agent(name)) {
            refused(parameters.error());
        }
        const auto parameter = [&](std::string_view each) {
            return parameters ? text_or_nothing(*parameters, each) : std::string();
        };
        const std::string program = parameter("Application");
        const std::string flags = parameter("AppParameters");
        if (!names_an_agent(name) && !names_an_agent(image) && !names_an_agent(program) && !names_an_agent(flags)) {
            continue;
        }
        AgentService agent{.name = name, .arguments = arguments_of(image), .outputs = {}};
        if (!program.empty()) {
            for (std::string& each : arguments_of("\"" + program + "\" " + flags)) {
                agent.arguments.push_back(std::move(each));
            }
        }
        for (const char* each : {"AppStdout", "AppStderr"}) {
            std::string output = parameter(each);
            if (!output.empty() && std::ranges::count(agent.outputs, output) == 0) {
                agent.outputs.push_back(std::move(output));
            }
        }
        agents.push_back(std::move(agent));
    }
    return agents;
}

}  // namespace kwd::collectors
