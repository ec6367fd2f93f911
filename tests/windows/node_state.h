// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace kwd::test {

/// Everything of the node that collecting must leave as it is, in sorted lines: keys and values of the registry,
/// services, files of the system drive, addresses and routes, processes. What a test keeps for itself (Node's folder,
/// and the log of the doubles) is left out, and so is what Wine does of its own accord.
std::vector<std::string> describe_node();

}  // namespace kwd::test
