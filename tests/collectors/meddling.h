// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <span>

namespace kwd::test {

/// Collectors that change the node that they ask, each in one way: what the tests that nothing is changed must notice.
/// Their names say what they do.
std::span<const collectors::Collector> meddling_collectors();

}  // namespace kwd::test
