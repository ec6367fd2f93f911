// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// Understands what a console showed of several commands: HNS objects as in hns_json.h, what kubectl prints as in
/// kubectl_text.h, and the rest as in windows_text.h.
void analyze_transcript(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
