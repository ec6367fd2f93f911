// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

namespace kwd::analyzers {

/// Marks tables as covered whose emptiness is known although no document speaks of them: what the other operating
/// system has (a Linux node has no HNS), and what a file would have told that was looked for on the node and is not
/// there (`node_files`). "There is none" is an answer; a rule that asks for it is clear or does not apply, instead of
/// not being evaluated. Runs after merge_documents().
void cover_what_is_absent(snapshot::Database& database);

}  // namespace kwd::analyzers
