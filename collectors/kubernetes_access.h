// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace kwd::collectors {

/// How to start kubectl: its path, and what goes before its own arguments (`k3s kubectl`). Only folders of the system
/// and of installers are looked into. Errors: unsupported when there is none; access_denied when the one that is there
/// may be changed by people who are no administrators.
[[nodiscard]] Result<std::vector<std::string>> find_kubectl();

/// The node's own credentials: where the kubelet of each installer keeps them.
[[nodiscard]] std::vector<std::string> own_kubeconfigs();

/// This machine's name as a kubelet registers it: in lower case.
[[nodiscard]] std::string own_host_name();

}  // namespace kwd::collectors
