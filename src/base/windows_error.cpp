// SPDX-License-Identifier: Apache-2.0
#include "base/windows_error.h"

#include <windows.h>

namespace kwd {
namespace {

constexpr std::uint32_t kElevationRequired = 740;  // not named by mingw-w64

Errc kind_of(std::uint32_t code) noexcept {
    switch (code) {
        case ERROR_FILE_NOT_FOUND:
        case ERROR_PATH_NOT_FOUND:
        case ERROR_MOD_NOT_FOUND:
        case ERROR_SERVICE_DOES_NOT_EXIST:
        case ERROR_NOT_FOUND:
        case ERROR_INVALID_DRIVE: return Errc::not_found;
        case ERROR_ACCESS_DENIED:
        case kElevationRequired:
        case ERROR_PRIVILEGE_NOT_HELD: return Errc::access_denied;
        case ERROR_NOT_SUPPORTED:
        case ERROR_CALL_NOT_IMPLEMENTED:
        case ERROR_PROC_NOT_FOUND: return Errc::unsupported;
        case ERROR_TIMEOUT:
        case WAIT_TIMEOUT:
        case ERROR_SERVICE_REQUEST_TIMEOUT: return Errc::timed_out;
        case ERROR_INVALID_DATA: return Errc::malformed;
        default: return Errc::io;
    }
}

}  // namespace

Error windows_error(std::uint32_t code, std::string doing) {
    return Error{kind_of(code), std::move(doing), NativeCode{Domain::win32, code}};
}

Error hresult_error(std::int32_t result, std::string doing) {
    constexpr std::int32_t kWin32 = 0x0007;
    const bool win32 = ((result >> 16) & 0x1fff) == kWin32;
    const Errc kind = win32 ? kind_of(static_cast<std::uint32_t>(result) & 0xffffU) : Errc::io;
    return Error{kind, std::move(doing), NativeCode{Domain::hresult, result}};
}

Error last_error(std::string doing) {
    return windows_error(GetLastError(), std::move(doing));
}

}  // namespace kwd
