// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <span>
#include <string_view>

namespace kwd::test {

/// Collectors that do everything a worker should not, and a few that behave. This executable is their worker.
std::span<const collectors::Collector> misbehaving_collectors();

/// One of them. Precondition: there is one of this name.
collectors::Collector named(std::string_view name);

}  // namespace kwd::test
