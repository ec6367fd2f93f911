// SPDX-License-Identifier: Apache-2.0
#include "analyzers/analyze.h"
#include "snapshot/kinds.h"

namespace kwd::analyzers {

std::span<const Analyzer> all_analyzers() {
    namespace kind = snapshot::kind;
    // Sorted by kind. The tables are those that documents of the kind may fill.
    static const std::vector<Analyzer> analyzers = {};
    return analyzers;
}

}  // namespace kwd::analyzers
