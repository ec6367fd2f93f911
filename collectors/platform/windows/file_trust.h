// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <windows.h>

#include <optional>
#include <string>

namespace kwd::collectors {

/// What a file is wanted for.
enum class Use {
    content,  ///< to be read by a program that does what it says
    program,  ///< to be run, and then loads libraries that lie beside it
};
// That others may put files beside a program cannot be made up for by starting it with PREFER_SYSTEM32 among its
// mitigations, which only turns the order of the search round: a file or folder PROGRAM.exe.local there redirects every
// library but KnownDLLs before that, whatever path it is asked for by, and so does PROGRAM.exe.manifest of a program
// that has none in itself, as those made by Go. To look for both first would be a race. (Dynamic-link library
// redirection, learn.microsoft.com.)

/// Whether a file may be used with our privileges: ok when administrators alone may change, delete, replace or take it
/// over; and, of a program, put other files into its folder. Looked at from the top of the drive downwards, without the
/// top itself, which every user may put folders into by Windows' default. Links on the way are refused.
///
/// Administrators are SYSTEM, Administrators and TrustedInstaller, and who owns the system's own folder. A kind of
/// entry that is not known grants everything. Errors: access_denied, with who may do it; else what Windows says of the
/// list.
[[nodiscard]] Result<void> only_administrators_change(const std::string& path, Use use);

/// Who besides administrators owns what this is the security descriptor of, or is granted one of these rights: a SID,
/// or words; nullopt when nobody is.
[[nodiscard]] std::optional<std::string> who_else_may(PSECURITY_DESCRIPTOR descriptor, ACCESS_MASK rights);

}  // namespace kwd::collectors
