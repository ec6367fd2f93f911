// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace kwd::packet {

/// The place in a file that was read up to, and those of the bytes after it that are at hand.
///
/// Readers of a format take whole records from it. One that finds fewer bytes than it needs although the file has them
/// says how many it wants, and leaves the window as it is, to be called again once they are there.
class FileWindow {
  public:
    /// A whole file in memory.
    explicit FileWindow(std::span<const std::byte> file) noexcept : FileWindow(file, 0, file.size()) {}
    /// `at_hand` stands at `offset` of a file of `file_size` bytes.
    FileWindow(std::span<const std::byte> at_hand, std::uint64_t offset, std::uint64_t file_size) noexcept
        : at_hand_(at_hand), offset_(offset), file_size_(file_size) {}

    [[nodiscard]] Bytes bytes() const noexcept { return Bytes{at_hand_}; }
    [[nodiscard]] std::span<const std::byte> at_hand() const noexcept { return at_hand_; }
    /// Of the next byte, from the file's beginning.
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
    /// Bytes from here to the file's end, at hand or not.
    [[nodiscard]] std::uint64_t left() const noexcept { return file_size_ - offset_; }
    [[nodiscard]] bool more() const noexcept { return offset_ < file_size_; }

    /// Whether `count` bytes are at hand; if not, they are what is wanted. Precondition: count <= left().
    [[nodiscard]] bool has(std::uint64_t count) noexcept {
        wanted_ = count <= at_hand_.size() ? 0 : count;
        return wanted_ == 0;
    }
    [[nodiscard]] std::uint64_t wanted() const noexcept { return wanted_; }

    /// Goes on by `count` bytes, at hand or not. Precondition: count <= left().
    void advance(std::uint64_t count) noexcept {
        at_hand_ =
            count < at_hand_.size() ? at_hand_.subspan(static_cast<std::size_t>(count)) : std::span<const std::byte>{};
        offset_ += count;
    }

    /// Other bytes of the same file from the same offset on, and what its size turned out to be.
    void refill(std::span<const std::byte> at_hand, std::uint64_t file_size) noexcept {
        at_hand_ = at_hand;
        file_size_ = file_size;
        wanted_ = 0;
    }

  private:
    std::span<const std::byte> at_hand_;
    std::uint64_t offset_;
    std::uint64_t file_size_;
    std::uint64_t wanted_ = 0;
};

}  // namespace kwd::packet
