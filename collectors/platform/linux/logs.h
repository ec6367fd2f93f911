// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// Where node agents leave their log files, as patterns for NodeTree::match().
[[nodiscard]] std::span<const std::string_view> log_places();

/// Whether a log file may lie there once all links are followed: `path` is as the process sees it, below `root`. Pods
/// may mount /var/log and leave links in it that lead to whatever they like to have read by root.
[[nodiscard]] bool is_log_folder(std::string_view path, std::string_view root);

}  // namespace kwd::collectors
