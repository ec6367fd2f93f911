// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// The list of places looked for (docs/documents.md): `node_files`.
void analyze_node_files(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
