// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <windows.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace kwd::collectors {

/// Windows' own folder of programs and libraries: C:\Windows\System32, without a backslash at its end.
[[nodiscard]] std::wstring system_folder();

/// A library that a node may or may not have, taken from the system's own folder and from nowhere else: whatever lies
/// beside kwdiag.exe, in the current folder or in PATH is never loaded.
class SystemLibrary {
  public:
    /// `path` below the system folder: "computenetwork.dll", "Npcap\wpcap.dll". Errors: not_found when there is none;
    /// io with the Win32 code.
    [[nodiscard]] static Result<SystemLibrary> load(std::wstring_view path);

    /// An exported function; nullptr when this version of the library has none.
    template <class Function>
    [[nodiscard]] Function* function(const char* name) const {
        static_assert(std::is_function_v<Function>);
        return reinterpret_cast<Function*>(reinterpret_cast<void*>(GetProcAddress(module_.get(), name)));
    }

  private:
    struct Free {
        void operator()(HMODULE module) const noexcept { FreeLibrary(module); }
    };
    using Module = std::unique_ptr<std::remove_pointer_t<HMODULE>, Free>;
    explicit SystemLibrary(Module module) : module_(std::move(module)) {}
    Module module_;
};

}  // namespace kwd::collectors
