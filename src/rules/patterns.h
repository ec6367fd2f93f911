// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// The regular expressions that stand as literals in SQL, after REGEXP, in regexp(…) or in regexp_capture(…), and that
/// are malformed. The functions answer NULL for them, so that a rule with one would be clear for ever.
[[nodiscard]] std::vector<std::string> malformed_patterns(std::string_view sql, const snapshot::Database& database);

}  // namespace kwd::rules
