// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

namespace kwd::analyzers {

/// What a local IPAM keeps: `ip_reservations`. Reads
///  - one file of host-local: its name is the address (`_` for `:` on Windows), its folder the network; the content is
///    the owner's id and, on a second line, the interface. `lock` and `last_reserved_ip.0` reserve nothing;
///  - all of them put together (docs/documents.md);
///  - azure-vnet-ipam.json: the addresses in use.
void analyze_ip_reservation(const snapshot::Document& document, Analysis& out);

/// sourceVip.json: the CNI result that a script kept, or what stands there instead: `source_vip_files`. The address is
/// without its prefix length, as kube-proxy wants it.
void analyze_source_vip(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
