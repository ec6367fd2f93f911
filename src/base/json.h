// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace kwd {

/// One JSON value and how much of the text it took.
struct JsonPrefix {
    nlohmann::json value;
    std::size_t bytes = 0;  ///< from the start of the text to just behind the value, leading blanks included
};

/// The deepest nesting of arrays and objects that is read. HNS and Kubernetes stay below 20.
inline constexpr std::size_t kMaxJsonDepth = 100;

/// Reads the JSON value (RFC 8259) that the text begins with; what follows it is left alone, since many files of
/// support bundles hold several values or a table before them. Never throws; nesting is bounded.
/// Errors: malformed, saying at which byte; too_large when nested deeper than kMaxJsonDepth.
[[nodiscard]] Result<JsonPrefix> parse_json_prefix(std::string_view text);

/// Reads a text that is one JSON value and nothing else but blanks. Errors: as parse_json_prefix.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text);

/// A JSON pointer (RFC 6901) with one more token.
[[nodiscard]] std::string pointer_to(std::string_view base, std::string_view token);
[[nodiscard]] std::string pointer_to(std::string_view base, std::size_t index);

}  // namespace kwd
