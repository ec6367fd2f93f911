// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace kwd::analyzers {

/// Reads a property's value as PowerShell prints it: `@{Name=a; Flags=8}` becomes an object, `{a, b...}` an array whose
/// last item is "..." where PowerShell left some out, anything else a string. Brackets may nest; what is not closed
/// ends with the text. Several objects in a row, as ConvertTo-Json writes an array that lies too deep, become an array.
[[nodiscard]] nlohmann::json parse_powershell_value(std::string_view text);

/// Whether a text stands for a value that PowerShell did not print: `System.Object[]`, `...`.
[[nodiscard]] bool is_lost_value(std::string_view text) noexcept;

}  // namespace kwd::analyzers
