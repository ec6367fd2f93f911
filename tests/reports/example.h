// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

namespace kwd::test {

/// An analyzed node as the renderers get it, written by hand: three findings (one of them full of markup, control
/// characters and broken UTF-8), rules of every verdict, a collector that failed and one that took too long, an HNS
/// overlay network with endpoints and tunnels.
[[nodiscard]] snapshot::Database example_results();

}  // namespace kwd::test
