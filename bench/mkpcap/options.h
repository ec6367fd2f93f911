// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/mkpcap/numbers.h"

#include <string>

namespace mkpcap {

/// What the program was called with.
struct Options {
    u64 packets = 1000000, seed = 1, max_bytes = 0;
    u32 flows = 2000, hosts = 16, pods = 110, mean_segs = 20, rate = 125000, snaplen = 262144;
    std::string sizes = "mix", format = "pcap", out = "out.pcap", flow_truth;
    bool nano = false;
    double noise = 0.03, wrong_vni = 0.002, wrong_port = 0.002, dns_lost = 0.01, oversize = 0.002, retx = 0.004,
           rst = 0.01, dns = 0.20, icmp = 0.02, tls = 0.6;
    u32 vni = 4096, bad_vni = 1, port = 4789, bad_port = 8472, mtu = 1450;
};

/// Ends the program with its usage when it was called wrongly.
Options parse_options(int argc, char** argv);

}  // namespace mkpcap
