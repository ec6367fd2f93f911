// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/bytes.h"
#include "packet/capture.h"
#include "packet/capture_problems.h"
#include "packet/file_window.h"
#include "packet/interface_tally.h"
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
/// over. The interfaces of all sections are numbered through, but for one that is described in the same place and the
/// same words as in the section before: it is the same interface, as in a capture that was written in pieces. Source:
/// draft-ietf-opsawg-pcapng.
class PcapngReader {
  public:
    /// More interfaces than any capture has; beyond, reading ends.
    static constexpr std::size_t kMostInterfaces = 16384;
    /// Bytes of an interface's name, description and filter that are kept.
    static constexpr std::size_t kLongestText = 1024;

    /// Whether the bytes begin with the type of a section header block.
    [[nodiscard]] static bool recognises(std::span<const std::byte> file) noexcept;

    /// Reads on until `into` is full, the window has not the whole of the next block, or nothing is left; answers how
    /// many packets it gave. Precondition: the window was of a recognised file's beginning the first time.
    std::size_t read(FileWindow& window, std::span<CapturedPacket> into, CaptureProblems& problems);

    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept { return interfaces_; }

  private:
    /// What a packet's block needs to know of its interface.
    struct Source {
        std::uint32_t id;  ///< index into interfaces_
        LinkType link_type;
        std::uint32_t snap_length;
        TickClock clock;

        bool operator==(const Source&) const = default;
    };
    struct Block {
        std::uint32_t type;
        std::span<const std::byte> body;
    };

    std::optional<Block> next_block(FileWindow& window, bool room, CaptureProblems& problems);
    bool finish_passing(FileWindow& window, CaptureProblems& problems);
    bool read_byte_order(const FileWindow& window, CaptureProblems& problems);
    void pass_over(FileWindow& window, std::uint32_t length);
    bool read_block(const Block& block, CapturedPacket* packet, CaptureProblems& problems);

    void begin_section();
    void add_interface(Bytes body, CaptureProblems& problems);
    void add_source(CaptureInterface interface, TickClock clock, CaptureProblems& problems);
    void add_statistics(Bytes body, CaptureProblems& problems);
    bool enhanced_packet(Bytes body, CapturedPacket& into, CaptureProblems& problems);
    bool obsolete_packet(Bytes body, CapturedPacket& into, CaptureProblems& problems);
    bool simple_packet(Bytes body, CapturedPacket& into, CaptureProblems& problems);
    bool packet(std::uint32_t interface_of_section, std::optional<std::uint64_t> ticks, std::uint32_t captured_length,
                std::uint32_t original_length, Bytes& data, CapturedPacket& into, CaptureProblems& problems);
    void packet_options(Bytes after_data, CapturedPacket& packet) noexcept;
    void add_lost(std::uint32_t interface_id, std::uint64_t packets) noexcept;

    void note(CaptureProblem::Kind kind, std::string text, CaptureProblems& problems) const;
    void end(CaptureProblem::Kind kind, std::string text, CaptureProblems& problems);

    std::endian order_ = std::endian::little;
    bool ended_ = false;
    std::uint32_t passing_ =
        0;  ///< length of the block that is being passed over: its last four bytes are still to come
    std::uint64_t block_offset_ = 0;
    std::uint64_t packets_ = 0;
    std::vector<Source> section_;   ///< the section's interfaces
    std::vector<Source> previous_;  ///< those of the section before
    std::vector<CaptureInterface> interfaces_;
    std::vector<InterfaceTally> tallies_;  ///< of the same interfaces
};

}  // namespace kwd::packet
