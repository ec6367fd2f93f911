// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/platform/linux/file_descriptor.h"

#include <string>
#include <vector>

namespace kwd::test {

/// A network namespace of the test's own: while it lives, this thread and what it starts are in it.
class NetworkNamespace {
  public:
    /// Check entered() first: it takes root.
    NetworkNamespace();
    ~NetworkNamespace();
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    [[nodiscard]] bool entered() const noexcept { return entered_; }

  private:
    collectors::FileDescriptor outside_;
    bool entered_ = false;
};

/// Runs commands, words separated by one blank. Fails the test when one does not end with status 0; answers the output
/// of the last.
std::string run_commands(const std::vector<std::string>& commands);

/// Writes a setting below /proc/sys of the namespace that this thread is in.
void write_sysctl(const std::string& path, const std::string& value);

/// Configures the namespace as the node of flannel: an uplink, a VXLAN device, a bridge with one pod, a route to
/// another node's pods.
void configure_node();

/// Everything of the namespace that collecting must leave as it is, in sorted lines: links, addresses, routes, rules,
/// neighbors, forwarding database, nftables and the settings below /proc/sys/net.
std::vector<std::string> describe_network();

/// The processes that live in the namespace, in sorted lines: number and name.
std::vector<std::string> describe_processes();

}  // namespace kwd::test
