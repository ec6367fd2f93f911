// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// A kubeconfig without its secrets, in the form of docs/documents.md or as YAML: one row of `kubeconfigs`, that of the
/// current context; the first cluster and user where none is named.
void analyze_kubeconfig(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
