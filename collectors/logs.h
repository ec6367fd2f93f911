// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/node_tree.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// Where node agents leave their log files, as patterns for NodeTree::match(). `refused` hears of what could not be
/// asked for more of them.
[[nodiscard]] std::vector<std::string> log_places(const NodeTree& tree, const std::function<void(Error)>& refused);

/// Folders in which and below which only logs lie.
[[nodiscard]] std::vector<std::string> log_folders();

/// Whether what was found at `path` may be read as a log: it lies there itself, or in a folder of logs once all links
/// are followed. Pods may mount /var/log and leave links in it that lead to whatever they like to have read by root.
[[nodiscard]] bool may_be_log(std::string_view path, std::string_view real_path);

}  // namespace kwd::collectors
