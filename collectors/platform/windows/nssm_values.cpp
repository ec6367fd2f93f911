// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/nssm_values.h"

#include "base/secrets.h"
#include "base/utf8.h"
#include "collectors/agent_variables.h"
#include "collectors/command_arguments.h"
#include "collectors/platform/windows/registry_key.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kwd::collectors {
namespace {

constexpr const char* kServices = R"(HKLM\SYSTEM\CurrentControlSet\Services)";
constexpr std::size_t kMostBytes = 4096;  // of a value: command lines of agents are long

constexpr auto kNames = std::to_array<const char*>(
    {"Application", "AppDirectory", "AppParameters", "AppStdout", "AppStderr", "AppEnvironment", "AppEnvironmentExtra",
     "AppRotateFiles", "AppRotateOnline", "AppRotateSeconds", "AppRotateBytes", "AppRestartDelay", "AppThrottle"});

std::string upper_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return result;
}

// Arguments are cleaned as those of a command line are, which begins with a program.
std::string clean_parameters(const std::string& parameters) {
    constexpr std::string_view program = "nssm ";
    std::string line = clean_command_line(std::string(program) + parameters).line;
    return line.starts_with(program) ? line.substr(program.size()) : line;
}

std::string clean_variables(const std::vector<std::string>& variables) {
    std::string told;
    for (const std::string& variable : variables) {
        const std::size_t equals = variable.find('=');
        if (equals != std::string::npos && is_agent_variable(upper_case(variable.substr(0, equals)))) {
            told += (told.empty() ? "" : "; ") + remove_secrets(variable).text;
        }
    }
    return told;
}

std::string shown(std::string_view name, const RegistryValue& value) {
    if (name.starts_with("AppEnvironment")) {
        const auto variables = value.texts();
        return variables ? clean_variables(*variables) : std::string();
    }
    // Half a secret is not known as one: cut last.
    const std::string text = value.shown(value.data.size() + 1);
    return shortened(name == "AppParameters" ? clean_parameters(text) : remove_secrets(text).text, kMostBytes);
}

bool is_run_by_nssm(const Result<RegistryKey>& service) {
    const auto program = service ? service->text("ImagePath") : Result<std::string>(service.error());
    return program && upper_case(*program).find("NSSM") != std::string::npos;
}

// Answers the first that could not be read.
std::optional<Error> add_values(const RegistryKey& parameters, StateDocument& state) {
    std::optional<Error> failure;
    for (const char* name : kNames) {
        const auto value = parameters.value(name);
        if (!value && value.error().code != Errc::not_found) {
            failure = failure ? failure : value.error();
            continue;
        }
        snapshot::RegistryValuesRow row{.key = parameters.path(), .name = name, .present = value.has_value()};
        if (value) {
            row.type = value->type_name();
            row.value = shown(name, *value);
        }
        state.add(snapshot::kRegistryValues, row);
    }
    return failure;
}

}  // namespace

bool add_nssm_values(StateDocument& state, DocumentSink& out, Deadline deadline) {
    const auto services = RegistryKey::open(kServices);
    const auto names = services ? services->subkeys() : Result<RegistryKey::Names>(services.error());
    if (!names) {
        out.missed(names.error());
        return false;
    }
    std::optional<Error> failure;
    for (const std::string& name : names->names) {
        if (std::chrono::steady_clock::now() > deadline) {
            out.missed({Errc::timed_out, "read what NSSM was told of services"});
            return false;
        }
        const auto parameters = services->open_below(name + "\\Parameters");
        std::optional<Error> one;
        if (parameters && parameters->text("Application")) {
            one = add_values(*parameters, state);
        } else if (!parameters && parameters.error().code != Errc::not_found &&
                   is_run_by_nssm(services->open_below(name))) {
            // Windows keeps those of some of its own services from everybody.
            one = parameters.error();
        }
        failure = failure ? failure : std::move(one);
    }
    if (failure) {
        out.missed(std::move(*failure));
        return false;
    }
    return true;
}

}  // namespace kwd::collectors
