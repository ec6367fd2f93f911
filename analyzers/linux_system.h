// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

// Documents about a Linux machine that kwdiag itself words (docs/documents.md).

namespace kwd::analyzers {

/// `system` and `features`.
void analyze_linux_system(const snapshot::Document& document, Analysis& out);
/// `sysctl`; a setting that the kernel does not have is a row with a value of NULL.
void analyze_linux_sysctl(const snapshot::Document& document, Analysis& out);
/// `sockets`.
void analyze_linux_sockets(const snapshot::Document& document, Analysis& out);
/// `processes`, the flags and feature gates of components among them, and `environment`.
void analyze_linux_processes(const snapshot::Document& document, Analysis& out);
/// `services`, and the flags that stand in their command lines. Units that do not exist are no rows.
void analyze_linux_services(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
