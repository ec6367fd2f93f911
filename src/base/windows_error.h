// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

// Windows only.

namespace kwd {

/// What a Win32 error code means to a caller. Source: System Error Codes, learn.microsoft.com.
[[nodiscard]] Error windows_error(std::uint32_t code, std::string doing);

/// The same for a HRESULT; those of the Win32 facility are told as Win32 codes mean, with the HRESULT kept.
[[nodiscard]] Error hresult_error(std::int32_t result, std::string doing);

/// windows_error() of GetLastError().
[[nodiscard]] Error last_error(std::string doing);

}  // namespace kwd
