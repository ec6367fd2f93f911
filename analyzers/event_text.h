// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/text_lines.h"
#include "snapshot/tables/types.h"

namespace kwd::analyzers {

/// Events as `wevtutil qe /f:text` prints them, whose labels are in the node's language and come in one order, and as
/// Get-WinEvent and Get-EventLog print them, as list or table. Messages that a table cut off keep their `...` and
/// become a note. The table is covered in part: which events were printed is somebody's choice. `channel` is that of
/// events which do not tell theirs. False when there are none.
bool read_event_text(const TextLines& lines, const snapshot::Text& channel, Analysis& out);

/// A time as ConvertTo-Json, Export-Csv, wevtutil and Get-WinEvent write it: without a zone, by the node's own clock,
/// it has no `Z` in the end. NULL for any other text.
[[nodiscard]] snapshot::Text printed_event_time(const snapshot::Text& text);

}  // namespace kwd::analyzers
