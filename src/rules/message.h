// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

// Texts of rules hold placeholders: `{name}`, a column in braces. Braces around anything else are text, so that
// PowerShell and Go templates can be written as they are; `{{name}}` is the text `{name}`.

/// The columns that a text asks for, in its order.
[[nodiscard]] std::vector<std::string> placeholders(std::string_view text);

/// Puts a row's values into a text. NULL reads "unknown"; a time is told as time_text does; long values are cut. Values
/// are data: braces in them are not looked at again.
[[nodiscard]] std::string fill(std::string_view text, std::span<const std::string> columns,
                               std::span<const snapshot::Value> row);

/// Puts a row's values into a command that people will copy into a shell. Values come from the node, and a hostile
/// snapshot could name an object `x; rm -rf /`. So a value stands only where no shell (bash, PowerShell, cmd) would see
/// more than text in it: letters, digits and ._:/@+=,- outside of quotes, within quotes also blanks, brackets and other
/// scripts' letters. Any other value, and NULL, stays a gap to be filled in by hand: `<name>`.
[[nodiscard]] std::string fill_command(std::string_view command, std::span<const std::string> columns,
                                       std::span<const snapshot::Value> row);

}  // namespace kwd::rules
