// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kwd {

/// A text as UTF-8, and how it was understood.
struct DecodedText {
    std::string utf8;
    std::string encoding;
    std::vector<std::string> notes;
    bool lossy = false;
};

/// Decodes a text of unknown encoding. Never fails: what cannot be decoded becomes U+FFFD.
[[nodiscard]] DecodedText decode_text(std::string_view bytes);

}  // namespace kwd
