// SPDX-License-Identifier: Apache-2.0
#include "bench/mkpcap/conversations.h"

#include <cstdlib>
#include <cstring>

namespace mkpcap {

Conversations::Conversations(const Options& options, Rng& random, Truth& truth, Packets& packets)
    : options_(options), random_(random), truth_(truth), packets_(packets), active_(options.flows) {
    if (!options.flow_truth.empty()) {
        list_ = fopen(options.flow_truth.c_str(), "w");
        if (list_ == nullptr) {
            perror(options.flow_truth.c_str());
            exit(1);
        }
        fputs("vni,udp_port,client,client_port,server,server_port,proto,packets,inner_bytes,fault\n", list_);
    }
    for (auto& f : active_) fresh(f);
}

void Conversations::step() {
    Flow& f = active_[random_.below(options_.flows)];
    bool done = f.kind == 0 ? step_tcp(f) : f.kind == 1 ? step_dns(f) : step_icmp(f);
    if (done) {
        flow_done(f);
        fresh(f);
    }
}

void Conversations::end() {
    // Conversations cut off by the end of the file, and those that never started.
    u64 unstarted_tcp = 0, unstarted_dns = 0;
    truth_.started = started_;
    for (auto& f : active_) {
        flow_done(f);
        if (!f.pk) {
            truth_.started--;
            (f.kind == 0 ? unstarted_tcp : unstarted_dns) += f.kind < 2;
        } else if (f.kind == 0 && (f.fault || f.st == 1))
            truth_.cut_syn++;
        else if (f.kind == 1) {
            truth_.cut_dns++;
            if (f.fault != 3)
                truth_.dns_unanswered_q++;
        }
        if (!f.pk && f.kind == 0 && f.fault == 1)
            truth_.wrong_vni_flows--;
        if (!f.pk && f.kind == 0 && f.fault == 2)
            truth_.wrong_port_flows--;
    }
    truth_.tcp_flows -= unstarted_tcp;
    truth_.dns_lookups -= unstarted_dns;
    truth_.udp_flows = truth_.dns_lookups;
    truth_.icmp_flows = truth_.started - truth_.tcp_flows - truth_.udp_flows;
    if (list_ != nullptr)
        fclose(list_);
}

u32 Conversations::seg_size() {
    u32 mss = options_.mtu - 40;
    if (options_.sizes == "large")
        return mss;
    if (options_.sizes == "small")
        return 6 + random_.below(90);
    if (options_.sizes == "mix") {
        u32 k = random_.below(10);
        return k < 6 ? mss : k < 8 ? 200 + random_.below(mss - 200) : 6 + random_.below(190);
    }
    u32 n = (u32)atoi(options_.sizes.c_str());
    return n < 6 ? 6 : n > mss ? mss : n;
}

bool Conversations::step_tcp(Flow& f) {  // true: the conversation is over
    if (f.fault) {               // sent with the wrong VNI or to the wrong port: nobody answers
        packets_.tcp(f, true, 2, f.cseq, 0, 0);
        if (f.tries++)
            truth_.syn_retx++;
        if (f.tries < 4)
            return false;
        truth_.syn_unanswered_flows++;
        return true;
    }
    if (f.retx_pending) {
        f.retx_pending = false;
        truth_.retx++;
        packets_.tcp(f, f.retx_cli, 0x18, f.retx_seq, f.retx_cli ? f.sseq : f.cseq, f.retx_len);
        return false;
    }
    if (f.frag_pending) {  // the gateway of the client's subnet answers an oversized segment
        f.frag_pending = false;
        u8 *c = packets_.inner() + 20, orig[28];
        packets_.ip4(orig, f.cip, f.sip, 6, 1500, true);
        put16(orig + 20, f.cport);
        put16(orig + 22, f.sport);
        put32(orig + 24, f.retx_seq);
        u8* q = packets_.ip4(packets_.inner(), (f.cip & ~0xffu) | 1, f.cip, 1, 20 + 8 + 28, false);
        q[0] = 3;
        q[1] = 4;
        put16(q + 4, 0);
        put16(q + 6, options_.mtu);
        memcpy(c + 8, orig, 28);
        truth_.icmp_frag++;
        packets_.icmp_send(f, false, 8 + 28);
        return false;
    }
    switch (f.st) {
        case 0:
            packets_.tcp(f, true, 2, f.cseq++, 0, 0);
            f.st = 1;
            return false;
        case 1:
            packets_.tcp(f, false, 0x12, f.sseq++, f.cseq, 0);
            f.st = 2;
            return false;
        case 2:
            packets_.tcp(f, true, 0x10, f.cseq, f.sseq, 0);
            f.st = 3;
            return false;
        case 3: {  // request
            u32 n = 60 + random_.below(400);
            packets_.tcp(f, true, 0x18, f.cseq, f.sseq, n);
            f.cseq += n;
            if (random_.chance(options_.retx)) {
                f.retx_pending = true;
                f.retx_cli = true;
                f.retx_len = n;
                f.retx_seq = f.cseq - n;
            }
            f.burst = 2 + random_.below(6);
            f.st = 4;
            return false;
        }
        case 4: {  // response segments, an ACK after every second one
            if (f.burst && f.left) {
                if (f.burst % 3 == 0) {
                    f.burst--;
                    packets_.tcp(f, true, 0x10, f.cseq, f.sseq, 0);
                    return false;
                }
                f.burst--;
                f.left--;
                if (random_.chance(options_.oversize)) {  // 1500 bytes of inner IPv4 with DF set, towards the server
                    u32 n = 1460;
                    truth_.oversized++;
                    packets_.tcp(f, true, 0x18, f.cseq, f.sseq, n);
                    f.retx_seq = f.cseq;
                    f.cseq += n;
                    f.frag_pending = true;
                    return false;
                }
                u32 n = seg_size();
                packets_.tcp(f, false, 0x18, f.sseq, f.cseq, n);
                f.sseq += n;
                if (random_.chance(options_.retx)) {
                    f.retx_pending = true;
                    f.retx_cli = false;
                    f.retx_len = n;
                    f.retx_seq = f.sseq - n;
                }
                return false;
            }
            packets_.tcp(f, true, 0x10, f.cseq, f.sseq, 0);
            f.st = f.left ? 3 : 5;
            return false;
        }
        case 5:
            if (f.rst) {
                packets_.tcp(f, false, 0x14, f.sseq, f.cseq, 0);
                return true;
            }
            packets_.tcp(f, true, 0x11, f.cseq++, f.sseq, 0);
            f.st = 6;
            return false;
        case 6:
            packets_.tcp(f, false, 0x11, f.sseq++, f.cseq, 0);
            f.st = 7;
            return false;
        default: packets_.tcp(f, true, 0x10, f.cseq, f.sseq, 0); return true;
    }
}

bool Conversations::step_dns(Flow& f) {  // st 0: query; st 1: answer
    bool lost = f.fault == 3, q = f.st == 0;
    char name[80];
    int nl = snprintf(name, sizeof name, "svc-%u.ns-%u.svc.cluster.local", (u32)(f.id % 5000), (u32)(f.id % 37));
    u8 *u = packets_.inner() + 20, *d = u + 8, *p = d + 12;
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
    packets_.ip4(packets_.inner(), src, dst, 17, 20 + n, false);
    put16(u, q ? f.cport : 53);
    put16(u + 2, q ? 53 : f.cport);
    put16(u + 4, n);
    put16(u + 6, 0);
    u16 c = csum_fin(pseudo(src, dst, 17, n) + csum_add(u, n));
    le<u16>(u + 6, c ? c : (u16)0xffff);
    truth_.in_udp++;
    if (q) {
        truth_.dns_q++;
        if (f.tries)
            truth_.dns_retry++;
        f.tries++;
    } else {
        truth_.dns_a++;
        if (f.nx)
            truth_.dns_nx++;
    }
    packets_.encap(f, q, 20 + n);
    if (!q)
        return true;
    if (!lost) {
        f.st = 1;
        return false;
    }
    truth_.dns_unanswered_q++;
    if (f.tries < 2)
        return false;
    truth_.dns_unanswered_lookups++;
    return true;
}

bool Conversations::step_icmp(Flow& f) {
    bool req = (f.st & 1) == 0;
    u8* q = packets_.ip4(packets_.inner(), req ? f.cip : f.sip, req ? f.sip : f.cip, 1, 20 + 40, false);
    q[0] = req ? 8 : 0;
    q[1] = 0;
    put16(q + 4, f.cport);
    put16(q + 6, f.st / 2 + 1u);
    memcpy(q + 8, "abcdefghijklmnopqrstuvwabcdefghi", 32);  // the payload of Windows ping
    (req ? truth_.icmp_req : truth_.icmp_rep)++;
    packets_.icmp_send(f, req, 40);
    return ++f.st >= 8;
}

void Conversations::flow_done(const Flow& f) {
    if (list_ && f.pk)
        fprintf(list_, "%u,%u,%u.%u.%u.%u,%u,%u.%u.%u.%u,%u,%s,%llu,%llu,%d\n", f.vni, f.port, f.cip >> 24,
                f.cip >> 16 & 255, f.cip >> 8 & 255, f.cip & 255, f.kind == 2 ? 0 : f.cport, f.sip >> 24,
                f.sip >> 16 & 255, f.sip >> 8 & 255, f.sip & 255, f.kind == 2 ? 0 : f.sport,
                f.kind == 0   ? "tcp"
                : f.kind == 1 ? "udp"
                              : "icmp",
                (unsigned long long)f.pk, (unsigned long long)f.by, f.fault);
}

void Conversations::fresh(Flow& f) {
    f = Flow{};
    u64 id = f.id = started_++;
    u32 np = options_.hosts * options_.pods, c = (u32)(id % np);
    f.ch = c % options_.hosts;
    f.cp = c / options_.hosts;
    f.sh = (f.ch + 1 + random_.below(options_.hosts - 1)) % options_.hosts;
    f.sp = random_.below(options_.pods);
    f.cip = pod_ip(f.ch, f.cp);
    f.vni = options_.vni;
    f.port = options_.port;
    f.cport = (u16)(49152 + ((id / np) * 40507 + c * 7919ull) %
                                16384);  // the Windows ephemeral range; unique until 16384 conversations of a pod
    double k = random_.unit();
    if (k < options_.dns) {
        f.kind = 1;
        f.sport = 53;
        f.sp = 0;
        f.sh = f.ch ? 0 : 1;
        f.dnsid = (u16)random_.next();
        f.nx = random_.chance(0.3);
        truth_.dns_lookups++;
        if (random_.chance(options_.dns_lost))
            f.fault = 3;
    } else if (k < options_.dns + options_.icmp) {
        f.kind = 2;
    } else {
        f.tls = random_.chance(options_.tls);
        f.sport = f.tls ? 443 : 30080;
        f.cseq = (u32)random_.next() | 1;
        f.sseq = (u32)random_.next() | 1;
        double e = random_.unit();  // heavy tail: many short conversations, few long ones
        f.left = 1 + (u32)((double)options_.mean_segs * 0.5 * e / (1.0 - e * 0.97));
        f.rst = random_.chance(options_.rst);
        truth_.tcp_flows++;
        double w = random_.unit();
        if (w < options_.wrong_vni) {
            f.fault = 1;
            f.vni = options_.bad_vni;
            truth_.wrong_vni_flows++;
        } else if (w < options_.wrong_vni + options_.wrong_port) {
            f.fault = 2;
            f.port = options_.bad_port;
            truth_.wrong_port_flows++;
        }
    }
    f.sip = pod_ip(f.sh, f.sp);
}

}  // namespace mkpcap
