// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/powershell_list.h"

#include <array>
#include <span>
#include <string_view>

namespace kwd::analyzers {

/// Objects that cmdlets print are known by their properties, in list form as in a table.
struct Cmdlet {
    std::string_view name;
    std::array<std::string_view, 3> properties;  ///< that it prints in either form; empty where fewer are enough
    void (*add)(const PowerShellObject& object, Analysis& out);
};

/// Adds what an object of a known cmdlet tells; false when it is none.
bool add_cmdlet_object(const PowerShellObject& object, Analysis& out);

/// Reads a whole text of ConvertTo-Json or Export-Csv; false when no object of a known cmdlet is in it.
bool read_exported_objects(const TextLines& lines, Analysis& out);

/// Get-NetAdapter and its sisters, in the order in which they are tried.
[[nodiscard]] std::span<const Cmdlet> network_cmdlets();
/// Get-Service, Get-HotFix, the firewall's, Get-ComputerInfo.
[[nodiscard]] std::span<const Cmdlet> system_cmdlets();
/// Get-Process, Win32_Process, Get-NetTCPConnection and Get-NetUDPEndpoint.
[[nodiscard]] std::span<const Cmdlet> process_cmdlets();

}  // namespace kwd::analyzers
