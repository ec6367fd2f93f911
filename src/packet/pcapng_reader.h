// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/bytes.h"
#include "packet/capture.h"
#include "packet/capture_problems.h"
#include "packet/tick_clock.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kwd::packet {

/// Reads a pcapng file: blocks, each with its length in front and behind. A section header begins a section with a byte
/// order and interfaces of its own; files joined end to end are one file with several sections.
///
/// Read are enhanced, simple and (obsolete) packet blocks, and what was counted of interfaces; other kinds are passed
/// over. The interfaces of all sections are numbered through.
/// Source: draft-ietf-opsawg-pcapng.
class PcapngReader {
  public:
    /// More interfaces than any capture has, a chunk a second for ten hours included; beyond, reading ends.
    static constexpr std::size_t kMostInterfaces = 65536;

    /// Whether the bytes begin with the type of a section header block.
    [[nodiscard]] static bool recognises(std::span<const std::byte> file) noexcept;

    explicit PcapngReader(std::span<const std::byte> file) noexcept : file_(file), in_(file) {}

    [[nodiscard]] std::optional<CapturedPacket> next(CaptureProblems& problems);

    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept { return interfaces_; }

  private:
    /// What a packet's block needs to know of its interface.
    struct Source {
        LinkType link_type;
        std::uint32_t snap_length;
        TickClock clock;
    };
    struct Block {
        std::uint32_t type;
        std::span<const std::byte> body;
    };

    std::optional<Block> next_block(CaptureProblems& problems);
    bool begin_section(std::uint32_t type, Bytes in, CaptureProblems& problems);
    void add_interface(Bytes body, CaptureProblems& problems);
    void add_statistics(Bytes body, CaptureProblems& problems);
    std::optional<CapturedPacket> enhanced_packet(Bytes body, CaptureProblems& problems);
    std::optional<CapturedPacket> obsolete_packet(Bytes body, CaptureProblems& problems);
    std::optional<CapturedPacket> simple_packet(Bytes body, CaptureProblems& problems);
    std::optional<CapturedPacket> packet(std::uint32_t interface_of_section, std::optional<std::uint64_t> ticks,
                                         std::uint32_t captured_length, std::uint32_t original_length, Bytes data,
                                         CaptureProblems& problems);

    void note(CaptureProblem::Kind kind, std::string text, CaptureProblems& problems) const;
    void end(CaptureProblem::Kind kind, std::string text, CaptureProblems& problems);

    std::span<const std::byte> file_;
    Bytes in_;
    std::endian order_ = std::endian::little;
    std::uint64_t block_offset_ = 0;
    std::uint64_t packets_ = 0;
    std::size_t section_interfaces_ = 0;  ///< index of the section's first interface
    std::vector<CaptureInterface> interfaces_;
    std::vector<Source> sources_;  ///< of the same interfaces
};

}  // namespace kwd::packet
