// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/packet_record.h"

#include <algorithm>
#include <cstdint>

namespace kwd::packet {

/// When the earliest and the latest of some packets came, in whatever order a file has them. kNoTime when none of them
/// has a time.
struct TimeRange {
    std::int64_t first_ns = PacketRecord::kNoTime;
    std::int64_t last_ns = PacketRecord::kNoTime;

    void add(std::int64_t time_ns) noexcept {
        if (time_ns != PacketRecord::kNoTime) {
            first_ns = first_ns == PacketRecord::kNoTime ? time_ns : std::min(first_ns, time_ns);
            last_ns = std::max(last_ns, time_ns);  // kNoTime is before all
        }
    }
};

}  // namespace kwd::packet
