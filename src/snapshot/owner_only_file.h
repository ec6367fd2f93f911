// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace kwd::snapshot {

/// Makes a new empty file that only its owner may read or write (mode 0600), following no link.
/// Errors: invalid_input when something of that name is already there; access_denied, not_found (no such folder), io.
[[nodiscard]] Result<void> create_owner_only_file(const std::string& path);

/// Writes a file that only its owner may read or write, in one step: an old one is replaced whole or not at all.
/// Errors: access_denied, not_found (no such folder), io.
[[nodiscard]] Result<void> write_owner_only_file(const std::string& path, std::string_view bytes);

}  // namespace kwd::snapshot
