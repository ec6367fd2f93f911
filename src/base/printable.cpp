// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"

#include <fmt/format.h>

namespace kwd {

bool is_bidi_control(std::string_view text) {
    const auto last = static_cast<unsigned char>(text.size() > 2 ? text[2] : '\0');
    return (text.starts_with("\xe2\x80") && last >= 0xaa && last <= 0xae) ||
           (text.starts_with("\xe2\x81") && last >= 0xa6 && last <= 0xa9);
}

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
            result += fmt::format("\\x{:02x}", next);
            ++i;
        } else if (byte == 0xe2 && is_bidi_control(text.substr(i))) {
            const auto last = static_cast<unsigned char>(text[i + 2]);
            result += fmt::format("\\u{:04x}", 0x2000U | ((next & 0x3fU) << 6U) | (last & 0x3fU));
            i += 2;
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
