// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/tables/system.h"

#include <string>

namespace kwd::analyzers {

/// Adds a service of Windows, and the flags of a component whose program it starts itself, as `kubelet.exe
/// --windows-service` does.
void add_service(snapshot::ServicesRow row, const std::string& place, Analysis& out);

}  // namespace kwd::analyzers
