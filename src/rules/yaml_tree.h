// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::rules {

/// One value of a YAML text and the line it stands on, counted from 1.
struct YamlNode {
    enum class Kind : std::uint8_t { null, scalar, list, map };
    using Entry = std::pair<YamlNode, YamlNode>;  ///< the key is a scalar

    Kind kind = Kind::null;
    int line = 0;
    std::string text = {};             ///< of a scalar, as written
    bool plain = false;                ///< a scalar without quotes: `5` and not `"5"`
    std::vector<YamlNode> items = {};  ///< of a list
    std::vector<Entry> entries = {};   ///< of a map, in the order of the text

    /// The value under a key; nullptr when there is none or this is no map.
    [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

/// The largest YAML text that is read, in bytes, and its deepest nesting of lists and maps.
inline constexpr std::size_t kMaxYamlBytes = 256UL * 1024;
inline constexpr std::size_t kMaxYamlDepth = 12;

/// Reads a text that is one YAML document, of the plain part of YAML that people write by hand: no anchors, aliases or
/// tags, keys are scalars and stand once. Never throws, whatever the text.
/// Errors: malformed and too_large; `doing` begins with "path:line: ".
[[nodiscard]] Result<YamlNode> read_yaml(std::string_view text, std::string_view path);

}  // namespace kwd::rules
