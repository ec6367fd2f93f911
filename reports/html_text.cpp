// SPDX-License-Identifier: Apache-2.0
#include "reports/html_text.h"

#include "base/printable.h"
#include "base/utf8.h"

#include <fmt/format.h>

namespace kwd::reports {
std::string html_text(std::string_view text) {
    const std::string valid = repair_utf8(text);
    std::string result;
    result.reserve(valid.size() + valid.size() / 8);
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto c = static_cast<unsigned char>(valid[i]);
        switch (c) {
            case '&': result += "&amp;"; continue;
            case '<': result += "&lt;"; continue;
            case '>': result += "&gt;"; continue;
            case '"': result += "&quot;"; continue;
            case '\'': result += "&#39;"; continue;
            case '\n':
            case '\t': result += static_cast<char>(c); continue;
            case '\r':
                if (i + 1 < valid.size() && valid[i + 1] == '\n') {
                    continue;
                }
                break;
            default: break;
        }
        if (c < 0x20 || c == 0x7f) {
            result += fmt::format("\\x{:02x}", c);
        } else if (c == 0xc2 && static_cast<unsigned char>(valid[i + 1]) < 0xa0) {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(valid[++i]));
        } else if (c == 0xe2 && is_bidi_control(std::string_view(valid).substr(i))) {
            const auto high = static_cast<unsigned>(static_cast<unsigned char>(valid[i + 1]) & 0x3fU);
            const auto low = static_cast<unsigned>(static_cast<unsigned char>(valid[i + 2]) & 0x3fU);
            result += fmt::format("\\u{:04x}", 0x2000U | (high << 6U) | low);
            i += 2;
        } else {
            result += static_cast<char>(c);
        }
    }
    return result;
}

std::string html_prose(std::string_view text) {
    std::string result;
    while (true) {
        const std::size_t begin = text.find('`');
        const std::size_t end = begin == std::string_view::npos ? begin : text.find('`', begin + 1);
        if (end == std::string_view::npos) {
            return result + html_text(text);
        }
        result += html_text(text.substr(0, begin));
        result += "<code>" + html_text(text.substr(begin + 1, end - begin - 1)) + "</code>";
        text.remove_prefix(end + 1);
    }
}

}  // namespace kwd::reports
