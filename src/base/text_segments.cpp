// SPDX-License-Identifier: Apache-2.0
#include "base/text_segments.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace kwd {
namespace {

constexpr std::string_view kMarkLittle = "\xff\xfe";
constexpr std::string_view kMarkBig = "\xfe\xff";
constexpr std::string_view kMarkUtf8 = "\xef\xbb\xbf";

/// What is looked at to tell UTF-16 from a stray NUL.
constexpr std::size_t kWindowUnits = 32;
/// A beginning without ASCII that is looked for in front of the first ASCII character of UTF-16.
constexpr std::size_t kMostBacktrack = 256;
/// NULs that belong to no text: NTFS leaves such runs in a log after a power failure.
constexpr std::size_t kNulRun = 3;
/// Chinese text has pairs of bytes that are both ASCII; so many of them in a row it has not.
constexpr std::size_t kPairRun = 16;
/// The shortest 8-bit line without CR LF that is told from UTF-16.
constexpr std::size_t kLeastLine = 8;

constexpr unsigned byte_at(std::string_view bytes, std::size_t i) noexcept {
    return static_cast<unsigned char>(bytes[i]);
}

constexpr bool is_text_byte(unsigned byte) noexcept {
    return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
}

struct Unit {
    unsigned high = 0;
    unsigned low = 0;

    [[nodiscard]] bool is_line_feed() const noexcept { return high == 0 && low == '\n'; }
    [[nodiscard]] bool is_nul() const noexcept { return high == 0 && low == 0; }
    [[nodiscard]] bool is_latin() const noexcept { return high == 0 && (is_text_byte(low) || low >= 0xa0); }
    [[nodiscard]] bool is_ascii_pair() const noexcept { return is_text_byte(high) && is_text_byte(low); }
    /// A surrogate, a private character, or one of the last row: rare in text, common when 8-bit text is misread.
    [[nodiscard]] bool is_unlikely() const noexcept { return (high >= 0xd8 && high <= 0xf8) || high == 0xff; }
};

Unit unit_at(std::string_view bytes, std::size_t i, TextWidth width) noexcept {
    const unsigned first = byte_at(bytes, i);
    const unsigned second = byte_at(bytes, i + 1);
    return width == TextWidth::utf16be ? Unit{first, second} : Unit{second, first};
}

/// Whether the bytes from `start` read as UTF-16: some units of ASCII and NUL, and few pairs that speak against it.
/// Looks no further than the end of the line, since another width may follow.
bool reads_as_utf16(std::string_view bytes, std::size_t start, TextWidth width) noexcept {
    std::size_t units = 0;
    std::size_t latin = 0;
    std::size_t against = 0;
    for (std::size_t i = start; units < kWindowUnits && i + 1 < bytes.size(); i += 2, ++units) {
        const Unit unit = unit_at(bytes, i, width);
        if (i > start && unit.is_line_feed()) {
            ++units;
            ++latin;
            break;
        }
        latin += unit.is_latin() ? 1 : 0;
        against += unit.is_nul() || unit.is_ascii_pair() || unit.is_unlikely() ? 1 : 0;
    }
    return latin > 1 && against * 2 < units;
}

/// UTF-16 may begin before its first ASCII character, which is at `first`: at the start of that line, when what is
/// between is no 8-bit text.
std::size_t start_of_utf16(std::string_view bytes, std::size_t from, std::size_t first) noexcept {
    const std::size_t lowest = std::max(from, first - std::min(first, kMostBacktrack));
    for (std::size_t line = first; line > lowest;) {
        --line;
        if (line != from && bytes[line - 1] != '\n') {
            continue;
        }
        const std::string_view between = bytes.substr(line, first - line);
        if (is_utf8(between)) {
            return first;
        }
        std::size_t pairs = 0;
        for (std::size_t i = line; i + 1 < first; i += 2) {
            pairs += unit_at(bytes, i, TextWidth::utf16le).is_ascii_pair() ? 1 : 0;
        }
        if (between.size() % 2 == 0 && pairs * 4 < between.size()) {
            return line;
        }
    }
    return first;
}

struct Found {
    std::size_t start = 0;
    TextWidth width = TextWidth::bytes;
};

/// Where UTF-16 begins in 8-bit text from `from` on.
std::optional<Found> find_utf16(std::string_view bytes, std::size_t from) noexcept {
    std::size_t i = bytes.find('\0', from);
    while (i != std::string_view::npos) {
        const std::size_t end = std::min(bytes.find_first_not_of('\0', i), bytes.size());
        if (end - i < kNulRun) {
            const std::string_view before = bytes.substr(from, i - from);
            const bool is_big_possible = from == 0 && i % 2 == 0 && i < kWindowUnits &&
                                         (before.empty() || !is_ascii(before)) &&
                                         before.find('\n') == std::string_view::npos;
            if (is_big_possible && reads_as_utf16(bytes, i, TextWidth::utf16be)) {
                return Found{0, TextWidth::utf16be};
            }
            if (i > from && reads_as_utf16(bytes, i - 1, TextWidth::utf16le)) {
                return Found{start_of_utf16(bytes, from, i - 1), TextWidth::utf16le};
            }
        }
        i = bytes.find('\0', end);
    }
    return std::nullopt;
}

/// Whether a line of 8-bit text stands where UTF-16 has begun a new line.
bool is_byte_line(std::string_view bytes, std::size_t line) noexcept {
    const std::string_view rest = bytes.substr(line);
    const std::size_t newline = rest.find('\n');
    const std::string_view text = rest.substr(0, newline);
    if (text.find('\0') != std::string_view::npos) {
        return false;
    }
    if (newline == std::string_view::npos) {
        return text.size() >= kLeastLine && is_ascii(text);
    }
    if (newline + 1 < rest.size() && rest[newline + 1] == '\0') {
        return false;
    }
    return text.ends_with('\r') || (text.size() >= kLeastLine && is_utf8(text));
}

/// Where UTF-16 that begins at `start` ends.
std::size_t end_of_utf16(std::string_view bytes, std::size_t start, TextWidth width) noexcept {
    std::size_t pairs = 0;
    bool is_line_start = false;
    for (std::size_t i = start; i + 1 < bytes.size(); i += 2) {
        if (is_line_start && is_byte_line(bytes, i)) {
            return i;
        }
        const Unit unit = unit_at(bytes, i, width);
        is_line_start = unit.is_line_feed();
        pairs = unit.is_ascii_pair() ? pairs + 1 : 0;
        const std::size_t run_start = i + 2 - 2 * pairs;
        if (pairs >= kPairRun && run_start > start) {
            return run_start;
        }
    }
    return bytes.size();
}

}  // namespace

std::vector<TextSegment> split_by_width(std::string_view bytes) {
    std::vector<TextSegment> segments;
    const auto add = [&](TextWidth width, std::size_t start, std::size_t end) {
        std::string_view text = bytes.substr(start, end - start);
        for (const std::string_view mark : {kMarkLittle, kMarkBig, kMarkUtf8}) {
            if (text.starts_with(mark) && (mark == kMarkUtf8) == (width == TextWidth::bytes)) {
                text.remove_prefix(mark.size());
            }
        }
        if (!text.empty()) {
            segments.push_back({width, text});
        }
    };
    std::size_t at = 0;
    std::optional<Found> next;
    if (bytes.starts_with(kMarkLittle)) {
        next = Found{0, TextWidth::utf16le};
    } else if (bytes.starts_with(kMarkBig)) {
        next = Found{0, TextWidth::utf16be};
    } else {
        next = find_utf16(bytes, 0);
    }
    while (next) {
        add(TextWidth::bytes, at, next->start);
        at = end_of_utf16(bytes, next->start, next->width);
        add(next->width, next->start, at);
        next = find_utf16(bytes, at);
    }
    add(TextWidth::bytes, at, bytes.size());
    return segments;
}

}  // namespace kwd
