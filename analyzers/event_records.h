// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// Understands event log records that PowerShell exported: ConvertTo-Json of EventLogRecord, or Export-Csv. The channel
/// is told by the record, else by the document's name.
void analyze_event_records(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
