// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/bytes.h"
#include "packet/capture.h"
#include "packet/capture_problems.h"
#include "packet/file_window.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace kwd::packet {

/// Reads a pcap file: a header of 24 bytes, then records of 16 bytes and the packet. Its first four bytes tell the byte
/// order of all numbers, and whether times are in micro- or nanoseconds.
/// Source: draft-ietf-opsawg-pcap.
class PcapReader {
  public:
    /// Whether the bytes begin with one of the four magic numbers.
    [[nodiscard]] static bool recognises(std::span<const std::byte> file) noexcept;

    /// Reads on until `into` is full, the window has not the whole of the next record, or nothing is left; answers how
    /// many packets it gave. Precondition: the window was of a recognised file's beginning the first time.
    std::size_t read(FileWindow& window, std::span<CapturedPacket> into, CaptureProblems& problems);

    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept { return {&interface_, 1}; }

  private:
    bool begin(FileWindow& window, CaptureProblems& problems);
    void end(CaptureProblem::Kind kind, std::string text, const FileWindow& window, CaptureProblems& problems);

    std::endian order_ = std::endian::little;
    std::uint32_t most_captured_ = 0;
    std::uint32_t ns_per_fraction_ = 1000;
    bool begun_ = false;
    bool ended_ = false;
    std::uint64_t packets_ = 0;
    CaptureInterface interface_;
};

}  // namespace kwd::packet
