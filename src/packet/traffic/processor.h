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

/// Lets the processor rest for some tens of cycles within a loop that waits for another thread.
inline void relax() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    _mm_pause();
#elif defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

}  // namespace kwd::packet
