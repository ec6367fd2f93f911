// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace kwd::packet {

struct FreeSlabMemory {
    void operator()(std::byte* memory) const noexcept;
};
using SlabMemory = std::unique_ptr<std::byte, FreeSlabMemory>;

/// What a page is where the system has larger ones too. Of a table that is read here and there, hardly any place is in
/// the processor's table of pages if they are small: asking for one ahead then waits for that.
inline constexpr std::size_t kHugePage = std::size_t{2} << 20U;

/// Memory that is not there until it is written to, in huge pages if `bytes` is a number of them and the system likes.
/// Throws std::bad_alloc.
[[nodiscard]] SlabMemory allocate_slab(std::size_t bytes);

}  // namespace kwd::packet
