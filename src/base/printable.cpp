// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"

#include <fmt/format.h>

namespace kwd {

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
            result += fmt::format("\\x{:02x}", next);
            ++i;
        } else if (byte == '\t') {
            result += ' ';
        } else if (byte < 0x20 || byte == 0x7f) {
            result += fmt::format("\\x{:02x}", byte);
        } else {
            result += static_cast<char>(byte);
        }
    }
    return result;
}

}  // namespace kwd
