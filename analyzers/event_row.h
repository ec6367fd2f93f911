// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/tables/logs.h"

#include <cstdint>
#include <string>

namespace kwd::analyzers {

/// The level by its number in the event log (1 critical … 5 verbose, 0 always logged), else by its name in the node's
/// language; NULL for words that are not known.
[[nodiscard]] snapshot::Text event_level(const snapshot::Text& name, const snapshot::Integer& number);

/// Milliseconds since 1970 as ISO 8601; NULL outside 1970 … 2200.
[[nodiscard]] snapshot::Text event_time(std::int64_t milliseconds);

/// Adds a record. One without a message shows its data; both are cut to a length for people, and the first error code
/// of either is found. A line of klog's that a component wrote to the event log is a row of `log_lines` too.
void add_event(snapshot::EventsRow row, std::string place, Analysis& out);

}  // namespace kwd::analyzers
