// SPDX-License-Identifier: Apache-2.0
#include "bench/mkpcap/packets.h"

#include <cstdio>
#include <cstring>

namespace mkpcap {

u64 pseudo(u32 src, u32 dst, u8 proto, u32 l4) {
    u8 b[12];
    put32(b, src);
    put32(b + 4, dst);
    b[8] = 0;
    b[9] = proto;
    put16(b + 10, l4);
    return csum_add(b, 12);
}

Packets::Packets(const Options& options, Rng& random, Truth& truth, CaptureFile& file)
    : options_(options),
      random_(random),
      truth_(truth),
      file_(file),
      now_ns_(1792000000ull * 1000000000ull + (options.seed % 1000) * 1000000ull) {
    make_pools();
}

void Packets::make_pools() {
    Rng r{0x5eed};
    noise_.resize(1 << 20);
    for (size_t i = 0; i < noise_.size(); i += 8) {
        u64 v = r.next();
        memcpy(&noise_[i], &v, 8);
    }
    static const char* w[] = {"pod",   "service", "endpoint",   "namespace",   "kube-system", "nginx",      "status",
                              "ready", "false",   "true",       "\"id\":",     "\"name\":",   "\"value\":", "10.244.",
                              "error", "timeout", "GET",        "/api/v1/",    "{",           "}",          ",",
                              "\n",    "metrics", "latency_ms", "2026-11-22T", "level=info",  "request",    "user"};
    while (text_.size() < (1 << 20)) {
        const char* s = w[r.below(sizeof w / sizeof *w)];
        text_.insert(text_.end(), s, s + strlen(s));
        char num[16];
        int n = snprintf(num, sizeof num, r.chance(0.3) ? "%u " : " ", r.below(100000));
        text_.insert(text_.end(), num, num + n);
    }
}

void Packets::emit(u32 len) {
    u32 cap = len < options_.snaplen ? len : options_.snaplen;
    if (cap < len)
        truth_.truncated++;
    file_.add(now_ns_, packet_, cap, len);
    truth_.packets++;
    truth_.bytes += len;
    u64 gap = 1000000000ull / options_.rate;
    now_ns_ += gap / 2 + random_.below((u32)gap + 1);
}

u8* Packets::ip4(u8* p, u32 src, u32 dst, u8 proto, u32 total, bool df) {
    p[0] = 0x45;
    p[1] = 0;
    put16(p + 2, total);
    put16(p + 4, identification_++);
    put16(p + 6, df ? 0x4000 : 0);
    p[8] = 64;
    p[9] = proto;
    p[10] = p[11] = 0;
    put32(p + 12, src);
    put32(p + 16, dst);
    le<u16>(p + 10, csum_fin(csum_add(p, 20)));
    return p + 20;
}

// Wraps an inner IPv4 packet of n bytes that already lies at inner(). c2s: from the client's host to the server's.
void Packets::encap(Flow& f, bool c2s, u32 n) {
    u32 hs = c2s ? f.ch : f.sh, hd = c2s ? f.sh : f.ch;
    u8* p = packet_;
    host_mac(p, hd);
    host_mac(p + 6, hs);
    put16(p + 12, 0x0800);
    u32 inlen = n + 14, udp = inlen + 16;
    u8* u = ip4(p + 14, host_ip(hs), host_ip(hd), 17, 20 + udp, false);
    u32 h = (u32)((f.id * 0x9e3779b97f4a7c15ull) >> 40);
    put16(u, 49152 + (h & 0x3fff));
    put16(u + 2, f.port);
    put16(u + 4, udp);
    put16(u + 6, 0);
    u8* v = u + 8;
    put32(v, 0x08000000u);
    put32(v + 4, f.vni << 8);
    pod_mac(v + 8, c2s ? f.sip : f.cip);
    pod_mac(v + 14, c2s ? f.cip : f.sip);
    put16(v + 20, 0x0800);
    truth_.vxlan++;
    truth_.per_vni[f.vni]++;
    truth_.per_port[f.port]++;
    truth_.inner_bytes += inlen;
    f.pk++;
    f.by += inlen;
    if (f.fault == 1)
        truth_.wrong_vni_pkts++;
    if (f.fault == 2)
        truth_.wrong_port_pkts++;
    emit(kEncapsulation + inlen);
}

void Packets::tcp(Flow& f, bool c2s, u8 flags, u32 seq, u32 ack, u32 len) {
    u32 src = c2s ? f.cip : f.sip, dst = c2s ? f.sip : f.cip;
    bool syn = flags & 2;
    u32 hl = syn ? 32 : 20;
    u8* t = ip4(inner(), src, dst, 6, 20 + hl + len, true);
    put16(t, c2s ? f.cport : f.sport);
    put16(t + 2, c2s ? f.sport : f.cport);
    put32(t + 4, seq);
    put32(t + 8, ack);
    t[12] = (u8)(hl / 4 << 4);
    t[13] = flags;
    put16(t + 14, 64240);
    t[16] = t[17] = 0;
    put16(t + 18, 0);
    if (syn) {
        static const u8 opt[12] = {2, 4, 5, 0x82, 1, 3, 3, 8, 1, 1, 4, 2};
        memcpy(t + 20, opt, 12);
    }
    u8* d = t + hl;
    if (len) {
        // The bytes depend on flow and sequence number, so that a retransmission repeats them.
        u32 off = (u32)(((f.id * 2654435761ull) + seq) % ((1 << 20) - 4096));
        memcpy(d, (f.tls ? noise_ : text_).data() + off, len);
        if (f.tls && len >= 6) {
            d[0] = 0x17;
            d[1] = 3;
            d[2] = 3;
            put16(d + 3, len - 5);
        }
    }
    u64 s = pseudo(src, dst, 6, hl + len) + csum_add(t, hl + len);
    le<u16>(t + 16, csum_fin(s));
    truth_.in_tcp++;
    truth_.payload += len;
    if (syn && (flags & 16))
        truth_.synack++;
    else if (syn)
        truth_.syn++;
    if (flags & 1)
        truth_.fin++;
    if (flags & 4)
        truth_.rst++;
    if (len)
        truth_.data++;
    encap(f, c2s, 20 + hl + len);
}

void Packets::icmp_send(Flow& f, bool c2s, u32 n) {
    u8* p = inner() + 20;
    p[2] = p[3] = 0;
    le<u16>(p + 2, csum_fin(csum_add(p, n)));
    truth_.in_icmp++;
    encap(f, c2s, 20 + n);
}

}  // namespace mkpcap
