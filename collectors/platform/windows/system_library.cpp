// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/system_library.h"

#include "base/wide.h"
#include "base/windows_error.h"

#include <fmt/format.h>

#include <string>

namespace kwd::collectors {

Result<SystemLibrary> SystemLibrary::load(std::wstring_view path) {
    std::wstring full(MAX_PATH, L'\0');
    full.resize(GetSystemDirectoryW(full.data(), static_cast<UINT>(full.size())));
    full += L'\\';
    full += path;
    // What it depends on comes from its own folder and the system's.
    Module module(
        LoadLibraryExW(full.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32));
    if (!module) {
        return last_error(fmt::format("load {}", narrow(full)));
    }
    return SystemLibrary(std::move(module));
}

}  // namespace kwd::collectors
