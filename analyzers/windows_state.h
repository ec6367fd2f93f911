// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// Documents of kind windows-state: what the calls of Windows answered, as lists named like tables.
void analyze_windows_state(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
