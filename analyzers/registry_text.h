// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// What `reg query` prints and `reg export` or the registry editor write (*.reg). Keys begin with the short name of
/// their hive, HKLM; numbers are decimal, as the collector stores them. Below a service's `Parameters`, the flags that
/// NSSM gives to a component become `component_flags`. An outline: the keys are those that somebody chose.
void analyze_registry_text(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
