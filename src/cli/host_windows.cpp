// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "cli/host.h"

// clang-format off
#include <windows.h>
#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
// clang-format on

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace kwd::cli {

// COM, WMI's client and others load libraries by plain name, late.
void trust_system_libraries_only() {
    if (SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32) == 0) {
        std::fputs("kwdiag: Windows will not keep to its own libraries\n", stderr);
        std::abort();
    }
}

std::string host_name() {
    std::array<wchar_t, 256> name{};
    auto size = static_cast<DWORD>(name.size());
    if (GetComputerNameExW(ComputerNameDnsHostname, name.data(), &size) == 0 || size == 0) {
        return "this-machine";
    }
    return narrow({name.data(), size});
}

// argv is in the code page of the system, which has not every name.
const char* os_family() {
    return "windows";
}

std::vector<std::string> command_line(int /*argc*/, char** /*argv*/) {
    for (FILE* stream : {stdin, stdout, stderr}) {
        _setmode(_fileno(stream), _O_BINARY);
    }
    int count = 0;
    const std::unique_ptr<LPWSTR, decltype(&LocalFree)> words(CommandLineToArgvW(GetCommandLineW(), &count),
                                                              &LocalFree);
    std::vector<std::string> arguments;
    for (int i = 1; words && i < count; ++i) {
        arguments.push_back(narrow(words.get()[i]));
        if (arguments.back() == "/?") {  // how Windows' own tools are asked; no file can have that name
            arguments.back() = "--help";
        }
    }
    return arguments;
}

std::vector<std::string> files_named(const std::vector<std::string>& paths) {
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        const std::size_t name = path.find_last_of("\\/:") + 1;  // 0 where there is none
        std::vector<std::string> found;
        WIN32_FIND_DATAW entry{};
        if (path.find_first_of("*?", name) != std::string::npos) {
            const HANDLE search = FindFirstFileW(wide(path).c_str(), &entry);
            for (bool more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &entry) != 0) {
                const std::string file = narrow(static_cast<const wchar_t*>(entry.cFileName));
                if (file != "." && file != "..") {
                    found.push_back(path.substr(0, name) + file);
                }
            }
            if (search != INVALID_HANDLE_VALUE) {
                FindClose(search);
            }
        }
        std::ranges::sort(found);
        if (found.empty()) {
            found.push_back(path);
        }
        files.insert(files.end(), found.begin(), found.end());
    }
    return files;
}

}  // namespace kwd::cli
