// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/shared_collectors.h"

// Every CollectFunction of this platform, beside the shared ones. What each stores is described in docs/documents.md;
// registry.cpp lists them with their budgets. All of them only read.

namespace kwd::collectors {

/// The network devices, as `ip -j -d link` tells them.
Result<void> collect_links(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The addresses of devices, as `ip -j -d addr` tells them.
Result<void> collect_addresses(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The routes of all tables, IPv4 and IPv6, as `ip -j -d route` tells them.
Result<void> collect_routes(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The policy routing rules, IPv4 and IPv6, as `ip -j rule` tells them.
Result<void> collect_rules(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The neighbor tables, as `ip -j neigh` tells them.
Result<void> collect_neighbors(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The forwarding databases of bridges and VXLAN devices, as `bridge -j fdb` tells them.
Result<void> collect_fdb(const CollectOptions& options, DocumentSink& out, Deadline deadline);

/// The machine: operating system, kernel and its modules, clock, vendor.
Result<void> collect_system(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// What drivers are told to do in hardware, by ethtool's ioctls.
Result<void> collect_offloads(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The kernel settings that networking and Kubernetes depend on, from /proc/sys.
Result<void> collect_sysctl(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// TCP and UDP sockets with their processes, from /proc.
Result<void> collect_sockets(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Processes, and chosen variables of node agents, from /proc.
Result<void> collect_processes(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Service units, as `systemctl show` tells them. unsupported without systemd.
Result<void> collect_services(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// The whole ruleset, as `nft -j list ruleset` tells it. unsupported while nf_tables is not loaded.
Result<void> collect_nftables(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// `iptables-save -c` of both kinds and both families, as far as they are in use.
Result<void> collect_iptables(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// systemd's journal of node agents and of the kernel, the newest part. unsupported without one.
Result<void> collect_journal(const CollectOptions& options, DocumentSink& out, Deadline deadline);
/// Packets for options.packet_seconds, by libpcap.
Result<void> collect_packets(const CollectOptions& options, DocumentSink& out, Deadline deadline);

}  // namespace kwd::collectors
