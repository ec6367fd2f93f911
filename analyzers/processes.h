// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/own_json.h"

namespace kwd::analyzers {

/// The member `processes` of a document that a collector worded, on Windows or Linux: rows of `processes`, and the
/// flags of those that run as a component itself. Where no process is left out, flags that none of them has are set
/// nowhere by flag; a component whose command line was not to be read makes that unsure.
void read_processes(const DocumentValue& document, Analysis& out);

}  // namespace kwd::analyzers
