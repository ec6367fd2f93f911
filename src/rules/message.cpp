// SPDX-License-Identifier: Apache-2.0
#include "rules/message.h"

#include "base/iso_time.h"
#include "base/utf8.h"

#include <algorithm>

namespace kwd::rules {
namespace {

constexpr std::size_t kMaxValueBytes = 500;

bool starts_name(char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each == '_';
}
bool in_name(char each) {
    return starts_name(each) || (each >= '0' && each <= '9');
}

// The length of a placeholder that begins here, braces included; 0 when none does.
std::size_t placeholder_length(std::string_view text) {
    if (text.size() < 3 || text[0] != '{' || !starts_name(text[1])) {
        return 0;
    }
    std::size_t end = 1;
    while (end < text.size() && in_name(text[end])) {
        ++end;
    }
    return end < text.size() && text[end] == '}' ? end + 1 : 0;
}

// Calls on_text for every piece that is text and on_name for every placeholder, in order.
template <class OnText, class OnName>
void walk(std::string_view text, OnText on_text, OnName on_name) {
    std::size_t begin = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        const bool escaped = text[i] == '{' && i + 1 < text.size() && text[i + 1] == '{';
        const std::size_t length = placeholder_length(text.substr(escaped ? i + 1 : i));
        const bool closed = escaped && length > 0 && i + 1 + length < text.size() && text[i + 1 + length] == '}';
        if (closed) {
            on_text(text.substr(begin, i - begin));
            on_text(text.substr(i + 1, length));
            i += length + 2;
            begin = i;
        } else if (!escaped && length > 0) {
            on_text(text.substr(begin, i - begin));
            on_name(text.substr(i + 1, length - 2));
            i += length;
            begin = i;
        } else {
            ++i;
        }
    }
    on_text(text.substr(begin));
}

const snapshot::Value* find_value(std::string_view name, std::span<const std::string> columns,
                                  std::span<const snapshot::Value> row) {
    const auto found = std::ranges::find(columns, name);
    const auto index = static_cast<std::size_t>(found - columns.begin());
    return found != columns.end() && index < row.size() ? &row[index] : nullptr;
}

// The character of one well-formed sequence of UTF-8.
char32_t decoded(std::string_view sequence) {
    const auto lead = static_cast<unsigned char>(sequence.front());
    char32_t character = sequence.size() == 1 ? lead : lead & (0xffU >> (sequence.size() + 1));
    for (const char each : sequence.substr(1)) {
        character = (character << 6U) | (static_cast<unsigned char>(each) & 0x3fU);
    }
    return character;
}

bool is_harmless(char32_t point, bool quoted) {
    const bool letter_or_digit =
        (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
    if (point < 0x80U) {
        const auto each = static_cast<char>(point);
        return letter_or_digit || std::string_view("._:/@+=,-").find(each) != std::string_view::npos ||
               (quoted && std::string_view(" ()[]{}#~*\\").find(each) != std::string_view::npos);
    }
    // Not the C1 controls, nor General Punctuation: PowerShell takes its quotes and dashes for quotes and dashes, and
    // its direction marks make a text look like another.
    return quoted && point >= 0xa0U && !(point >= 0x2000U && point <= 0x206fU) && point != 0xfeffU && point < 0xe0000U;
}

bool is_harmless(std::string_view text, bool quoted) {
    // A leading '-' would be an option to the command, whatever quotes are around it; a trailing '\' escapes the quote.
    if (text.empty() || text.size() > kMaxValueBytes || text.front() == '-' || text.back() == '\\') {
        return false;
    }
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0 || !is_harmless(decoded(text.substr(0, length)), quoted)) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace

std::vector<std::string> placeholders(std::string_view text) {
    std::vector<std::string> names;
    walk(
        text, [](std::string_view) {}, [&](std::string_view name) { names.emplace_back(name); });
    return names;
}

std::string fill(std::string_view text, std::span<const std::string> columns, std::span<const snapshot::Value> row) {
    std::string filled;
    walk(
        text, [&](std::string_view piece) { filled += piece; },
        [&](std::string_view name) {
            const snapshot::Value* value = find_value(name, columns, row);
            const bool known = value != nullptr && !std::holds_alternative<std::nullptr_t>(*value);
            const std::string words = known ? snapshot::to_text(*value) : "unknown";
            filled += time_text(words).value_or(shortened(words, kMaxValueBytes));
        });
    return filled;
}

std::string fill_command(std::string_view command, std::span<const std::string> columns,
                         std::span<const snapshot::Value> row) {
    std::string filled;
    char quote = '\0';  // the one we are within
    walk(
        command,
        [&](std::string_view piece) {
            for (const char each : piece) {
                if (quote == '\0' && (each == '"' || each == '\'')) {
                    quote = each;
                } else if (each == quote) {
                    quote = '\0';
                }
            }
            filled += piece;
        },
        [&](std::string_view name) {
            const snapshot::Value* value = find_value(name, columns, row);
            const std::string text = value != nullptr ? snapshot::to_text(*value) : "";
            filled += is_harmless(text, quote != '\0') ? text : "<" + std::string(name) + ">";
        });
    return filled;
}

}  // namespace kwd::rules
