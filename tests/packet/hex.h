// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace kwd::packet {

/// Bytes from pairs of hexadecimal digits; blanks and line ends between pairs are free.
inline std::vector<std::byte> hex(std::string_view text) {
    const auto digit = [](char c) -> unsigned {
        if (c >= '0' && c <= '9') {
            return static_cast<unsigned>(c - '0');
        }
        if (c >= 'a' && c <= 'f') {
            return static_cast<unsigned>(c - 'a' + 10);
        }
        throw std::invalid_argument("not a hexadecimal digit");
    };
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\n') {
            ++i;
            continue;
        }
        bytes.push_back(static_cast<std::byte>(digit(text.at(i)) << 4 | digit(text.at(i + 1))));
        i += 2;
    }
    return bytes;
}

inline std::vector<std::byte> operator+(std::vector<std::byte> left, const std::vector<std::byte>& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

}  // namespace kwd::packet
