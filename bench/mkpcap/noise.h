// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/mkpcap/packets.h"

namespace mkpcap {

/// A packet outside of all tunnels: ARP, neighbor discovery, kubelet's TCP, or a node's DNS query.
void add_noise(const Options& options, Rng& random, Truth& truth, Packets& packets);

}  // namespace mkpcap
