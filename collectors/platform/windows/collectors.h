// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/shared_collectors.h"

// Every CollectFunction of this platform, beside the shared ones. What each stores is described in docs/documents.md;
// registry.cpp lists them with their budgets. All of them only read.

namespace kwd::collectors {

/// HNS objects by both interfaces: the Host Compute Network functions of computenetwork.dll (V2), and HNSCall of
/// vmcompute.dll (V1), which tells more of the state. How long each call took is stored beside them.
Result<void> collect_hns(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Interfaces, addresses, settings per protocol, routes and neighbors, in every network compartment; DNS servers,
/// persistent routes, and adapters whose device is gone.
Result<void> collect_ip(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Packets, by Npcap where it is installed, else by the system's pktmon, which is given back as it was.
Result<void> collect_packets(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// TCP and UDP sockets with their processes, in every network compartment that can be entered; dynamic and excluded
/// port ranges, as netsh shows them.
Result<void> collect_ports(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Processes, with arguments and threads.
Result<void> collect_processes(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Services and drivers, with what NSSM runs for them.
Result<void> collect_services(const CollectOptions& options, DocumentSink& out, Deadline deadline);

/// Records of chosen channels of the event log, the newest within options.log_window (some channels: within seven days
/// if that is longer), as XML with rendered messages.
Result<void> collect_events(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// What vfpctrl.exe prints of the ports of virtual switches: state, rules and counters; the host's port first.
Result<void> collect_vfp(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Version and patch level, updates, features, the machine's environment, what waits for a restart. WMI is asked last:
/// what was had before it hangs is kept.
Result<void> collect_system(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The registry values that networking depends on; those that were looked for and are not there are told as well.
Result<void> collect_registry(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Profiles and rules of Windows Firewall, of the node's own store and of those of policies.
Result<void> collect_firewall(const CollectOptions& options, DocumentSink& out, Deadline deadline);

}  // namespace kwd::collectors
