// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/service_control.h"

#include "base/wide.h"
#include "base/windows_error.h"

#include <fmt/format.h>

#include <cstddef>

namespace kwd::collectors {
namespace {

std::string narrow_or_empty(const wchar_t* text) {
    return text != nullptr ? narrow(text) : std::string();
}

const char* start_type_of(DWORD type) {
    switch (type) {
        case SERVICE_BOOT_START: return "boot";
        case SERVICE_SYSTEM_START: return "system";
        case SERVICE_AUTO_START: return "auto";
        case SERVICE_DEMAND_START: return "manual";
        case SERVICE_DISABLED: return "disabled";
        default: return "unknown";
    }
}

const char* action_name(SC_ACTION_TYPE type) {
    switch (type) {
        case SC_ACTION_RESTART: return "restart";
        case SC_ACTION_REBOOT: return "reboot";
        case SC_ACTION_RUN_COMMAND: return "run-command";
        default: return "none";
    }
}

// Asks twice: how much there is, then for it. Nothing where the question fails.
template <class Query>
std::vector<std::byte> ask_for_bytes(Query&& query) {
    std::vector<std::byte> buffer(8192);  // as much as these functions ever give
    DWORD needed = 0;
    if (query(reinterpret_cast<BYTE*>(buffer.data()), static_cast<DWORD>(buffer.size()), &needed) != 0) {
        return buffer;
    }
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || needed <= buffer.size() || needed > (1U << 20)) {
        return {};
    }
    buffer.resize(needed);
    const bool had = query(reinterpret_cast<BYTE*>(buffer.data()), needed, &needed) != 0;
    return had ? buffer : std::vector<std::byte>();
}

void add_failure_actions(SC_HANDLE service, ServiceConfig& config) {
    const auto bytes = ask_for_bytes([&](BYTE* out, DWORD size, DWORD* needed) {
        return QueryServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, out, size, needed);
    });
    if (bytes.empty()) {
        return;
    }
    const auto& actions = *reinterpret_cast<const SERVICE_FAILURE_ACTIONSW*>(bytes.data());
    config.reset_seconds = actions.dwResetPeriod;
    for (DWORD i = 0; actions.lpsaActions != nullptr && i < actions.cActions; ++i) {
        config.failure_actions.push_back({action_name(actions.lpsaActions[i].Type), actions.lpsaActions[i].Delay});
    }
}

bool starts_delayed(SC_HANDLE service) {
    SERVICE_DELAYED_AUTO_START_INFO info{};
    DWORD needed = 0;
    return QueryServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, reinterpret_cast<BYTE*>(&info),
                                sizeof info, &needed) != 0 &&
           info.fDelayedAutostart != 0;
}

}  // namespace

Result<ServiceControl> ServiceControl::open() {
    Owner manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE));
    if (!manager) {
        return last_error("open the service control manager");
    }
    return ServiceControl(std::move(manager));
}

Result<std::vector<ListedService>> ServiceControl::list() const {
    std::vector<ListedService> services;
    std::vector<std::byte> buffer(256 << 10);  // as much as the function ever takes
    DWORD resume = 0;
    bool more = true;
    while (more) {
        DWORD needed = 0;
        DWORD count = 0;
        const BOOL done = EnumServicesStatusExW(manager_.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32 | SERVICE_DRIVER,
                                                SERVICE_STATE_ALL, reinterpret_cast<BYTE*>(buffer.data()),
                                                static_cast<DWORD>(buffer.size()), &needed, &count, &resume, nullptr);
        if (done == 0 && GetLastError() != ERROR_MORE_DATA) {
            return last_error("EnumServicesStatusEx");
        }
        more = done == 0 && count > 0;
        const auto* entries = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
        for (DWORD i = 0; i < count; ++i) {
            const SERVICE_STATUS_PROCESS& status = entries[i].ServiceStatusProcess;
            services.push_back({.name = narrow_or_empty(entries[i].lpServiceName),
                                .display_name = narrow_or_empty(entries[i].lpDisplayName),
                                .driver = (status.dwServiceType & SERVICE_DRIVER) != 0,
                                .state = status.dwCurrentState,
                                .exit_code = status.dwWin32ExitCode,
                                .service_exit_code = status.dwServiceSpecificExitCode,
                                .process_id = status.dwProcessId});
        }
    }
    return services;
}

Result<ServiceConfig> ServiceControl::config(const std::string& name) const {
    const Owner service(OpenServiceW(manager_.get(), wide(name).c_str(), SERVICE_QUERY_CONFIG));
    if (!service) {
        return last_error(fmt::format("open service {}", name));
    }
    const auto bytes = ask_for_bytes([&](BYTE* out, DWORD size, DWORD* needed) {
        return QueryServiceConfigW(service.get(), reinterpret_cast<QUERY_SERVICE_CONFIGW*>(out), size, needed);
    });
    if (bytes.empty()) {
        return last_error(fmt::format("read the configuration of service {}", name));
    }
    const auto& raw = *reinterpret_cast<const QUERY_SERVICE_CONFIGW*>(bytes.data());
    ServiceConfig config{.start_type = start_type_of(raw.dwStartType),
                         .binary_path = narrow_or_empty(raw.lpBinaryPathName),
                         .account = narrow_or_empty(raw.lpServiceStartName)};
    for (const wchar_t* each = raw.lpDependencies; each != nullptr && *each != L'\0';) {
        const std::wstring_view dependency(each);
        config.dependencies.push_back(narrow(dependency));
        each += dependency.size() + 1;
    }
    if ((raw.dwServiceType & SERVICE_WIN32) != 0) {
        if (raw.dwStartType == SERVICE_AUTO_START && starts_delayed(service.get())) {
            config.start_type = "delayed-auto";
        }
        add_failure_actions(service.get(), config);
    }
    return config;
}

Result<DWORD> ServiceControl::state(const std::string& name) const {
    const Owner service(OpenServiceW(manager_.get(), wide(name).c_str(), SERVICE_QUERY_STATUS));
    SERVICE_STATUS status{};
    if (!service || QueryServiceStatus(service.get(), &status) == 0) {
        return last_error(fmt::format("ask for the state of service {}", name));
    }
    return status.dwCurrentState;
}

}  // namespace kwd::collectors
