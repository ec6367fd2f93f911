// SPDX-License-Identifier: Apache-2.0
#include "base/iso_time.h"

#include <algorithm>
#include <chrono>

namespace kwd {
namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Takes one thing after another from the front of a text; after the first failure it stays failed.
class Reader {
  public:
    explicit Reader(std::string_view text) noexcept : rest_(text) {}

    /// Exactly `digits` digits with a value in [low, high].
    int number(std::size_t digits, int low, int high) noexcept {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_.empty() || !is_digit(rest_.front())) {
                failed_ = true;
                return low;
            }
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        failed_ = failed_ || value < low || value > high;
        return value;
    }

    bool take(char c) noexcept {
        const bool there = next() == c;
        if (there) {
            rest_.remove_prefix(1);
        }
        return there;
    }
    void need(bool there) noexcept { failed_ = failed_ || !there; }

    /// Any number of digits behind a point, in nanoseconds.
    std::int32_t fraction() noexcept {
        std::int32_t value = 0;
        need(is_digit(next()));
        for (std::int32_t place = 100'000'000; is_digit(next()); rest_.remove_prefix(1), place /= 10) {
            value += place * (next() - '0');
        }
        return value;
    }

    [[nodiscard]] char next() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool failed() const noexcept { return failed_; }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

/// `Z`, `+02:00`, `+0200`, `+02` or nothing, in seconds east of UTC.
int read_offset(Reader& in) noexcept {
    if (in.take('Z') || in.take('z') || in.at_end()) {
        return 0;
    }
    const int sign = in.next() == '-' ? -1 : 1;
    in.need(in.take('+') || in.take('-'));
    const int hours = in.number(2, 0, 23);
    const bool has_minutes = in.take(':') || !in.at_end();
    return sign * (hours * 3600 + (has_minutes ? in.number(2, 0, 59) * 60 : 0));
}

}  // namespace

std::optional<UtcTime> parse_iso_time(std::string_view text) noexcept {
    Reader in(text);
    const int year = in.number(4, 0, 9999);
    in.need(in.take('-'));
    const int month = in.number(2, 1, 12);
    in.need(in.take('-'));
    const int day = in.number(2, 1, 31);
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (in.failed() || !date.ok()) {
        return std::nullopt;
    }
    UtcTime time{std::int64_t{std::chrono::sys_days{date}.time_since_epoch().count()} * 86400, 0};
    if (in.at_end()) {
        return time;
    }
    in.need(in.take('T') || in.take('t') || in.take(' '));
    time.seconds += in.number(2, 0, 23) * std::int64_t{3600};
    in.need(in.take(':'));
    time.seconds += in.number(2, 0, 59) * std::int64_t{60};
    in.need(in.take(':'));
    time.seconds += in.number(2, 0, 60);
    if (in.take('.') || in.take(',')) {
        time.nanoseconds = in.fraction();
    }
    time.seconds -= read_offset(in);
    return in.failed() || !in.at_end() ? std::nullopt : std::optional(time);
}

std::optional<std::string> time_text(std::string_view text) {
    constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd";
    const auto fits = [](char pattern_char, char each) {
        return pattern_char == 'd' ? is_digit(each) : pattern_char == each;
    };
    if (text.size() < pattern.size() || !std::equal(pattern.begin(), pattern.end(), text.begin(), fits)) {
        return std::nullopt;
    }
    std::string_view rest = text.substr(pattern.size());
    if (rest.starts_with('.')) {
        rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
    }
    if (!rest.empty() && rest != "Z") {
        return std::nullopt;
    }
    return std::string(text.substr(0, 10)) + " " + std::string(text.substr(11, 8)) +
           (rest.empty() ? " by the log's own clock" : " UTC");
}

double seconds_between(const UtcTime& earlier, const UtcTime& later) noexcept {
    return static_cast<double>(later.seconds - earlier.seconds) +
           static_cast<double>(later.nanoseconds - earlier.nanoseconds) / 1e9;
}

}  // namespace kwd
