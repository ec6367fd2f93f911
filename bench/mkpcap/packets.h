// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/mkpcap/capture_file.h"
#include "bench/mkpcap/truth.h"

#include <vector>

namespace mkpcap {

inline u32 host_ip(u32 h) {
    return 0x0af00004u + h;
}  // 10.240.0.4 ...
inline u32 pod_ip(u32 h, u32 p) {
    return 0x0af40000u + (h << 8) + 2 + p;
}  // 10.244.h.2 ...
inline void host_mac(u8* m, u32 h) {
    m[0] = 0;
    m[1] = 0x15;
    m[2] = 0x5d;
    m[3] = 0xf0;
    m[4] = (u8)(h >> 8);
    m[5] = (u8)h;
}
inline void pod_mac(u8* m, u32 ip) {
    m[0] = 0x0e;
    m[1] = 0x2a;
    put32(m + 2, ip);
}

u64 pseudo(u32 src, u32 dst, u8 proto, u32 l4);

/// A conversation, and how far it has come.
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

/// Builds packets, counts them and writes them, one after the other.
class Packets {
  public:
    Packets(const Options& options, Rng& random, Truth& truth, CaptureFile& file);

    /// The packet that is built, and where in it an encapsulated IPv4 packet begins.
    u8* packet() { return packet_; }
    u8* inner() { return packet_ + kEncapsulation + 14; }
    const std::vector<u8>& noise() const { return noise_; }
    u64 now_ns() const { return now_ns_; }

    /// An IPv4 header. The answer is what is behind it.
    u8* ip4(u8* p, u32 src, u32 dst, u8 proto, u32 total, bool df);
    /// Writes the packet, of so many bytes, and lets time pass.
    void emit(u32 len);
    void encap(Flow& f, bool c2s, u32 n);
    void tcp(Flow& f, bool c2s, u8 flags, u32 seq, u32 ack, u32 len);
    void icmp_send(Flow& f, bool c2s, u32 n);

  private:
    static constexpr u32 kEncapsulation = 14 + 20 + 8 + 8;  // outer Ethernet, IPv4, UDP, VXLAN

    void make_pools();

    const Options& options_;
    Rng& random_;
    Truth& truth_;
    CaptureFile& file_;
    u8 packet_[4096] = {};
    u64 now_ns_;
    u16 identification_ = 0;
    std::vector<u8> text_, noise_;
};

}  // namespace mkpcap
