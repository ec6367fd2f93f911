// SPDX-License-Identifier: Apache-2.0
//
// mkpcap: a deterministic generator of VXLAN-encapsulated pod traffic as pcap or pcapng, with the ground truth as JSON
// on standard output.
//
//   mkpcap --packets 1000000 --seed 7 --out t.pcap > truth.json
//
// The same arguments always give the same bytes. Nothing is sent; only a file is written. Every frame has valid IPv4,
// TCP, inner UDP and ICMP checksums; the outer UDP checksum is 0, as RFC 7348 recommends.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

using u8 = uint8_t;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;

struct Rng {
    u64 s;
    u64 next() {
        u64 z = (s += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    u32 below(u32 n) { return (u32)(((next() >> 32) * (u64)n) >> 32); }
    double unit() { return (double)(next() >> 11) * (1.0 / 9007199254740992.0); }
    bool chance(double p) { return unit() < p; }
};

struct Opt {
    u64 packets = 1000000, seed = 1, max_bytes = 0;
    u32 flows = 2000, hosts = 16, pods = 110, mean_segs = 20, rate = 125000, snaplen = 262144;
    std::string sizes = "mix", format = "pcap", out = "out.pcap", flow_truth;
    bool nano = false;
    double noise = 0.03, wrong_vni = 0.002, wrong_port = 0.002, dns_lost = 0.01, oversize = 0.002, retx = 0.004,
           rst = 0.01, dns = 0.20, icmp = 0.02, tls = 0.6;
    u32 vni = 4096, bad_vni = 1, port = 4789, bad_port = 8472, mtu = 1450;
} o;

static void usage() {
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

// ---------------------------------------------------------------- output
static FILE* file = nullptr;
static std::vector<u8> obuf;
static size_t olen = 0;
static u64 owritten = 0;
static void oflush() {
    if (fwrite(obuf.data(), 1, olen, file) != olen) {
        perror("write");
        exit(1);
    }
    owritten += olen;
    olen = 0;
}
static u8* oreserve(size_t n) {
    if (olen + n > obuf.size())
        oflush();
    return obuf.data() + olen;
}
static void put16(u8* p, u32 v) {
    p[0] = (u8)(v >> 8);
    p[1] = (u8)v;
}
static void put32(u8* p, u32 v) {
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}
template <class T>
static void le(u8* p, T v) {
    memcpy(p, &v, sizeof v);
}

static u64 csum_add(const u8* p, size_t n) {  // sum of big-endian 16-bit words, folded late
    u64 s = 0;
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        u32 v;
        memcpy(&v, p + i, 4);
        s += v;
    }
    u32 t = 0;
    if (i < n) {
        memcpy(&t, p + i, n - i);
        s += t;
    }
    return s;
}
static u16 csum_fin(u64 s) {  // little-endian one's complement sum, returned in memory order
    while (s >> 16) s = (s & 0xffff) + (s >> 16);
    return (u16)~s;
}

// ---------------------------------------------------------------- truth
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
} T;

// ---------------------------------------------------------------- packet builder
static u8 pkt[4096];
static u64 now_ns;
static Rng R;

static u32 host_ip(u32 h) {
    return 0x0af00004u + h;
}  // 10.240.0.4 ...
static u32 pod_ip(u32 h, u32 p) {
    return 0x0af40000u + (h << 8) + 2 + p;
}  // 10.244.h.2 ...
static void host_mac(u8* m, u32 h) {
    m[0] = 0;
    m[1] = 0x15;
    m[2] = 0x5d;
    m[3] = 0xf0;
    m[4] = (u8)(h >> 8);
    m[5] = (u8)h;
}
static void pod_mac(u8* m, u32 ip) {
    m[0] = 0x0e;
    m[1] = 0x2a;
    put32(m + 2, ip);
}

static void emit(u32 len) {
    u32 cap = len < o.snaplen ? len : o.snaplen;
    if (cap < len)
        T.truncated++;
    if (o.format == "pcap") {
        u8* p = oreserve(16 + cap);
        le<u32>(p, (u32)(now_ns / 1000000000ull));
        u32 frac = (u32)(now_ns % 1000000000ull);
        le<u32>(p + 4, o.nano ? frac : frac / 1000);
        le<u32>(p + 8, cap);
        le<u32>(p + 12, len);
        memcpy(p + 16, pkt, cap);
        olen += 16 + cap;
    } else {
        u32 pad = (4 - (cap & 3)) & 3, tot = 32 + cap + pad;
        u8* p = oreserve(tot);
        u64 ts = o.nano ? now_ns : now_ns / 1000;
        le<u32>(p, 6);
        le<u32>(p + 4, tot);
        le<u32>(p + 8, 0);
        le<u32>(p + 12, (u32)(ts >> 32));
        le<u32>(p + 16, (u32)ts);
        le<u32>(p + 20, cap);
        le<u32>(p + 24, len);
        memcpy(p + 28, pkt, cap);
        memset(p + 28 + cap, 0, pad);
        le<u32>(p + 28 + cap + pad, tot);
        olen += tot;
    }
    T.packets++;
    T.bytes += len;
    u64 gap = 1000000000ull / o.rate;
    now_ns += gap / 2 + R.below((u32)gap + 1);
}

static u16 ipid;
static u8* ip4(u8* p, u32 src, u32 dst, u8 proto, u32 total, bool df) {
    p[0] = 0x45;
    p[1] = 0;
    put16(p + 2, total);
    put16(p + 4, ipid++);
    put16(p + 6, df ? 0x4000 : 0);
    p[8] = 64;
    p[9] = proto;
    p[10] = p[11] = 0;
    put32(p + 12, src);
    put32(p + 16, dst);
    le<u16>(p + 10, csum_fin(csum_add(p, 20)));
    return p + 20;
}
static u64 pseudo(u32 src, u32 dst, u8 proto, u32 l4) {
    u8 b[12];
    put32(b, src);
    put32(b + 4, dst);
    b[8] = 0;
    b[9] = proto;
    put16(b + 10, l4);
    return csum_add(b, 12);
}

struct Flow {
    u64 id = 0, pk = 0, by = 0;
    u32 ch = 0, cp = 0, sh = 0, sp = 0;  // client and server host/pod
    u32 cip = 0, sip = 0, vni = 0, port = 0;
    u16 cport = 0, sport = 0, dnsid = 0;
    u32 cseq = 0, sseq = 0, left = 0, burst = 0, tries = 0, retx_len = 0, retx_seq = 0;
    u8 kind = 0, st = 0, fault = 0;  // kind: 0 tcp 1 dns 2 icmp
    bool tls = false, rst = false, retx_pending = false, retx_cli = false, frag_pending = false, first_req = false,
         nx = false;
};

static const u32 ENC = 14 + 20 + 8 + 8;  // outer Ethernet, IPv4, UDP, VXLAN
static u8* inner() {
    return pkt + ENC + 14;
}

// Wraps an inner IPv4 packet of n bytes that already lies at inner(). c2s: from the client's host to the server's.
static void encap(Flow& f, bool c2s, u32 n) {
    u32 hs = c2s ? f.ch : f.sh, hd = c2s ? f.sh : f.ch;
    u8* p = pkt;
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
    T.vxlan++;
    T.per_vni[f.vni]++;
    T.per_port[f.port]++;
    T.inner_bytes += inlen;
    f.pk++;
    f.by += inlen;
    if (f.fault == 1)
        T.wrong_vni_pkts++;
    if (f.fault == 2)
        T.wrong_port_pkts++;
    emit(ENC + inlen);
}

static std::vector<u8> text_pool, rand_pool;
static void make_pools() {
    Rng r{0x5eed};
    rand_pool.resize(1 << 20);
    for (size_t i = 0; i < rand_pool.size(); i += 8) {
        u64 v = r.next();
        memcpy(&rand_pool[i], &v, 8);
    }
    static const char* w[] = {"pod",   "service", "endpoint",   "namespace",   "kube-system", "nginx",      "status",
                              "ready", "false",   "true",       "\"id\":",     "\"name\":",   "\"value\":", "10.244.",
                              "error", "timeout", "GET",        "/api/v1/",    "{",           "}",          ",",
                              "\n",    "metrics", "latency_ms", "2026-11-22T", "level=info",  "request",    "user"};
    while (text_pool.size() < (1 << 20)) {
        const char* s = w[r.below(sizeof w / sizeof *w)];
        text_pool.insert(text_pool.end(), s, s + strlen(s));
        char num[16];
        int n = snprintf(num, sizeof num, r.chance(0.3) ? "%u " : " ", r.below(100000));
        text_pool.insert(text_pool.end(), num, num + n);
    }
}

static void tcp(Flow& f, bool c2s, u8 flags, u32 seq, u32 ack, u32 len) {
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
        memcpy(d, (f.tls ? rand_pool : text_pool).data() + off, len);
        if (f.tls && len >= 6) {
            d[0] = 0x17;
            d[1] = 3;
            d[2] = 3;
            put16(d + 3, len - 5);
        }
    }
    u64 s = pseudo(src, dst, 6, hl + len) + csum_add(t, hl + len);
    le<u16>(t + 16, csum_fin(s));
    T.in_tcp++;
    T.payload += len;
    if (syn && (flags & 16))
        T.synack++;
    else if (syn)
        T.syn++;
    if (flags & 1)
        T.fin++;
    if (flags & 4)
        T.rst++;
    if (len)
        T.data++;
    encap(f, c2s, 20 + hl + len);
}

static u32 seg_size() {
    u32 mss = o.mtu - 40;
    if (o.sizes == "large")
        return mss;
    if (o.sizes == "small")
        return 6 + R.below(90);
    if (o.sizes == "mix") {
        u32 k = R.below(10);
        return k < 6 ? mss : k < 8 ? 200 + R.below(mss - 200) : 6 + R.below(190);
    }
    u32 n = (u32)atoi(o.sizes.c_str());
    return n < 6 ? 6 : n > mss ? mss : n;
}

static void icmp_send(Flow& f, bool c2s, u32 n) {
    u8* p = inner() + 20;
    p[2] = p[3] = 0;
    le<u16>(p + 2, csum_fin(csum_add(p, n)));
    T.in_icmp++;
    encap(f, c2s, 20 + n);
}

static bool step_tcp(Flow& f) {  // true: the conversation is over
    if (f.fault) {               // sent with the wrong VNI or to the wrong port: nobody answers
        tcp(f, true, 2, f.cseq, 0, 0);
        if (f.tries++)
            T.syn_retx++;
        if (f.tries < 4)
            return false;
        T.syn_unanswered_flows++;
        return true;
    }
    if (f.retx_pending) {
        f.retx_pending = false;
        T.retx++;
        tcp(f, f.retx_cli, 0x18, f.retx_seq, f.retx_cli ? f.sseq : f.cseq, f.retx_len);
        return false;
    }
    if (f.frag_pending) {  // the gateway of the client's subnet answers an oversized segment
        f.frag_pending = false;
        u8 *c = inner() + 20, orig[28];
        ip4(orig, f.cip, f.sip, 6, 1500, true);
        put16(orig + 20, f.cport);
        put16(orig + 22, f.sport);
        put32(orig + 24, f.retx_seq);
        u8* q = ip4(inner(), (f.cip & ~0xffu) | 1, f.cip, 1, 20 + 8 + 28, false);
        q[0] = 3;
        q[1] = 4;
        put16(q + 4, 0);
        put16(q + 6, o.mtu);
        memcpy(c + 8, orig, 28);
        T.icmp_frag++;
        icmp_send(f, false, 8 + 28);
        return false;
    }
    switch (f.st) {
        case 0:
            tcp(f, true, 2, f.cseq++, 0, 0);
            f.st = 1;
            return false;
        case 1:
            tcp(f, false, 0x12, f.sseq++, f.cseq, 0);
            f.st = 2;
            return false;
        case 2:
            tcp(f, true, 0x10, f.cseq, f.sseq, 0);
            f.st = 3;
            return false;
        case 3: {  // request
            u32 n = 60 + R.below(400);
            tcp(f, true, 0x18, f.cseq, f.sseq, n);
            f.cseq += n;
            if (R.chance(o.retx)) {
                f.retx_pending = true;
                f.retx_cli = true;
                f.retx_len = n;
                f.retx_seq = f.cseq - n;
            }
            f.burst = 2 + R.below(6);
            f.st = 4;
            return false;
        }
        case 4: {  // response segments, an ACK after every second one
            if (f.burst && f.left) {
                if (f.burst % 3 == 0) {
                    f.burst--;
                    tcp(f, true, 0x10, f.cseq, f.sseq, 0);
                    return false;
                }
                f.burst--;
                f.left--;
                if (R.chance(o.oversize)) {  // 1500 bytes of inner IPv4 with DF set, towards the server
                    u32 n = 1460;
                    T.oversized++;
                    tcp(f, true, 0x18, f.cseq, f.sseq, n);
                    f.retx_seq = f.cseq;
                    f.cseq += n;
                    f.frag_pending = true;
                    return false;
                }
                u32 n = seg_size();
                tcp(f, false, 0x18, f.sseq, f.cseq, n);
                f.sseq += n;
                if (R.chance(o.retx)) {
                    f.retx_pending = true;
                    f.retx_cli = false;
                    f.retx_len = n;
                    f.retx_seq = f.sseq - n;
                }
                return false;
            }
            tcp(f, true, 0x10, f.cseq, f.sseq, 0);
            f.st = f.left ? 3 : 5;
            return false;
        }
        case 5:
            if (f.rst) {
                tcp(f, false, 0x14, f.sseq, f.cseq, 0);
                return true;
            }
            tcp(f, true, 0x11, f.cseq++, f.sseq, 0);
            f.st = 6;
            return false;
        case 6:
            tcp(f, false, 0x11, f.sseq++, f.cseq, 0);
            f.st = 7;
            return false;
        default: tcp(f, true, 0x10, f.cseq, f.sseq, 0); return true;
    }
}

static bool step_dns(Flow& f) {  // st 0: query; st 1: answer
    bool lost = f.fault == 3, q = f.st == 0;
    char name[80];
    int nl = snprintf(name, sizeof name, "svc-%u.ns-%u.svc.cluster.local", (u32)(f.id % 5000), (u32)(f.id % 37));
    u8 *u = inner() + 20, *d = u + 8, *p = d + 12;
    put16(d, f.dnsid);
    put16(d + 2, q ? 0x0100 : f.nx ? 0x8183 : 0x8180);
    put16(d + 4, 1);
    put16(d + 6, !q && !f.nx);
    put16(d + 8, 0);
    put16(d + 10, 0);
    for (int i = 0; i < nl;) {
        int j = i;
        while (j < nl && name[j] != '.') j++;
        *p++ = (u8)(j - i);
        memcpy(p, name + i, (size_t)(j - i));
        p += j - i;
        i = j + 1;
    }
    *p++ = 0;
    put16(p, 1);
    put16(p + 2, 1);
    p += 4;
    if (!q && !f.nx) {
        put16(p, 0xc00c);
        put16(p + 2, 1);
        put16(p + 4, 1);
        put32(p + 6, 30);
        put16(p + 10, 4);
        put32(p + 12, 0x0a600000u + (u32)(f.id % 5000));
        p += 16;
    }
    u32 n = (u32)(p - u), src = q ? f.cip : f.sip, dst = q ? f.sip : f.cip;
    ip4(inner(), src, dst, 17, 20 + n, false);
    put16(u, q ? f.cport : 53);
    put16(u + 2, q ? 53 : f.cport);
    put16(u + 4, n);
    put16(u + 6, 0);
    u16 c = csum_fin(pseudo(src, dst, 17, n) + csum_add(u, n));
    le<u16>(u + 6, c ? c : (u16)0xffff);
    T.in_udp++;
    if (q) {
        T.dns_q++;
        if (f.tries)
            T.dns_retry++;
        f.tries++;
    } else {
        T.dns_a++;
        if (f.nx)
            T.dns_nx++;
    }
    encap(f, q, 20 + n);
    if (!q)
        return true;
    if (!lost) {
        f.st = 1;
        return false;
    }
    T.dns_unanswered_q++;
    if (f.tries < 2)
        return false;
    T.dns_unanswered_lookups++;
    return true;
}

static bool step_icmp(Flow& f) {
    bool req = (f.st & 1) == 0;
    u8* q = ip4(inner(), req ? f.cip : f.sip, req ? f.sip : f.cip, 1, 20 + 40, false);
    q[0] = req ? 8 : 0;
    q[1] = 0;
    put16(q + 4, f.cport);
    put16(q + 6, f.st / 2 + 1u);
    memcpy(q + 8, "abcdefghijklmnopqrstuvwabcdefghi", 32);  // the payload of Windows ping
    (req ? T.icmp_req : T.icmp_rep)++;
    icmp_send(f, req, 40);
    return ++f.st >= 8;
}

static u64 next_id = 0;
static FILE* ftruth;
static void flow_done(const Flow& f) {
    if (ftruth && f.pk)
        fprintf(ftruth, "%u,%u,%u.%u.%u.%u,%u,%u.%u.%u.%u,%u,%s,%llu,%llu,%d\n", f.vni, f.port, f.cip >> 24,
                f.cip >> 16 & 255, f.cip >> 8 & 255, f.cip & 255, f.kind == 2 ? 0 : f.cport, f.sip >> 24,
                f.sip >> 16 & 255, f.sip >> 8 & 255, f.sip & 255, f.kind == 2 ? 0 : f.sport,
                f.kind == 0   ? "tcp"
                : f.kind == 1 ? "udp"
                              : "icmp",
                (unsigned long long)f.pk, (unsigned long long)f.by, f.fault);
}
static void fresh(Flow& f) {
    f = Flow{};
    u64 id = f.id = next_id++;
    u32 np = o.hosts * o.pods, c = (u32)(id % np);
    f.ch = c % o.hosts;
    f.cp = c / o.hosts;
    f.sh = (f.ch + 1 + R.below(o.hosts - 1)) % o.hosts;
    f.sp = R.below(o.pods);
    f.cip = pod_ip(f.ch, f.cp);
    f.vni = o.vni;
    f.port = o.port;
    f.cport = (u16)(49152 + ((id / np) * 40507 + c * 7919ull) %
                                16384);  // the Windows ephemeral range; unique until 16384 conversations of a pod
    double k = R.unit();
    if (k < o.dns) {
        f.kind = 1;
        f.sport = 53;
        f.sp = 0;
        f.sh = f.ch ? 0 : 1;
        f.dnsid = (u16)R.next();
        f.nx = R.chance(0.3);
        T.dns_lookups++;
        if (R.chance(o.dns_lost))
            f.fault = 3;
    } else if (k < o.dns + o.icmp) {
        f.kind = 2;
    } else {
        f.tls = R.chance(o.tls);
        f.sport = f.tls ? 443 : 30080;
        f.cseq = (u32)R.next() | 1;
        f.sseq = (u32)R.next() | 1;
        double e = R.unit();  // heavy tail: many short conversations, few long ones
        f.left = 1 + (u32)((double)o.mean_segs * 0.5 * e / (1.0 - e * 0.97));
        f.rst = R.chance(o.rst);
        T.tcp_flows++;
        double w = R.unit();
        if (w < o.wrong_vni) {
            f.fault = 1;
            f.vni = o.bad_vni;
            T.wrong_vni_flows++;
        } else if (w < o.wrong_vni + o.wrong_port) {
            f.fault = 2;
            f.port = o.bad_port;
            T.wrong_port_flows++;
        }
    }
    f.sip = pod_ip(f.sh, f.sp);
}

static void noise() {
    u32 a = R.below(o.hosts), b = (a + 1 + R.below(o.hosts - 1)) % o.hosts, k = R.below(4);
    u8* p = pkt;
    host_mac(p, b);
    host_mac(p + 6, a);
    T.noise++;
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
        T.n_arp++;
        emit(60);
    } else if (k == 1) {  // kubelet and API server traffic on the node network
        u32 n = 6 + R.below(1400), src = host_ip(a), dst = host_ip(b);
        put16(p + 12, 0x0800);
        u8* t = ip4(p + 14, src, dst, 6, 40 + n, true);
        put16(t, 40000 + R.below(20000));
        put16(t + 2, 10250);
        put32(t + 4, (u32)R.next());
        put32(t + 8, (u32)R.next());
        t[12] = 0x50;
        t[13] = 0x18;
        put16(t + 14, 64240);
        put32(t + 16, 0);
        memcpy(t + 20, rand_pool.data() + R.below(1 << 19), n);
        t[20] = 0x17;
        t[21] = 3;
        t[22] = 3;
        put16(t + 23, n - 5);
        le<u16>(t + 16, csum_fin(pseudo(src, dst, 6, 20 + n) + csum_add(t, 20 + n)));
        T.n_tcp++;
        emit(54 + n);
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
        u8* u = ip4(p + 14, src, dst, 17, 20 + n, false);
        put16(u, 50000 + R.below(10000));
        put16(u + 2, 53);
        put16(u + 4, n);
        put16(u + 6, 0);
        put16(u + 8, (u32)R.next());
        put16(u + 10, 0x0100);
        put16(u + 12, 1);
        put16(u + 14, 0);
        put32(u + 16, 0);
        memcpy(u + 20, qn, l);
        T.n_dns++;
        emit(34 + n);
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
        T.n_ndp++;
        emit(14 + 72);
    }
}

int main(int argc, char** argv) {
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
    R.s = o.seed * 0x2545f4914f6cdd1dull + 1;
    file = fopen(o.out.c_str(), "wb");
    if (file == nullptr) {
        perror(o.out.c_str());
        return 1;
    }
    obuf.resize(4 << 20);
    make_pools();
    now_ns = 1792000000ull * 1000000000ull + (o.seed % 1000) * 1000000ull;
    if (!o.flow_truth.empty()) {
        ftruth = fopen(o.flow_truth.c_str(), "w");
        if (!ftruth) {
            perror(o.flow_truth.c_str());
            return 1;
        }
        fputs("vni,udp_port,client,client_port,server,server_port,proto,packets,inner_bytes,fault\n", ftruth);
    }
    u8* h = oreserve(64);
    if (o.format == "pcap") {
        le<u32>(h, o.nano ? 0xa1b23c4du : 0xa1b2c3d4u);
        le<u16>(h + 4, 2);
        le<u16>(h + 6, 4);
        le<u32>(h + 8, 0);
        le<u32>(h + 12, 0);
        le<u32>(h + 16, o.snaplen);
        le<u32>(h + 20, 1);
        olen = 24;
    } else {
        le<u32>(h, 0x0a0d0d0au);
        le<u32>(h + 4, 28);
        le<u32>(h + 8, 0x1a2b3c4du);
        le<u16>(h + 12, 1);
        le<u16>(h + 14, 0);
        le<u64>(h + 16, ~0ull);
        le<u32>(h + 24, 28);
        u8* b = h + 28;
        le<u32>(b, 1);
        le<u32>(b + 4, 32);
        le<u16>(b + 8, 1);
        le<u16>(b + 10, 0);
        le<u32>(b + 12, o.snaplen);
        le<u16>(b + 16, 9);
        le<u16>(b + 18, 1);
        le<u32>(b + 20, o.nano ? 9 : 6);
        le<u32>(b + 24, 0);
        le<u32>(b + 28, 32);
        olen = 60;
    }
    std::vector<Flow> act(o.flows);
    for (auto& f : act) fresh(f);
    u64 t0 = now_ns;
    while (T.packets < o.packets && (!o.max_bytes || owritten + olen < o.max_bytes)) {
        if (R.chance(o.noise)) {
            noise();
            continue;
        }
        Flow& f = act[R.below(o.flows)];
        bool done = f.kind == 0 ? step_tcp(f) : f.kind == 1 ? step_dns(f) : step_icmp(f);
        if (done) {
            flow_done(f);
            fresh(f);
        }
    }
    // Conversations cut off by the end of the file, and those that never started.
    u64 unstarted_tcp = 0, cut_dns = 0, unstarted_dns = 0, started = next_id, udp_flows = 0, icmp_flows = 0,
        cut_syn = 0;
    for (auto& f : act) {
        flow_done(f);
        if (!f.pk) {
            started--;
            (f.kind == 0 ? unstarted_tcp : unstarted_dns) += f.kind < 2;
        } else if (f.kind == 0 && (f.fault || f.st == 1))
            cut_syn++;
        else if (f.kind == 1) {
            cut_dns++;
            if (f.fault != 3)
                T.dns_unanswered_q++;
        }
        if (!f.pk && f.kind == 0 && f.fault == 1)
            T.wrong_vni_flows--;
        if (!f.pk && f.kind == 0 && f.fault == 2)
            T.wrong_port_flows--;
    }
    T.tcp_flows -= unstarted_tcp;
    T.dns_lookups -= unstarted_dns;
    udp_flows = T.dns_lookups;
    icmp_flows = started - T.tcp_flows - udp_flows;
    oflush();
    if (fclose(file) != 0) {
        perror(o.out.c_str());
        return 1;
    }
    if (ftruth)
        fclose(ftruth);
#define N(x) (unsigned long long)(x)
    printf(
        "{\n \"seed\": %llu, \"format\": \"%s\", \"packets\": %llu, \"wire_bytes\": %llu, \"file_bytes\": %llu, "
        "\"truncated\": %llu,\n",
        N(o.seed), o.format.c_str(), N(T.packets), N(T.bytes), N(owritten), N(T.truncated));
    printf(" \"duration_ns\": %llu,\n \"vxlan\": {\"packets\": %llu, \"inner_bytes\": %llu, \"per_vni\": {",
           N(now_ns - t0), N(T.vxlan), N(T.inner_bytes));
    const char* sep = "";
    for (auto& k : T.per_vni) {
        printf("%s\"%u\": %llu", sep, k.first, N(k.second));
        sep = ", ";
    }
    printf("}, \"per_udp_port\": {");
    sep = "";
    for (auto& k : T.per_port) {
        printf("%s\"%u\": %llu", sep, k.first, N(k.second));
        sep = ", ";
    }
    printf("}},\n \"noise\": {\"packets\": %llu, \"arp\": %llu, \"tcp\": %llu, \"dns\": %llu, \"ndp\": %llu},\n",
           N(T.noise), N(T.n_arp), N(T.n_tcp), N(T.n_dns), N(T.n_ndp));
    printf(
        " \"inner\": {\"tcp\": %llu, \"udp\": %llu, \"icmp\": %llu, \"flows\": %llu, \"tcp_flows\": %llu, "
        "\"udp_flows\": %llu, "
        "\"icmp_flows\": %llu},\n",
        N(T.in_tcp), N(T.in_udp), N(T.in_icmp), N(started), N(T.tcp_flows), N(udp_flows), N(icmp_flows));
    printf(
        " \"tcp\": {\"syn\": %llu, \"syn_retransmitted\": %llu, \"synack\": %llu, \"data_segments\": %llu, "
        "\"payload_bytes\": %llu, "
        "\"retransmitted_data\": %llu, \"fin\": %llu, \"rst\": %llu, \"unanswered_flows_complete\": %llu, "
        "\"unanswered_flows_cut\": %llu},\n",
        N(T.syn), N(T.syn_retx), N(T.synack), N(T.data), N(T.payload), N(T.retx), N(T.fin), N(T.rst),
        N(T.syn_unanswered_flows), N(cut_syn));
    printf(
        " \"dns\": {\"lookups\": %llu, \"queries\": %llu, \"retries\": %llu, \"answers\": %llu, \"nxdomain\": %llu, "
        "\"unanswered_queries\": %llu, \"lookups_lost\": %llu, \"lookups_cut\": %llu},\n",
        N(T.dns_lookups), N(T.dns_q), N(T.dns_retry), N(T.dns_a), N(T.dns_nx), N(T.dns_unanswered_q),
        N(T.dns_unanswered_lookups), N(cut_dns));
    printf(" \"icmp\": {\"echo_request\": %llu, \"echo_reply\": %llu, \"fragmentation_needed\": %llu},\n",
           N(T.icmp_req), N(T.icmp_rep), N(T.icmp_frag));
    printf(
        " \"faults\": {\"wrong_vni_flows\": %llu, \"wrong_vni_packets\": %llu, \"wrong_port_flows\": %llu, "
        "\"wrong_port_packets\": %llu, "
        "\"oversized_inner\": %llu}\n}\n",
        N(T.wrong_vni_flows), N(T.wrong_vni_pkts), N(T.wrong_port_flows), N(T.wrong_port_pkts), N(T.oversized));
}
