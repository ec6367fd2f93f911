// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace kwd::cli {

/// This machine's name, "this-machine" where it has none.
[[nodiscard]] std::string host_name();

/// The command line without the program's name, as UTF-8. Makes standard streams carry bytes as they are written.
[[nodiscard]] std::vector<std::string> command_line(int argc, char** argv);

}  // namespace kwd::cli
