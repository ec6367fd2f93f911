// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// `journalctl -o json`: one object a line, as `log_lines`. A message is read once more in the format that its program
/// logs in (klog, logrus); time, process and, where the message has none, the severity are the journal's. Messages that
/// are no UTF-8 come as lists of bytes, those too large as null; a field that an entry has several times is a list.
/// Source: systemd.io, Journal JSON Format.
void analyze_journal(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
