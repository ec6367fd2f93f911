// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "packet/traffic/packet_record.h"
#include "packet/traffic/time_range.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

namespace kwd::packet {

/// Who sent whom how much through VXLAN, in which VNI.
class Tunnels {
  public:
    static constexpr std::size_t kMost = 65536;

    /// One direction of a tunnel: its ends are VTEPs.
    struct Key {
        IpAddress source;
        IpAddress destination;
        std::uint32_t vni;

        friend bool operator<(const Key& a, const Key& b) noexcept;
    };
    struct Tunnel {
        std::uint64_t packets = 0;
        std::uint64_t bytes = 0;  ///< of whole packets on the wire
        TimeRange times;
    };

    /// Takes note of an encapsulated packet.
    void add(const PacketRecord& record);

    [[nodiscard]] const std::map<Key, Tunnel>& all() const noexcept { return tunnels_; }
    /// Packets of tunnels that found no place among kMost.
    [[nodiscard]] std::uint64_t not_kept() const noexcept { return not_kept_; }

  private:
    std::map<Key, Tunnel> tunnels_;
    std::uint64_t not_kept_ = 0;
    /// The one that was found last for some of its bits: a node has some hundreds, each with many packets.
    std::array<std::map<Key, Tunnel>::value_type*, 1024> recent_{};
};

}  // namespace kwd::packet
