// SPDX-License-Identifier: Apache-2.0
// Random numbers for libsodium, which asks advapi32 for SystemFunction036 (RtlGenRandom). Windows has that function in
// cryptbase.dll, which it looks for beside the program first. Linked before advapi32, this one takes its place.
#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using GenerateRandom = LONG WINAPI(void* algorithm, unsigned char* buffer, ULONG size, ULONG flags);

// BCryptGenRandom(); nullptr when Windows has it not.
GenerateRandom* load() {
    std::wstring path(MAX_PATH, L'\0');
    path.resize(GetSystemDirectoryW(path.data(), static_cast<UINT>(path.size())));
    path += L"\\bcrypt.dll";
    HMODULE library = LoadLibraryExW(path.c_str(), nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return library == nullptr
               ? nullptr
               : reinterpret_cast<GenerateRandom*>(reinterpret_cast<void*>(GetProcAddress(library, "BCryptGenRandom")));
}

}  // namespace

extern "C" BOOLEAN NTAPI SystemFunction036(void* buffer, ULONG size);

extern "C" BOOLEAN NTAPI SystemFunction036(void* buffer, ULONG size) {
    constexpr ULONG use_system_preferred = 2;  // BCRYPT_USE_SYSTEM_PREFERRED_RNG
    static GenerateRandom* const generate = load();
    if (generate == nullptr || generate(nullptr, static_cast<unsigned char*>(buffer), size, use_system_preferred) < 0) {
        std::fputs("kwdiag: Windows gives no random numbers\n", stderr);
        std::abort();
    }
    return TRUE;
}
