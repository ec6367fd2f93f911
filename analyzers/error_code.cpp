// SPDX-License-Identifier: Apache-2.0
#include "analyzers/error_code.h"

#include "analyzers/words.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace kwd::analyzers {
namespace {

constexpr std::size_t kSearchedBytes = 16 * 1024;

bool is_hex(char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

// Whether the words before a short number say that it is an error.
bool is_announced(std::string_view before) {
    while (!before.empty() && std::string_view(" :=([\"'").find(before.back()) != std::string_view::npos) {
        before.remove_suffix(1);
    }
    static constexpr auto words = std::to_array<std::string_view>(
        {"code", "error", "hresult", "hr", "failed", "status", "win32", "exit", "result"});
    for (const std::string_view word : words) {
        if (before.size() >= word.size() && equal_ignoring_case(before.substr(before.size() - word.size()), word)) {
            return true;
        }
    }
    return false;
}

std::optional<std::string> code_text(std::uint32_t code) {
    return code == 0 ? std::nullopt : std::optional(fmt::format("0x{:x}", code));
}

std::optional<std::string> hexadecimal_at(std::string_view message, std::size_t at) {
    std::size_t end = at + 2;
    while (end < message.size() && is_hex(message[end])) {
        ++end;
    }
    const std::size_t digits = end - at - 2;
    const char before = at == 0 ? ' ' : message[at - 1];
    const char after = end == message.size() ? ' ' : message[end];
    if (digits == 0 || digits > 8 || before == '+' || is_letter(before) || is_digit(before) || is_letter(after)) {
        return std::nullopt;
    }
    std::uint32_t code = 0;
    std::from_chars(message.data() + at + 2, message.data() + end, code, 16);
    const bool is_hresult = digits == 8 && (code & 0x80000000U) != 0;
    const char outside = at < 2 ? ' ' : message[at - 2];  // a letter: a call in a stack trace
    const bool in_brackets = before == '(' && after == ')' && !is_letter(outside) && !is_digit(outside);
    if (!is_hresult && !in_brackets && !is_announced(message.substr(0, at))) {
        return std::nullopt;
    }
    return code_text(code);
}

// "ErrorCode":2151350299, also with backslashes before the quotes; HRESULT: -2143617023.
std::optional<std::string> decimal_behind(std::string_view rest) {
    while (!rest.empty() && std::string_view("\\\":= ").find(rest.front()) != std::string_view::npos) {
        rest.remove_prefix(1);
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || number == 0 || number > 0xffffffffLL || number < -0x80000000LL ||
        (end != rest.data() + rest.size() && *end == 'x')) {
        return std::nullopt;
    }
    return code_text(static_cast<std::uint32_t>(number));
}

}  // namespace

std::optional<std::string> first_error_code(std::string_view message) {
    message = message.substr(0, kSearchedBytes);
    message = message.substr(0, message.find("\ngoroutine "));
    for (std::size_t at = message.find('0'); at != std::string_view::npos; at = message.find('0', at + 1)) {
        if (at + 2 < message.size() && lower(message[at + 1]) == 'x') {
            if (auto code = hexadecimal_at(message, at)) {
                return code;
            }
        }
    }
    for (const std::string_view name : {"errorcode", "hresult"}) {
        const std::size_t at = find_ignoring_case(message, name);
        if (at != std::string_view::npos) {
            if (auto code = decimal_behind(message.substr(at + name.size()))) {
                return code;
            }
        }
    }
    return std::nullopt;
}

}  // namespace kwd::analyzers
