// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <fmt/format.h>

namespace kwd {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Where the value that begins at `begin` ends, by counting brackets outside strings; depth is bounded on the way.
Result<std::size_t> end_of_value(std::string_view text, std::size_t begin) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = begin; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
                if (depth == 0) {
                    return i + 1;
                }
            }
            continue;
        }
        switch (c) {
            case '"': in_string = true; break;
            case '[':
            case '{':
                if (++depth > kMaxJsonDepth) {
                    return Error{Errc::too_large,
                                 fmt::format("read JSON: nested deeper than {} levels at byte {}", kMaxJsonDepth, i)};
                }
                break;
            case ']':
            case '}':
                if (depth == 0 || --depth == 0) {
                    return i + 1;
                }
                break;
            default:
                if (depth == 0 && (c == ',' || kBlanks.find(c) != std::string_view::npos)) {
                    return i;
                }
        }
    }
    if (depth == 0 && !in_string) {
        return text.size();
    }
    return Error{Errc::malformed, fmt::format("read JSON: the text ends inside a value of {} open levels", depth)};
}

}  // namespace

Result<JsonPrefix> parse_json_prefix(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) {
        return Error{Errc::malformed, "read JSON: the text is empty"};
    }
    auto end = end_of_value(text, begin);
    if (!end) {
        return std::move(end).error();
    }
    try {
        return JsonPrefix{nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                                text.begin() + static_cast<std::ptrdiff_t>(*end)),
                          *end};
    } catch (const nlohmann::json::parse_error& error) {
        return Error{Errc::malformed, fmt::format("read JSON: not valid at byte {}", begin + error.byte)};
    } catch (const nlohmann::json::exception& error) {
        return Error{Errc::malformed, fmt::format("read JSON: {}", error.what())};
    }
}

Result<nlohmann::json> parse_json(std::string_view text) {
    auto prefix = parse_json_prefix(text);
    if (!prefix) {
        return std::move(prefix).error();
    }
    if (text.find_first_not_of(kBlanks, prefix->bytes) != std::string_view::npos) {
        return Error{Errc::malformed, fmt::format("read JSON: more text follows the value at byte {}", prefix->bytes)};
    }
    return std::move(prefix->value);
}

std::string pointer_to(std::string_view base, std::string_view token) {
    std::string result(base);
    result += '/';
    for (const char c : token) {
        if (c == '~') {
            result += "~0";
        } else if (c == '/') {
            result += "~1";
        } else {
            result += c;
        }
    }
    return result;
}

std::string pointer_to(std::string_view base, std::size_t index) {
    return fmt::format("{}/{}", base, index);
}

}  // namespace kwd
