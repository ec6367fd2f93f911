// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <windows.h>
#include <winsvc.h>

#include <catch2/catch_test_macros.hpp>

namespace kwd::test {

/// A service of Wine's own that runs for as long as this lives.
class RunningService {
  public:
    explicit RunningService(const wchar_t* name)
        : manager_(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)),
          service_(OpenServiceW(manager_, name, SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS)) {
        REQUIRE(StartServiceW(service_, 0, nullptr) != 0);
    }
    ~RunningService() {
        SERVICE_STATUS status{};
        ControlService(service_, SERVICE_CONTROL_STOP, &status);
        CloseServiceHandle(service_);
        CloseServiceHandle(manager_);
    }
    RunningService(const RunningService&) = delete;
    RunningService& operator=(const RunningService&) = delete;

    /// 0 until it has a process.
    [[nodiscard]] DWORD process_id() const {
        SERVICE_STATUS_PROCESS status{};
        DWORD needed = 0;
        QueryServiceStatusEx(service_, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status,
                             &needed);
        return status.dwProcessId;
    }

  private:
    SC_HANDLE manager_;
    SC_HANDLE service_;
};

}  // namespace kwd::test
