// SPDX-License-Identifier: Apache-2.0
#include "base/version.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace kwd {
namespace {

constexpr std::size_t kMostDigits = 18;
constexpr std::uint64_t kFirstBuildOfWindows10 = 10240;

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_identifier_character(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/// Takes the digits in front of `text` as a number.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
    const auto digits =
        static_cast<std::size_t>(std::distance(text.begin(), std::find_if_not(text.begin(), text.end(), is_digit)));
    if (digits == 0 || digits > kMostDigits) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + digits, value);
    text.remove_prefix(digits);
    return value;
}

/// EKS, GKE, AKS (long-term support), Alibaba Cloud, Tencent Cloud, Docker's two editions.
bool is_vendor_build(std::string_view identifier) noexcept {
    constexpr std::array<std::string_view, 7> kTags{"eks", "gke", "akslts", "aliyun", "tke", "ee", "ce"};
    return std::find(kTags.begin(), kTags.end(), identifier.substr(0, identifier.find('-'))) != kTags.end();
}

std::vector<std::string> take_identifiers(std::string_view text) {
    std::vector<std::string> identifiers;
    for (;;) {
        const auto end = std::find_if_not(text.begin(), text.end(), is_identifier_character);
        const auto size = static_cast<std::size_t>(end - text.begin());
        if (size == 0) {
            return identifiers;
        }
        identifiers.emplace_back(text.substr(0, size));
        if (size == text.size() || text[size] != '.') {
            return identifiers;
        }
        text.remove_prefix(size + 1);
    }
}

int sign(bool less) noexcept {
    return less ? -1 : 1;
}

/// semver.org §11.4: numbers by value and below words, words by ASCII.
int compare_identifiers(const std::string& a, const std::string& b) {
    const bool a_is_number = std::all_of(a.begin(), a.end(), is_digit);
    const bool b_is_number = std::all_of(b.begin(), b.end(), is_digit);
    if (a_is_number != b_is_number) {
        return sign(a_is_number);
    }
    const auto digits = [&](const std::string& text) {
        return a_is_number ? std::string_view(text).substr(std::min(text.find_first_not_of('0'), text.size())) : text;
    };
    const std::string_view x = digits(a);
    const std::string_view y = digits(b);
    if (a_is_number && x.size() != y.size()) {
        return sign(x.size() < y.size());
    }
    return x == y ? 0 : sign(x < y);
}

bool is_long_windows(std::span<const std::uint64_t> numbers) noexcept {
    return numbers.size() > 2 && numbers[0] == 10 && numbers[1] == 0 && numbers[2] >= kFirstBuildOfWindows10;
}

int compare_numbers(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
    if (is_long_windows(a) && b[0] >= kFirstBuildOfWindows10) {
        a = a.subspan(2);
    } else if (is_long_windows(b) && a[0] >= kFirstBuildOfWindows10) {
        b = b.subspan(2);
    }
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const std::uint64_t x = i < a.size() ? a[i] : 0;
        const std::uint64_t y = i < b.size() ? b[i] : 0;
        if (x != y) {
            return sign(x < y);
        }
    }
    return 0;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
    if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) {
        text.remove_prefix(1);
    }
    Version version;
    for (;;) {
        const auto number = take_number(text);
        if (!number) {
            return std::nullopt;
        }
        version.numbers_.push_back(*number);
        if (text.size() < 2 || text[0] != '.' || !is_digit(text[1])) {
            break;
        }
        text.remove_prefix(1);
    }
    if (!text.empty() && text.front() == '-') {
        version.pre_release_ = take_identifiers(text.substr(1));
        if (!version.pre_release_.empty() && is_vendor_build(version.pre_release_.front())) {
            version.pre_release_.clear();
        }
    }
    return version;
}

int Version::compare(const Version& other) const {
    if (const int order = compare_numbers(numbers_, other.numbers_); order != 0) {
        return order;
    }
    if (is_pre_release() != other.is_pre_release()) {
        return sign(is_pre_release());
    }
    const std::size_t common = std::min(pre_release_.size(), other.pre_release_.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (const int order = compare_identifiers(pre_release_[i], other.pre_release_[i]); order != 0) {
            return order;
        }
    }
    return pre_release_.size() == other.pre_release_.size() ? 0 : sign(pre_release_.size() < other.pre_release_.size());
}

}  // namespace kwd
