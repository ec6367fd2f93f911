// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/text_lines.h"
#include "snapshot/tables/types.h"

#include <nlohmann/json_fwd.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// An object as PowerShell prints it, in list form or as one row of a table. Names of properties are English whatever
/// the language of Windows; values are as printed, lines that the console broke joined again.
struct PowerShellObject {
    struct Property {
        std::string name;
        std::string value;
        std::string place;  ///< the lines of the property
    };
    std::vector<Property> properties;
    std::string place;  ///< the lines of the object

    [[nodiscard]] bool has(std::string_view name) const noexcept;
    /// The value of the first of these properties that has one; names are found in any case.
    [[nodiscard]] snapshot::Text text(std::initializer_list<std::string_view> names) const;
    [[nodiscard]] snapshot::Integer integer(std::initializer_list<std::string_view> names) const;
    /// `True`, `Enabled` and `Yes` against `False`, `Disabled` and `No`.
    [[nodiscard]] snapshot::Flag flag(std::initializer_list<std::string_view> names) const;
};

struct PowerShellObjects {
    std::vector<PowerShellObject> objects;
    std::size_t end;  ///< the line behind the last of them
};

/// Reads the objects in list form that begin at a line: `Name : value`, one property a line, a blank line between
/// objects, continuation lines indented. nullopt when the line is no property.
[[nodiscard]] std::optional<PowerShellObjects> read_powershell_list(const TextLines& lines, std::size_t at);

/// Reads the table whose header is at a line and whose dashes are on the next: each name with as many dashes below it.
/// Cells may stand left or right in their columns. nullopt when there is none.
[[nodiscard]] std::optional<PowerShellObjects> read_powershell_table(const TextLines& lines, std::size_t at);

/// The object with its values read by parse_powershell_value().
[[nodiscard]] nlohmann::json to_json(const PowerShellObject& object);

}  // namespace kwd::analyzers
