// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kwd::snapshot {

// Members of row types. Unknown is NULL, never -1 or "".
using Text = std::optional<std::string>;
using Integer = std::optional<std::int64_t>;
using Real = std::optional<double>;
using Flag = std::optional<bool>;

}  // namespace kwd::snapshot
