// SPDX-License-Identifier: Apache-2.0
#include "base/identifiers.h"

#include <algorithm>

namespace kwd {
namespace {

constexpr bool is_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Whether `text` is groups of `digits` hexadecimal digits, separated by `separator`.
bool is_grouped(std::string_view text, std::size_t digits, char separator) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % (digits + 1) == digits ? text[i] != separator : !is_hex(text[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<std::string> normal_mac(std::string_view text) {
    const bool readable = (text.size() == 17 && (is_grouped(text, 2, '-') || is_grouped(text, 2, ':'))) ||
                          (text.size() == 14 && is_grouped(text, 4, '.')) ||
                          (text.size() == 12 && std::all_of(text.begin(), text.end(), is_hex));
    if (!readable) {
        return std::nullopt;
    }
    std::string mac;
    for (const char c : text) {
        if (is_hex(c)) {
            if (mac.size() % 3 == 2) {
                mac += ':';
            }
            mac += lower(c);
        }
    }
    return mac;
}

std::optional<std::string> normal_guid(std::string_view text) {
    if (const std::size_t slash = text.rfind('/'); slash != std::string_view::npos && text.front() == '/') {
        text.remove_prefix(slash + 1);
    }
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
        text = text.substr(1, 36);
    }
    if (text.size() != 36) {
        return std::nullopt;
    }
    std::string guid;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? text[i] != '-' : !is_hex(text[i])) {
            return std::nullopt;
        }
        guid += upper(text[i]);
    }
    return guid;
}

}  // namespace kwd
