// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <windows.h>
#include <bcrypt.h>

#include <type_traits>

namespace kwd {

/// A function of bcrypt.dll, which is Windows' own cryptography ("CNG"), from the system's folder; nullptr when it has
/// none of that name. It is not imported: Windows would look for bcrypt.dll beside the program first.
[[nodiscard]] FARPROC cng_procedure(const char* name);

/// The same as the function that it is.
template <class Function>
[[nodiscard]] Function* cng_function(const char* name) {
    static_assert(std::is_function_v<Function>);
    return reinterpret_cast<Function*>(reinterpret_cast<void*>(cng_procedure(name)));
}

}  // namespace kwd
