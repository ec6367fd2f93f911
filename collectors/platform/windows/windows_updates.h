// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/state_document.h"

#include <optional>
#include <string>

namespace kwd::collectors {

/// Adds the packages of updates that the servicing store calls installed, as `hotfixes`, those of one KB number as one.
/// The name of a cumulative update has no KB number there: it is `RollupFix BUILD.UBR`, unless the place where it was
/// unpacked tells the number; then the description has its version. The same holds for .NET's updates and for servicing
/// stacks: `DotNetRollup_481 VERSION`, `ServicingStack_2227 VERSION`. Answers whether there were any and all of them
/// could be read. Needs an elevated process on some systems; tells what was missed.
[[nodiscard]] bool add_installed_updates(StateDocument& state, DocumentSink& out);

/// Adds what Win32_QuickFixEngineering lists, which is what Get-HotFix shows: it knows the number of the cumulative
/// update. Asks WMI, which starts Windows' servicing for it (TrustedInstaller, TiWorker), and may take its time: for
/// where add_installed_updates() had none, or not all. Answers whether it was had; tells what was missed.
[[nodiscard]] bool add_listed_updates(StateDocument& state, DocumentSink& out);

/// What waits for the next start, with commas: component-servicing, windows-update, file-renames, computer-name,
/// domain-join. Empty when nothing does; nullopt when a place where it would stand could not be read, which is told.
[[nodiscard]] std::optional<std::string> pending_reboot(DocumentSink& out);

}  // namespace kwd::collectors
