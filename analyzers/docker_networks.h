// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// `docker network inspect`: the networks of HNS that Docker made or knows, by the options that begin with
/// `com.docker.network.windowsshim.`, and their subnets. An outline: HNS has more networks, and more to tell of each.
void analyze_docker_networks(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
