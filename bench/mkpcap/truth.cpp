// SPDX-License-Identifier: Apache-2.0
#include "bench/mkpcap/truth.h"

#include <cstdio>

namespace mkpcap {

void Truth::print(const Options& o) const {
    const auto N = [](u64 number) { return static_cast<unsigned long long>(number); };
    printf(
        "{\n \"seed\": %llu, \"format\": \"%s\", \"packets\": %llu, \"wire_bytes\": %llu, \"file_bytes\": %llu, "
        "\"truncated\": %llu,\n",
        N(o.seed), o.format.c_str(), N(packets), N(bytes), N(file_bytes), N(truncated));
    printf(" \"duration_ns\": %llu,\n \"vxlan\": {\"packets\": %llu, \"inner_bytes\": %llu, \"per_vni\": {",
           N(duration_ns), N(vxlan), N(inner_bytes));
    const char* sep = "";
    for (auto& k : per_vni) {
        printf("%s\"%u\": %llu", sep, k.first, N(k.second));
        sep = ", ";
    }
    printf("}, \"per_udp_port\": {");
    sep = "";
    for (auto& k : per_port) {
        printf("%s\"%u\": %llu", sep, k.first, N(k.second));
        sep = ", ";
    }
    printf("}},\n \"noise\": {\"packets\": %llu, \"arp\": %llu, \"tcp\": %llu, \"dns\": %llu, \"ndp\": %llu},\n",
           N(noise), N(n_arp), N(n_tcp), N(n_dns), N(n_ndp));
    printf(
        " \"inner\": {\"tcp\": %llu, \"udp\": %llu, \"icmp\": %llu, \"flows\": %llu, \"tcp_flows\": %llu, "
        "\"udp_flows\": %llu, "
        "\"icmp_flows\": %llu},\n",
        N(in_tcp), N(in_udp), N(in_icmp), N(started), N(tcp_flows), N(udp_flows), N(icmp_flows));
    printf(
        " \"tcp\": {\"syn\": %llu, \"syn_retransmitted\": %llu, \"synack\": %llu, \"data_segments\": %llu, "
        "\"payload_bytes\": %llu, "
        "\"retransmitted_data\": %llu, \"fin\": %llu, \"rst\": %llu, \"unanswered_flows_complete\": %llu, "
        "\"unanswered_flows_cut\": %llu},\n",
        N(syn), N(syn_retx), N(synack), N(data), N(payload), N(retx), N(fin), N(rst),
        N(syn_unanswered_flows), N(cut_syn));
    printf(
        " \"dns\": {\"lookups\": %llu, \"queries\": %llu, \"retries\": %llu, \"answers\": %llu, \"nxdomain\": %llu, "
        "\"unanswered_queries\": %llu, \"lookups_lost\": %llu, \"lookups_cut\": %llu},\n",
        N(dns_lookups), N(dns_q), N(dns_retry), N(dns_a), N(dns_nx), N(dns_unanswered_q),
        N(dns_unanswered_lookups), N(cut_dns));
    printf(" \"icmp\": {\"echo_request\": %llu, \"echo_reply\": %llu, \"fragmentation_needed\": %llu},\n",
           N(icmp_req), N(icmp_rep), N(icmp_frag));
    printf(
        " \"faults\": {\"wrong_vni_flows\": %llu, \"wrong_vni_packets\": %llu, \"wrong_port_flows\": %llu, "
        "\"wrong_port_packets\": %llu, "
        "\"oversized_inner\": %llu}\n}\n",
        N(wrong_vni_flows), N(wrong_vni_pkts), N(wrong_port_flows), N(wrong_port_pkts), N(oversized));
}

}  // namespace mkpcap
