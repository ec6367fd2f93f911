// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) by Intel's SHA extensions. Source: Intel 64 and IA-32 Architectures Software Developer's Manual,
// volume 2, SHA256RNDS2, SHA256MSG1 and SHA256MSG2.
#include "snapshot/processor_sha256.h"

#include <immintrin.h>

#ifdef _MSC_VER
#include <intrin.h>
#define KWD_WITH_SHA
#else
#include <cpuid.h>
// The rest of the program runs on processors without them too.
#define KWD_WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))
#endif

#include <cstdint>
#include <cstring>

namespace kwd::snapshot {
namespace {

constexpr std::size_t kBlock = 64;

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
alignas(16) constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

bool has_sha() {
    struct Leaf {
        unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    };
    Leaf one;
    Leaf seven;
#ifdef _MSC_VER
    int registers[4];
    __cpuid(registers, 0);
    if (registers[0] < 7) {
        return false;
    }
    __cpuidex(registers, 1, 0);
    one.ecx = static_cast<unsigned>(registers[2]);
    __cpuidex(registers, 7, 0);
    seven.ebx = static_cast<unsigned>(registers[1]);
#else
    if (__get_cpuid_count(1, 0, &one.eax, &one.ebx, &one.ecx, &one.edx) == 0 ||
        __get_cpuid_count(7, 0, &seven.eax, &seven.ebx, &seven.ecx, &seven.edx) == 0) {
        return false;
    }
#endif
    constexpr unsigned kSsse3 = 1U << 9;
    constexpr unsigned kSse41 = 1U << 19;
    constexpr unsigned kSha = 1U << 29;
    return (one.ecx & kSsse3) != 0 && (one.ecx & kSse41) != 0 && (seven.ebx & kSha) != 0;
}

// The working variables as the instructions want them: A, B, E, F and C, D, G, H.
struct State {
    __m128i abef;
    __m128i cdgh;
};

// Four rounds with the four words `now`, which then become those of four times four rounds later.
KWD_WITH_SHA inline void four_rounds(State& state, __m128i& now, __m128i next, __m128i after, __m128i last,
                                     const std::uint32_t* constants) {
    __m128i words = _mm_add_epi32(now, _mm_load_si128(reinterpret_cast<const __m128i*>(constants)));
    state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, words);
    words = _mm_shuffle_epi32(words, 0x0E);
    state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, words);
    now = _mm_add_epi32(_mm_sha256msg1_epu32(now, next), _mm_alignr_epi8(last, after, 4));
    now = _mm_sha256msg2_epu32(now, last);
}

KWD_WITH_SHA void add_blocks(State& state, const char* bytes, std::size_t blocks) {
    const __m128i reversed = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    const auto load = [](const char* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); };
    for (; blocks > 0; --blocks, bytes += kBlock) {
        const State before = state;
        __m128i w0 = _mm_shuffle_epi8(load(bytes), reversed);
        __m128i w1 = _mm_shuffle_epi8(load(bytes + 16), reversed);
        __m128i w2 = _mm_shuffle_epi8(load(bytes + 32), reversed);
        __m128i w3 = _mm_shuffle_epi8(load(bytes + 48), reversed);
        for (std::size_t round = 0; round < kRound.size(); round += 16) {
            four_rounds(state, w0, w1, w2, w3, &kRound[round]);
            four_rounds(state, w1, w2, w3, w0, &kRound[round + 4]);
            four_rounds(state, w2, w3, w0, w1, &kRound[round + 8]);
            four_rounds(state, w3, w0, w1, w2, &kRound[round + 12]);
        }
        state.abef = _mm_add_epi32(state.abef, before.abef);
        state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
    }
}

// What follows the whole blocks: the rest, a one bit, zeros, and the length in bits (FIPS 180-4, 5.1.1).
KWD_WITH_SHA void add_end(State& state, std::string_view rest, std::uint64_t bytes) {
    std::array<char, 2 * kBlock> end{};
    std::memcpy(end.data(), rest.data(), rest.size());
    end[rest.size()] = static_cast<char>(0x80);
    const std::size_t blocks = rest.size() + 9 > kBlock ? 2 : 1;
    for (std::size_t i = 0; i < 8; ++i) {
        end[blocks * kBlock - 1 - i] = static_cast<char>(bytes * 8 >> (8 * i) & 0xff);
    }
    add_blocks(state, end.data(), blocks);
}

KWD_WITH_SHA std::array<unsigned char, 32> hash(std::string_view bytes) {
    // The first 32 bits of the fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3).
    State state{_mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85U), 0x510e527f, static_cast<int>(0x9b05688cU)),
                _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53aU), 0x1f83d9ab, 0x5be0cd19)};
    const std::size_t whole = bytes.size() / kBlock * kBlock;
    add_blocks(state, bytes.data(), bytes.size() / kBlock);
    add_end(state, bytes.substr(whole), bytes.size());
    const std::array<int, 8> words{_mm_extract_epi32(state.abef, 3), _mm_extract_epi32(state.abef, 2),
                                   _mm_extract_epi32(state.cdgh, 3), _mm_extract_epi32(state.cdgh, 2),
                                   _mm_extract_epi32(state.abef, 1), _mm_extract_epi32(state.abef, 0),
                                   _mm_extract_epi32(state.cdgh, 1), _mm_extract_epi32(state.cdgh, 0)};
    std::array<unsigned char, 32> result{};
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = static_cast<unsigned char>(static_cast<std::uint32_t>(words[i / 4]) >> (24 - 8 * (i % 4)));
    }
    return result;
}

}  // namespace

std::optional<std::array<unsigned char, 32>> processor_sha256(std::string_view bytes) {
    static const bool can = has_sha();
    return can ? std::optional(hash(bytes)) : std::nullopt;
}

}  // namespace kwd::snapshot
