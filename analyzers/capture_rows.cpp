// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::analyzers {

void CaptureRows::cover_counted(std::string_view table, std::size_t left_out, std::size_t most) {
    for (Part& each : parts_) {
        each.analysis.covers(table);
    }
    if (left_out > 0) {
        const std::string text = fmt::format("{} packets beyond the first {} rows were left out", left_out, most);
        parts_.front().analysis.note("", "truncated", fmt::format("{}: {}", table, text));
        parts_.front().analysis.covers_partly(table, text);
    }
}

std::vector<Analysis> CaptureRows::take() {
    std::vector<Analysis> all;
    all.reserve(parts_.size());
    for (Part& each : parts_) {
        all.push_back(std::move(each.analysis));
    }
    parts_.clear();
    return all;
}

// The last that begins before the packet.
std::size_t CaptureRows::part_of(std::uint64_t packet) const noexcept {
    const auto after = std::partition_point(parts_.begin(), parts_.end(),
                                            [&](const Part& each) { return each.packets_before < packet; });
    return after == parts_.begin() ? 0 : static_cast<std::size_t>(after - parts_.begin()) - 1;
}

}  // namespace kwd::analyzers
