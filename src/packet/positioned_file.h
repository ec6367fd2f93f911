// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace kwd::packet {

/// A file that is read from any place, by several threads at once if they like: there is no place that it remembers.
class PositionedFile {
  public:
    /// Errors: not_found; access_denied; unsupported when it is a pipe or a device, which has no places; io.
    [[nodiscard]] static Result<PositionedFile> open(const std::filesystem::path& path);

    PositionedFile(PositionedFile&& other) noexcept;
    PositionedFile& operator=(PositionedFile&& other) noexcept;
    PositionedFile(const PositionedFile&) = delete;
    PositionedFile& operator=(const PositionedFile&) = delete;
    ~PositionedFile();

    /// Bytes, when it was opened.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Fills `into` with what is at `offset`, and answers how many bytes it was: fewer only at the file's end.
    [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const;

  private:
    PositionedFile(std::intptr_t file, std::uint64_t size, std::string name);

    static constexpr std::intptr_t kNone = -1;

    std::intptr_t file_;  ///< a descriptor or a HANDLE
    std::uint64_t size_;
    std::string name_;
};

}  // namespace kwd::packet
