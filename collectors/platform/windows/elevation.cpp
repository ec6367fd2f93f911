// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/elevation.h"

#include "base/windows_handle.h"

namespace kwd::collectors {

bool is_elevated() noexcept {
    HANDLE raw = nullptr;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw) == 0) {
        return false;
    }
    const Handle token(raw);
    TOKEN_ELEVATION elevation{};
    DWORD bytes = 0;
    return GetTokenInformation(token.get(), TokenElevation, &elevation, sizeof elevation, &bytes) != 0 &&
           elevation.TokenIsElevated != 0;
}

}  // namespace kwd::collectors
