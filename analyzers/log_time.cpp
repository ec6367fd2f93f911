// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log_time.h"

#include "analyzers/words.h"

#include <fmt/format.h>

#include <chrono>

namespace kwd::analyzers {
namespace {

// Clocks of different zones, and time between writing and collecting.
constexpr int kSlackDays = 2;

// About: months of 31 days keep the order of days, which is all that is asked.
int day_in_year(const LogTime& time) {
    return time.month * 31 + time.day;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

void take_fraction(std::string_view& text, LogTime& time) {
    if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !is_digit(text[1])) {
        return;
    }
    text.remove_prefix(1);
    int unit = 100'000;
    while (!text.empty() && is_digit(text.front())) {
        time.microsecond += (text.front() - '0') * unit;
        unit /= 10;
        text.remove_prefix(1);
    }
}

void take_zone(std::string_view& text, LogTime& time) {
    if (take(text, 'Z')) {
        time.offset_minutes = 0;
        return;
    }
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) {
        return;
    }
    std::string_view rest = text.substr(1);
    const auto hours = take_digits(rest, 2);
    (void)take(rest, ':');
    const auto minutes = take_digits(rest, 2);
    if (hours && minutes && *hours <= 14 && *minutes < 60) {
        time.offset_minutes = (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
        text = rest;
    }
}

}  // namespace

std::optional<int> take_digits(std::string_view& text, std::size_t digits) noexcept {
    if (text.size() < digits) {
        return std::nullopt;
    }
    int number = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (!is_digit(text[i])) {
            return std::nullopt;
        }
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take_clock(std::string_view& text, LogTime& time) noexcept {
    std::string_view rest = text;
    const auto hour = take_digits(rest, 2);
    if (!hour || !take(rest, ':')) {
        return false;
    }
    const auto minute = take_digits(rest, 2);
    if (!minute || !take(rest, ':')) {
        return false;
    }
    const auto second = take_digits(rest, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 60) {
        return false;
    }
    time.hour = *hour;
    time.minute = *minute;
    time.second = *second;
    take_fraction(rest, time);
    text = rest;
    return true;
}

std::optional<LogTime> take_iso_time(std::string_view& text) noexcept {
    std::string_view rest = text;
    LogTime time;
    const auto year = take_digits(rest, 4);
    if (!year || rest.empty() || (rest[0] != '-' && rest[0] != '/')) {
        return std::nullopt;
    }
    const char separator = rest[0];
    rest.remove_prefix(1);
    const auto month = take_digits(rest, 2);
    if (!month || !take(rest, separator)) {
        return std::nullopt;
    }
    const auto day = take_digits(rest, 2);
    if (!day || *month < 1 || *month > 12 || *day < 1 || *day > 31 || !(take(rest, 'T') || take(rest, ' ')) ||
        !take_clock(rest, time)) {
        return std::nullopt;
    }
    time.year = *year;
    time.month = *month;
    time.day = *day;
    take_zone(rest, time);
    text = rest;
    return time;
}

std::optional<LogTime> time_of_epoch(std::int64_t microseconds) noexcept {
    constexpr std::int64_t latest = 253'402'300'800'000'000;  // the year 10000
    if (microseconds < 0 || microseconds >= latest) {
        return std::nullopt;
    }
    const std::chrono::sys_time<std::chrono::microseconds> moment{std::chrono::microseconds(microseconds)};
    const auto days = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(days);
    const auto of_day = static_cast<int>((moment - days).count() / 1'000'000);
    return LogTime{static_cast<int>(date.year()),
                   static_cast<int>(static_cast<unsigned>(date.month())),
                   static_cast<int>(static_cast<unsigned>(date.day())),
                   of_day / 3600,
                   of_day / 60 % 60,
                   of_day % 60,
                   static_cast<int>(microseconds % 1'000'000),
                   0};
}

std::optional<std::string> iso_text(const LogTime& time) {
    const std::chrono::year_month_day date{std::chrono::year(time.year),
                                           std::chrono::month(static_cast<unsigned>(time.month)),
                                           std::chrono::day(static_cast<unsigned>(time.day))};
    if (time.year == 0 || !date.ok()) {
        return std::nullopt;
    }
    if (time.offset_minutes.value_or(0) != 0) {
        const std::int64_t seconds = std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400} +
                                     time.hour * 3600 + (time.minute - *time.offset_minutes) * 60 + time.second;
        const auto utc = time_of_epoch(seconds * 1'000'000 + time.microsecond);
        return utc ? iso_text(*utc) : std::nullopt;
    }
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}{}", time.year, time.month, time.day, time.hour,
                       time.minute, time.second, time.microsecond, time.offset_minutes ? "Z" : "");
}

int YearOfLines::of(const LogTime& time) const noexcept {
    if (begin_) {
        return begin_->year + (day_in_year(time) + kSlackDays < day_in_year(*begin_) ? 1 : 0);
    }
    if (end_) {
        return end_->year - (day_in_year(time) > day_in_year(*end_) + kSlackDays ? 1 : 0);
    }
    return 0;
}

}  // namespace kwd::analyzers
