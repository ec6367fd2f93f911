// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "base/json.h"
#include "snapshot/tables/types.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// Lines of a text, counted from 1, both inclusive.
struct LineRange {
    std::size_t first = 1;
    std::size_t last = 1;
};

/// One value of a document: a JSON value, or a YAML document as the same tree.
struct DocumentValue {
    nlohmann::json value;
    std::size_t line = 1;  ///< where it begins
    bool whole = true;     ///< false: the text was broken; what was read before the break is here
    bool pointers = true;  ///< JSON pointers can name places in it: JSON that begins a line
    std::map<std::string, LineRange, std::less<>> lines = {};  ///< YAML: JSON pointer to lines, a few levels deep

    /// The place (snapshot/place.h) of what a JSON pointer names; of the nearest thing around it where that has none.
    [[nodiscard]] std::string place(std::string_view pointer) const;
};

/// Reads a decoded text that holds JSON values one after another, or YAML documents. A table or a sentence before the
/// first JSON value is skipped where that value begins a line of its own.
///
/// What is broken becomes a note `malformed` (or `truncated` where the text just ends), with its line; what was read
/// before the break is kept with `whole` unset. Bounded in depth, number of values and, for YAML with its aliases,
/// size.
[[nodiscard]] std::vector<DocumentValue> read_values(std::string_view utf8, Analysis& out);

/// The same for a text that can only be JSON.
[[nodiscard]] std::vector<DocumentValue> read_json_values(std::string_view utf8, Analysis& out);

/// The one object that a JSON file must be for those who read it on the node; nullopt, with a note, when it is broken,
/// something else, or followed by more text.
[[nodiscard]] std::optional<DocumentValue> read_json_object(std::string_view utf8, Analysis& out);

/// Reads a text embedded in another document (a ConfigMap's value): notes stand at `place`, and so do the values.
[[nodiscard]] std::vector<DocumentValue> read_embedded_values(std::string_view utf8, const std::string& place,
                                                              Analysis& out);

/// A member by name: the exact one, else one that differs in case only, as Go's encoding/json matches them. nullptr
/// when there is none, or `object` is none.
[[nodiscard]] const nlohmann::json* member(const nlohmann::json& object, std::string_view name);
/// The same, with the name as the document spells it (empty when there is none).
struct NamedMember {
    std::string name;
    const nlohmann::json* value = nullptr;
};
[[nodiscard]] NamedMember named_member(const nlohmann::json& object, std::string_view name);
/// A member of a member of …; nullptr where the path ends early.
[[nodiscard]] const nlohmann::json* member_at(const nlohmann::json& object,
                                              std::initializer_list<std::string_view> path);

// The value as a column holds it; nullopt where it is absent (nullptr), null, or of another nature.
/// A string as it is; a number or boolean as its JSON text.
[[nodiscard]] snapshot::Text text_of(const nlohmann::json* value);
/// The same, with "" taken as absent.
[[nodiscard]] snapshot::Text nonempty_text_of(const nlohmann::json* value);
/// A whole number, or a decimal number in a string. Numbers beyond 64 bits signed are nullopt.
[[nodiscard]] snapshot::Integer integer_of(const nlohmann::json* value);
[[nodiscard]] snapshot::Real real_of(const nlohmann::json* value);
/// A boolean, or one in a string.
[[nodiscard]] snapshot::Flag flag_of(const nlohmann::json* value);
/// An array of scalars, or a single one, joined with commas. An empty array is "".
[[nodiscard]] snapshot::Text list_of(const nlohmann::json* value);
/// The same with "" taken as absent.
[[nodiscard]] snapshot::Text nonempty_list_of(const nlohmann::json* value);
/// The value as one line of JSON; broken UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::json& value);

}  // namespace kwd::analyzers
