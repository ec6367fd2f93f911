// SPDX-License-Identifier: Apache-2.0
// Without large pages, which Windows gives only to accounts that may lock memory.
#include "packet/traffic/slab_memory.h"

#include <new>

namespace kwd::packet {

void FreeSlabMemory::operator()(std::byte* memory) const noexcept {
    ::operator delete(memory);
}

SlabMemory allocate_slab(std::size_t bytes) {
    return SlabMemory(static_cast<std::byte*>(::operator new(bytes)));
}

}  // namespace kwd::packet
