// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// A service that runs a node agent, a runtime or a CNI's daemon, as the registry has it.
struct AgentService {
    std::string name;
    std::vector<std::string>
        arguments;                     ///< the service's own, and those that NSSM or a like wrapper gives to the agent
    std::vector<std::string> outputs;  ///< files that NSSM redirects its output to: AppStdout, AppStderr

    /// The values of a flag, which is named without dashes before it: `log-file` means `--log-file=X` and `--log-file
    /// X`,
    /// `-log-file`, as Go's own flags may be written (flanneld), and `--log_file` (klog).
    [[nodiscard]] std::vector<std::string> values_of(std::string_view flag) const;
    /// Whether the service or a program on its command line is called so.
    [[nodiscard]] bool runs(std::string_view agent) const;
};

/// The node agents among the services of this machine, told by their names and command lines: kubelet, kube-proxy,
/// flanneld, containerd, docker, Calico's, Rancher's (k3s too), Antrea's, Azure's and windows-exporter. `refused` hears
/// of what could not be read. Source: HKLM\SYSTEM\CurrentControlSet\Services; nssm.cc/usage for what NSSM keeps in the
/// key Parameters.
[[nodiscard]] std::vector<AgentService> agent_services(const std::function<void(Error)>& refused);

}  // namespace kwd::collectors
