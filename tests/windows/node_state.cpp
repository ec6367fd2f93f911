// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/node_state.h"

#include "base/wide.h"
#include "collectors/platform/windows/ip_helper.h"

#include <tlhelp32.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace kwd::test {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

// A key's time of writing changes with each of its values: their bytes need not be read.
void describe_key(HKEY parent, const std::wstring& name, const std::string& path, Lines& lines) {
    HKEY key = nullptr;
    if (RegOpenKeyExW(parent, name.c_str(), 0, KEY_READ | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS) {
        return;
    }
    DWORD keys = 0;
    DWORD values = 0;
    FILETIME written{};
    RegQueryInfoKeyW(key, nullptr, nullptr, nullptr, &keys, nullptr, nullptr, &values, nullptr, nullptr, nullptr,
                     &written);
    lines.push_back(fmt::format("key {} with {} keys and {} values written {}.{}", path, keys, values,
                                written.dwHighDateTime, written.dwLowDateTime));
    std::array<wchar_t, 256> text{};
    for (DWORD i = 0; i < keys; ++i) {
        auto length = static_cast<DWORD>(text.size());
        if (RegEnumKeyExW(key, i, text.data(), &length, nullptr, nullptr, nullptr, nullptr) != ERROR_SUCCESS) {
            break;
        }
        const std::wstring below(text.data(), length);
        describe_key(key, below, path + "\\" + narrow(below), lines);
    }
    RegCloseKey(key);
}

void describe_services(Lines& lines) {
    SC_HANDLE manager = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
    std::vector<BYTE> buffer(1 << 20);
    DWORD needed = 0;
    DWORD count = 0;
    DWORD resume = 0;
    if (EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32 | SERVICE_DRIVER, SERVICE_STATE_ALL,
                              buffer.data(), static_cast<DWORD>(buffer.size()), &needed, &count, &resume,
                              nullptr) != 0) {
        const auto* services = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
        for (DWORD i = 0; i < count; ++i) {
            lines.push_back(fmt::format("service {} state {}", narrow(services[i].lpServiceName),
                                        services[i].ServiceStatusProcess.dwCurrentState));
        }
    }
    CloseServiceHandle(manager);
}

// A prefix of Wine links folders of its user to those of the host.
bool belongs_to_the_host(const fs::path& path) {
    constexpr auto kLinks = std::to_array<std::wstring_view>(
        {L"Desktop", L"Documents", L"Downloads", L"Music", L"Pictures", L"Templates", L"Videos"});
    return path.native().starts_with(L"C:\\users\\") &&
           std::ranges::find(kLinks, path.filename().native()) != kLinks.end();
}

// The doubles' log and traces, snapshots, and what is temporary: what stays in these folders is told by lines of its
// own.
bool files_come_and_go(const fs::path& folder) {
    constexpr auto kFolders =
        std::to_array<std::wstring_view>({L"C:\\kwdiag-double", L"C:\\kwdiag-double\\pktmon", L"C:\\windows\\temp"});
    return std::ranges::find(kFolders, folder.native()) != kFolders.end() ||
           folder == fs::temp_directory_path().parent_path();
}

void describe_files(Lines& lines) {
    std::error_code gone;
    fs::recursive_directory_iterator entries(L"C:\\", fs::directory_options::skip_permission_denied, gone);
    for (; entries != fs::recursive_directory_iterator(); entries.increment(gone)) {
        const fs::path& path = entries->path();
        if (path == L"C:\\kwdiag-test" || belongs_to_the_host(path)) {
            entries.disable_recursion_pending();
        } else if (path != L"C:\\kwdiag-double\\calls.log") {
            WIN32_FILE_ATTRIBUTE_DATA data{};
            GetFileAttributesExW(path.c_str(), GetFileExInfoStandard, &data);
            const bool passes = files_come_and_go(path);
            lines.push_back(fmt::format("file {} attributes {} size {} written {}.{}", narrow(path.native()),
                                        data.dwFileAttributes, data.nFileSizeLow,
                                        passes ? 0 : data.ftLastWriteTime.dwHighDateTime,
                                        passes ? 0 : data.ftLastWriteTime.dwLowDateTime));
        }
    }
}

void describe_network(Lines& lines) {
    MIB_IPFORWARD_TABLE2* routes = nullptr;
    if (GetIpForwardTable2(AF_UNSPEC, &routes) == NO_ERROR) {
        for (ULONG i = 0; i < routes->NumEntries; ++i) {
            const MIB_IPFORWARD_ROW2& each = routes->Table[i];
            lines.push_back(fmt::format("route {}/{} via {} interface {} metric {}",
                                        collectors::address_text(each.DestinationPrefix.Prefix),
                                        each.DestinationPrefix.PrefixLength, collectors::address_text(each.NextHop),
                                        each.InterfaceIndex, each.Metric));
        }
        FreeMibTable(routes);
    }
    MIB_UNICASTIPADDRESS_TABLE* addresses = nullptr;
    if (GetUnicastIpAddressTable(AF_UNSPEC, &addresses) == NO_ERROR) {
        for (ULONG i = 0; i < addresses->NumEntries; ++i) {
            const MIB_UNICASTIPADDRESS_ROW& each = addresses->Table[i];
            lines.push_back(fmt::format("address {}/{} interface {}", collectors::address_text(each.Address),
                                        each.OnLinkPrefixLength, each.InterfaceIndex));
        }
        FreeMibTable(addresses);
    }
}

// Those of Wine come when something asks for them, and go when nobody does.
void describe_processes(Lines& lines) {
    constexpr auto kWine = std::to_array<std::wstring_view>({L"conhost.exe", L"explorer.exe", L"plugplay.exe",
                                                             L"rpcss.exe", L"services.exe", L"start.exe",
                                                             L"svchost.exe", L"wineboot.exe", L"winedevice.exe"});
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32FirstW(snapshot, &entry); more != 0; more = Process32NextW(snapshot, &entry)) {
        if (std::ranges::find(kWine, std::wstring_view(entry.szExeFile)) == kWine.end()) {
            lines.push_back(fmt::format("process {} {}", narrow(entry.szExeFile), entry.th32ProcessID));
        }
    }
    CloseHandle(snapshot);
}

}  // namespace

std::vector<std::string> describe_node() {
    Lines lines;
    describe_key(HKEY_LOCAL_MACHINE, L"", "HKLM", lines);
    describe_key(HKEY_USERS, L"", "HKU", lines);
    describe_services(lines);
    describe_files(lines);
    describe_network(lines);
    describe_processes(lines);
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace kwd::test
