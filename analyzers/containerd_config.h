// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// containerd's config.toml of schema version 1, 2 or 3: one row of `containerd_config`. What the file does not say
/// stays NULL. Source: containerd, docs/cri/config.md.
void analyze_containerd_config(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
