// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/meddling.h"

#include "collectors/platform/tool.h"
#include "collectors/platform/windows/system_library.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>

// Not among them: a route, since Wine has no function that adds one, and a process left behind, since none gets out of
// its worker's job.

namespace kwd::test {

using namespace collectors;
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

Result<void> writes_a_file(const CollectOptions&, DocumentSink&, Deadline) {
    std::ofstream("C:\\kwdiag-double\\was-here") << "x";
    return {};
}

Result<void> leaves_a_temporary_file(const CollectOptions&, DocumentSink&, Deadline) {
    std::ofstream(fs::temp_directory_path() / "kwdiag-left-this") << "x";
    return {};
}

Result<void> writes_a_value(const CollectOptions&, DocumentSink&, Deadline) {
    constexpr DWORD value = 1;
    RegSetKeyValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\kwdiag-was-here", L"Value", REG_DWORD, &value, sizeof value);
    return {};
}

// Where the one before wrote it.
Result<void> changes_a_value(const CollectOptions&, DocumentSink&, Deadline) {
    constexpr DWORD value = 2;
    RegSetKeyValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\kwdiag-was-here", L"Value", REG_DWORD, &value, sizeof value);
    return {};
}

Result<void> makes_a_service(const CollectOptions&, DocumentSink&, Deadline) {
    SC_HANDLE manager = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = CreateServiceW(manager, L"kwdiag-was-here", nullptr, SERVICE_ALL_ACCESS,
                                       SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE,
                                       L"C:\\nowhere.exe", nullptr, nullptr, nullptr, nullptr, nullptr);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return {};
}

Result<void> deletes_a_network(const CollectOptions&, DocumentSink&, Deadline) {
    const auto library = SystemLibrary::load(L"computenetwork.dll");
    if (!library) {
        return library.error();
    }
    using DeleteFunction = HRESULT WINAPI(const GUID* id, PWSTR* error_record);
    const GUID id{};
    PWSTR record = nullptr;
    (void)library->function<DeleteFunction>("HcnDeleteNetwork")(&id, &record);
    return {};
}

Result<void> excludes_a_port(const CollectOptions&, DocumentSink&, Deadline deadline) {
    (void)run_tool({"netsh", "interface", "ipv4", "add", "excludedportrange", "tcp", "40000", "1"}, deadline, 1000);
    return {};
}

Result<void> sets_the_clock(const CollectOptions&, DocumentSink&, Deadline deadline) {
    (void)run_tool({"w32tm", "/resync"}, deadline, 1000);
    return {};
}

constexpr auto kCollectors = std::to_array<Collector>({
    {"writes-a-file", "", &writes_a_file, 20s, 1000, Privilege::none, false},
    {"leaves-a-temporary-file", "", &leaves_a_temporary_file, 20s, 1000, Privilege::none, false},
    {"writes-a-value", "", &writes_a_value, 20s, 1000, Privilege::none, false},
    {"changes-a-value", "", &changes_a_value, 20s, 1000, Privilege::none, false},
    {"makes-a-service", "", &makes_a_service, 20s, 1000, Privilege::none, false},
    {"deletes-a-network", "", &deletes_a_network, 20s, 1000, Privilege::none, false},
    {"excludes-a-port", "", &excludes_a_port, 20s, 1000, Privilege::none, false},
    {"sets-the-clock", "", &sets_the_clock, 20s, 1000, Privilege::none, false},
});

}  // namespace

std::span<const Collector> meddling_collectors() {
    return kCollectors;
}

}  // namespace kwd::test
