// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kwd::packet {

/// Something in a capture file that is not as it should be.
struct CaptureProblem {
    enum class Kind : std::uint8_t {
        unknown_format,       ///< neither pcap nor pcapng; nothing was read
        unsupported_version,  ///< a version of the format that has another layout; reading ended there
        truncated,            ///< the file ends within a record; everything before it was read
        bad_length,           ///< a length that cannot be, after which nothing can be found: reading ended there
        bad_block,            ///< a pcapng block that contradicts itself; it was passed over
        unknown_interface,    ///< a packet of an interface that was not described; it was passed over
        unreadable,           ///< the system would not give the file's bytes: reading ended there
        too_many,             ///< more problems or interfaces than are kept
    };

    Kind kind;
    std::uint64_t offset;  ///< of the record, in bytes from the file's beginning
    std::string text;      ///< one line for a person, without the offset
};

/// The problems of one file, in its order. A file made to be nothing but problems stops at kMost of them.
class CaptureProblems {
  public:
    static constexpr std::size_t kMost = 100;

    /// Takes note of a problem; the one after the last that is kept becomes a note of kind too_many.
    void add(CaptureProblem::Kind kind, std::uint64_t offset, std::string text);

    [[nodiscard]] std::span<const CaptureProblem> all() const noexcept { return problems_; }

  private:
    std::vector<CaptureProblem> problems_;
};

}  // namespace kwd::packet
