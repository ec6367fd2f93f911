// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace kwd::packet {

/// Records that are numbered through, never move, and are only added: growing costs no copy and no second table.
template <class Record, std::size_t kPerSlab>
class Slabs {
    static_assert((kPerSlab & (kPerSlab - 1)) == 0);

  public:
    /// The number of a new record.
    [[nodiscard]] std::uint32_t add() {
        if (size_ == slabs_.size() * kPerSlab) {
            slabs_.push_back(std::make_unique_for_overwrite<Record[]>(kPerSlab));
        }
        (*this)[size_] = Record{};
        return size_++;
    }
    [[nodiscard]] Record& operator[](std::uint32_t number) noexcept {
        return slabs_[number / kPerSlab][number % kPerSlab];
    }
    [[nodiscard]] const Record& operator[](std::uint32_t number) const noexcept {
        return slabs_[number / kPerSlab][number % kPerSlab];
    }
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

  private:
    std::vector<std::unique_ptr<Record[]>> slabs_;
    std::uint32_t size_ = 0;
};

}  // namespace kwd::packet
