// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/elevation.h"

#include "base/windows_handle.h"

namespace kwd::collectors {

std::optional<bool> elevation() noexcept {
    HANDLE raw = nullptr;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw) == 0) {
        return std::nullopt;
    }
    const Handle token(raw);
    TOKEN_ELEVATION elevation{};
    DWORD bytes = 0;
    if (GetTokenInformation(token.get(), TokenElevation, &elevation, sizeof elevation, &bytes) == 0) {
        return std::nullopt;
    }
    return elevation.TokenIsElevated != 0;
}

Error with_what_it_needs(Error error, bool elevated) {
    if (error.code == Errc::access_denied) {
        error.doing += elevated ? " (refused to an elevated process too)" : " (needs an elevated process)";
    }
    return error;
}

}  // namespace kwd::collectors
