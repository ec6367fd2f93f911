// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/mkpcap/options.h"

#include <map>

namespace mkpcap {

/// What was written, counted while it was.
struct Truth {
    u64 packets = 0, bytes = 0, file_bytes = 0, vxlan = 0, noise = 0, truncated = 0;
    u64 n_arp = 0, n_tcp = 0, n_dns = 0, n_ndp = 0;
    std::map<u32, u64> per_vni, per_port;
    u64 in_tcp = 0, in_udp = 0, in_icmp = 0, inner_bytes = 0;
    u64 tcp_flows = 0, syn = 0, synack = 0, syn_retx = 0, syn_unanswered_flows = 0, data = 0, retx = 0, fin = 0,
        rst = 0, payload = 0, wrong_vni_flows = 0, wrong_vni_pkts = 0, wrong_port_flows = 0, wrong_port_pkts = 0;
    u64 dns_q = 0, dns_retry = 0, dns_a = 0, dns_nx = 0, dns_lookups = 0, dns_unanswered_lookups = 0,
        dns_unanswered_q = 0;
    u64 icmp_req = 0, icmp_rep = 0, icmp_frag = 0, oversized = 0;
    u64 started = 0, udp_flows = 0, icmp_flows = 0, cut_syn = 0, cut_dns = 0, duration_ns = 0;

    /// As JSON, to standard output.
    void print(const Options& o) const;
};

}  // namespace mkpcap
