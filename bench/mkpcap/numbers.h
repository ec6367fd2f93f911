// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mkpcap {

using u8 = uint8_t;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;

/// The same numbers for the same seed, everywhere (splitmix64).
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

/// Numbers in network byte order.
inline void put16(u8* p, u32 v) {
    p[0] = (u8)(v >> 8);
    p[1] = (u8)v;
}
inline void put32(u8* p, u32 v) {
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}

/// In that of a little-endian file.
template <class T>
void le(u8* p, T v) {
    memcpy(p, &v, sizeof v);
}

inline u64 csum_add(const u8* p, size_t n) {  // sum of big-endian 16-bit words, folded late
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
inline u16 csum_fin(u64 s) {  // little-endian one's complement sum, returned in memory order
    while (s >> 16) s = (s & 0xffff) + (s >> 16);
    return (u16)~s;
}

}  // namespace mkpcap
