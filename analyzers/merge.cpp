// SPDX-License-Identifier: Apache-2.0
#include "analyzers/merge.h"

namespace kwd::analyzers {

void merge_documents(snapshot::Database&) {}

}  // namespace kwd::analyzers
