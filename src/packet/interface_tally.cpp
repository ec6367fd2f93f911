// SPDX-License-Identifier: Apache-2.0
#include "packet/interface_tally.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace kwd::packet {

using Count = std::optional<std::uint64_t>;

static constexpr std::array kCounts{&CaptureStatistics::received, &CaptureStatistics::dropped_by_interface,
                                    &CaptureStatistics::accepted, &CaptureStatistics::dropped_by_system};

static Count sum(Count a, Count b) noexcept {
    if (!a || !b) {
        return a ? a : b;
    }
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    return *a > kMost - *b ? kMost : *a + *b;
}

static CaptureStatistics sum(const CaptureStatistics& a, const CaptureStatistics& b) noexcept {
    CaptureStatistics result;
    for (const auto count : kCounts) {
        result.*count = sum(a.*count, b.*count);
    }
    result.begin_ns_utc = a.begin_ns_utc && b.begin_ns_utc ? std::min(a.begin_ns_utc, b.begin_ns_utc)
                                                           : std::max(a.begin_ns_utc, b.begin_ns_utc);
    result.end_ns_utc = std::max(a.end_ns_utc, b.end_ns_utc);
    return result;
}

static CaptureStatistics newer(const CaptureStatistics& old, const CaptureStatistics& now) noexcept {
    CaptureStatistics result;
    for (const auto count : kCounts) {
        result.*count = now.*count ? now.*count : old.*count;
    }
    result.begin_ns_utc = now.begin_ns_utc ? now.begin_ns_utc : old.begin_ns_utc;
    result.end_ns_utc = now.end_ns_utc ? now.end_ns_utc : old.end_ns_utc;
    return result;
}

void InterfaceTally::report(const CaptureStatistics& now) noexcept {
    open_ = newer(open_, now);
    reported_ = true;
}

void InterfaceTally::next_section() noexcept {
    closed_ = sum(closed_, open_);
    open_ = {};
}

std::optional<CaptureStatistics> InterfaceTally::total() const noexcept {
    return reported_ ? std::optional{sum(closed_, open_)} : std::nullopt;
}

}  // namespace kwd::packet
