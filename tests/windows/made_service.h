// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <windows.h>
#include <winsvc.h>

#include <catch2/catch_test_macros.hpp>

namespace kwd::test {

/// A service that is installed for a test, never started, and removed again.
class MadeService {
  public:
    MadeService(const wchar_t* name, const wchar_t* command, DWORD start, const wchar_t* dependencies)
        : manager_(without(name)),
          service_(CreateServiceW(manager_, name, name, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, start,
                                  SERVICE_ERROR_NORMAL, command, nullptr, nullptr, dependencies, nullptr, nullptr)) {
        REQUIRE(service_ != nullptr);
    }
    ~MadeService() {
        DeleteService(service_);
        CloseServiceHandle(service_);
        CloseServiceHandle(manager_);
    }
    MadeService(const MadeService&) = delete;
    MadeService& operator=(const MadeService&) = delete;

  private:
    // What a test left behind that did not come to its end.
    static SC_HANDLE without(const wchar_t* name) {
        SC_HANDLE manager = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS);
        if (SC_HANDLE service = OpenServiceW(manager, name, DELETE)) {
            DeleteService(service);
            CloseServiceHandle(service);
        }
        return manager;
    }

    SC_HANDLE manager_;
    SC_HANDLE service_;
};

}  // namespace kwd::test
