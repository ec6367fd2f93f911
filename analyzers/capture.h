// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

#include <memory>

namespace kwd::analyzers {

/// A capture file, pcap or pcapng: `captures` (one row an interface), `vxlan_flows`, `vxlan_inner_macs`,
/// `vxlan_paths`, `vxlan_sizes`, `address_pairs`, `flows`, `dns_queries`, `icmp_errors` and `arp_exchanges`. Each row
/// stands at its first packet.
///
///  - VXLAN is looked for on ports 4789 and 8472, and at every UDP port where a payload is a VXLAN header without
///  doubt:
///    its reserved bits are zero and an Ethernet frame of IP or ARP follows.
///  - `flows` holds what is not in a tunnel, and what is in one with its VNI; the tunnel's own packets are in
///    `vxlan_flows`. Later fragments count for the tunnel of the first, before and after it, and have no ports in
///    `flows`.
///  - A packet that was seen on several interfaces within a second counts once, but for `captures`, `vxlan_paths`,
///    `vxlan_sizes` and `address_pairs`, which tell interfaces apart.
///  - A DNS question is answered by a message with its id, name and client port. Whether one asked in the last five
///    seconds was answered is not known: the answer may come in the next capture. A name that the capture does not have
///    whole ends in "…".
///  - The tables are bounded; what is left out is noted, and they are then covered in part.
void analyze_capture(const snapshot::Document& document, Analysis& out);

/// The same of a capture in several files, each of which follows the one before in time: what one of them lacks, the
/// answer to a question or the first of several fragments, may be in another.
[[nodiscard]] std::unique_ptr<PartsAnalysis> begin_capture();

}  // namespace kwd::analyzers
