// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <windows.h>
#include <winsvc.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace kwd::collectors {

/// A service or driver as the service control manager lists it.
struct ListedService {
    std::string name;
    std::string display_name;  ///< localised
    bool driver = false;
    DWORD state = 0;      ///< SERVICE_RUNNING, …
    DWORD exit_code = 0;  ///< Win32; 1066 says that `service_exit_code` tells, 1077 that it never ran
    DWORD service_exit_code = 0;
    DWORD process_id = 0;  ///< 0 when it does not run, and for drivers
};

struct FailureAction {
    const char* type = "";  ///< none, restart, reboot, run-command
    std::uint32_t delay_ms = 0;
};

struct ServiceConfig {
    const char* start_type = "";  ///< as in services.start_type
    std::string binary_path;
    std::string account;                         ///< empty for drivers
    std::vector<std::string> dependencies = {};  ///< services, and groups with a + before their name
    std::uint32_t reset_seconds = 0;             ///< without a failure, until failures are counted anew
    std::vector<FailureAction> failure_actions = {};
};

/// The service control manager, opened to look at services. Source: Service Functions,
/// learn.microsoft.com/windows/win32/services.
class ServiceControl {
  public:
    /// Errors: access_denied; io with the Win32 code.
    [[nodiscard]] static Result<ServiceControl> open();

    /// Every service and driver, whatever its state.
    [[nodiscard]] Result<std::vector<ListedService>> list() const;
    /// Errors: not_found when it has gone meanwhile; access_denied.
    [[nodiscard]] Result<ServiceConfig> config(const std::string& name) const;
    /// SERVICE_RUNNING, … of a service or driver. Errors: not_found when there is none of this name; access_denied.
    [[nodiscard]] Result<DWORD> state(const std::string& name) const;

  private:
    struct Close {
        void operator()(SC_HANDLE handle) const noexcept { CloseServiceHandle(handle); }
    };
    using Owner = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, Close>;
    explicit ServiceControl(Owner manager) : manager_(std::move(manager)) {}

    Owner manager_;
};

}  // namespace kwd::collectors
