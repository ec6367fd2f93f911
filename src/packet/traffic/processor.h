// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace kwd::packet {

/// Asks for the cache line of this place, to be there some hundred cycles later. The place need not exist.
inline void prefetch(const void* place) noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    _mm_prefetch(static_cast<const char*>(place), _MM_HINT_T0);
#else
    __builtin_prefetch(place);
#endif
}

/// The same for a place that will be written to: another processor that has it gives it up at once, not when it is.
/// (g++ and clang make a prefetch for reading of theirs, for the sake of processors before 2008.)
inline void prefetch_to_write(const void* place) noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    _m_prefetchw(place);
#elif defined(__x86_64__)
    asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(place)));
#else
    __builtin_prefetch(place, 1);
#endif
}

/// Lets the processor rest for some tens of cycles within a loop that waits for another thread.
inline void relax() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    _mm_pause();
#elif defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

}  // namespace kwd::packet
