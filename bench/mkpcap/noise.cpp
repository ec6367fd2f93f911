// SPDX-License-Identifier: Apache-2.0
#include "bench/mkpcap/noise.h"

#include <cstring>

namespace mkpcap {

void add_noise(const Options& options, Rng& random, Truth& truth, Packets& packets) {
    u32 a = random.below(options.hosts), b = (a + 1 + random.below(options.hosts - 1)) % options.hosts, k = random.below(4);
    u8* p = packets.packet();
    host_mac(p, b);
    host_mac(p + 6, a);
    truth.noise++;
    if (k == 0) {
        memset(p, 0xff, 6);
        put16(p + 12, 0x0806);
        u8* q = p + 14;
        put16(q, 1);
        put16(q + 2, 0x0800);
        q[4] = 6;
        q[5] = 4;
        put16(q + 6, 1);
        host_mac(q + 8, a);
        put32(q + 14, host_ip(a));
        memset(q + 18, 0, 6);
        put32(q + 24, host_ip(b));
        memset(q + 28, 0, 18);
        truth.n_arp++;
        packets.emit(60);
    } else if (k == 1) {  // kubelet and API server traffic on the node network
        u32 n = 6 + random.below(1400), src = host_ip(a), dst = host_ip(b);
        put16(p + 12, 0x0800);
        u8* t = packets.ip4(p + 14, src, dst, 6, 40 + n, true);
        put16(t, 40000 + random.below(20000));
        put16(t + 2, 10250);
        put32(t + 4, (u32)random.next());
        put32(t + 8, (u32)random.next());
        t[12] = 0x50;
        t[13] = 0x18;
        put16(t + 14, 64240);
        put32(t + 16, 0);
        memcpy(t + 20, packets.noise().data() + random.below(1 << 19), n);
        t[20] = 0x17;
        t[21] = 3;
        t[22] = 3;
        put16(t + 23, n - 5);
        le<u16>(t + 16, csum_fin(pseudo(src, dst, 6, 20 + n) + csum_add(t, 20 + n)));
        truth.n_tcp++;
        packets.emit(54 + n);
    } else if (k == 2) {  // node DNS query
        static const u8 qn[] =
            "\x03"
            "api"
            "\x04"
            "corp"
            "\x07"
            "example"
            "\0\0\1\0\1";
        u32 l = sizeof qn - 1, n = 8 + 12 + l, src = host_ip(a), dst = host_ip(b);
        put16(p + 12, 0x0800);
        u8* u = packets.ip4(p + 14, src, dst, 17, 20 + n, false);
        put16(u, 50000 + random.below(10000));
        put16(u + 2, 53);
        put16(u + 4, n);
        put16(u + 6, 0);
        put16(u + 8, (u32)random.next());
        put16(u + 10, 0x0100);
        put16(u + 12, 1);
        put16(u + 14, 0);
        put32(u + 16, 0);
        memcpy(u + 20, qn, l);
        truth.n_dns++;
        packets.emit(34 + n);
    } else {  // IPv6 neighbour solicitation
        static const u8 dst6[6] = {0x33, 0x33, 0xff, 0, 0, 1};
        memcpy(p, dst6, 6);
        put16(p + 12, 0x86dd);
        u8* q = p + 14;
        memset(q, 0, 72);
        q[0] = 0x60;
        put16(q + 4, 32);
        q[6] = 58;
        q[7] = 255;
        q[8] = 0xfe;
        q[9] = 0x80;
        q[22] = (u8)(a >> 8);
        q[23] = (u8)(a + 1);
        q[24] = 0xff;
        q[25] = 2;
        q[35] = 1;
        q[36] = 0xff;
        q[39] = 1;
        q[40] = 135;
        q[48] = 0xfe;
        q[49] = 0x80;
        q[63] = 1;
        q[64] = 1;
        q[65] = 1;
        host_mac(q + 66, a);
        u8 ps[40];
        memcpy(ps, q + 8, 32);
        memset(ps + 32, 0, 8);
        ps[35] = 32;
        ps[39] = 58;
        le<u16>(q + 42, csum_fin(csum_add(ps, 40) + csum_add(q + 40, 32)));
        truth.n_ndp++;
        packets.emit(14 + 72);
    }
}

}  // namespace mkpcap
