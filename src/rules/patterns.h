// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"
#include "snapshot/database.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// The regular expressions that stand as literals in SQL, after REGEXP, in regexp(…) or in regexp_capture(…), and that
/// are malformed. The functions answer NULL for them, so that a rule with one would be clear for ever.
[[nodiscard]] std::vector<std::string> malformed_patterns(std::string_view sql, const snapshot::Database& database);

/// Those that rules look for in lines of logs, and perhaps in other texts: literals after REGEXP or in regexp(…) in SQL
/// that reads `log_lines`. Sorted, each once.
[[nodiscard]] std::vector<std::string> line_patterns(std::span<const Rule* const> rules);

}  // namespace kwd::rules
