// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/packet_record.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kwd::packet {

/// Tells a packet that was captured on several interfaces on its way through the node from one that was sent again.
///
/// The first is the same to its IP identification and comes within a second on another interface than before. Where it
/// is not known on which (PacketRecord::place_unsure()), it is enough that its IPv4 identification is not 0, which a
/// packet that is sent again has anew, or that it comes within a tenth of a millisecond. Of what passed, 32,768 packets
/// are remembered.
class RepeatedPackets {
  public:
    /// Whether this packet was seen on another interface just before. Takes note of it if not.
    [[nodiscard]] bool seen_elsewhere(const PacketRecord& record);

  private:
    struct Seen {
        std::uint64_t digest = 0;
        std::int64_t time_ns = PacketRecord::kNoTime;
        std::uint32_t seen_at = 0;
    };
    static constexpr std::size_t kPlaces = 32768;

    std::vector<Seen> seen_;
};

}  // namespace kwd::packet
