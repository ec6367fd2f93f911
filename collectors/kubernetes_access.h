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

/// Whether one of these may be given to kubectl, which runs what a kubeconfig names (`users[].user.exec`). Errors:
/// access_denied when people who are no administrators may change it, as any user of Windows may make C:\etc where it
/// is not there yet.
[[nodiscard]] Result<void> trust_kubeconfig(const std::string& path);

/// This machine's name as a kubelet registers it: in lower case.
[[nodiscard]] std::string own_host_name();

}  // namespace kwd::collectors
