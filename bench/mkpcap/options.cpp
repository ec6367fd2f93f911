// SPDX-License-Identifier: Apache-2.0
#include "bench/mkpcap/options.h"

#include <cstdio>
#include <cstdlib>

namespace mkpcap {

[[noreturn]] static void usage() {
    fputs(
        "usage: mkpcap [--out FILE] [--format pcap|pcapng] [--nano] [--packets N] [--max-bytes N] [--seed N]\n"
        "  [--flows CONCURRENT] [--hosts N] [--pods PER_HOST] [--mean-segs N] [--rate PPS] [--snaplen N]\n"
        "  [--sizes mix|small|large|BYTES] [--noise SHARE] [--vni N] [--bad-vni N] [--port N] [--bad-port N]\n"
        "  [--mtu INNER_MTU] [--flow-truth CSV]\n"
        "  shares of conversations: [--dns S] [--icmp S] [--tls S] [--wrong-vni S] [--wrong-port S] [--rst S]\n"
        "  share of DNS lookups: [--dns-lost S]; of data segments: [--retx S] [--oversize S]\n"
        "Ground truth goes to standard output as JSON.\n",
        stderr);
    exit(2);
}

Options parse_options(int argc, char** argv) {
    Options o;
    for (int i = 1; i < argc; i++) {
        std::string a = argv[i];
        if (a == "--nano") {
            o.nano = true;
            continue;
        }
        if (i + 1 >= argc)
            usage();
        const char* v = argv[++i];
        auto U = [&] { return strtoull(v, nullptr, 0); };
        auto D = [&] { return strtod(v, nullptr); };
        if (a == "--out")
            o.out = v;
        else if (a == "--format")
            o.format = v;
        else if (a == "--packets")
            o.packets = U();
        else if (a == "--max-bytes")
            o.max_bytes = U();
        else if (a == "--seed")
            o.seed = U();
        else if (a == "--flows")
            o.flows = (u32)U();
        else if (a == "--hosts")
            o.hosts = (u32)U();
        else if (a == "--pods")
            o.pods = (u32)U();
        else if (a == "--mean-segs")
            o.mean_segs = (u32)U();
        else if (a == "--rate")
            o.rate = (u32)U();
        else if (a == "--snaplen")
            o.snaplen = (u32)U();
        else if (a == "--sizes")
            o.sizes = v;
        else if (a == "--noise")
            o.noise = D();
        else if (a == "--dns")
            o.dns = D();
        else if (a == "--icmp")
            o.icmp = D();
        else if (a == "--tls")
            o.tls = D();
        else if (a == "--rst")
            o.rst = D();
        else if (a == "--retx")
            o.retx = D();
        else if (a == "--oversize")
            o.oversize = D();
        else if (a == "--dns-lost")
            o.dns_lost = D();
        else if (a == "--wrong-vni")
            o.wrong_vni = D();
        else if (a == "--wrong-port")
            o.wrong_port = D();
        else if (a == "--vni")
            o.vni = (u32)U();
        else if (a == "--bad-vni")
            o.bad_vni = (u32)U();
        else if (a == "--port")
            o.port = (u32)U();
        else if (a == "--bad-port")
            o.bad_port = (u32)U();
        else if (a == "--mtu")
            o.mtu = (u32)U();
        else if (a == "--flow-truth")
            o.flow_truth = v;
        else
            usage();
    }
    if (o.hosts < 2 || o.hosts > 250 || o.pods < 1 || o.pods > 250 || !o.flows || !o.rate || o.mtu < 576 ||
        o.mtu > 1500 || (o.format != "pcap" && o.format != "pcapng"))
        usage();
    return o;
}

}  // namespace mkpcap
