// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace kwd::cli {

/// This machine's name, "this-machine" where it has none.
[[nodiscard]] std::string host_name();

}  // namespace kwd::cli
