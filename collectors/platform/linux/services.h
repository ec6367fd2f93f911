// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace kwd::collectors {

/// Reads what `systemctl show --property=…` prints of several units: NAME=value lines, a blank line between units.
/// Answers the array `services` of docs/documents.md; secrets are still in it.
[[nodiscard]] nlohmann::json read_systemctl_show(std::string_view text);

}  // namespace kwd::collectors
