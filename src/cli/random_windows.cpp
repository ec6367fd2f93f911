// SPDX-License-Identifier: Apache-2.0
// Random numbers for libsodium, which asks advapi32 for SystemFunction036 (RtlGenRandom). Windows has that function in
// cryptbase.dll, which it looks for beside the program first. Linked before advapi32, this one takes its place.
#include "base/cng_windows.h"

#include <cstdio>
#include <cstdlib>

extern "C" BOOLEAN NTAPI SystemFunction036(void* buffer, ULONG size);

extern "C" BOOLEAN NTAPI SystemFunction036(void* buffer, ULONG size) {
    static auto* const generate = kwd::cng_function<decltype(::BCryptGenRandom)>("BCryptGenRandom");
    if (generate == nullptr ||
        generate(nullptr, static_cast<PUCHAR>(buffer), size, BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0) {
        std::fputs("kwdiag: Windows gives no random numbers\n", stderr);
        std::abort();
    }
    return TRUE;
}
