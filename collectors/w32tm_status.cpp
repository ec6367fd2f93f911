// SPDX-License-Identifier: Apache-2.0
#include "collectors/w32tm_status.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace kwd::collectors {
namespace {

constexpr std::size_t kLeapIndicator = 0;
constexpr std::size_t kReferenceId = 5;
constexpr std::size_t kSource = 7;
constexpr std::size_t kPhaseOffset = 9;
constexpr std::string_view kOwnClock = "0x4C4F434C";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string_view> filled_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (const std::string_view content = trimmed(line); !content.empty()) {
            lines.push_back(content);
        }
    }
    return lines;
}

// What stands behind the first colon.
std::string_view value_of(std::string_view line) {
    const std::size_t colon = line.find(':');
    return colon == std::string_view::npos ? std::string_view() : trimmed(line.substr(colon + 1));
}

// `-0.0001234s`; some languages write a comma.
std::optional<double> seconds_of(std::string_view text) {
    if (!text.ends_with('s')) {
        return std::nullopt;
    }
    std::string number(text.substr(0, text.size() - 1));
    std::ranges::replace(number, ',', '.');
    double seconds = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), seconds);
    return error == std::errc() && end == number.data() + number.size() ? std::optional(seconds) : std::nullopt;
}

}  // namespace

std::optional<W32tmStatus> read_w32tm_status(std::string_view text) {
    const auto lines = filled_lines(text);
    if (lines.size() <= kSource) {
        return std::nullopt;
    }
    const std::string_view leap = value_of(lines[kLeapIndicator]);
    if (leap.empty() || leap.front() < '0' || leap.front() > '3') {
        return std::nullopt;
    }
    const bool follows_itself = value_of(lines[kReferenceId]).starts_with(kOwnClock);
    W32tmStatus status{.synchronized = leap.front() != '3' && !follows_itself,
                       .source = std::string(value_of(lines[kSource]))};
    if (lines.size() > kPhaseOffset && status.synchronized) {
        if (const auto seconds = seconds_of(value_of(lines[kPhaseOffset]))) {
            status.offset_ms = *seconds == 0 ? 0 : *seconds * -1000;
        }
    }
    return status;
}

}  // namespace kwd::collectors
