// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/place.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::analyzers {

/// What is understood of a capture that comes in parts. Packets are numbered through all of them, from 1; a row goes to
/// the part that holds its first packet, and stands there at the number that the packet has in that part.
class CaptureRows {
  public:
    /// The packets from here on are of another part.
    void begin_part() { parts_.push_back({packets_, {}}); }
    /// The number of the next packet.
    [[nodiscard]] std::uint64_t next_packet() noexcept { return ++packets_; }
    /// The last part; for notes, and for what it alone lacks.
    [[nodiscard]] Analysis& part() noexcept { return parts_.back().analysis; }

    /// A row whose first packet has this number; 0 for one that no packet stands for. Precondition: there is a part.
    template <class Table>
    void add(const Table& table, typename Table::RowType row, std::uint64_t first_packet) {
        Part& part = parts_[part_of(first_packet)];
        part.analysis.add(
            table, std::move(row),
            first_packet == 0 ? std::string() : snapshot::packet_place(first_packet - part.packets_before));
    }

    /// All parts answer for this table; only in part when something did not find room in its `most` rows.
    void cover_counted(std::string_view table, std::size_t left_out, std::size_t most);

    /// Hands everything out, one analysis for each part.
    [[nodiscard]] std::vector<Analysis> take();

  private:
    struct Part {
        std::uint64_t packets_before;
        Analysis analysis;
    };
    [[nodiscard]] std::size_t part_of(std::uint64_t packet) const noexcept;

    std::vector<Part> parts_;
    std::uint64_t packets_ = 0;
};

}  // namespace kwd::analyzers
