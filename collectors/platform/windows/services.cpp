// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"
#include "base/text.h"
#include "collectors/agent_variables.h"
#include "collectors/command_arguments.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/process_list.h"
#include "collectors/platform/windows/registry_key.h"
#include "collectors/platform/windows/service_control.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace kwd::collectors {
namespace {

using nlohmann::ordered_json;

// What Kubernetes needs of Windows, and what Kubernetes and its networks install. Those that are not there are told.
constexpr auto kAskedByName = std::to_array<const char*>({
    "antrea-agent",
    "BFE",
    "CalicoConfd",
    "CalicoFelix",
    "CalicoNode",
    "CalicoUpgrade",
    "CmService",
    "containerd",
    "csi-proxy",
    "csiproxy",
    "Dhcp",
    "Dnscache",
    "docker",
    "flanneld",
    "hns",
    "hosts-config-agent",
    "hvsics",
    "iphlpsvc",
    "k3s",
    "kube-proxy",
    "kubelet",
    "kubeproxy",
    "LanmanWorkstation",
    "mpssvc",
    "NetSetupSvc",
    "npcap",
    "nsi",
    "nvagent",
    "ovs-vswitchd",
    "ovsdb-server",
    "rancher-wins",
    "RemoteAccess",
    "rke2",
    "SharedAccess",
    "vfpext",
    "vmcompute",
    "vmms",
    "vmsmp",
    "VMSP",
    "VMSVSF",
    "VMSVSP",
    "W32Time",
    "windows-exporter",
    "WinNat",
});

const char* state_name(DWORD state) {
    switch (state) {
        case SERVICE_STOPPED: return "stopped";
        case SERVICE_START_PENDING:
        case SERVICE_CONTINUE_PENDING: return "start_pending";
        case SERVICE_STOP_PENDING:
        case SERVICE_PAUSE_PENDING: return "stop_pending";
        case SERVICE_RUNNING: return "running";
        case SERVICE_PAUSED: return "paused";
        default: return "unknown";
    }
}

std::string upper_case(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return result;
}

std::string joined(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) {
        list += list.empty() ? name : "," + name;
    }
    return list;
}

// ISO 8601, by process id. The kernel lists that of every process, where opening one may be denied.
std::map<std::uint32_t, std::string> process_starts(DocumentSink& out) {
    std::map<std::uint32_t, std::string> starts;
    const auto queries = ProcessQueries::load();
    const auto processes = queries ? queries->list() : Result<std::vector<ListedProcess>>(queries.error());
    if (!processes) {
        Error error = processes.error();
        error.doing = "tell when services started: " + error.doing;
        out.missed(with_what_it_needs(std::move(error)));
        return starts;
    }
    for (const ListedProcess& each : *processes) {
        if (!each.started_at_utc.empty()) {
            starts.emplace(each.process_id, each.started_at_utc);
        }
    }
    return starts;
}

class ServiceReader {
  public:
    ServiceReader(const ServiceControl& control, DocumentSink& out)
        : control_(control), out_(out), starts_(process_starts(out)) {}

    /// Without its configuration when the time is up.
    void read(const ListedService& service, bool in_time) {
        known_.insert(upper_case(service.name));
        snapshot::ServicesRow row{.name = service.name};
        row.display_name = service.display_name;
        row.state = state_name(service.state);
        row.exit_code = static_cast<std::int64_t>(service.exit_code);
        if (service.process_id != 0) {
            row.process_id = static_cast<std::int64_t>(service.process_id);
            const auto start = starts_.find(service.process_id);
            if (start != starts_.end() && !service.driver) {
                row.started_at_utc = start->second;
            }
        }
        const auto config = in_time ? config_of(service.name) : std::nullopt;
        if (config) {
            row.start_type = config->start_type;
            row.binary_path = cleaned(clean_command_line(config->binary_path));
            if (!config->account.empty()) {
                row.account = config->account;
            }
            row.dependencies = joined(config->dependencies);
        }
        ordered_json also{{"type", service.driver ? "driver" : "service"}};
        if (service.exit_code == ERROR_SERVICE_SPECIFIC_ERROR) {
            also["service_exit_code"] = service.service_exit_code;
        }
        if (config && !config->failure_actions.empty()) {
            also["failure_reset_seconds"] = config->reset_seconds;
            for (const FailureAction& each : config->failure_actions) {
                also["failure_actions"].push_back({{"type", each.type}, {"delay_ms", each.delay_ms}});
            }
        }
        if (in_time && !service.driver) {
            read_key(service.name, config ? config->binary_path : std::string(), also);
        }
        state_.add(snapshot::kServices, row, also);
    }

    Result<void> put() {
        state_.answers_for(snapshot::kServices);
        ordered_json absent = ordered_json::array();
        for (const char* each : kAskedByName) {
            if (!known_.contains(upper_case(each))) {
                absent.push_back(each);
            }
        }
        state_.set("absent_services", std::move(absent));
        if (refused_ > 0) {
            Error error = std::move(*refusal_);
            error.doing = fmt::format("read the configuration of {} services, first: {}", refused_, error.doing);
            out_.missed(with_what_it_needs(std::move(error)));
        }
        return out_.put({.kind = snapshot::kind::windows_state,
                         .name = "services.json",
                         .content = state_.as_json(),
                         .note = note_of(removed_)});
    }

  private:
    std::optional<ServiceConfig> config_of(const std::string& name) {
        auto config = control_.config(name);
        if (config) {
            return std::move(*config);
        }
        if (config.error().code != Errc::not_found && refused_++ == 0) {
            refusal_ = config.error();
        }
        return std::nullopt;
    }

    // What stands of it in the registry: its environment, and NSSM's parameters.
    void read_key(const std::string& name, std::string_view binary_path, ordered_json& also) {
        const auto key = RegistryKey::open("HKLM\\SYSTEM\\CurrentControlSet\\Services\\" + name);
        if (!key) {
            return;  // the service control manager answered for it
        }
        if (const auto variables = key->texts("Environment")) {
            add_environment(name, *variables);
        }
        const auto parameters = key->open_below("Parameters");
        if (!parameters) {
            if (upper_case(binary_path).find("NSSM") != std::string::npos) {
                out_.missed(parameters.error());
            }
            return;
        }
        if (const auto application = parameters->text("Application")) {
            also["nssm"] = read_nssm(name, *application, *parameters);
        }
    }

    // Source: nssm.cc/usage and NSSM's registry.h.
    ordered_json read_nssm(const std::string& name, const std::string& application, const RegistryKey& parameters) {
        ordered_json nssm{{"application", application}};
        const std::string quoted = "\"" + application + "\"";
        const auto arguments = parameters.text("AppParameters");
        const std::string line = arguments && !arguments->empty() ? quoted + " " + *arguments : quoted;
        CleanCommandLine command = clean_command_line(line);
        nssm["arguments"] = command.arguments;
        nssm["command_line"] = cleaned(std::move(command));
        constexpr auto kPaths = std::to_array<std::pair<const char*, const char*>>(
            {{"directory", "AppDirectory"}, {"stdout", "AppStdout"}, {"stderr", "AppStderr"}});
        for (const auto& [member, value] : kPaths) {
            if (auto text = parameters.text(value)) {
                nssm[member] = std::move(*text);
            }
        }
        for (const char* each : {"AppEnvironment", "AppEnvironmentExtra"}) {
            if (const auto variables = parameters.texts(each)) {
                add_environment(name, *variables);
            }
        }
        return nssm;
    }

    void add_environment(const std::string& service, const std::vector<std::string>& variables) {
        for (const std::string& variable : variables) {
            const std::size_t equals = variable.find('=');
            if (equals == std::string::npos || !is_agent_variable(upper_case(variable.substr(0, equals)))) {
                continue;
            }
            const CleanText clean = remove_secrets(variable);
            add(clean.removed);
            // The name may have become shorter.
            const std::string_view text = clean.text;
            const std::string_view variable_name = text.substr(0, text.find('='));
            const std::string_view value = text.substr(std::min(variable_name.size() + 1, text.size()));
            state_.add(snapshot::kEnvironment,
                       {.scope = service, .name = std::string(variable_name), .value = std::string(value)});
        }
    }

    std::string cleaned(CleanCommandLine command) {
        add(command.removed);
        return std::move(command.line);
    }

    void add(const RemovedSecrets& removed) {
        for (const auto& [kind, count] : removed) {
            removed_[kind] += count;
        }
    }

    const ServiceControl& control_;
    DocumentSink& out_;
    std::map<std::uint32_t, std::string> starts_;
    StateDocument state_;
    RemovedSecrets removed_;
    std::set<std::string> known_;
    std::size_t refused_ = 0;
    std::optional<Error> refusal_;
};

}  // namespace

Result<void> collect_services(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    const auto control = ServiceControl::open();
    if (!control) {
        return with_what_it_needs(control.error());
    }
    const auto services = control->list();
    if (!services) {
        return with_what_it_needs(services.error());
    }
    ServiceReader reader(*control, out);
    std::size_t asked = 0;
    for (const ListedService& each : *services) {
        const bool in_time = std::chrono::steady_clock::now() < deadline;
        reader.read(each, in_time);
        asked += in_time ? 1 : 0;
    }
    if (asked < services->size()) {
        out.missed({Errc::timed_out, fmt::format("the time was up when {} of {} services had been asked for their "
                                                 "configuration",
                                                 asked, services->size())});
    }
    return reader.put();
}

}  // namespace kwd::collectors
