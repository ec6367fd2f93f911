// SPDX-License-Identifier: Apache-2.0
#include "base/cng_windows.h"

#include <string>

namespace kwd {

static HMODULE load() {
    std::wstring path(MAX_PATH, L'\0');
    path.resize(GetSystemDirectoryW(path.data(), static_cast<UINT>(path.size())));
    path += L"\\bcrypt.dll";
    return LoadLibraryExW(path.c_str(), nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
}

FARPROC cng_procedure(const char* name) {
    static const HMODULE library = load();
    return library == nullptr ? nullptr : GetProcAddress(library, name);
}

}  // namespace kwd
