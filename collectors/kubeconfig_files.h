// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/node_tree.h"

#include <functional>
#include <string>
#include <vector>

namespace kwd::collectors {

/// The kubeconfig files that are there, in the order of node_places(). `refused` hears of what may lead to more.
[[nodiscard]] std::vector<std::string> find_kubeconfigs(const NodeTree& tree,
                                                        const std::function<void(Error)>& refused);

}  // namespace kwd::collectors
