// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

namespace kwd {

/// A JSON value that may have gone through a console.
struct WrappedJson {
    nlohmann::json value;
    std::size_t bytes = 0;  ///< of the text, as in JsonPrefix
    bool repaired = false;  ///< line breaks inside strings or numbers were taken out
};

/// Reads like parse_json_prefix(); where that fails, reads the value as a console printed it: lines were broken at the
/// width of the window, inside strings and numbers too. Linear in the text.
/// Errors: those of parse_json_prefix() on the text as it stands.
[[nodiscard]] Result<WrappedJson> parse_wrapped_json_prefix(std::string_view text);

}  // namespace kwd
