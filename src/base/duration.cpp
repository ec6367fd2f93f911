// SPDX-License-Identifier: Apache-2.0
#include "base/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace kwd {
namespace {

constexpr double kMinute = 60;
constexpr double kHour = 60 * kMinute;
constexpr double kDay = 24 * kHour;

struct Unit {
    std::string_view name;
    double seconds;
};

constexpr std::array kUnits{
    Unit{"ns", 1e-9},
    Unit{"us", 1e-6},
    Unit{"µs", 1e-6},  // micro sign
    Unit{"μs", 1e-6},  // Greek mu
    Unit{"ms", 1e-3},
    Unit{"msec", 1e-3},
    Unit{"millisecond", 1e-3},
    Unit{"milliseconds", 1e-3},
    Unit{"s", 1},
    Unit{"sec", 1},
    Unit{"secs", 1},
    Unit{"second", 1},
    Unit{"seconds", 1},
    Unit{"m", kMinute},
    Unit{"min", kMinute},
    Unit{"mins", kMinute},
    Unit{"minute", kMinute},
    Unit{"minutes", kMinute},
    Unit{"h", kHour},
    Unit{"hr", kHour},
    Unit{"hour", kHour},
    Unit{"hours", kHour},
    Unit{"d", kDay},
    Unit{"day", kDay},
    Unit{"days", kDay},
    Unit{"w", 7 * kDay},
    Unit{"week", 7 * kDay},
    Unit{"weeks", 7 * kDay},
};

constexpr bool is_number_character(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '.';
}

std::string_view without_blanks(std::string_view text) noexcept {
    const std::size_t start = text.find_first_not_of(' ');
    return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

std::string_view take(std::string_view& text, bool numbers) noexcept {
    const auto end =
        std::find_if(text.begin(), text.end(), [&](char c) { return is_number_character(c) != numbers || c == ' '; });
    const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(taken.size());
    return taken;
}

std::optional<double> number(std::string_view text) noexcept {
    double value = 0;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    return failure == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string joined(double large, const char* large_name, double small, const char* small_name) {
    return small == 0 ? fmt::format("{:.0f} {}", large, large_name)
                      : fmt::format("{:.0f} {} {:.0f} {}", large, large_name, small, small_name);
}

/// `seconds` as a whole number of `small` units, told in `large` units and what is left over.
std::string in_units(double seconds, double large, const char* large_name, double small, const char* small_name) {
    const double whole = std::round(seconds / small);
    const double per_large = large / small;
    const double count = std::floor(whole / per_large);
    return joined(count, large_name, whole - count * per_large, small_name);
}

std::string magnitude_text(double seconds) {
    if (seconds >= kDay - kMinute / 2) {
        return in_units(seconds, kDay, "d", kHour, "h");
    }
    if (seconds >= kHour - 0.5) {
        return in_units(seconds, kHour, "h", kMinute, "min");
    }
    if (seconds >= kMinute - 0.005) {
        return in_units(seconds, kMinute, "min", 1, "s");
    }
    if (seconds >= 0.9995) {
        return fmt::format("{:g} s", std::round(seconds * 100) / 100);
    }
    return seconds == 0 ? "0 s" : fmt::format("{:.3g} ms", seconds * 1000);
}

}  // namespace

std::optional<double> parse_duration(std::string_view text) {
    text = without_blanks(text);
    const bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        text.remove_prefix(1);
    }
    if (text.empty()) {
        return std::nullopt;
    }
    double seconds = 0;
    for (bool first = true; !text.empty(); first = false) {
        const auto value = number(take(text, true));
        text = without_blanks(text);
        const std::string_view name = take(text, false);
        text = without_blanks(text);
        if (!value) {
            return std::nullopt;
        }
        if (name.empty() && first && text.empty()) {
            seconds = *value;
            break;
        }
        const auto* const unit =
            std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& known) { return known.name == name; });
        if (unit == kUnits.end()) {
            return std::nullopt;
        }
        seconds += *value * unit->seconds;
    }
    if (!std::isfinite(seconds)) {
        return std::nullopt;
    }
    return negative ? -seconds : seconds;
}

std::optional<std::string> duration_text(double seconds) {
    if (!std::isfinite(seconds)) {
        return std::nullopt;
    }
    return (seconds < 0 ? "-" : "") + magnitude_text(std::abs(seconds));
}

}  // namespace kwd
