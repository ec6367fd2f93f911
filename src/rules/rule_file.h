// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "rules/rule.h"

#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// Reads a rule file (rules/README.md says what is in it). Strict: every key is known, every required one is there,
/// the id is the file's name and the area its folder, and the tests show it fire, stay clear and do without data.
/// `path` ends in AREA/ID.yaml. What needs the tables to be seen, such as a misspelt column, is validate()'s.
///
/// Errors: malformed, too_large; `doing` holds one line "path:line: what is wrong" for each thing that is.
[[nodiscard]] Result<Rule> parse_rule(std::string_view yaml, std::string_view path);

/// parse_rule of a file on disk. Errors: those, and not_found, access_denied, io.
[[nodiscard]] Result<Rule> read_rule(const std::string& path);

/// The rule files of a folder and its folders, sorted by path; a path of a file is that file alone.
/// Errors: not_found; invalid_input for a folder without one, and for a .yml, which would be left out without a word.
[[nodiscard]] Result<std::vector<std::string>> find_rule_files(const std::string& path);

}  // namespace kwd::rules
