// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/system_library.h"

#include "base/wide.h"
#include "base/windows_error.h"

#include <fmt/format.h>

namespace kwd::collectors {

std::wstring system_folder() {
    std::wstring folder(MAX_PATH, L'\0');
    folder.resize(GetSystemDirectoryW(folder.data(), static_cast<UINT>(folder.size())));
    return folder;
}

Result<SystemLibrary> SystemLibrary::load(std::wstring_view path) {
    const std::wstring full = system_folder() + L'\\' + std::wstring(path);
    // What it depends on comes from its own folder and the system's.
    Module module(
        LoadLibraryExW(full.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32));
    if (!module) {
        return last_error(fmt::format("load {}", narrow(full)));
    }
    return SystemLibrary(std::move(module));
}

}  // namespace kwd::collectors
