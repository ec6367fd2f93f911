// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts.h"

namespace kwd::analyzers {

void derive_facts(snapshot::Database&) {}

}  // namespace kwd::analyzers
