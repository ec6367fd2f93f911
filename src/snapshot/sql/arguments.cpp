// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sql/arguments.h"

#include <charconv>
#include <cmath>

namespace kwd::snapshot {

std::optional<double> real_of(std::string_view text) noexcept {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = failure == std::errc{} && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view text) noexcept {
    constexpr double kSafe = 9007199254740992.0;  // 2^53: beyond it a REAL no longer tells whole numbers apart
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc{} && end == text.data() + text.size()) {
        return value;
    }
    const auto real = real_of(text);
    if (!real || std::abs(*real) > kSafe || std::trunc(*real) != *real) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*real);
}

}  // namespace kwd::snapshot
