// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/import/sample.h"

#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace re2 {
class RE2;
}

namespace kwd::collectors {

/// How many lines hold a match.
[[nodiscard]] std::size_t count_lines(const Sample& sample, const re2::RE2& pattern);
[[nodiscard]] bool any_line(const Sample& sample, const re2::RE2& pattern);
[[nodiscard]] bool matches(std::string_view text, const re2::RE2& pattern);

using Names = std::initializer_list<std::string_view>;

/// One PowerShell table has all these columns.
[[nodiscard]] bool table_has(const Sample& sample, Names columns);
/// `Name : value` lines with all these names are there.
[[nodiscard]] bool list_has(const Sample& sample, Names names);
[[nodiscard]] bool table_or_list_has(const Sample& sample, Names names);
/// The objects of a cmdlet have these properties, as table, list, JSON or comma separated values.
[[nodiscard]] bool objects_have(const Sample& sample, Names names);
/// One JSON value of the text has all these paths.
[[nodiscard]] bool json_has(const Sample& sample, Names paths);
/// The scalar at the path in any JSON value of the text, or the value of a YAML line `path: value` that begins at a
/// line's beginning; without quotes. Empty where there is none.
[[nodiscard]] std::string_view json_or_yaml_value(const Sample& sample, std::string_view path);
/// A YAML key at the beginning of a line.
[[nodiscard]] bool yaml_has(const Sample& sample, std::string_view key);

}  // namespace kwd::collectors
