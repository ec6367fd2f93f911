// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <optional>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// What sets the system clock, and how well.
struct ClockState {
    std::optional<std::string> source = {};  ///< `chrony 10.0.0.1`, `systemd-timesyncd ntp.ubuntu.com`
    std::optional<double> offset_ms = {};    ///< positive when the local clock is ahead
    std::optional<bool> synchronized = {};
};

/// Reads the line of `chronyc -c tracking`: comma separated; field 0 the reference id in hex, 1 its name or address, 4
/// the offset of the system time in seconds, positive when the local clock is behind, 13 the leap status.
/// nullopt when it is none. Source: chrony, client.c, process_cmd_tracking and print_report.
[[nodiscard]] std::optional<ClockState> read_chrony_tracking(std::string_view line);

/// Asks chronyd, systemd-timesyncd and the kernel (adjtimex, which systemd calls NTPSynchronized).
[[nodiscard]] ClockState ask_clock_state(Deadline deadline);

}  // namespace kwd::collectors
