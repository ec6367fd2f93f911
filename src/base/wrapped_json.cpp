// SPDX-License-Identifier: Apache-2.0
#include "base/wrapped_json.h"

#include "base/console.h"

#include <algorithm>
#include <optional>
#include <string>

namespace kwd {
namespace {

constexpr std::string_view kBreaks = "\r\n";

std::string_view line_at(std::string_view text, std::size_t begin) {
    return text.substr(begin, std::min(text.find_first_of(kBreaks, begin), text.size()) - begin);
}

// Where the array or object that begins at `begin` ends. A line break may stand anywhere, even behind a backslash.
std::optional<std::size_t> end_of_wrapped(std::string_view text, std::size_t begin) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = begin; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                i = std::min(text.find_first_not_of(kBreaks, i + 1), text.size());
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if ((c == ']' || c == '}') && (depth == 0 || --depth == 0)) {
            return i + 1;
        }
    }
    return std::nullopt;
}

std::string unwrapped(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size();
         i = text.find_first_of(kBreaks, i), i = text.find_first_not_of(kBreaks, i)) {
        width = std::max(width, console_columns(line_at(text, i)));
    }
    std::string joined;
    joined.reserve(text.size());
    bool in_string = false;
    bool escaped = false;
    std::size_t line = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (kBreaks.find(c) != std::string_view::npos) {
            const std::size_t next = std::min(text.find_first_not_of(kBreaks, i), text.size());
            if (in_string) {
                joined += joint_of_wrapped(text.substr(line, i - line), line_at(text, next), width);
            }
            line = next;
            i = next - 1;
            continue;
        }
        joined += c;
        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = in_string;
        } else if (c == '"') {
            in_string = !in_string;
        }
    }
    return joined;
}

}  // namespace

Result<WrappedJson> parse_wrapped_json_prefix(std::string_view text) {
    auto strict = parse_json_prefix(text);
    if (strict) {
        return WrappedJson{std::move(strict->value), strict->bytes, false};
    }
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || (text[begin] != '[' && text[begin] != '{')) {
        return std::move(strict).error();
    }
    const auto end = end_of_wrapped(text, begin);
    if (!end) {
        return std::move(strict).error();
    }
    auto repaired = parse_json(unwrapped(text.substr(begin, *end - begin)));
    if (!repaired) {
        return std::move(strict).error();
    }
    return WrappedJson{std::move(*repaired), *end, true};
}

}  // namespace kwd
