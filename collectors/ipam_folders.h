// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// The folders in which host-local IPAM is told to keep its addresses: `dataDir` of every `ipam` in a CNI
/// configuration, of a plugin, of one in a list, or of a delegate. A text that is no JSON names none. Source:
/// containernetworking/plugins, host-local.
[[nodiscard]] std::vector<std::string> ipam_folders_of_cni(std::string_view conf);

}  // namespace kwd::collectors
