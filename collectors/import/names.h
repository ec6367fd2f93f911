// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace kwd::collectors {

/// What a file is by its name, as the known collecting scripts name it.
struct TellingName {
    std::string_view kind;  ///< one of snapshot/kinds.h
    std::string_view what;
    /// The name is enough for a content that no test knows: output in a language whose words and layout they do not
    /// cover. Otherwise the name only speaks for a file without content.
    bool decides_alone;
};

/// Looks at the last part of a lower case path, and at the folders above it where the name alone would not tell.
[[nodiscard]] std::optional<TellingName> telling_name(std::string_view path);

}  // namespace kwd::collectors
