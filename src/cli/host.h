// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace kwd::cli {

/// To be called before anything else: from then on the loader takes libraries that are named without a folder from the
/// system's own, never from the program's, whoever asks for them. Only Windows would do otherwise.
void trust_system_libraries_only();

/// This machine's name, "this-machine" where it has none.
[[nodiscard]] std::string host_name();

/// `windows` or `linux`.
[[nodiscard]] const char* os_family();

/// The command line without the program's name, as UTF-8. Makes standard streams carry bytes as they are written.
[[nodiscard]] std::vector<std::string> command_line(int argc, char** argv);

/// The files that paths name. Windows' shells leave `*` and `?` to programs: there a path whose last part holds one
/// stands for those of that folder that match, sorted; where none does it stays as it is.
[[nodiscard]] std::vector<std::string> files_named(const std::vector<std::string>& paths);

}  // namespace kwd::cli
