// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/slab_memory.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <vector>

namespace kwd::packet {

/// Records that are numbered through, never move, and are only added: growing costs no copy and no second table.
template <class Record, std::size_t kPerSlab>
class Slabs {
    static_assert((kPerSlab & (kPerSlab - 1)) == 0);
    static_assert(std::is_trivially_destructible_v<Record> && alignof(Record) <= alignof(std::max_align_t));

  public:
    /// The number of a new record.
    [[nodiscard]] std::uint32_t add() {
        if (size_ == slabs_.size() * kPerSlab) {
            slabs_.push_back(allocate_slab(kPerSlab * sizeof(Record)));
        }
        ::new (static_cast<void*>(slabs_.back().get() + size_ % kPerSlab * sizeof(Record))) Record{};
        return size_++;
    }
    [[nodiscard]] Record& operator[](std::uint32_t number) noexcept { return *place_of(number); }
    [[nodiscard]] const Record& operator[](std::uint32_t number) const noexcept { return *place_of(number); }
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

  private:
    [[nodiscard]] Record* place_of(std::uint32_t number) const noexcept {
        return std::launder(
            reinterpret_cast<Record*>(slabs_[number / kPerSlab].get() + number % kPerSlab * sizeof(Record)));
    }

    std::vector<SlabMemory> slabs_;
    std::uint32_t size_ = 0;
};

}  // namespace kwd::packet
