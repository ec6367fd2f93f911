// SPDX-License-Identifier: Apache-2.0
// vxflood - sends VXLAN-encapsulated frames out of one interface at a given rate, for capture-loss measurements.
//   cc -O3 -o vxflood vxflood.c ;  ./vxflood IFACE PPS(0 = as fast as possible) SECONDS FRAME_BYTES [distinct]
// AF_PACKET raw socket, sendmmsg in batches, PACKET_QDISC_BYPASS. Every frame carries a 64-bit sequence number in its
// last 8 bytes. Prints the number the kernel accepted. Use it inside a network namespace of your own only.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#define B 64
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static void p16(uint8_t *p, unsigned v) { p[0] = v >> 8; p[1] = v; }
static void p32(uint8_t *p, unsigned v) { p16(p, v >> 16); p16(p + 2, v & 0xffff); }
static void ip(uint8_t *p, unsigned len, int proto, unsigned s, unsigned d) {
  memset(p, 0, 20); p[0] = 0x45; p16(p + 2, len); p[8] = 64; p[9] = proto; p32(p + 12, s); p32(p + 16, d);
  unsigned c = 0; for (int i = 0; i < 20; i += 2) c += p[i] << 8 | p[i + 1];
  while (c >> 16) c = (c & 0xffff) + (c >> 16);
  p16(p + 10, ~c & 0xffff);
}
int main(int c, char **v) {
  if (c < 5) return 2;
  double pps = atof(v[2]), secs = atof(v[3]); unsigned len = atoi(v[4]), nd = c > 5 ? atoi(v[5]) : 1024;
  if (len < 120 || len > 1514) return 2;
  int fd = socket(AF_PACKET, SOCK_RAW, 0); if (fd < 0) { perror("socket"); return 1; }
  int one = 1; setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
  struct sockaddr_ll a = {.sll_family = AF_PACKET, .sll_protocol = 0, .sll_ifindex = (int)if_nametoindex(v[1])};
  if (!a.sll_ifindex || bind(fd, (void *)&a, sizeof a)) { perror("bind"); return 1; }
  static uint8_t f[B][1514]; struct iovec io[B]; struct mmsghdr m[B]; memset(m, 0, sizeof m);
  for (int i = 0; i < B; i++) {
    uint8_t *p = f[i]; for (unsigned k = 0; k < len; k++) p[k] = (uint8_t)(k * 31 + i);
    memcpy(p, "\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0", 14); ip(p + 14, len - 14, 17, 0x0af00004, 0x0af00005);
    p16(p + 34, 49152 + i); p16(p + 36, 4789); p16(p + 38, len - 34); p16(p + 40, 0);
    p32(p + 42, 0x08000000); p32(p + 46, 4096 << 8);
    uint8_t *q = p + 50; memcpy(q, "\x0e\x2a\0\0\0\2\x0e\x2a\0\0\0\1\x08\0", 14); ip(q + 14, len - 64, 6, 0x0af40102, 0x0af40203);
    uint8_t *t = q + 34; memset(t, 0, 20); p16(t + 2, 443); t[12] = 0x50; t[13] = 0x10;
    io[i].iov_base = p; io[i].iov_len = len; m[i].msg_hdr.msg_iov = &io[i]; m[i].msg_hdr.msg_iovlen = 1;
  }
  uint64_t sent = 0; double t0 = now(), end = t0 + secs, t = t0;
  while (t < end) {
    uint64_t due = pps > 0 ? (uint64_t)((t - t0) * pps) : sent + B, n = due > sent ? due - sent : 0;
    if (n > B) n = B;
    if (n) {
      for (unsigned i = 0; i < n; i++) { uint64_t s = sent + i; memcpy(f[i] + len - 8, &s, 8); p16(f[i] + 84, 49152 + s % nd % 16384); f[i][75] = (uint8_t)(s % nd >> 14); }
      int r = sendmmsg(fd, m, n, 0);
      if (r > 0) sent += r; else if (errno != ENOBUFS && errno != EAGAIN) { perror("sendmmsg"); return 1; }
    } else { struct timespec w = {0, 20000}; nanosleep(&w, 0); }
    t = now();
  }
  printf("sent %llu packets of %u bytes in %.3f s: %.0f packets/s %.1f MB/s\n", (unsigned long long)sent, len, now() - t0, sent / (now() - t0), sent * (double)len / (now() - t0) / 1e6);
  return 0;
}
