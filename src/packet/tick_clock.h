// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace kwd::packet {

/// Turns a pcapng interface's timestamps, counts of ticks since 1970, into nanoseconds.
///
/// The resolution is the if_tsresol option's octet: n is 10^-n seconds, n with the highest bit set is 2^-n. What is
/// finer than a nanosecond is cut off.
class TickClock {
  public:
    static constexpr std::uint8_t kMicroseconds = 6;  ///< where there is no option

    constexpr explicit TickClock(std::uint8_t resolution = kMicroseconds, std::int64_t offset_s = 0) noexcept
        : exponent_(resolution & 0x7f), binary_((resolution & 0x80) != 0), offset_s_(offset_s) {
        if (!binary_ && exponent_ <= 9) {
            ns_per_tick_ = power_of_ten(9U - exponent_);
        }
    }

    /// nullopt when the time is beyond what 64 bits of nanoseconds can say (the year 2262), or the resolution is finer
    /// than 10^-19 or 2^-63 seconds.
    [[nodiscard]] constexpr std::optional<std::int64_t> nanoseconds(std::uint64_t ticks) const noexcept {
        if (ns_per_tick_ != 0 && offset_s_ == 0) {
            if (ticks > static_cast<std::uint64_t>(kMost) / ns_per_tick_) {
                return std::nullopt;
            }
            return static_cast<std::int64_t>(ticks * ns_per_tick_);
        }
        return binary_ ? from_binary(ticks) : from_decimal(ticks);
    }

    bool operator==(const TickClock&) const = default;

  private:
    static constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    static constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

    static constexpr std::uint64_t power_of_ten(unsigned exponent) noexcept {
        std::uint64_t power = 1;
        for (unsigned i = 0; i < exponent; ++i) {
            power *= 10;
        }
        return power;
    }

    [[nodiscard]] constexpr std::optional<std::int64_t> from_decimal(std::uint64_t ticks) const noexcept {
        if (exponent_ > 19) {
            return std::nullopt;
        }
        const auto ticks_per_second = power_of_ten(exponent_);
        const auto fraction = ticks % ticks_per_second;
        const auto ns =
            exponent_ <= 9 ? fraction * power_of_ten(9U - exponent_) : fraction / power_of_ten(exponent_ - 9U);
        return sum(ticks / ticks_per_second, ns);
    }

    [[nodiscard]] constexpr std::optional<std::int64_t> from_binary(std::uint64_t ticks) const noexcept {
        if (exponent_ > 63) {
            return std::nullopt;
        }
        auto fraction = ticks & ((std::uint64_t{1} << exponent_) - 1);
        unsigned shift = exponent_;
        if (shift > 34) {  // 34 bits of fraction times 10^9 (30 bits) is all that 64 bits hold
            fraction >>= shift - 34;
            shift = 34;
        }
        return sum(ticks >> exponent_, fraction * kNsPerSecond >> shift);
    }

    [[nodiscard]] constexpr std::optional<std::int64_t> sum(std::uint64_t seconds, std::uint64_t ns) const noexcept {
        constexpr std::int64_t kMostSeconds = kMost / static_cast<std::int64_t>(kNsPerSecond) - 1;
        if (seconds > static_cast<std::uint64_t>(kMostSeconds) || offset_s_ > kMostSeconds ||
            offset_s_ < -kMostSeconds) {
            return std::nullopt;
        }
        const auto whole = static_cast<std::int64_t>(seconds) + offset_s_;
        if (whole > kMostSeconds) {
            return std::nullopt;
        }
        return whole * static_cast<std::int64_t>(kNsPerSecond) + static_cast<std::int64_t>(ns);
    }

    std::uint8_t exponent_;
    bool binary_;
    std::int64_t offset_s_;
    std::uint64_t ns_per_tick_ = 0;  ///< for the resolutions that nearly all files have; 0 otherwise
};

}  // namespace kwd::packet
