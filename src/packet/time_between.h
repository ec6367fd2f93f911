// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace kwd::packet {

/// The time from one packet to another in nanoseconds, negative where the other came before. Both times are whatever a
/// file claims: pcapng's if_tsoffset allows from the year 1677 to 2262. More than 292 years are as many as 64 bits say.
[[nodiscard]] constexpr std::int64_t ns_between(std::int64_t from_ns, std::int64_t to_ns) noexcept {
    const auto unsigned_from = static_cast<std::uint64_t>(from_ns);
    const auto unsigned_to = static_cast<std::uint64_t>(to_ns);
    const bool forward = from_ns <= to_ns;
    const auto apart = forward ? unsigned_to - unsigned_from : unsigned_from - unsigned_to;
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    const auto ns = static_cast<std::int64_t>(std::min(apart, static_cast<std::uint64_t>(kMost)));
    return forward ? ns : -ns;
}

}  // namespace kwd::packet
