// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// The first HRESULT or Win32 error in a message, as `0x803b0013` or `0x490`: lower case, without leading zeros.
///
/// Reads hexadecimal numbers: those with eight digits whose first bit is set (HRESULT, NTSTATUS), and shorter ones in
/// brackets or behind a word such as `code` or `failed`; addresses and offsets of stack traces are none. Reads HNS'
/// decimal `"ErrorCode":2151350299`, and negative HRESULTs as .NET prints them. Success (0) is no error.
[[nodiscard]] std::optional<std::string> first_error_code(std::string_view message);

}  // namespace kwd::analyzers
