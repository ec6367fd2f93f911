// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace kwd {

/// What could be read of a JSON value before it breaks.
struct BrokenJson {
    nlohmann::json value;   ///< with all that was open at the break; null where nothing was read
    std::size_t bytes = 0;  ///< of the text, up to the break; 0 where a bound stopped it
    bool ends = false;      ///< the text just ends, within the value
};

/// Reads the beginning of a JSON value that parse_json_prefix() refuses: a file that was cut, or written over. Bounded
/// in depth (kMaxJsonDepth) and size.
[[nodiscard]] BrokenJson read_broken_json(std::string_view text);

}  // namespace kwd
