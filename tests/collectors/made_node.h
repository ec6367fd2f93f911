// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kwd::test {

/// Makes the files of a node with flannel below `root`, with a secret in each that may hold one, and things that should
/// not be there: a link among the logs that leads to /etc, a pipe among the CNI configuration, a log of last year.
void make_node(const std::filesystem::path& root);

/// What must not be in any document.
std::vector<std::string> secrets_of_made_node();

/// Every file below `root` with its content, mode, and times of change, in sorted lines.
std::vector<std::string> describe_files(const std::filesystem::path& root);

}  // namespace kwd::test
