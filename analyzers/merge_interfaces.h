// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

namespace kwd::analyzers {

/// Windows' programs speak of an interface by its name, its index, its address or its description. Gives rows of all
/// tables that name interfaces the name, the index and the compartment that other rows know. An index that two names
/// claim says nothing.
void name_interfaces(snapshot::Database& database);

/// What the merged interfaces do not know of themselves, from the merged tables beside them: MTU and DHCP.
void complete_interfaces(snapshot::Database& database);

}  // namespace kwd::analyzers
