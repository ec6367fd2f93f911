// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/text_lines.h"
#include "snapshot/tables/types.h"

namespace kwd::analyzers {

/// Reads event records as XML (http://schemas.microsoft.com/win/2004/08/events/event): one after another or below a
/// root, as EvtRender gives them and `wevtutil qe /f:xml` and Event Viewer save them. `channel` is the file's, for
/// records that name none.
///
/// A record that breaks off or is malformed becomes a note, the ones behind it are read, and `events` is covered in
/// part.
void read_event_xml(const TextLines& lines, const snapshot::Text& channel, Analysis& out);

}  // namespace kwd::analyzers
