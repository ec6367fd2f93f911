// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <algorithm>
#include <cstring>

namespace kwd {
namespace {

constexpr unsigned byte_at(std::string_view text, std::size_t i) noexcept {
    return static_cast<unsigned char>(text[i]);
}

constexpr bool is_continuation(unsigned byte) noexcept {
    return (byte & 0xc0) == 0x80;
}

/// Length of the ASCII that the text begins with, looked at eight bytes at a time.
std::size_t ascii_prefix_length(std::string_view text) noexcept {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::size_t i = 0;
    for (std::uint64_t eight = 0; i + sizeof eight <= text.size(); i += sizeof eight) {
        std::memcpy(&eight, text.data() + i, sizeof eight);
        if ((eight & kHighBits) != 0) {
            break;
        }
    }
    while (i < text.size() && byte_at(text, i) < 0x80) {
        ++i;
    }
    return i;
}

struct SequenceShape {
    std::size_t length = 0;
    unsigned second_low = 0x80;
    unsigned second_high = 0xbf;
};

/// Unicode Standard, table 3-7, by first byte.
constexpr SequenceShape shape_of(unsigned first) noexcept {
    if (first < 0x80) {
        return {1};
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return {2};
    }
    if (first >= 0xe0 && first <= 0xef) {
        return {3, first == 0xe0 ? 0xa0U : 0x80U, first == 0xed ? 0x9fU : 0xbfU};
    }
    if (first >= 0xf0 && first <= 0xf4) {
        return {4, first == 0xf0 ? 0x90U : 0x80U, first == 0xf4 ? 0x8fU : 0xbfU};
    }
    return {};
}

/// How much of the text belongs to its first, perhaps broken sequence: the well-formed sequence, or the longest start
/// of one (Unicode Standard, §3.9, "maximal subpart"), at least one byte.
std::size_t subpart_length(std::string_view text) noexcept {
    const SequenceShape shape = shape_of(byte_at(text, 0));
    std::size_t i = 1;
    if (i < shape.length && i < text.size() &&
        (byte_at(text, i) < shape.second_low || byte_at(text, i) > shape.second_high)) {
        return i;
    }
    while (i < shape.length && i < text.size() && is_continuation(byte_at(text, i))) {
        ++i;
    }
    return i;
}

}  // namespace

void append_utf8(std::string& out, char32_t character) {
    if (character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff)) {
        character = kReplacementCharacter;
    }
    const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xc0 | (character >> 6));
        put(0x80 | (character & 0x3f));
    } else if (character < 0x10000) {
        put(0xe0 | (character >> 12));
        put(0x80 | ((character >> 6) & 0x3f));
        put(0x80 | (character & 0x3f));
    } else {
        put(0xf0 | (character >> 18));
        put(0x80 | ((character >> 12) & 0x3f));
        put(0x80 | ((character >> 6) & 0x3f));
        put(0x80 | (character & 0x3f));
    }
}

std::size_t utf8_sequence_length(std::string_view text) noexcept {
    if (text.empty()) {
        return 0;
    }
    const std::size_t length = shape_of(byte_at(text, 0)).length;
    return length != 0 && subpart_length(text) == length ? length : 0;
}

std::size_t utf8_prefix_length(std::string_view text) noexcept {
    std::size_t i = 0;
    while (i < text.size()) {
        const std::string_view rest = text.substr(i);
        const std::size_t length = byte_at(rest, 0) < 0x80 ? ascii_prefix_length(rest) : utf8_sequence_length(rest);
        if (length == 0) {
            break;
        }
        i += length;
    }
    return i;
}

std::string_view cut_text(std::string_view text, std::size_t limit) noexcept {
    if (text.size() <= limit) {
        return text;
    }
    while (limit > 0 && is_continuation(byte_at(text, limit))) {
        --limit;
    }
    return text.substr(0, limit);
}

std::string shortened(std::string_view text, std::size_t limit) {
    const std::string_view kept = cut_text(text, limit);
    return kept.size() == text.size() ? std::string(text) : std::string(kept) + "…";
}

bool is_ascii(std::string_view text) noexcept {
    return ascii_prefix_length(text) == text.size();
}

std::size_t append_repaired_utf8(std::string& out, std::string_view text) {
    std::size_t broken = 0;
    while (!text.empty()) {
        const std::size_t sound = utf8_prefix_length(text);
        out.append(text.substr(0, sound));
        text.remove_prefix(sound);
        if (!text.empty()) {
            append_utf8(out, kReplacementCharacter);
            text.remove_prefix(subpart_length(text));
            ++broken;
        }
    }
    return broken;
}

std::string repair_utf8(std::string_view text) {
    std::string repaired;
    repaired.reserve(text.size());
    append_repaired_utf8(repaired, text);
    return repaired;
}

std::size_t append_utf16(std::string& out, std::string_view bytes, ByteOrder order) {
    const std::size_t low = order == ByteOrder::little ? 0 : 1;
    const auto unit_at = [&](std::size_t i) -> char32_t {
        return byte_at(bytes, i + low) | (byte_at(bytes, i + 1 - low) << 8);
    };
    std::size_t broken = 0;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) {
        char32_t character = unit_at(i);
        if (character >= 0xd800 && character <= 0xdfff) {
            const char32_t next = character <= 0xdbff && i + 3 < bytes.size() ? unit_at(i + 2) : 0;
            if (next >= 0xdc00 && next <= 0xdfff) {
                character = 0x10000 + ((character - 0xd800) << 10) + (next - 0xdc00);
                i += 2;
            } else {
                character = kReplacementCharacter;
                ++broken;
            }
        }
        append_utf8(out, character);
    }
    if (i < bytes.size()) {
        append_utf8(out, kReplacementCharacter);
        ++broken;
    }
    return broken;
}

}  // namespace kwd
