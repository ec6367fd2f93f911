// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secrets.h"

#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// The arguments in a command line of Windows, where each program gets its line whole and takes it apart itself: as
/// CommandLineToArgvW and Microsoft's C runtime do. The first is the program, in which a backslash is a character as
/// any other.
[[nodiscard]] std::vector<std::string> arguments_of(std::string_view command_line);

struct CleanCommandLine {
    std::string line;                    ///< as it was, unless something had to go
    std::vector<std::string> arguments;  ///< the program first
    RemovedSecrets removed;
};

/// A command line of Windows without the secrets in it: each argument is cleaned, and then the line as a whole.
[[nodiscard]] CleanCommandLine clean_command_line(std::string_view line);

}  // namespace kwd::collectors
