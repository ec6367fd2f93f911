// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// A capture file, pcap or pcapng: `captures` (one row an interface), `vxlan_flows`, `vxlan_inner_macs`,
/// `vxlan_paths`, `vxlan_sizes`, `address_pairs`, `flows`, `dns_queries`, `icmp_errors` and `arp_exchanges`. Each row
/// stands at its first packet.
///
///  - VXLAN is looked for on ports 4789 and 8472, and from then on at every UDP port where a payload is a VXLAN header
///    without doubt: its reserved bits are zero and an Ethernet frame of IP or ARP follows.
///  - `flows` holds what is not in a tunnel, and what is in one with its VNI; the tunnel's own packets are in
///    `vxlan_flows`. Fragments after the first count for the tunnel of the first, and have no ports in `flows`.
///  - A DNS question is answered by a message with its id, name and client port. Whether one asked in the last five
///    seconds of the file was answered is not known: the answer may be in the next file.
///  - The tables are bounded; what is left out is noted, and they are then covered in part.
void analyze_capture(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
