// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/tables/types.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// A value of a JSON document and its place in it, read without trust in its type: names are found in any case, numbers
/// may be texts, a lone value may stand for an array, `@{…}` is read as the object that PowerShell printed that way.
/// Cheap to copy; it points into the document's JSON, which must live longer.
class JsonNode {
  public:
    /// Names of properties to the lines they were read from.
    using PropertyLines = std::map<std::string, std::string, std::less<>>;

    /// An absent value: everything asked of it is absent too.
    JsonNode() = default;
    /// A value whose places are JSON pointers below `place`.
    JsonNode(const nlohmann::json& value, std::string place);
    /// An object that was read from lines: its places are those of its properties.
    JsonNode(const nlohmann::json& object, std::string place, const PropertyLines& lines);

    /// False for what is absent or null.
    [[nodiscard]] explicit operator bool() const noexcept;
    [[nodiscard]] const nlohmann::json& value() const noexcept { return *value_; }
    [[nodiscard]] const std::string& place() const noexcept { return place_; }
    [[nodiscard]] bool is_object() const noexcept;

    /// The member of an object by its name in any case.
    [[nodiscard]] JsonNode operator[](std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return static_cast<bool>((*this)[name]); }
    /// The first of the members that is there.
    [[nodiscard]] JsonNode any_of(std::initializer_list<std::string_view> names) const;
    /// The items of an array; a lone value is its own only item. None of what was lost.
    [[nodiscard]] std::vector<JsonNode> items() const;

    /// A string that is not empty, or a number in decimal.
    [[nodiscard]] snapshot::Text text() const;
    /// A whole number that fits, be it written as number, decimal or hexadecimal text.
    [[nodiscard]] snapshot::Integer integer() const;
    /// A truth value, be it written as such, as text or as number.
    [[nodiscard]] snapshot::Flag flag() const;
    /// The texts of an array, or of a text with commas or blanks between them.
    [[nodiscard]] std::vector<std::string> words() const;
    /// PowerShell printed a stand-in for the value or for a part of it: `System.Object[]`, `{a, b...}`.
    [[nodiscard]] bool lost() const;

  private:
    [[nodiscard]] JsonNode child(const nlohmann::json& value, std::string_view step) const;

    const nlohmann::json* value_ = nullptr;
    std::shared_ptr<const nlohmann::json> owned_;  ///< what was read from a text within the document
    std::string place_;
    bool pointer_ = true;  ///< children have places of their own
    const PropertyLines* lines_ = nullptr;
};

}  // namespace kwd::analyzers
