// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/slab_memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace kwd::packet {

void FreeSlabMemory::operator()(std::byte* memory) const noexcept {
    std::free(memory);
}

SlabMemory allocate_slab(std::size_t bytes) {
    const bool huge = bytes % kHugePage == 0;
    void* memory = huge ? std::aligned_alloc(kHugePage, bytes) : std::malloc(bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
#ifdef MADV_HUGEPAGE
    if (huge) {
        static_cast<void>(::madvise(memory, bytes, MADV_HUGEPAGE));
    }
#endif
    return SlabMemory(static_cast<std::byte*>(memory));
}

}  // namespace kwd::packet
